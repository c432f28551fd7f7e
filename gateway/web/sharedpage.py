"""The figures of one site for whoever has a link to them: to look at, and nothing else.

The key of a link stands in its address. So these pages tell no other page where they were opened
from, are kept by no browser and no search engine, and stand in no log as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import ceil

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.rules.site import Site
from gateway.sharing import PASS_SECONDS, Sharing, Wait
from gateway.stores.base import Share
from gateway.web.board import made_on, today_of
from gateway.web.filtering import dimensions_of
from gateway.web.form import fields
from gateway.web.fulllist import Lists
from gateway.web.guard import check_own_write
from gateway.web.menus import menus_of
from gateway.web.pages import language_of, words
from gateway.web.problem import Problem
from gateway.web.stats import Statistics, asked, fields_of
from gateway.web.wire import Head, head

COOKIE = "gw_share"
_PRIVATE: Mapping[str, str] = {
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
}

Answerer = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a link that opens something."""

    key: str
    share: Share
    site: Site
    language: str
    now: int

    @property
    def path(self) -> str:
        """Where their figures stand."""
        return f"/shared/{self.key}"


@dataclass(frozen=True, slots=True)
class Shared:
    """`/shared/{key}` and all below it, for everybody who has the key."""

    figures: Statistics
    sharing: Sharing

    def routes(self) -> list[Route]:
        """The same pages as for staff, of one site."""
        return [
            Route("/shared/{key}", _private(self.page), methods=["GET"]),
            Route("/shared/{key}", _private(self.enter), methods=["POST"]),
            Route("/shared/{key}/list", _private(self.full_list), methods=["GET"]),
            Route("/shared/{key}/csv", _private(self.file), methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """The figures over one period, or the form that asks for the password."""
        guest = await self._guest(request)
        if guest is None:
            return self._gone(request)
        if not self._is_in(request, guest):
            return self._ask(request)
        site, language = guest.site, guest.language
        question, typed = asked(request.query_params, site, guest.path, guest.now, language)
        if typed is not None:
            return RedirectResponse(typed, 303)
        page = await self.figures.boards.board(site, question, guest.now, language)
        return self.figures.pages.render(
            request,
            "staff/shared.html",
            page=page,
            live=await self.figures.reader.live(site, guest.now),
            menus=menus_of(page.question, today_of(site, guest.now), language),
            fields=fields_of(site, language),
            maker=maker_of(guest.share, language),
            until=made_on(site, guest.share.expires, language),
        )

    async def enter(self, request: Request) -> Response:
        """The password: the figures, or the form again with what went wrong."""
        asking = head(request.scope, self.figures.signin.trusted)
        _check_own(asking)
        guest = await self._guest(request)
        if guest is None:
            return self._gone(request)
        if guest.share.password is None:
            return _onward(request, guest)
        password = (await fields(request)).get("password", "")
        given = await self.sharing.enter(guest.share, guest.key, password, guest.now)
        if given is None:
            problem = words(guest.language)["shared"]["wrong"]
            return self._ask(request, problem, status=403)
        if isinstance(given, Wait):
            problem = words(guest.language)["shared"]["wait"]
            minutes = ceil(given.seconds / 60)
            response = self._ask(request, problem.format(minutes=minutes), status=429)
            response.headers["retry-after"] = str(given.seconds)
            return response
        response = _onward(request, guest)
        response.set_cookie(
            COOKIE,
            given,
            max_age=PASS_SECONDS,
            path=guest.path,
            httponly=True,
            samesite="strict",
            secure=asking.scheme == "https",
        )
        return response

    async def full_list(self, request: Request) -> Response:
        """Every value of one dimension."""
        guest = await self._guest(request)
        if guest is None:
            return self._gone(request)
        if not self._is_in(request, guest):
            return _onward(request, guest)
        params, site, language = request.query_params, guest.site, guest.language
        question, _ = asked(params, site, guest.path, guest.now, language)
        lists = Lists(self.figures.boards)
        page = await lists.full(site, question, params, guest.now, language)
        if page is None:
            return self._gone(request)
        return self.figures.pages.render(request, "staff/list.html", page=page)

    async def file(self, request: Request) -> Response:
        """The same as a file."""
        guest = await self._guest(request)
        if guest is None:
            return self._gone(request)
        if not self._is_in(request, guest):
            return _onward(request, guest)
        params, site, language = request.query_params, guest.site, guest.language
        question, _ = asked(params, site, guest.path, guest.now, language)
        dimension = params.get("dimension", "")
        lists = Lists(self.figures.boards)
        file = await lists.file(site, question, dimension, guest.now, language)
        if file is None:
            known = ", ".join(("time", *dimensions_of(site)))
            raise Problem(404, f"There are no figures by that name. Ask for one of: {known}.")
        return file

    async def _guest(self, request: Request) -> Guest | None:
        key, now = request.path_params["key"], int(time.time())
        share = await self.sharing.opened_by(key, now)
        site = self.figures.sites.get(share.site) if share else None
        if share is None or site is None:
            return None
        return Guest(key, share, site, language_of(request), now)

    def _is_in(self, request: Request, guest: Guest) -> bool:
        given = request.cookies.get(COOKIE, "")
        return self.sharing.lets_in(guest.share, guest.key, given, guest.now)

    def _ask(self, request: Request, problem: str | None = None, *, status: int = 200) -> Response:
        return self.figures.pages.render(
            request,
            "staff/sharepassword.html",
            status=status,
            problem=problem,
            query=request.url.query,
        )

    def _gone(self, request: Request) -> Response:
        """The same for every key that opens nothing: which of them was ever one is not told."""
        return self.figures.pages.render(request, "staff/sharedgone.html", status=404)


def maker_of(share: Share, language: str) -> str:
    """Who made a link, by name where that is known."""
    return share.maker or words(language)["links"]["operator"]


def _private(answer: Answerer) -> Answerer:
    async def private(request: Request) -> Response:
        try:
            response = await answer(request)
        except Problem as refused:
            response = refused.response()
        response.headers.update(_PRIVATE)
        return response

    return private


def _check_own(asking: Head) -> None:
    """Raises Problem 403. From a page without a referrer a browser sends `Origin: null`, also to
    where the page came from. What says that it was another page then is `Sec-Fetch-Site`; where
    there is neither, what could be made to be sent is a guess at a password."""
    check_own_write(replace(asking, origin=None) if asking.origin == "null" else asking)


def _onward(request: Request, guest: Guest) -> Response:
    """To the figures, with what was asked of them."""
    query = request.url.query
    return RedirectResponse(f"{guest.path}?{query}" if query else guest.path, 303)
