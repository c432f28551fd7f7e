"""Where staff make links to the figures of a site, see which there are, and end them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway import sharing as bounds
from gateway.passwords import LONGEST_PASSWORD
from gateway.rules.site import Site
from gateway.sharing import ShareError, Sharing
from gateway.stores.base import Share, ShareStore, User
from gateway.web.board import made_on, name_of
from gateway.web.form import fields
from gateway.web.guard import check_own_write
from gateway.web.pages import language_of, words
from gateway.web.sharedpage import Shared, maker_of
from gateway.web.stats import Statistics
from gateway.web.wire import head

_TYPED = {"name": "", "days": str(bounds.USUAL_DAYS)}
_BOUNDS = {
    "name": bounds.LONGEST_NAME,
    "days": bounds.MOST_DAYS,
    "shortest": bounds.SHORTEST_PASSWORD,
    "longest": LONGEST_PASSWORD,
    "most": bounds.MOST_OPEN,
}


def routes(figures: Statistics, shares: ShareStore) -> list[Route]:
    """All that has to do with links to figures: for staff, and for whom they are made."""
    sharing = Sharing(shares)
    return [*Links(figures, sharing).routes(), *Shared(figures, sharing).routes()]


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is open, as it is shown to staff."""

    id: int
    name: str
    maker: str
    until: str
    protected: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made. Its address is shown this once."""

    name: str
    until: str
    address: str


@dataclass(frozen=True, slots=True)
class Links:
    """`/dashboard/{site}/links`, for everybody who may see the figures."""

    figures: Statistics
    sharing: Sharing

    def routes(self) -> list[Route]:
        """The page, and what its buttons send."""
        return [
            Route("/dashboard/{site}/links", self.page, methods=["GET"]),
            Route("/dashboard/{site}/links", self.make, methods=["POST"]),
            Route("/dashboard/{site}/links/end", self.end, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        """The open links of a site, and a form to make one."""
        found = await self._asked(request)
        return found if isinstance(found, Response) else await self._page(request, *found)

    async def make(self, request: Request) -> Response:
        """Make a link, or say what is wrong with it and keep what was typed."""
        asked = head(request.scope, self.figures.signin.trusted)
        check_own_write(asked)
        found = await self._asked(request)
        if isinstance(found, Response):
            return found
        user, site = found
        said, language, now = await fields(request), language_of(request), int(time.time())
        try:
            share, key = await self.sharing.share(
                site.id,
                said.get("name", "").strip(),
                user.name,
                said.get("password") or None,
                _days(said.get("days", "")),
                now,
            )
        except ShareError as problem:
            text = words(language)["links"][f"problem_{problem.reason}"].format(**_BOUNDS)
            typed = {name: said.get(name, "")[:1000] for name in _TYPED}
            return await self._page(request, user, site, typed=typed, problem=text, status=400)
        address = f"{asked.scheme}://{asked.host}/shared/{key}"
        made = Made(share.name, made_on(site, share.expires, language), address)
        return await self._page(request, user, site, made=made)

    async def end(self, request: Request) -> Response:
        """End a link. To end one that is over already changes nothing, and leads back as well."""
        check_own_write(head(request.scope, self.figures.signin.trusted))
        found = await self._asked(request)
        if isinstance(found, Response):
            return found
        _, site = found
        share = (await fields(request)).get("share", "")
        if share.isascii() and share.isdigit() and len(share) < 19:
            await self.sharing.end(site.id, int(share), int(time.time()))
        here = f"/dashboard/{site.id}/links?language={language_of(request)}"
        return RedirectResponse(f"{here}&ended=1", 303)

    async def _asked(self, request: Request) -> tuple[User, Site] | Response:
        """Who asks for which site; or the answer to who may not, or asks for none."""
        user = await self.figures.signin.user(request)
        if user is None:
            return self.figures.signin.ask(request)
        site = self.figures.sites.get(request.path_params["site"])
        if site is not None:
            return user, site
        t = words(language_of(request))["errors"]
        return self.figures.pages.render(
            request,
            "staff/message.html",
            status=404,
            user=user,
            title=t["not_found_title"],
            text=t["not_found"],
            link={"href": "/dashboard", "label": t["to_sites"]},
        )

    async def _page(
        self,
        request: Request,
        user: User,
        site: Site,
        *,
        typed: Mapping[str, str] = _TYPED,
        problem: str | None = None,
        made: Made | None = None,
        status: int = 200,
    ) -> Response:
        language = language_of(request)
        shares = await self.sharing.open_of(site.id, int(time.time()))
        return self.figures.pages.render(
            request,
            "staff/links.html",
            status=status,
            user=user,
            site_id=site.id,
            site_name=name_of(site, language),
            links=[_link(one, site, language) for one in shares],
            bounds=_BOUNDS,
            typed=typed,
            problem=problem,
            made=made,
            ended="ended" in request.query_params and request.method != "POST",
        )


def _link(share: Share, site: Site, language: str) -> Link:
    return Link(
        share.id,
        share.name,
        maker_of(share, language),
        made_on(site, share.expires, language),
        share.password is not None,
    )


def _days(text: str) -> int:
    """0 is no number of days, so that what is none is told in the same words."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
