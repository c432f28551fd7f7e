"""Of several gateways on one data folder one leads, and another as soon as that one is gone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.errors import StoreError
from gateway.leader import Leader
from gateway.timer import Job, Timer
from tests.test_layout import ROOT

HOLD = """
import sys, time
from pathlib import Path
from gateway.leader import Leader
leader = Leader(Path(sys.argv[1]))
print(leader.lead(), flush=True)
time.sleep(60)
"""


def test_of_two_that_ask_one_leads_until_it_lets_go(tmp_path: Path) -> None:
    first, second = Leader(tmp_path), Leader(tmp_path)
    assert first.lead()
    assert not second.lead()
    assert first.lead()
    first.release()
    assert second.lead()
    assert not first.lead()
    second.release()
    second.release()  # twice is as good as once
    assert first.lead()
    first.release()


def test_whoever_is_killed_leads_no_more(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        ours = Leader(tmp_path)
        assert not ours.lead()
        other.kill()
        other.wait(20)
        assert ours.lead()
        ours.release()


def test_the_lock_is_for_its_owner_only_and_holds_nothing(tmp_path: Path) -> None:
    leader = Leader(tmp_path)
    assert leader.lead()
    [file] = tmp_path.iterdir()
    assert (file.stat().st_mode & 0o777, file.read_bytes()) == (0o600, b"")
    leader.release()


def test_a_lock_that_somebody_removes_makes_no_second_leader(tmp_path: Path) -> None:
    first, second = Leader(tmp_path), Leader(tmp_path)
    assert first.lead()
    (tmp_path / "leader.lock").unlink()
    assert second.lead()
    assert not first.lead()
    second.release()
    assert first.lead()
    first.release()


def test_where_no_lock_can_be_made_nobody_leads_and_is_told_why(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        Leader(tmp_path / "missing").lead()


async def test_a_job_for_one_alone_runs_with_who_leads_and_goes_over_to_the_next(
    tmp_path: Path,
) -> None:
    """Also one whose own turn would come in an hour: who takes over starts it at once."""
    done: list[str] = []

    def job(name: str) -> Job:
        async def run() -> None:
            done.append(name)

        return Job(name, 3600, run, alone=not name.startswith("each"))

    leaders = [Leader(tmp_path), Leader(tmp_path)]
    first, second = (
        Timer((job(f"alone {n}"), job(f"each {n}")), leader.lead)
        for n, leader in enumerate(leaders)
    )
    first.start()
    await asyncio.sleep(0)
    second.start()
    await asyncio.sleep(0.1)
    assert sorted(done) == ["alone 0", "each 0", "each 1"]
    await first.stop()
    leaders[0].release()
    for _ in range(200):
        if len(done) > 3:
            break
        await asyncio.sleep(0.05)
    assert sorted(done) == ["alone 0", "alone 1", "each 0", "each 1"]
    await second.stop()
    leaders[1].release()


async def test_a_job_waits_for_its_lead_though_asking_for_it_fails(tmp_path: Path) -> None:
    done = asyncio.Event()

    async def run() -> None:
        done.set()

    folder = tmp_path / "comes later"
    timer = Timer([Job("alone", 0.05, run, alone=True)], Leader(folder).lead)
    timer.start()
    await asyncio.sleep(0.1)
    assert not done.is_set()
    folder.mkdir()
    await asyncio.wait_for(done.wait(), 10)
    await timer.stop()
