"""P3: what was acknowledged is on disk. The process is killed with -9 under load, and what comes
back must hold every event and every choice that was answered."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.serving import Served
from tests.visiting import browser, choose

ROUNDS = 4


async def _load(served: Served, dice: random.Random) -> tuple[set[str], set[str]]:
    """Visitors choose and browse until the power goes; the paths and consents acknowledged."""
    paths: set[str] = set()
    consents: set[str] = set()
    headers = {"origin": served.base, "user-agent": "Mozilla/5.0 Firefox/145.0"}
    limits = httpx.Limits(max_connections=40)

    async def one(client: httpx.AsyncClient) -> None:
        try:
            while True:
                client.cookies.clear()
                said = (await choose(client, headers=headers)).json()
                consents.add(said["consent_id"])
                for _ in range(5):
                    path = f"/p-{''.join(dice.choices('abcdefghijklmnop', k=12))}"
                    body = {
                        "kind": "pageview",
                        "url": served.base + path,
                        "token": said["token"],
                    }
                    answer = await client.post("/demo/event", json=body, headers=headers)
                    if answer.json()["kept"] == 1:
                        paths.add(path)
        except httpx.TransportError:
            return

    async with browser(served.base, limits=limits, timeout=20) as client:
        tasks = [asyncio.create_task(one(client)) for _ in range(20)]
        for _ in range(600):  # a busy machine acknowledges little in its first second
            if len(paths) > 5:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(dice.random())
        await asyncio.to_thread(served.kill)
        await asyncio.gather(*tasks)
    return paths, consents


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_a_power_cut_loses_nothing_that_was_acknowledged(seed: int, tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.start()
    paths, consents = await _load(served, random.Random(seed))
    assert len(paths) > 5
    served.start()
    served.run("verify")
    served.stop()
    with sqlite3.connect(served.data / "gateway.sqlite") as db:
        stored = [
            row[0] for row in db.execute("SELECT w.text FROM events e, words w ON w.id = path")
        ]
        known = {row[0] for row in db.execute("SELECT consent_id FROM consents")}
    db.close()
    assert paths <= set(stored)
    assert consents <= known
    assert len(stored) == len(set(stored))


async def test_a_clean_stop_writes_what_waits(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.start()
    headers = {"origin": served.base, "user-agent": "Mozilla/5.0 Firefox/145.0"}
    async with browser(served.base) as client:
        token = (await choose(client, headers=headers)).json()["token"]
        body = {"kind": "pageview", "url": served.base + "/", "token": token}
        posts = [
            asyncio.create_task(client.post("/demo/event", json=body, headers=headers))
            for _ in range(50)
        ]
        answers = await asyncio.gather(*posts)
    assert await asyncio.to_thread(served.stop) in (0, -signal.SIGTERM)
    with sqlite3.connect(served.data / "gateway.sqlite") as db:
        [(stored,)] = db.execute("SELECT count(*) FROM events")
    db.close()
    assert stored == sum(answer.json()["kept"] for answer in answers) == 50
