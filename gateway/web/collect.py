"""`POST /{site}/event`: raw ASGI in front of the router, because every page view passes here."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.buffer import Buffer
from gateway.errors import BusyError
from gateway.metrics import Metrics
from gateway.pipeline import Lookups, Policy, admit_all
from gateway.rules.beacon import LARGEST_BODY
from gateway.rules.records import Drop, Event
from gateway.web.guard import cors, preflight, vouched
from gateway.web.problem import Problem, bad_body, busy, too_large, unknown_site
from gateway.web.wire import Gone, Head, Networks, TooLarge, head, read_body, signals


@dataclass(frozen=True, slots=True)
class Gate:
    """One site's door: its policy and the origins its pages are served from."""

    policy: Policy
    origins: frozenset[str]


class Collector:
    """Answers events itself and hands every other request to `app`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        gates: Mapping[str, Gate],
        lookup: Lookups,
        buffer: Buffer[Event, int | Drop],
        metrics: Metrics,
        trusted: Networks,
    ) -> None:
        self._app = app
        self._gates = gates
        self._lookup = lookup
        self._buffer = buffer
        self._metrics = metrics
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/event"):
            await self._app(scope, receive, send)
            return
        gate = self._gates.get(scope["path"][1 : -len("/event")])
        asked = head(scope, self._trusted)
        origins = gate.origins if gate else frozenset[str]()
        try:
            if gate is None:
                raise unknown_site()
            if scope["method"] == "OPTIONS":
                await _reply(send, 204, b"", preflight(asked, origins))
                return
            if scope["method"] != "POST":
                raise Problem(405, "Send events with POST.", headers={"allow": "POST, OPTIONS"})
            body = await self._take(gate, asked, scope, receive)
            await _reply(send, 202, body, cors(asked, origins))
        except Problem as problem:
            problem.headers.update(cors(asked, origins))
            await problem.response()(scope, receive, send)
        except Gone:
            return

    async def _take(self, gate: Gate, asked: Head, scope: Scope, receive: Receive) -> bytes:
        asked = vouched(asked, gate.origins)
        now = int(time.time())
        try:
            body = await read_body(scope, receive, LARGEST_BODY)
            items = admit_all(signals(asked, body), gate.policy, self._lookup, now)
        except TooLarge as problem:
            raise too_large(problem.limit) from None
        except ValueError as problem:
            raise bad_body(str(problem)) from None
        events = [item for item in items if isinstance(item, Event)]
        try:
            stored = await self._buffer.put(events) if events else []
        except BusyError as problem:
            raise busy(problem.retry_after) from None
        return self._account(gate.policy.site, items, stored)

    def _account(self, site: str, items: list[Event | Drop], stored: list[int | Drop]) -> bytes:
        drops = [item for item in [*items, *stored] if isinstance(item, Drop)]
        dropped = Counter(drop.value for drop in drops)
        kept = len(items) - len(drops)
        if kept:
            self._metrics.event(site, "kept", kept)
        for reason, n in dropped.items():
            self._metrics.event(site, reason, n)
        return msgspec.json.encode({"kept": kept, "dropped": dropped})


async def _reply(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw += [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    if body:
        raw.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
