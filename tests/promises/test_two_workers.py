"""P5 with two workers on one database: ten thousand choices at once, one of the two killed with -9
in the middle and started again. The chain does not fork and no acknowledged choice is lost."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.serving import Served
from tests.visiting import browser, choose, current_notice

CHOICES = 10_000
CONNECTIONS = 64
WITHIN_SECONDS = 1.0


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two gateways with the same configuration, secrets and database."""
    first, second = Served(tmp_path / "one"), Served(tmp_path / "two")
    second.share(first)
    with first, second:
        yield first, second


async def _choose_many(
    base: str, notice: str, turns: Iterator[int], said: dict[str, str], refusals: list[int]
) -> None:
    """Visitors one after the other, new ones and some who change their mind; until `turns` end."""
    headers = {"origin": base}
    async with browser(base, timeout=30) as client:
        for turn in turns:
            client.cookies.clear()
            yes = turn % 4 != 0
            body = {
                "notice": notice,
                "action": "accept" if yes else "reject",
                "choices": dict.fromkeys(("analytics", "marketing"), yes),
                "language": "nl",
            }
            try:
                answer = await client.post("/demo/consent", json=body, headers=headers)
            except httpx.TransportError:
                return  # the power went; what was not answered need not be there
            assert answer.status_code == 201, answer.text
            if yes:
                said[answer.json()["consent_id"]] = answer.json()["token"]
            else:
                refusals.append(turn)


async def test_ten_thousand_choices_make_one_chain_though_a_worker_is_killed(
    workers: tuple[Served, Served],
) -> None:
    first, second = workers
    async with browser(first.base) as client:
        notice = await current_notice(client)
    said: dict[str, str] = {}
    refusals: list[int] = []
    turns = iter(range(CHOICES))

    async def crowd(base: str, most: int) -> None:
        await asyncio.gather(
            *(_choose_many(base, notice, turns, said, refusals) for _ in range(most))
        )

    async def kill_and_start_again() -> None:
        while len(said) < CHOICES // 3:  # noqa: ASYNC110 - a test may look now and then
            await asyncio.sleep(0.02)
        await asyncio.to_thread(second.kill)
        await asyncio.to_thread(second.start)
        await crowd(second.base, CONNECTIONS // 2)

    await asyncio.gather(
        crowd(first.base, CONNECTIONS // 2), crowd(second.base, CONNECTIONS // 2),
        kill_and_start_again(),
    )  # fmt: skip

    assert next(turns, None) is None
    proof = await asyncio.to_thread(first.run, "verify", "--site", "demo")
    assert "add up" in proof
    with closing(sqlite3.connect(first.data / "gateway.sqlite")) as db:
        stored = {row[0] for row in db.execute("SELECT consent_id FROM consents")}
        [(refused,)] = db.execute("SELECT count(*) FROM consents WHERE state = 'refused'")
        [(records, last)] = db.execute("SELECT count(*), max(seq) FROM consents")
        [(forks,)] = db.execute("SELECT count(*) - count(DISTINCT previous) FROM consents")
    assert set(said) <= stored
    assert refused >= len(refusals)
    assert (records, forks) == (last, 0)
    # Not answered when the power went: at most what was under way.
    assert CHOICES - CONNECTIONS <= records <= CHOICES


async def test_a_withdrawal_in_one_worker_holds_in_the_other_within_a_second(
    workers: tuple[Served, Served],
) -> None:
    """P4: while the other worker is taking this visitor's events."""
    first, second = workers
    async with browser(first.base) as here, browser(second.base) as there:
        token = (await choose(here, headers={"origin": first.base})).json()["token"]
        event = {"kind": "pageview", "url": second.base + "/", "token": token}
        headers = {"origin": second.base, "user-agent": "Mozilla/5.0 Firefox/145.0"}
        kept_last = withdrawn = 0.0
        for turn in itertools.count():
            if turn == 20:
                await here.post("/demo/withdraw", json={"token": token})
                withdrawn = time.monotonic()
            sent = time.monotonic()
            answer = (await there.post("/demo/event", json=event, headers=headers)).json()
            if answer["kept"]:
                kept_last = sent
            elif withdrawn:
                break
            assert not withdrawn or sent - withdrawn < WITHIN_SECONDS
        assert answer["dropped"] == {"withdrawn": 1}
        assert kept_last < withdrawn or kept_last - withdrawn < WITHIN_SECONDS
        for _ in range(5):
            answer = (await there.post("/demo/event", json=event, headers=headers)).json()
            assert answer == {"kept": 0, "dropped": {"withdrawn": 1}}
