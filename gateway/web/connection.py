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
    _idle: float | None = None
    """Since when nothing was asked after events; after other requests the server has a timer."""

    def connection_made(self, transport: Any) -> None:
        """Whoever connects is expected to say something."""
        super().connection_made(transport)
        self.flow = _Flow(self)
        self._since = time.monotonic()

    def expire(self, now: float) -> None:
        """Close it when it has kept us waiting for too long, or has nothing more to say."""
        if self._since is not None and now - self._since > PATIENCE:
            self.transport.abort()  # not close(): that waits until somebody reads what was said
        elif self._idle is not None and now - self._idle > self.timeout_keep_alive:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Close the connection when what is no body grows past its bound: a head, or what may stand
        between and after the chunks of a body."""
        self._other_bytes += len(data)
        super().data_received(data)
        if self._other_bytes > LARGEST_HEAD:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._since, self._idle = time.monotonic(), None

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
        if gate is not None and self._is_plain():
            self.cycle = Posting(self, gate)  # type: ignore[assignment]
            return
        # What only the application needs to know is put together only for it.
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()

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

    def on_events_complete(self) -> None:
        """As the server's own for its requests, but without a timer for each."""
        self.server_state.total_requests += 1
        if self.pipeline:
            super().on_response_complete()
        elif not self.transport.is_closing():
            self._idle = time.monotonic()

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
    """A request with events, a `Post` of `web/intake`. To the server it is like one of its own."""

    __slots__ = (
        "_connection",
        "body",
        "disconnected",
        "gate",
        "keep_alive",
        "message_event",
        "response_complete",
    )

    def __init__(self, connection: Connection, gate: Gate) -> None:
        self._connection = connection
        self.gate = gate
        self.body = b""
        self.keep_alive = connection.parser.should_keep_alive()
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
            self.answer(self.head(), self._connection.intake.refused(too_large(LARGEST_BODY)))

    def run(self) -> None:
        """All of it was heard."""
        if not self.response_complete:
            self._connection.intake.take(self)

    def head(self) -> Head:
        """What its headers say."""
        one = self._connection
        peer = one.client[0] if one.client else ""
        return head_of(one.headers, peer, one.scheme or "http", one.intake.trusted)

    def answer(self, asked: Head, what: bytes | Problem) -> None:
        """Send it."""
        if isinstance(what, bytes):
            self._write(202, _lines(asked.origin, self.gate.origins), what)
            return
        what.headers.update(cors(asked, self.gate.origins))
        response = what.response()
        lines = b"".join(
            b"%s: %s\r\n" % line for line in response.raw_headers if line[0] != b"content-length"
        )
        tell(asked.network, "POST", f"/{self.gate.policy.site}/event", what.status)
        self._write(what.status, lines, bytes(response.body))

    def _write(self, status: int, lines: bytes, body: bytes) -> None:
        self.response_complete = True
        if self.disconnected:
            return  # what was sent is stored all the same
        one = self._connection
        last = b"" if self.keep_alive else b"connection: close\r\n"
        one.transport.write(
            b"%s%s%s%scontent-length: %d\r\n\r\n%s"
            % (STATUS_LINE[status], _dated(one), lines, last, len(body), body)
        )
        if not self.keep_alive:
            one.transport.close()
        one.on_events_complete()


def _dated(one: Connection) -> bytes:
    return b"".join([b"%s: %s\r\n" % line for line in one.server_state.default_headers])


_KEPT = b"content-type: application/json\r\ncache-control: no-store\r\nvary: origin\r\n"
_READABLE = b"access-control-allow-origin: %s\r\naccess-control-allow-credentials: true\r\n" + _KEPT


def _lines(origin: str | None, origins: Collection[str]) -> bytes:
    """The headers of an answer, as of `guard.cors`."""
    return _READABLE % origin.encode() if origin is not None and origin in origins else _KEPT
