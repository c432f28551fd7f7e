"""The dashboard: cells read, folded under the threshold once, and shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from babel import Locale
from babel.dates import format_datetime
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.rules import stats
from gateway.rules.moment import local_day
from gateway.rules.site import Site
from gateway.stores.base import CellStore, ConsentStore, User
from gateway.web.pages import Pages, language_of, words
from gateway.web.signin import SignIn

PERIODS: Mapping[str, int] = {"today": 1, "7d": 7, "28d": 28, "91d": 91}
"""Days of each period, today included."""
_DEFAULT = "28d"

# Panel on the page -> dimension of the cells.
_PANELS: Mapping[str, str] = {
    "pages": "page",
    "referrers": "referrer",
    "countries": "country",
    "devices": "device",
    "channels": "channel",
    "browsers": "browser",
    "systems": "system",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """`/dashboard` and `/dashboard/{site}`, for signed-in staff only."""

    sites: Mapping[str, Site]
    cells: CellStore
    consents: ConsentStore
    credits: Callable[[], tuple[str, ...]]
    signin: SignIn
    pages: Pages

    def routes(self) -> list[Route]:
        """The staff's statistics pages."""
        return [
            Route("/dashboard", self.overview, methods=["GET"]),
            Route("/dashboard/{site}", self.dashboard, methods=["GET"]),
        ]

    async def overview(self, request: Request) -> Response:
        """All sites; the only one where there is one."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        if len(self.sites) == 1:
            return RedirectResponse(f"/dashboard/{next(iter(self.sites))}", 303)
        return self.pages.render(
            request, "staff/sites.html", user=user, sites=self._links(language_of(request))
        )

    async def dashboard(self, request: Request) -> Response:
        """One site over one period."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return self._missing(request, user)
        language = language_of(request)
        period = request.query_params.get("period", _DEFAULT)
        now = int(time.time())
        page = await self.read(site, period if period in PERIODS else _DEFAULT, now, language)
        # Spelled out, with a 24-hour clock: "11/23/26, 12:08 AM" is read in two ways.
        moment = datetime.fromtimestamp(now, site.zone)
        made = format_datetime(moment, "d MMM y, HH:mm", locale=language)
        return self.pages.render(
            request,
            "staff/dashboard.html",
            user=user,
            page=page,
            sites=self._links(language),
            made=f"{made} ({site.time_zone})",
            periods=[
                {
                    "key": key,
                    "label": words(language)["periods"][key],
                    "href": f"?period={key}&language={language}",
                    "current": key == page.period,
                }
                for key in PERIODS
            ],
        )

    async def read(self, site: Site, period: str, now: int, language: str) -> stats.Dashboard:
        """All figures of a page. Every group passes `rules.stats.fold` here and nowhere else."""
        last = local_day(now, site.zone)
        first = last - timedelta(days=PERIODS[period] - 1)
        longest = last - timedelta(days=max(PERIODS.values()) - 1)
        every_day = await self.cells.days(site.id, longest, last)
        total = stats.union(cell for day, cell in every_day.items() if day >= first)
        enough = len(total.visitors) >= site.threshold
        panels = []
        for name, dimension in _PANELS.items():
            groups = await self.cells.groups(site.id, dimension, first, last) if enough else {}
            words_for = partial(_label, panel=name, language=language)
            panels.append(stats.panel(name, groups, total, site.threshold, words_for))
        return stats.Dashboard(
            site_id=site.id,
            site_name=site.names.get(language, site.names[site.languages[0]]),
            period=period,
            first=first,
            last=last,
            totals=stats.figures(total) if enough else None,
            days=stats.days(every_day, _dates(first, last), site.threshold),
            panels=tuple(panels),
            consent=stats.consent_figures(
                await self.consents.counts(site.id, first, last), site.threshold
            ),
            threshold=site.threshold,
            credits=self.credits(),
        )

    def _links(self, language: str) -> list[Mapping[str, str]]:
        return [
            {
                "id": site.id,
                "name": site.names.get(language, site.names[site.languages[0]]),
                "href": f"/dashboard/{site.id}?language={language}",
            }
            for site in self.sites.values()
        ]

    def _missing(self, request: Request, user: User) -> Response:
        t = words(language_of(request))["errors"]
        return self.pages.render(
            request,
            "staff/message.html",
            status=404,
            user=user,
            title=t["not_found_title"],
            text=t["not_found"],
            link={"href": "/dashboard", "label": t["to_sites"]},
        )


def _dates(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _label(value: str, panel: str, language: str) -> str:
    labels = words(language)["labels"]
    if not value:
        return labels["direct"] if panel == "referrers" else labels["unknown"]
    if panel == "countries":
        return str(Locale(language).territories.get(value, value))
    if panel in ("devices", "channels"):
        return labels.get(value, value)
    return value
