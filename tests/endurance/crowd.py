"""Visitors who accept, browse, send batches, withdraw and refuse, until their connection ends."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from tests.endurance.ledger import Ledger
from tests.endurance.talking import Answer, Line, choice, letters, view

LARGEST_BATCH = 20


@dataclass(slots=True)
class Crowd:
    """What its members sent and heard stands in `ledger`."""

    ledger: Ledger
    dice: random.Random
    numbers: count[int] = field(default_factory=count)

    async def member(self, port: int, notice: str) -> None:
        """One visitor after the other over one connection; ends when that is cut."""
        with suppress(ConnectionError):
            async with Line(port) as line:
                while True:
                    await self._visit(line, notice)

    async def _visit(self, line: Line, notice: str) -> None:
        self.ledger.accepts += 1
        given = _acknowledged(await line.post("/demo/consent", choice(notice, "accept")), 201)
        if given is None:
            return
        said = given.json()
        self.ledger.given.add(said["consent_id"])
        for _ in range(self.dice.randrange(1, 6)):
            await self._browse(line, said["token"], self.dice.choice((1, 1, 1, LARGEST_BATCH)))
        if self.dice.random() < 0.5:
            self.ledger.withdrawing.add(said["consent_id"])
            ended = await line.post("/demo/withdraw", {"token": said["token"]})
            if _acknowledged(ended, 200):
                self.ledger.withdrawn.add(said["consent_id"])
                await self._browse(line, said["token"], 2)
        if self.dice.random() < 0.3:
            self.ledger.rejects += 1
            refused = await line.post("/demo/consent", choice(notice, "reject"))
            self.ledger.refused += _acknowledged(refused, 201) is not None

    async def _browse(self, line: Line, token: str, size: int) -> None:
        paths = [f"/p/{letters(next(self.numbers))}" for _ in range(size)]
        views = [view(line.port, path, token) for path in paths]
        self.ledger.sent.update(paths)
        self.ledger.batches.append(paths)
        answer = await line.post("/demo/event", views[0] if size == 1 else {"events": views})
        if (heard := _acknowledged(answer, 202)) is None:
            return
        said = heard.json()
        assert said["kept"] in (0, size), said
        (self.ledger.kept if said["kept"] else self.ledger.dropped).update(paths)


def _acknowledged(answer: Answer, wanted: int) -> Answer | None:
    """The answer, or None when the visitor was told to come back later."""
    if answer.status in (429, 503):
        return None
    assert answer.status == wanted, (answer.status, answer.body)
    return answer
