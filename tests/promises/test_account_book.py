"""received = kept + dropped: workers are killed with -9 under load, and the book is exact."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import Served
from tests.visiting import FIREFOX, browser, choose

SENDERS = 12
KILLS = 3
AFTER_EACH = 60
"""Answers between two kills."""


@dataclass(slots=True)
class _Sent:
    """What the senders know: outcomes that were answered, and those that never were."""

    answered: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    told: list[dict[str, float]] = field(default_factory=list)
    is_over: bool = False


async def _send(served: Served, sent: _Sent, token: str, dice: random.Random) -> None:
    """Batches of one to three items, of which each has another end, until it is over."""
    tokens = {"kept": token, "no_consent": None, "forged_token": f"{token}x"}
    headers = {"origin": served.base, "user-agent": FIREFOX}
    async with browser(served.base, timeout=20) as client:
        while not sent.is_over:
            outcomes = dice.choices(list(tokens), k=dice.randint(1, 3))
            events = [
                {"kind": "pageview", "url": f"{served.base}/{one}", "token": tokens[one]}
                for one in outcomes
            ]
            try:
                answer = await client.post("/demo/event", json={"events": events}, headers=headers)
            except httpx.TransportError:
                sent.unanswered.update(outcomes)
                continue
            assert answer.status_code == 202
            said = answer.json()
            assert said["kept"] == outcomes.count("kept")
            sent.answered.update({"kept": said["kept"], **said["dropped"]})


async def _watch(served: Served, sent: _Sent) -> None:
    """Ask for the metrics on a connection of its own each time: now this worker, now that one."""
    while not sent.is_over:
        try:
            async with browser(served.base, timeout=20) as client:
                sent.told.append(_counted((await client.get("/metrics")).text))
        except httpx.TransportError:
            continue
        await asyncio.sleep(0.05)


def _counted(text: str) -> dict[str, float]:
    return {
        f"{sample.name} {sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        if family.type != "gauge"
        for sample in family.samples
    }


async def _kill(served: Served, sent: _Sent, dice: random.Random) -> None:
    for _ in range(KILLS):
        before = sent.answered.total()
        deadline = time.monotonic() + 15
        while sent.answered.total() < before + AFTER_EACH:
            assert time.monotonic() < deadline, "nothing is answered"
            await asyncio.sleep(0.02)
        victim = dice.choice(list(served.workers().values()))
        os.kill(victim, signal.SIGKILL)
        while victim in served.workers().values():
            assert time.monotonic() < deadline, "it is not replaced"
            await asyncio.sleep(0.05)
    sent.is_over = True


def _book(served: Served) -> dict[str, int]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        return dict(db.execute("SELECT outcome, sum(count) FROM accounts GROUP BY outcome"))


def _rows(served: Served) -> int:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


async def test_the_book_is_exact_whoever_is_killed_and_no_sum_goes_back(tmp_path: Path) -> None:
    dice, sent = random.Random(5), _Sent()
    with Served(tmp_path, workers=2) as served:
        async with browser(served.base, timeout=20) as client:
            headers = {"origin": served.base, "user-agent": FIREFOX}
            token = (await choose(client, headers=headers)).json()["token"]
        await asyncio.gather(
            *(_send(served, sent, token, random.Random(seed)) for seed in range(SENDERS)),
            _watch(served, sent),
            _kill(served, sent, dice),
        )
        book = _book(served)
        assert served.stop() == 0
    assert book["kept"] == _rows(served)
    assert set(book) == set(sent.answered)
    for outcome, n in book.items():
        most = sent.answered[outcome] + sent.unanswered[outcome]
        assert sent.answered[outcome] <= n <= most, outcome
    for earlier, later in zip(sent.told, sent.told[1:], strict=False):
        assert not {key: n for key, n in earlier.items() if later.get(key, 0) < n}

    with served:
        async with browser(served.base, timeout=20) as client:
            told = _counted((await client.get("/metrics")).text)
        said = json.loads(served.run("stats", "--json"))
    assert told["gateway_events_received_total [('site', 'demo')]"] == sum(book.values())
    assert said["sites"]["demo"]["received"] == sum(book.values())
    assert said["sites"]["demo"]["rows"] == book["kept"]
