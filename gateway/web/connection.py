"""One connection of a client: HTTP/1.1 with bounds, and a short way for events.

An event is read, judged and answered right here: the server's own way, a task and a dozen calls for
every request, costs as much as all that the gate does with an event. Everything else, and whatever
is unusual about an event, goes the server's way to the application.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gateway.rules.beacon import LARGEST_BODY
from gateway.web.accesslog import tell
from gateway.web.guard import cors
from gateway.web.intake import Gate, Intake
from gateway.web.problem import Problem, too_large
from gateway.web.wire import Head, head_of

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers."""
MOST_WAITING = 2_000
"""Requests on one connection that wait for an answer to those before them."""
PATIENCE = 15.0
"""Seconds within which a request has to be complete, and a new connection has to begin one."""


class _Silence:
    """Stands where the server keeps what wakes its own tasks."""

    def set(self) -> None:
        """Nobody waits."""


_SILENCE = _Silence()


class _Flow(FlowControl):
    """Reads on when nothing waits any more. The server's own reads on after each answer: a client
    that never stops asking filled the memory with what it had asked."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.transport)
        self._pipeline = connection.pipeline

    def resume_reading(self) -> None:
        if not self._pipeline:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """Bounded in bytes, in requests and in time; the server's own parser has no bound, and took a
    header of 60 MB."""

    intake: Intake
    gates: Mapping[bytes, Gate]
    """By the target of a request, as it is written: "/demo/event"."""
    _other_bytes = 0  # since the last piece of a body
    _in_head = True
    _since: float | None = None
    """Since when a request has been incomplete."""

    def connection_made(self, transport: Any) -> None:
        """Whoever connects is expected to say something."""
        super().connection_made(transport)
        self.flow = _Flow(self)
        self._since = time.monotonic()

    def expire(self, now: float) -> None:
        """Close it when it has kept us waiting for too long."""
        if self._since is not None and now - self._since > PATIENCE:
            self.transport.abort()  # not close(): that waits until somebody reads what was said

    def data_received(self, data: bytes) -> None:
        """Close the connection when what is no body grows past its bound: a head, or what may stand
        between and after the chunks of a body."""
        self._other_bytes += len(data)
        super().data_received(data)
        if self._other_bytes > LARGEST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request."""
        super().on_message_begin()
        self._since = time.monotonic()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what comes after a body is none."""
        if not self._in_head:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """From here on it is body, which is bounded where it is read."""
        if len(self.pipeline) > MOST_WAITING:
            raise ValueError("too many requests at once")  # the parser's caller closes
        self._in_head = False
        gate = self.gates.get(self.url)
        if gate is None or not self._is_plain():
            super().on_headers_complete()
        else:
            self.cycle = Posting(self, gate)  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """A part of it."""
        self._other_bytes = 0
        cycle: object = self.cycle
        if isinstance(cycle, Posting):
            cycle.hear(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """What comes next is the head of another request."""
        self._in_head, self._other_bytes, self._since = True, 0, None
        cycle: object = self.cycle
        if isinstance(cycle, Posting):
            cycle.run()
        else:
            super().on_message_complete()

    def _is_plain(self) -> bool:
        parser = self.parser
        before: Any = self.cycle  # None before the first request, whatever its type says
        return (
            (before is None or before.response_complete)
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not parser.should_upgrade()
            and not self.flow.write_paused
        )


def connections_to(intake: Intake) -> type[Connection]:
    """The connections of a server whose events go there."""
    gates = {f"/{site}/event".encode(): gate for site, gate in intake.gates.items()}
    return type("Connection", (Connection,), {"intake": intake, "gates": gates})


class Posting:
    """A request with events. To the server it is like one of its own."""

    __slots__ = (
        "_body",
        "_connection",
        "_gate",
        "disconnected",
        "keep_alive",
        "message_event",
        "response_complete",
    )

    def __init__(self, connection: Connection, gate: Gate) -> None:
        self._connection = connection
        self._gate = gate
        self._body = b""
        self.keep_alive = connection.parser.should_keep_alive()
        self.disconnected = False
        self.response_complete = False
        self.message_event = _SILENCE

    def hear(self, body: bytes) -> None:
        """A part of the body."""
        if self.response_complete:
            return
        self._body += body
        if len(self._body) > LARGEST_BODY:
            self.keep_alive = False  # nobody listens to the rest of it
            problem = self._connection.intake.refused(too_large(LARGEST_BODY))
            self._refuse(self._head(), problem)

    def run(self) -> None:
        """All of it was heard."""
        if self.response_complete:
            return
        asked = self._head()

        def answer(what: bytes | Problem) -> None:
            if isinstance(what, Problem):
                self._refuse(asked, what)
            else:
                self._write(202, _lines(asked.origin, self._gate.origins), what)

        try:
            self._connection.intake.take(self._gate, asked, self._body, answer)
        except Problem as problem:
            self._refuse(asked, problem)

    def _head(self) -> Head:
        one = self._connection
        peer = one.client[0] if one.client else ""
        return head_of(one.headers, peer, one.scheme or "http", one.intake.trusted)

    def _refuse(self, asked: Head, problem: Problem) -> None:
        problem.headers.update(cors(asked, self._gate.origins))
        response = problem.response()
        lines = b"".join(
            b"%s: %s\r\n" % line for line in response.raw_headers if line[0] != b"content-length"
        )
        tell(asked.network, "POST", f"/{self._gate.policy.site}/event", problem.status)
        self._write(problem.status, lines, bytes(response.body))

    def _write(self, status: int, lines: bytes, body: bytes) -> None:
        self.response_complete = True
        if self.disconnected:
            return  # what was sent is stored all the same
        one = self._connection
        dated = [b"%s: %s\r\n" % line for line in one.server_state.default_headers]
        last = b"" if self.keep_alive else b"connection: close\r\n"
        length = b"content-length: %d\r\n\r\n" % len(body)
        one.transport.write(b"".join((STATUS_LINE[status], *dated, lines, last, length, body)))
        if not self.keep_alive:
            one.transport.close()
        one.on_response_complete()


_KEPT = b"content-type: application/json\r\ncache-control: no-store\r\nvary: origin\r\n"
_READABLE = b"access-control-allow-origin: %s\r\naccess-control-allow-credentials: true\r\n" + _KEPT


def _lines(origin: str | None, origins: Collection[str]) -> bytes:
    """The headers of an answer, as of `guard.cors`."""
    return _READABLE % origin.encode() if origin is not None and origin in origins else _KEPT
