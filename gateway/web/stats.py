"""The dashboard: the pages of figures for staff who are signed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.figures import Reader
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, NoticeStore, User
from gateway.web.board import Boards, name_of, tabs_of, today_of
from gateway.web.filtering import OPERATIONS, FilterError, dimensions_of, filter_by_hand
from gateway.web.fulllist import Lists
from gateway.web.labels import title_of
from gateway.web.menus import menus_of
from gateway.web.overview import Overviews
from gateway.web.pages import Pages, language_of, words
from gateway.web.panels import with_filter
from gateway.web.problem import Problem
from gateway.web.question import Question, filter_problem, question_in
from gateway.web.signin import SignIn

_TYPED = ("filter_dimension", "filter_operation", "filter_value")


@dataclass(frozen=True, slots=True)
class Statistics:
    """`/dashboard` and all below it, for signed-in staff only."""

    sites: Mapping[str, Site]
    reader: Reader
    consents: ConsentStore
    credits: Callable[[], tuple[str, ...]]
    signin: SignIn
    pages: Pages
    published: NoticeStore | None = None

    def routes(self) -> list[Route]:
        """The staff's statistics pages."""
        return [
            Route("/dashboard", self.overview, methods=["GET"]),
            Route("/dashboard/csv", self.overview_file, methods=["GET"]),
            Route("/dashboard/{site}", self.dashboard, methods=["GET"]),
            Route("/dashboard/{site}/list", self.full_list, methods=["GET"]),
            Route("/dashboard/{site}/csv", self.file, methods=["GET"]),
        ]

    @property
    def boards(self) -> Boards:
        """What reads the figures."""
        return Boards(self.reader, self.consents, self.credits, self.published)

    async def overview(self, request: Request) -> Response:
        """All sites; the only one where there is one."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        if len(self.sites) == 1:
            return RedirectResponse(f"/dashboard/{next(iter(self.sites))}", 303)
        language, now = language_of(request), int(time.time())
        overviews = Overviews(self.boards, tuple(self.sites.values()))
        question = overviews.question(request.query_params, now, language)
        return self.pages.render(
            request,
            "staff/overview.html",
            user=user,
            page=await overviews.page(question, request.query_params, now, language),
            menus=menus_of(question, overviews.today(now), language),
        )

    async def overview_file(self, request: Request) -> Response:
        """All sites as a file."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        language, now = language_of(request), int(time.time())
        overviews = Overviews(self.boards, tuple(self.sites.values()))
        question = overviews.question(request.query_params, now, language)
        return await overviews.file(question, request.query_params, now, language)

    async def dashboard(self, request: Request) -> Response:
        """One site over one period."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return self._missing(request, user)
        language, now = language_of(request), int(time.time())
        question, typed = asked(request.query_params, site, f"/dashboard/{site.id}", now, language)
        if typed is not None:
            return RedirectResponse(typed, 303)
        page = await self.boards.board(site, question, now, language)
        return self.pages.render(
            request,
            "staff/dashboard.html",
            user=user,
            page=page,
            live=await self.reader.live(site, now),
            sites=self._links(language),
            menus=menus_of(page.question, today_of(site, now), language),
            fields=fields_of(site, language),
        )

    async def full_list(self, request: Request) -> Response:
        """Every value of one dimension."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return self._missing(request, user)
        language, now = language_of(request), int(time.time())
        question, _ = asked(request.query_params, site, f"/dashboard/{site.id}", now, language)
        lists = Lists(self.boards)
        page = await lists.full(site, question, request.query_params, now, language)
        if page is None:
            return self._missing(request, user)
        return self.pages.render(
            request, "staff/list.html", user=user, page=page, sites=self._links(language)
        )

    async def file(self, request: Request) -> Response:
        """The same as a file."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None:
            return self._missing(request, user)
        language, now = language_of(request), int(time.time())
        question, _ = asked(request.query_params, site, f"/dashboard/{site.id}", now, language)
        dimension = request.query_params.get("dimension", "")
        file = await Lists(self.boards).file(site, question, dimension, now, language)
        if file is None:
            known = ", ".join(("time", *dimensions_of(site)))
            raise Problem(404, f"There are no figures by that name. Ask for one of: {known}.")
        return file

    def _links(self, language: str) -> list[Mapping[str, str]]:
        return [
            {
                "id": site.id,
                "name": name_of(site, language),
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


def asked(
    params: QueryParams, site: Site, path: str, now: int, language: str
) -> tuple[Question, str | None]:
    """What an address asks for. Where a filter was filled in by hand: the address with it, so that
    what is asked for always stands in the address."""
    question = question_in(params, site, path, tabs_of(site), today_of(site, now), language)
    if not any(params.get(name) for name in _TYPED[::2]):
        return question, None
    try:
        dimension, operation, value = (params.get(name, "") for name in _TYPED)
        one = filter_by_hand(dimension, operation, value, dimensions_of(site), language)
    except FilterError as problem:
        return question.told(filter_problem(problem, language)), None
    return question, with_filter(question.address, question.filters, one).to()


def fields_of(site: Site, language: str) -> Mapping[str, object]:
    """What can be chosen in the form that adds a filter."""
    return {
        "dimensions": [(one, title_of(one, language)) for one in dimensions_of(site)],
        "operations": [(one, words(language)["operations"][one]) for one in OPERATIONS],
    }
