"""`POST /api/v2/query`: figures for programs, in the shape of Plausible's Stats API v2.

A key is asked for in the header and nowhere else: no cookie is read, so no page of somebody else
can ask in the name of a visitor. The threshold is kept where the figures are made (P9).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from math import ceil

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gateway.errors import BusyError
from gateway.figures import Reader
from gateway.rules.apikey import digest_of_key, is_key
from gateway.rules.bucket import Buckets, Rate
from gateway.rules.moment import MINUTES_A_DAY, local_day
from gateway.rules.query import LARGEST_BODY, Asked, query_of
from gateway.rules.querynames import QueryError
from gateway.rules.site import Site
from gateway.stores.base.apikeys import ApiKey, ApiKeyStore
from gateway.web.answer import Answer, answer
from gateway.web.body import decode
from gateway.web.limits import counted
from gateway.web.pages import ASSETS
from gateway.web.problem import Problem, TooMany
from gateway.web.wire import Networks, head

_DOCUMENT = ASSETS / "schemas" / "openapi.json"
_BAD_KEYS = Rate(per_second=0.2, burst=20)
"""Of one network. Nobody guesses a key: this is for programs that go on asking with an old one."""
_AT_ONCE = 2
_MOST_WAITING = 20
_NO_STORE = {"cache-control": "no-store"}


class Programs:
    """The two routes and what they need. `rate` is for each key."""

    def __init__(
        self,
        sites: Mapping[str, Site],
        keys: ApiKeyStore,
        reader: Reader,
        trusted: Networks,
        rate: Rate,
    ) -> None:
        self._sites = sites
        self._keys = keys
        self._reader = reader
        self._trusted = trusted
        self._asked = Buckets(rate)
        self._refused = Buckets(_BAD_KEYS)
        # A question over a year takes a core for a second: visitors come first.
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def routes(self) -> list[Route]:
        """The question, and the document that describes it."""
        return [
            Route("/api/v2/query", self.query, methods=["POST"]),
            Route("/api/openapi.json", self.document, methods=["GET"]),
        ]

    async def document(self, _: Request) -> Response:
        """What OpenAPI says of it; for everybody."""
        return FileResponse(
            _DOCUMENT,
            media_type="application/json",
            headers={"access-control-allow-origin": "*", "cache-control": "public, max-age=300"},
        )

    async def query(self, request: Request) -> Response:
        """One question, answered."""
        now = int(time.time())
        key = await self._key(request, now)
        if _media_type(request) != "application/json":
            raise Problem(
                415, "The body is not sent as JSON. Send the header Content-Type: application/json."
            )
        asked = await decode(request, Asked, LARGEST_BODY)
        site = self._sites.get(asked.site_id) if asked.site_id in key.sites else None
        if site is None:  # the same for one that is not there: a key tells of no other site
            raise Problem(
                404, "There is no site of this `site_id` for this key. See `gateway key list`."
            )
        return Response(
            msgspec.json.encode(await self._answer(site, asked, now)),
            200,
            _NO_STORE,
            "application/json",
        )

    async def _answer(self, site: Site, asked: Asked, now: int) -> Answer:
        if self._waiting >= _MOST_WAITING:
            raise BusyError("too many questions wait for their answer", retry_after=2)
        self._waiting += 1
        try:
            async with self._turns:
                today = local_day(now, site.zone)
                kept, goals = site.retention.statistics_days, [goal.id for goal in site.goals]
                query = query_of(asked, today, site.zone, kept, goals)
                return await answer(self._reader, site, query)
        except (QueryError, ValueError) as problem:
            sentence = str(problem)
            raise Problem(400, f"{sentence[:1].upper()}{sentence[1:]}.") from None
        finally:
            self._waiting -= 1

    async def _key(self, request: Request, now: int) -> ApiKey:
        """Whose question it is. Raises Problem 401 and 429."""
        told = request.headers.get("authorization", "")
        scheme, _, text = told.partition(" ")
        held = None
        if scheme.lower() == "bearer" and is_key(text.strip()):
            held = await self._keys.holder(digest_of_key(text.strip()))
        moment = time.monotonic()
        if held is None:
            network = counted(head(request.scope, self._trusted))
            if network is not None:
                _check(self._refused.take(network, moment))
            raise Problem(
                401,
                "There is no such key, or it was taken back. Send the header Authorization: Bearer"
                " KEY, with a key of `gateway key add`.",
                headers={"www-authenticate": "Bearer"},
            )
        _check(self._asked.take(str(held.id), moment))
        day = now // 60 // MINUTES_A_DAY
        if held.last_used != day:
            with suppress(BusyError):  # the answer does not depend on it
                await self._keys.used(held.id, day)
        return held


def _check(wait: float) -> None:
    if wait:
        raise TooMany(ceil(wait))


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
