"""The load: many connections, each of which sends its next request when the last was answered."""

from __future__ import annotations

import asyncio
import re
import time
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from gateway.bench.process import BenchError

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATIENCE = 30.0
"""Seconds after the end within which every request must have been answered."""


class Speaker(Protocol):
    """Who speaks on one connection: `speak`, then `hear` the answer, and so on."""

    site: str
    """To whom the last request went."""

    def speak(self) -> bytes:
        """The next request; nothing when there is no more to say."""
        ...

    def hear(self, body: bytes) -> int:
        """Take in what the last request was answered; how much of it was acknowledged."""
        ...


@dataclass(slots=True)
class Tally:
    """What the connections saw. Counts are of all that was answered, times of the window only."""

    wanted: bytes
    acknowledged: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    times: array[float] = field(default_factory=lambda: array("d"))
    measuring: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Requests answered within so many seconds, and how long each of them took, shortest first."""

    seconds: float
    times: array[float]
    load_cpu: float  # seconds of processor time the load itself took
    answered: int  # requests before and after it too

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the requests was answered."""
        return self.times[min(len(self.times) - 1, int(len(self.times) * share))]


class Connection(asyncio.Protocol):
    """One keep-alive connection. Raw bytes: a client library would cost more than the server."""

    def __init__(self, speaker: Speaker, tally: Tally) -> None:
        self._speaker = speaker
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
        tally.answered += 1
        if tally.measuring:
            tally.times.append(time.perf_counter() - self._sent)
        status = head[9:12]
        if status == tally.wanted:
            tally.acknowledged[self._speaker.site] += self._speaker.hear(body)
        else:
            tally.others[status.decode("latin-1")] += 1
        if tally.over:
            self._end()
        else:
            self._speak()

    def connection_lost(self, _: Exception | None) -> None:
        """What was under way is neither acknowledged nor refused: say so."""
        if self._sent:
            self._tally.others["no answer"] += 1
        self.closed.set_result(None)

    def _speak(self) -> None:
        said = self._speaker.speak()
        if not said:
            self._end()
            return
        self._sent = time.perf_counter()
        self._transport.write(said)

    def _end(self) -> None:
        self._sent = 0.0
        self._transport.close()


async def drive(
    port: int, speakers: Sequence[Speaker], seconds: float, warm_up: float, wanted: bytes = b"201"
) -> tuple[Window, Counter[str]]:
    """Load a server, a connection for each speaker; the window after the warm-up, which ends early
    when nobody has more to say, and how much was acknowledged by each site, warm-up included.

    Raises BenchError when anything was answered otherwise than with the status `wanted`.
    """
    tally = Tally(wanted)
    loop = asyncio.get_running_loop()
    made: list[Connection] = []
    for speaker in speakers:
        _, one = await loop.create_connection(
            lambda speaker=speaker: Connection(speaker, tally),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        made.append(one)
    closed = [one.closed for one in made]
    await asyncio.sleep(warm_up)
    tally.measuring = True
    began, spent = time.perf_counter(), time.process_time()
    await asyncio.wait(closed, timeout=seconds)
    tally.measuring, tally.over = False, True
    took, cost = time.perf_counter() - began, time.process_time() - spent
    _, waiting = await asyncio.wait(closed, timeout=_PATIENCE)
    if waiting:
        tally.others["no answer"] += len(waiting)
    if tally.others or not tally.times:
        told = ", ".join(f"{n} x {what}" for what, n in tally.others.items()) or "nothing at all"
        raise BenchError(
            f"the server did not acknowledge every request, but answered {told}",
            hint="a rate of refusals means nothing; see what it logged",
        )
    window = Window(took, array("d", sorted(tally.times)), cost, tally.answered)
    return window, tally.acknowledged
