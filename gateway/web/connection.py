"""One connection of a client: HTTP/1.1 with bounds, and a short way for events.

An event is read, judged and answered right here: the server's own way, a task and a dozen calls for
every request, costs as much as all that the gate does with an event. Everything else, and whatever
is unusual about an event, goes the server's way to the application.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.web.asked import Outline
from gateway.web.intake import Gate, Intake
from gateway.web.posting import Answers, Posting

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers."""
_TARGET = 5 + 200
"""Bytes, within which "POST /demo/event" ends."""
MOST_WAITING = 2_000
"""Requests on one connection that wait for an answer to those before them."""
PATIENCE = 15.0
"""Seconds within which a request has to be complete, and a new connection has to begin one."""


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
    answers: Answers
    _other_bytes = 0  # since the last piece of a body
    _in_head = True
    _begun = False  # a request of which not all was heard
    _since: float | None = None
    """Since when a request has been incomplete."""
    _idle: float | None = None
    """Since when nothing was asked after events; after other requests the server has a timer."""

    def connection_made(self, transport: Any) -> None:
        """Whoever connects is expected to say something."""
        super().connection_made(transport)
        self.flow = _Flow(self)
        self.peer = self.client[0] if self.client else ""
        self._named = f"{self.scheme} {self.peer}".encode()
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
        gate = None if self._begun else self.gates.get(data[5 : data.find(b" ", 5, _TARGET)])
        outline = self.intake.heads.outline(self._named, data) if gate else None
        if gate is None or outline is None or not self._is_free():
            self._read(data)
            return
        known = self.intake.heads.get(outline.mark)
        if known is None:
            self._read(data)
            self._mark(outline)
            return
        self._unset_keepalive_if_required()
        self._since = self._idle = None
        posting = Posting(self, gate, keep_alive=True, body=data[outline.start :], known=known)
        self.cycle = posting  # type: ignore[assignment]
        posting.run()

    def _read(self, data: bytes) -> None:
        self._other_bytes += len(data)
        super().data_received(data)
        if self._other_bytes > LARGEST_HEAD:
            self.transport.close()

    def _mark(self, outline: Outline) -> None:
        # Only if the parser found what the outline shows: one request, whole, and another may come.
        posting: object = self.cycle
        if (
            isinstance(posting, Posting)
            and posting.keep_alive
            and not self._begun
            and len(posting.body) == outline.length
        ):
            posting.mark = outline.mark

    def on_message_begin(self) -> None:
        """A request."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self._begun, self._since, self._idle = True, time.monotonic(), None

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
            keep_alive = self.parser.should_keep_alive()
            self.cycle = Posting(self, gate, keep_alive, self.headers)  # type: ignore[assignment]
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
        self._in_head, self._other_bytes = True, 0
        self._begun, self._since = False, None
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
        return (
            self._is_free()
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not parser.should_upgrade()
        )

    def _is_free(self) -> bool:
        """Whether nothing before it waits for its answer."""
        before: Any = self.cycle  # None before the first request, whatever its type says
        return (before is None or before.response_complete) and not self.flow.write_paused


def connections_to(intake: Intake) -> type[Connection]:
    """The connections of a server whose events go there."""
    gates = {f"/{site}/event".encode(): gate for site, gate in intake.gates.items()}
    given = {"intake": intake, "gates": gates, "answers": Answers()}
    return type("Connection", (Connection,), given)
