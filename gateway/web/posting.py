"""A request with events on a connection, from its first byte of body to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from gateway.rules.beacon import LARGEST_BODY
from gateway.web.accesslog import tell
from gateway.web.asked import Asked, asked_of
from gateway.web.guard import readable_by
from gateway.web.intake import ONE_KEPT, Gate, Intake
from gateway.web.problem import Problem, too_large
from gateway.web.wire import Head, head_of


class Line(Protocol):
    """The connection a request came on."""

    intake: Intake
    answers: Answers
    peer: str
    transport: Any
    server_state: ServerState

    @property
    def scheme(self) -> Any: ...
    def on_events_complete(self) -> None:
        """Called when the answer is sent."""


class _Silence:
    """Stands where the server keeps what wakes its own tasks."""

    def set(self) -> None:
        """Nobody waits."""


_SILENCE = _Silence()


class Posting:
    """A `Post` of `web/intake`. To the server it is like a request of its own."""

    __slots__ = (
        "_headers",
        "_line",
        "body",
        "disconnected",
        "gate",
        "keep_alive",
        "known",
        "mark",
        "message_event",
        "response_complete",
    )

    def __init__(
        self,
        line: Line,
        gate: Gate,
        keep_alive: bool,
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        known: Asked | None = None,
    ) -> None:
        self._line = line
        # Its own: by the time they are read, the connection may have those of the next request.
        self._headers = headers
        self.gate = gate
        self.keep_alive = keep_alive
        self.body = body
        self.known = known
        self.mark: bytes | None = None
        self.disconnected = False
        self.response_complete = False
        self.message_event = _SILENCE

    def hear(self, body: bytes) -> None:
        """A part of the body."""
        if self.response_complete:
            return
        self.body += body
        if len(self.body) > LARGEST_BODY:
            self.keep_alive = False  # nobody listens to the rest of it
            asked = asked_of(self.head(), self.gate.origins)
            self.answer(asked, self._line.intake.refused(too_large(LARGEST_BODY)))

    def run(self) -> None:
        """All of it was heard."""
        if not self.response_complete:
            self._line.intake.take(self)

    def head(self) -> Head:
        """What its headers say."""
        line = self._line
        return head_of(self._headers, line.peer, line.scheme or "http", line.intake.trusted)

    def answer(self, asked: Asked, what: bytes | Problem) -> None:
        """Send it."""
        self.response_complete = True
        if isinstance(what, Problem):
            tell(asked.signals.network, "POST", f"/{self.gate.policy.site}/event", what.status)
        if self.disconnected:
            return  # what was sent is stored all the same
        line = self._line
        line.transport.write(
            line.answers.kept(line.server_state, asked.origin)
            if what is ONE_KEPT and self.keep_alive
            else _written(line.server_state, asked.origin, what, last=not self.keep_alive)
        )
        if not self.keep_alive:
            line.transport.close()
        line.on_events_complete()


class Answers:
    """What nearly every answer is: the same bytes within a second."""

    def __init__(self) -> None:
        self._dated: object = None
        self._made: dict[str | None, bytes] = {}

    def kept(self, state: ServerState, origin: str | None) -> bytes:
        """To a request whose one event was kept. `origin` is one of a site, never a stranger's."""
        if state.default_headers is not self._dated:  # the server makes new ones every second
            self._dated = state.default_headers
            self._made.clear()
        made = self._made.get(origin)
        if made is None:
            made = self._made[origin] = _written(state, origin, ONE_KEPT, last=False)
        return made


def _written(state: ServerState, origin: str | None, what: bytes | Problem, *, last: bool) -> bytes:
    lines: list[tuple[bytes, bytes]] = list(state.default_headers)
    if isinstance(what, Problem):
        what.headers.update(readable_by(origin))
        response = what.response()
        status, body = what.status, bytes(response.body)
        lines += [line for line in response.raw_headers if line[0] != b"content-length"]
    else:
        status, body = 202, what
        said = {
            "content-type": "application/json",
            "cache-control": "no-store",
            **readable_by(origin),
        }
        lines += [(name.encode(), value.encode()) for name, value in said.items()]
    if last:
        lines.append((b"connection", b"close"))
    lines.append((b"content-length", b"%d" % len(body)))
    head = b"".join([b"%s: %s\r\n" % line for line in lines])
    return b"%s%s\r\n%s" % (STATUS_LINE[status], head, body)
