"""The load: many connections, each of which sends its next request when the last was answered."""

from __future__ import annotations

import asyncio
import re
import time
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from gateway.bench.process import BenchError
from gateway.bench.visitors import Requests, Visitor

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CREATED = b"201"
_PATIENCE = 30.0
"""Seconds after the end within which every request must have been answered."""


@dataclass(slots=True)
class Tally:
    """What the connections saw. Counts are of all that was answered, times of the window only."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    times: array[float] = field(default_factory=lambda: array("d"))
    measuring: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Requests answered within so many seconds, and how long each of them took, shortest first."""

    seconds: float
    times: array[float]
    load_cpu: float  # seconds of processor time the load itself took

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the requests was answered."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


class Connection(asyncio.Protocol):
    """One keep-alive connection. Raw bytes: a client library would cost more than the server."""

    def __init__(self, visitor: Visitor, tally: Tally) -> None:
        self._visitor = visitor
        self._tally = tally
        self._read = b""
        self._sent = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it
        self._speak()

    def data_received(self, data: bytes) -> None:
        """Count an answer when it is whole, and send the next request."""
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if found else None
        if length is None or len(body) < int(length[1]):
            return
        self._read = b""
        tally = self._tally
        if tally.measuring:
            tally.times.append(time.perf_counter() - self._sent)
        status = head[9:12]
        if status == _CREATED:
            tally.acknowledged[self._visitor.site] += 1
            self._visitor.hear(body)
        else:
            tally.others[status.decode("latin-1")] += 1
        if tally.over:
            self._sent = 0.0
            self._transport.close()
        else:
            self._speak()

    def connection_lost(self, _: Exception | None) -> None:
        """What was under way is neither acknowledged nor refused: say so."""
        if self._sent:
            self._tally.others["no answer"] += 1
        self.closed.set_result(None)

    def _speak(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._visitor.speak())


async def drive(
    port: int, sites: Mapping[str, Requests], connections: int, seconds: float, warm_up: float
) -> tuple[Window, Counter[str]]:
    """Load a server; the window after the warm-up, and how many choices it acknowledged of each
    site, warm-up included. Raises BenchError when anything was answered otherwise."""
    tally = Tally()
    loop = asyncio.get_running_loop()
    made: list[Connection] = []
    for number in range(connections):
        visitor = Visitor(sites, number)
        _, one = await loop.create_connection(
            lambda visitor=visitor: Connection(visitor, tally),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        made.append(one)
    await asyncio.sleep(warm_up)
    tally.measuring = True
    began, spent = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    tally.measuring, tally.over = False, True
    took, cost = time.perf_counter() - began, time.process_time() - spent
    _, waiting = await asyncio.wait([one.closed for one in made], timeout=_PATIENCE)
    if waiting:
        tally.others["no answer"] += len(waiting)
    if tally.others or not tally.times:
        told = ", ".join(f"{n} x {what}" for what, n in tally.others.items()) or "nothing at all"
        raise BenchError(
            f"the server did not acknowledge every request, but answered {told}",
            hint="a rate of refusals means nothing; see what it logged",
        )
    return Window(took, array("d", sorted(tally.times)), cost), tally.acknowledged
