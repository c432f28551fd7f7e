"""One visitor whose events are under way at several workers while the visitor's mind changes."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.endurance.endured import Endured
from tests.endurance.talking import Line, choice, letters, view

_BROWSERS = 3
_OWN = """
SELECT count(*) FROM events WHERE path IN (SELECT id FROM words WHERE text GLOB ?)"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A page view, when it was begun and answered, and whether it was kept."""

    path: str
    begun: float
    ended: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A choice, when it was sent and answered, and how many events of its visitor were stored just
    after and just before the next."""

    sent: float
    answered: float
    stored: int


@dataclass(slots=True)
class Browsing:
    """A visitor of several gateways on one database; `name` is in every path."""

    name: str
    gateways: Sequence[Endured]
    notice: str
    dice: random.Random
    token: str = ""
    consent_id: str = ""
    events: list[Sent] = field(default_factory=list)

    async def accept(self) -> None:
        """Say yes, at any of the gateways."""
        async with Line(self._port()) as line:
            said = (await line.post("/demo/consent", choice(self.notice, "accept"))).json()
        self.token, self.consent_id = said["token"], said["consent_id"]

    async def withdraw(self) -> Said:
        """End it, at any of the gateways."""
        return await self._say("withdraw", {"token": self.token})

    async def save(self, *, analytics: bool) -> Said:
        """Switch one purpose."""
        choices = {"analytics": analytics, "marketing": True}
        body = choice(self.notice, "save", choices=choices, token=self.token)
        return await self._say("consent", body)

    async def stored(self) -> int:
        """Events of this visitor on disk now."""
        pattern = f"/v/{self.name}/*"
        [(found,)] = await asyncio.to_thread(self.gateways[0].rows, _OWN, pattern)
        return int(found)

    @asynccontextmanager
    async def browsing(self) -> AsyncIterator[None]:
        """Events are under way at each of the gateways until the end of the block."""
        ending = asyncio.Event()
        ports = [self.gateways[n % len(self.gateways)].port for n in range(_BROWSERS)]
        tasks = [asyncio.create_task(self._browse(port, ending)) for port in ports]
        try:
            yield
        finally:
            ending.set()
            await asyncio.gather(*tasks)

    async def _browse(self, port: int, ending: asyncio.Event) -> None:
        async with Line(port) as line:
            while not ending.is_set():
                size = self.dice.choice((1, 1, 5))
                path = f"/v/{self.name}/{letters(self.dice.getrandbits(40))}"
                paths = [f"{path}/{letters(n)}" for n in range(size)]
                views = [view(port, one) for one in paths]
                begun = time.monotonic()
                answer = await line.post("/demo/event", {"events": views}, self.token)
                ended = time.monotonic()
                assert answer.status == 202, (answer.status, answer.body)
                said = answer.json()
                assert said in ({"kept": size, "dropped": {}},
                                {"kept": 0, "dropped": {"withdrawn": size}}), said  # fmt: skip
                kept = bool(said["kept"])
                self.events += [Sent(one, begun, ended, kept) for one in paths]
                await asyncio.sleep(self.dice.random() * 0.02)

    async def _say(self, route: str, body: dict[str, object]) -> Said:
        async with Line(self._port()) as line:
            sent = time.monotonic()
            answer = await line.post(f"/demo/{route}", body)
            answered = time.monotonic()
        assert answer.status in (200, 201), (answer.status, answer.body)
        return Said(sent, answered, await self.stored())

    def _port(self) -> int:
        return self.dice.choice(self.gateways).port
