"""Several workers at one address: they lose nothing, hold to one another's withdrawals, and come
and go together."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Served
from tests.visiting import browser, choose

AGENT = "Mozilla/5.0 Firefox/145.0"
LAG_SECONDS = 10.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A gateway of two workers, each of which has started."""
    with Served(tmp_path, workers=2) as made:
        _wait_until(lambda: len(_ready(made)) == 2)
        yield made


def _ready(served: Served) -> set[str]:
    lines = served.log.read_text().splitlines()
    return {line.split()[3] for line in lines if "Application startup complete" in line}


def _wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Whose parent was killed is a child of the machine's first process, which may leave it lying.
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _rows(served: Served, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        return db.execute(query).fetchall()


@asynccontextmanager
async def _at(served: Served, number: int) -> Any:
    """A browser whose one connection is with this worker: the others sleep while it is made."""
    others = [process for one, process in served.workers().items() if one != number]
    limits = httpx.Limits(max_connections=1, keepalive_expiry=60)
    async with browser(served.base, limits=limits, timeout=20) as client:
        for process in others:
            os.kill(process, signal.SIGSTOP)
        try:
            assert (await client.get("/healthz")).status_code == 200
        finally:
            for process in others:
                os.kill(process, signal.SIGCONT)
        yield client


class _Crowd:
    """Visitors who choose and browse over many connections; what was acknowledged to them."""

    def __init__(self, served: Served) -> None:
        self.paths: set[str] = set()
        self.consents: set[str] = set()
        self.over = False
        self._served = served

    async def visit(self, name: int) -> None:
        """One visitor after the other; a lost connection is opened again, as browsers do."""
        headers = {"origin": self._served.base, "user-agent": AGENT}
        turns = itertools.count()
        async with browser(self._served.base, timeout=20) as client:
            while not self.over:
                client.cookies.clear()
                try:
                    said = (await choose(client, headers=headers)).json()
                    self.consents.add(said["consent_id"])
                    for turn in itertools.islice(turns, 4):
                        path = f"/{_letters(name)}-{_letters(turn)}"
                        body = {
                            "kind": "pageview",
                            "url": self._served.base + path,
                            "token": said["token"],
                        }
                        answer = await client.post("/demo/event", json=body, headers=headers)
                        if answer.json()["kept"] == 1:
                            self.paths.add(path)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)

    async def grow(self, by: int) -> None:
        """Until that many more events were acknowledged."""
        wanted = len(self.paths) + by
        for _ in range(300):
            if len(self.paths) >= wanted:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("nothing more was acknowledged")

    def check(self, *, whole: bool = False) -> None:
        """Everything acknowledged is there, once; `whole`: and nothing else."""
        stored = [
            row[0]
            for row in _rows(
                self._served, "SELECT w.text FROM events e JOIN words w ON w.id = e.path"
            )
        ]
        known = {row[0] for row in _rows(self._served, "SELECT consent_id FROM consents")}
        assert self.paths <= set(stored)
        assert self.consents <= known
        assert len(stored) == len(set(stored))
        if whole:
            assert (set(stored), known) == (self.paths, self.consents)


def _letters(number: int) -> str:
    """Long digit runs in paths are masked."""
    return "".join("klmnopqrst"[int(digit)] for digit in str(number))


async def test_a_worker_killed_under_load_loses_nothing_and_is_replaced(served: Served) -> None:
    crowd = _Crowd(served)
    visitors = [asyncio.create_task(crowd.visit(name)) for name in range(12)]
    await crowd.grow(20)
    before = served.workers()
    os.kill(before[2], signal.SIGKILL)
    await crowd.grow(20)  # the other goes on
    await asyncio.to_thread(_wait_until, lambda: served.workers()[2] != before[2])
    await crowd.grow(20)
    crowd.over = True
    await asyncio.gather(*visitors)
    assert served.workers()[1] == before[1]
    assert "worker 2: ended by signal 9; it is started again" in served.log.read_text()
    crowd.check()
    assert "add up" in await asyncio.to_thread(served.run, "verify")


async def test_a_clean_stop_under_load_answers_what_was_taken(served: Served) -> None:
    crowd = _Crowd(served)
    visitors = [asyncio.create_task(crowd.visit(name)) for name in range(12)]
    await crowd.grow(20)
    workers = served.workers().values()
    assert await asyncio.to_thread(served.stop) == 0
    crowd.over = True
    await asyncio.gather(*visitors)
    assert not any(_alive(process) for process in workers)
    assert "killed" not in served.log.read_text()
    crowd.check(whole=True)


async def test_when_what_started_them_is_killed_the_workers_end_and_the_port_is_free(
    served: Served,
) -> None:
    crowd = _Crowd(served)
    visitors = [asyncio.create_task(crowd.visit(name)) for name in range(6)]
    await crowd.grow(10)
    workers = served.workers().values()
    await asyncio.to_thread(served.kill)
    await asyncio.to_thread(_wait_until, lambda: not any(_alive(one) for one in workers))
    crowd.over = True
    await asyncio.gather(*visitors)
    crowd.check()
    await asyncio.to_thread(served.start)
    crowd.over = False
    again = asyncio.create_task(crowd.visit(10))
    await crowd.grow(3)
    crowd.over = True
    await again
    crowd.check()


async def test_a_withdrawal_at_one_worker_holds_at_the_other_at_once(served: Served) -> None:
    """P4: the very next event, though the other has this token and its consent in memory."""
    headers = {"origin": served.base, "user-agent": AGENT}
    async with _at(served, 1) as here, _at(served, 2) as there:
        for _ in range(10):
            token = (await choose(here, headers=headers)).json()["token"]
            event = {"kind": "pageview", "url": served.base + "/", "token": token}
            before = await there.post("/demo/event", json=event, headers=headers)
            assert before.json()["kept"] == 1
            withdrawn = await here.post("/demo/withdraw", json={"token": token}, headers=headers)
            assert withdrawn.json()["state"] == "withdrawn"
            after = await there.post("/demo/event", json=event, headers=headers)
            assert after.json() == {"kept": 0, "dropped": {"withdrawn": 1}}
            here.cookies.clear()
            there.cookies.clear()


async def test_one_worker_makes_the_figures_and_another_when_it_is_killed(served: Served) -> None:
    headers = {"origin": served.base, "user-agent": AGENT}

    def views() -> int:
        # Events, and these are nothing but page views.
        parts = "SELECT events FROM fresh UNION ALL SELECT events FROM segments"
        return int(_rows(served, f"SELECT coalesce(sum(events), 0) FROM ({parts})")[0][0])

    async def look(client: httpx.AsyncClient, times: int) -> None:
        token = (await choose(client, headers=headers)).json()["token"]
        event = {"kind": "pageview", "url": served.base + "/", "token": token}
        for _ in range(times):
            answer = await client.post("/demo/event", json=event, headers=headers)
            assert answer.json()["kept"] == 1

    _wait_until(lambda: len(_leaders(served)) == 1)
    _assert_led(served)
    numbers = {process: number for number, process in served.workers().items()}
    first = numbers[_leaders(served)[0]]
    async with _at(served, 1) as one, _at(served, 2) as two:
        await look(one, 5)
        await look(two, 5)
        await asyncio.to_thread(_wait_until, lambda: views() == 10, LAG_SECONDS)
        assert len(_leaders(served)) == 1
    async with _at(served, 3 - first) as other:
        os.kill(_leaders(served)[0], signal.SIGKILL)
        await look(other, 5)
        await asyncio.to_thread(_wait_until, lambda: views() == 15, LAG_SECONDS)
    # The one that lived, or already the one that took the place of the killed.
    assert len(_leaders(served)) == 2
    _assert_led(served)
    await asyncio.sleep(2.5)  # a second aggregator would count them again
    assert views() == 15


def _leaders(served: Served) -> list[int]:
    """The processes that led, in their order."""
    lines = served.log.read_text().splitlines()
    return [int(line.split("process ")[1].split()[0]) for line in lines if " leads: " in line]


def _assert_led(served: Served) -> None:
    with (served.data / "leader.lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_workers_that_start_at_once_publish_each_notice_once(tmp_path: Path) -> None:
    with Served(tmp_path, workers=3) as made:
        _wait_until(lambda: len(_ready(made)) == 3)
        published = _rows(
            made, "SELECT site, count(*), count(DISTINCT notice) FROM publications GROUP BY 1"
        )
        assert published == [(site, 1, 1) for site, *_ in published]
        assert {row[0] for row in published} >= {"demo"}
        assert made.stop() == 0
    with made:
        _wait_until(lambda: made.log.read_text().count("Application startup complete") == 6)
        assert _rows(made, "SELECT count(*) FROM publications") == [(len(published),)]


def test_a_port_that_is_taken_is_told_once_and_nothing_is_made(tmp_path: Path) -> None:
    served = Served(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert served.fail("serve", "--workers", "2", "--port", port).count("cannot listen") == 1
    assert not served.data.exists()
