"""P3: a gateway that is killed with -9 again and again, on one data folder that lives on. What was
acknowledged is there once, nothing is there by halves, and it starts again by itself."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.endurance.crowd import Crowd
from tests.endurance.endured import Endured
from tests.endurance.ledger import Ledger
from tests.endurance.talking import notice_of

ROUNDS, SHORT_ROUNDS = 50, 4
MEMBERS = 24


async def _round(served: Endured, crowd: Crowd, dice: random.Random) -> None:
    """Load until something is acknowledged, and then the power goes, at any moment."""
    before = len(crowd.ledger)
    notice = await notice_of(served.port)
    members = [asyncio.create_task(crowd.member(served.port, notice)) for _ in range(MEMBERS)]
    async with asyncio.timeout(30):
        while len(crowd.ledger) < before + 10:  # noqa: ASYNC110 - a test may look now and then
            await asyncio.sleep(0.01)
    await asyncio.sleep(dice.random() ** 2)
    await asyncio.to_thread(served.kill)
    await asyncio.gather(*members)


@pytest.mark.parametrize("seed", [5])
async def test_nothing_acknowledged_is_lost_in_any_of_many_power_cuts(
    seed: int, long: bool, tmp_path: Path
) -> None:
    dice = random.Random(seed)
    crowd = Crowd(Ledger(), dice)
    served = Endured(tmp_path)
    rounds = ROUNDS if long else SHORT_ROUNDS
    for n in range(1, rounds + 1):
        when = f"seed {seed}, power cut {n}"
        await asyncio.to_thread(served.start)
        await _round(served, crowd, dice)
        if n % 3 == 2:  # the power comes back and goes again at once
            await asyncio.to_thread(served.kill_while_starting, dice.random() * 2)
        await asyncio.to_thread(served.start)
        await asyncio.to_thread(crowd.ledger.audit, served, when)
        if long or n == rounds:
            assert "add up" in await asyncio.to_thread(served.run, "verify"), when
        if n < rounds:
            await asyncio.to_thread(served.kill)
    assert await asyncio.to_thread(served.stop) in (0, -15)
    assert crowd.ledger.kept
    assert crowd.ledger.dropped
    assert crowd.ledger.withdrawn
    assert crowd.ledger.refused
