"""Clients that mean harm are bounded in time and memory, and honest ones are served meanwhile."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from tests.endurance.endured import MIB, Endured
from tests.endurance.siege import FAST, SLOW, Attack
from tests.endurance.talking import Line, choice, notice_of, view

SILENT, LONG_SILENT = 300, 3_000
EACH, LONG_EACH = 8, 100
# What is not complete after 15 s is closed; the rest is for a busy machine.
WITHIN = 17.5
_MOST_MEMORY = 48 * MIB
_SLOWEST, _MEDIAN = 2.0, 0.25


@asynccontextmanager
async def honest(served: Endured) -> AsyncIterator[None]:
    """Somebody visits all the while, each time over a new connection, and is served; memory stays
    within its bound."""
    notice = await notice_of(served.port)
    async with Line(served.port) as line:
        given = await line.post("/demo/consent", choice(notice, "accept"))
    token, waits, memory = given.json()["token"], [0.0], [served.memory()]
    ending = asyncio.Event()

    async def visit() -> None:
        while not ending.is_set():
            begun = time.monotonic()
            async with Line(served.port) as line:
                assert (await line.get("/demo/banner.js")).status == 200
                answer = await line.post("/demo/event", view(served.port, "/", token))
                assert answer.json()["kept"] == 1
            waits.append(time.monotonic() - begun)
            memory.append(served.memory())
            await asyncio.sleep(0.05)

    visiting = asyncio.create_task(visit())
    try:
        yield
    finally:
        ending.set()
        await visiting
    assert max(waits) < _SLOWEST
    assert statistics.median(waits) < _MEDIAN
    assert max(memory) - memory[0] < _MOST_MEMORY


async def _survivors(
    served: Endured, attacks: Mapping[str, Attack], each: int, many: Mapping[str, int]
) -> dict[str, float]:
    """The attacks that went on for longer than they may, and for how long."""
    names = [name for name in attacks for _ in range(many.get(name, each))]
    lasted = await asyncio.gather(*(attacks[name].last(served.port, WITHIN) for name in names))
    return {name: took for name, took in zip(names, lasted, strict=True) if took >= WITHIN}


@pytest.mark.parametrize("attacks", [SLOW, FAST], ids=["slow", "fast"])
async def test_whoever_does_not_come_to_an_end_is_cut_off(
    attacks: Mapping[str, Attack], served: Endured, long: bool
) -> None:
    async with honest(served):
        many = {"silence": LONG_SILENT if long else SILENT}
        # The fast ones keep this process busy, which measures how long honest visitors wait.
        each = 2 if attacks is FAST else LONG_EACH if long else EACH
        assert await _survivors(served, attacks, each, many) == {}
    assert not served.asleep()
