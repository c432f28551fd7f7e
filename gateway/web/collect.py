"""`POST /{site}/event` as ASGI: for every server, and for requests that the connection itself does
not take (`web/connection`)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.rules.beacon import LARGEST_BODY
from gateway.web.asked import Asked
from gateway.web.guard import cors, preflight
from gateway.web.intake import Gate, Intake
from gateway.web.problem import Problem, too_large, unknown_site
from gateway.web.wire import Gone, Head, TooLarge, head, read_body


class Collector:
    """Answers events itself and hands every other request to `app`."""

    def __init__(self, app: ASGIApp, intake: Intake) -> None:
        self._app = app
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith("/event"):
            await self._app(scope, receive, send)
            return
        gate = self._intake.gates.get(scope["path"][1 : -len("/event")])
        asked = head(scope, self._intake.trusted)
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
        try:
            body = await read_body(scope, receive, LARGEST_BODY)
        except TooLarge as problem:
            raise self._intake.refused(too_large(problem.limit)) from None
        post = _Post(gate, body, asked, asyncio.get_running_loop().create_future())
        self._intake.take(post)
        said = await post.answered
        if isinstance(said, Problem):
            raise said
        return said


@dataclass(frozen=True, slots=True)
class _Post:
    """A `Post` whose answer is waited for."""

    gate: Gate
    body: bytes
    asked: Head
    answered: asyncio.Future[bytes | Problem]
    mark: None = None
    known: None = None

    def head(self) -> Head:
        return self.asked

    def answer(self, _: Asked, what: bytes | Problem) -> None:
        if not self.answered.done():  # done: the client went away; its items are stored
            self.answered.set_result(what)


async def _reply(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw += [(b"content-length", b"%d" % len(body)), (b"cache-control", b"no-store")]
    if body:
        raw.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
