"""The notices as they were published, and the count of how often the banner was shown."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.buffer import Buffer
from gateway.errors import BusyError
from gateway.rules.moment import iso, local_day
from gateway.rules.records import Notice
from gateway.rules.site import Site
from gateway.stores.base import NoticeStore, Shown
from gateway.web.body import decode
from gateway.web.guard import check_site_write, cors, preflight
from gateway.web.limits import Limits
from gateway.web.problem import Problem, bad_body, busy, unknown_site
from gateway.web.wire import Networks, head

_LARGEST_BODY = 1024


class _ShownBody(Struct, frozen=True):
    notice: Annotated[str, Meta(max_length=64)]
    language: Annotated[str, Meta(max_length=20)]


@dataclass(frozen=True, slots=True)
class Notices:
    """The routes of the notices."""

    sites: Mapping[str, Site]
    current: Mapping[str, Notice]
    notices: NoticeStore
    buffer: Buffer[Shown, None]
    classes: Callable[[str], str]
    """The class of device of a user agent."""
    limits: Limits
    trusted: Networks

    def routes(self) -> list[Route]:
        """`shown`, `notices` and `notices/{id}`."""
        return [
            Route("/{site}/shown", self.shown, methods=["POST", "OPTIONS"]),
            Route("/{site}/notices", self.list_notices, methods=["GET"]),
            Route("/{site}/notices/{notice}", self.show_notice, methods=["GET"]),
        ]

    async def shown(self, request: Request) -> Response:
        """Count one showing of the first layer: by the class of device its request tells by itself,
        and by nothing else of who saw it."""
        site = self._site(request)
        asked = head(request.scope, self.trusted)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=dict(preflight(asked, site.origins)))
        check_site_write(asked, site.origins)
        # Each page view may bring one: counted as choices, they would keep visitors from choosing.
        self.limits.check_event(site.id, asked)
        body = await decode(request, _ShownBody, _LARGEST_BODY)
        if body.language not in site.languages or not await self._published(site, body.notice):
            raise bad_body("the site never showed this notice in this language")
        day = local_day(int(time.time()), site.zone).toordinal()
        shown = Shown(site.id, day, body.notice, body.language, self.classes(asked.user_agent))
        try:
            await self.buffer.put([shown])
        except BusyError as problem:
            raise busy(problem.retry_after) from None
        return Response(status_code=204, headers=dict(cors(asked, site.origins)))

    async def list_notices(self, request: Request) -> Response:
        """Every published version with the time of its first publication, oldest first."""
        listed = await self.notices.listed(self._site(request).id)
        return _public(
            {
                "notices": [
                    {
                        "id": item.id,
                        "first_published": iso(item.first_published),
                        "current": item.current,
                    }
                    for item in listed
                ]
            }
        )

    async def show_notice(self, request: Request) -> Response:
        """One version: its id is the SHA-256 of `content` in canonical JSON."""
        site = self._site(request)
        notice = await self.notices.get(site.id, request.path_params["notice"])
        if notice is None:
            raise Problem(404, f"There is no such notice. All are listed at /{site.id}/notices.")
        return _public(
            {
                "id": notice.id,
                "first_published": iso(notice.first_published),
                "served": [
                    {"since": iso(one.since), "script": one.script}
                    for one in await self.notices.served(site.id, notice.id)
                ],
                "content": json.loads(notice.content),
            }
        )

    async def _published(self, site: Site, notice: str) -> bool:
        # A page that was open over a change shows the one before, and its choice counts too (R27).
        current = notice == self.current[site.id].id
        return current or await self.notices.get(site.id, notice) is not None

    def _site(self, request: Request) -> Site:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site


def _public(said: Mapping[str, object]) -> Response:
    headers = {"access-control-allow-origin": "*", "cache-control": "no-cache"}
    return Response(msgspec.json.encode(said), 200, headers, "application/json")
