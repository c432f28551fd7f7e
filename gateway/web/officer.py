"""`/officer`: what a privacy officer answers for. Each part of the page is a section of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from babel.dates import format_datetime
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.rules.accounts import DAY_SECONDS, KEPT, account, together
from gateway.rules.site import Site
from gateway.stores.base import AccountStore
from gateway.web.pages import Pages, language_of, words
from gateway.web.preview import ROLES
from gateway.web.signin import SignIn

PERIODS: Mapping[str, int | None] = {"today": 1, "30d": 30, "ever": None}
"""Days of each column, today included; None: all there were."""


class Line(NamedTuple):
    """A line of the account book: an outcome, its name, and how many of each period."""

    outcome: str
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The account of one site, or of all together (no id)."""

    id: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """The officer's page. A new section is a field of the page and a template beside the others."""

    sites: Mapping[str, Site]
    accounts: AccountStore
    signin: SignIn
    pages: Pages

    def routes(self) -> list[Route]:
        """The officer's page."""
        return [Route("/officer", self.page, methods=["GET"])]

    async def page(self, request: Request) -> Response:
        """All sections, for officers and administrators."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        language = language_of(request)
        if user.role not in ROLES:
            t = words(language)["errors"]
            return self.pages.render(
                request,
                "staff/message.html",
                status=403,
                user=user,
                title=t["forbidden_title"],
                text=t["forbidden"],
                link={"href": "/dashboard", "label": t["to_sites"]},
            )
        now = int(time.time())
        return self.pages.render(
            request,
            "officer/overview.html",
            user=user,
            made=format_datetime(
                datetime.fromtimestamp(now, UTC), "d MMM y, HH:mm", locale=language
            ),
            periods=[words(language)["book"][key] for key in PERIODS],
            sites=[(site.id, _name(site, language)) for site in self.sites.values()],
            sheets=await self.sheets(now // DAY_SECONDS, language),
        )

    async def sheets(self, today: int, language: str) -> Sequence[Sheet]:
        """The account book: all sites together where there are several, then each of them, also
        those that only the book still knows."""
        books = [
            await self.accounts.totals(0 if days is None else today - days + 1)
            for days in PERIODS.values()
        ]
        named = {site.id: _name(site, language) for site in self.sites.values()}
        named |= {site: site for site in sorted(books[-1]) if site not in named}
        made = [
            _sheet(site, name, [book.get(site, {}) for book in books], language)
            for site, name in named.items()
        ]
        if len(made) > 1:
            sums = [together(account(found) for found in book.values()) for book in books]
            all_of_them = [{KEPT: one.kept, **one.dropped} for one in sums]
            made.insert(0, _sheet("", words(language)["book"]["all"], all_of_them, language))
        return made


def _sheet(site: str, name: str, found: Sequence[Mapping[str, int]], language: str) -> Sheet:
    names = words(language)["outcomes"]
    accounts = [account(outcomes) for outcomes in found]
    rows = {
        "received": tuple(one.received for one in accounts),
        KEPT: tuple(one.kept for one in accounts),
    }
    # The last period holds the others, so it has every reason that any of them has.
    for reason in accounts[-1].dropped:
        rows[reason] = tuple(one.dropped.get(reason, 0) for one in accounts)
    return Sheet(
        site,
        name,
        tuple(
            Line(outcome, names.get(outcome, outcome), counts) for outcome, counts in rows.items()
        ),
    )


def _name(site: Site, language: str) -> str:
    return site.names.get(language, site.names[site.languages[0]])
