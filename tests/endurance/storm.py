"""Visitors who go on sending whatever they are told, to see a service refuse and recover."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from tests.endurance.endured import Endured
from tests.endurance.talking import Answer, Cut, Line, choice, counted, letters, notice_of, view

REFUSED = "gateway_refused_requests"
_SENDERS = 16
_EVERY = 0.02
# A store that cannot write is tried for five seconds; nobody is kept waiting for several turns.
_LONGEST_WAIT = 12.0


@dataclass(slots=True)
class Storm:
    """Events, each with a path of its own, and one in four senders chooses in place of browsing."""

    served: Endured
    kept: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    refused: int = 0
    refused_choices: int = 0
    longest: float = 0.0
    _numbers: count[int] = field(default_factory=count)
    _notice: str = ""
    _token: str = ""

    @asynccontextmanager
    async def blowing(self) -> AsyncIterator[None]:
        """Senders are at work until the end of the block."""
        if not self._token:
            await self._prepare()
        ending = asyncio.Event()
        senders = [asyncio.create_task(self._send(n, ending)) for n in range(_SENDERS)]
        try:
            yield
        finally:
            ending.set()
            await asyncio.gather(*senders)

    async def until_kept(self, more: int = 20, seconds: float = 15) -> None:
        """Wait until events and choices are acknowledged again."""
        events, choices = len(self.kept) + more, len(self.given) + more // 10
        async with asyncio.timeout(seconds):
            while len(self.kept) < events or len(self.given) < choices:  # noqa: ASYNC110 - now and then
                await asyncio.sleep(0.01)

    async def until_refused(self, more: int = 12, seconds: float = 15) -> None:
        """Wait until events and choices were refused."""
        events, choices = self.refused + more, self.refused_choices + 1
        async with asyncio.timeout(seconds):
            while self.refused < events or self.refused_choices < choices:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def audit(self) -> None:
        """Nothing acknowledged is lost, nothing refused was stored, every refusal was counted and
        nobody waited long for one."""
        paths = [path for path, _ in self.served.stored()]
        assert sorted(paths) == sorted(self.kept)
        known = {row[0] for row in self.served.rows("SELECT consent_id FROM consents")}
        assert known == self.given
        assert self.longest < _LONGEST_WAIT
        assert await counted(self.served.port, REFUSED) == self.refused
        assert "add up" in await asyncio.to_thread(self.served.run, "verify")

    async def _prepare(self) -> None:
        self._notice = await notice_of(self.served.port)
        async with Line(self.served.port) as line:
            said = (await line.post("/demo/consent", choice(self._notice, "accept"))).json()
        self._token = said["token"]
        self.given.add(said["consent_id"])

    async def _send(self, place: int, ending: asyncio.Event) -> None:
        step = self._choose if place % 4 == 3 else self._browse
        while not ending.is_set():
            with suppress(Cut):  # it idled too long, or was told to close
                async with Line(self.served.port) as line:
                    while not ending.is_set():
                        await step(line)
                        await asyncio.sleep(_EVERY)

    async def _browse(self, line: Line) -> None:
        path = f"/p/{letters(next(self._numbers))}"
        answer = await self._timed(line, "event", view(line.port, path, self._token))
        if answer.status == 202:
            assert answer.json()["kept"] == 1, answer.body
            self.kept.add(path)
        else:
            self.refused += _is_busy(answer)

    async def _choose(self, line: Line) -> None:
        answer = await self._timed(line, "consent", choice(self._notice, "accept"))
        if answer.status == 201:
            self.given.add(answer.json()["consent_id"])
        else:
            self.refused_choices += _is_busy(answer)

    async def _timed(self, line: Line, route: str, body: object) -> Answer:
        begun = time.monotonic()
        answer = await line.post(f"/demo/{route}", body)
        self.longest = max(self.longest, time.monotonic() - begun)
        return answer


def _is_busy(answer: Answer) -> bool:
    assert answer.status == 503, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) >= 1
    return True
