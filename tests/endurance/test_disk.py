"""A disk that takes no more, and a file that may not be written: told, survived, recovered from.

Three ways, because none works everywhere. A bound on the size of files (RLIMIT_FSIZE) is there for
every user of Linux; a real small file system takes root, and a container that may mount one; an
immutable file takes root and a file system that knows the flag. Permissions alone make no open file
read-only, which is a test of its own.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.endurance.endured import MIB, Endured
from tests.endurance.storm import Storm
from tests.endurance.talking import Line

ROUNDS, SHORT_ROUNDS = 10, 1
limits_files = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="this system cannot bound the files of another process"
)


def _no_growth(served: Endured) -> AbstractContextManager[None]:
    """The write-ahead log takes some pages more, less than a second's, as on a disk with a little
    space left: transactions break off in their middle."""
    return served.largest_file(MIB // 4)


def _no_writing(served: Endured) -> AbstractContextManager[None]:
    """Not a byte may be written, as in a file system that the kernel turned read-only."""
    return served.largest_file(0)


async def _refuse_and_recover(
    storm: Storm, cause: Callable[[Endured], AbstractContextManager[None]], rounds: int
) -> None:
    async with storm.blowing():
        for _ in range(rounds):
            await storm.until_kept()
            with cause(storm.served):
                await storm.until_refused()
                async with Line(storm.served.port) as line:
                    assert (await line.get("/readyz")).status == 503
                    assert (await line.get("/healthz")).status == 200
            await storm.until_kept()
    assert not storm.served.asleep()


@limits_files
@pytest.mark.parametrize("cause", [_no_growth, _no_writing], ids=["full", "read-only"])
async def test_a_disk_that_takes_no_more_is_told_and_recovered_from(
    cause: Callable[[Endured], AbstractContextManager[None]], served: Endured, long: bool
) -> None:
    storm = Storm(served)
    await _refuse_and_recover(storm, cause, ROUNDS if long else SHORT_ROUNDS)
    await storm.audit()


@limits_files
async def test_it_is_ready_again_though_nobody_sends_anything(served: Endured) -> None:
    """A balancer sends nothing to what is not ready: without a try of its own it would stay so."""
    storm = Storm(served)
    async with storm.blowing():
        await storm.until_kept()
    with _no_writing(served):
        async with storm.blowing():
            await storm.until_refused()
        async with Line(served.port) as line:
            assert (await line.get("/readyz")).status == 503
    async with asyncio.timeout(15), Line(served.port) as line:
        while (await line.get("/readyz")).status != 200:  # noqa: ASYNC110 - a monitor asks
            await asyncio.sleep(0.2)


def _mounted(folder: Path, size: int) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    mount = shutil.which("mount")
    return bool(mount) and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Endured]:
    """A gateway whose data lies on a disk of 12 MiB."""
    served = Endured(tmp_path / "served")
    served.data.mkdir()
    if not _mounted(served.data, 12 * MIB):
        pytest.skip("mounting a small file system takes root, and a container that may")
    try:
        with served:
            yield served
    finally:
        subprocess.run(["umount", "--lazy", str(served.data)], check=True)


@contextmanager
def _ballast(served: Endured) -> Iterator[None]:
    """Fill the disk to the last page, with what is no business of the gateway's."""
    file = served.data / "ballast"
    try:
        with file.open("wb", buffering=0) as out:
            for size in (MIB, 4096):
                while True:
                    try:
                        if out.write(b"\0" * size) < size:
                            break
                    except OSError:
                        break
        yield
    finally:
        file.unlink()


async def test_a_small_disk_that_is_full_is_told_and_recovered_from(
    small_disk: Endured, long: bool
) -> None:
    storm = Storm(small_disk)
    await _refuse_and_recover(storm, _ballast, ROUNDS if long else SHORT_ROUNDS)
    await storm.audit()


@contextmanager
def _immutable(served: Endured) -> Iterator[None]:
    files = [str(served.database), f"{served.database}-wal"]
    try:
        subprocess.run(["chattr", "+i", *files], capture_output=True, check=True)
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], capture_output=True, check=False)


async def test_a_database_file_that_was_made_immutable_is_told_and_recovered_from(
    served: Endured, long: bool
) -> None:
    try:
        with _immutable(served):
            pass
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("an immutable file takes root, and a file system that knows the flag")
    storm = Storm(served)
    await _refuse_and_recover(storm, _immutable, ROUNDS if long else SHORT_ROUNDS)
    await storm.audit()


async def test_permissions_that_were_taken_away_stop_no_file_that_is_open(served: Endured) -> None:
    """An operator who does so loses nothing until the next start, and that says what is wrong."""
    storm = Storm(served)
    files = [served.database, served.database.with_name("gateway.sqlite-wal")]
    async with storm.blowing():
        await storm.until_kept()
        for file in files:
            file.chmod(0o400)
        await storm.until_kept(200)
        for file in files:
            file.chmod(0o600)
    assert storm.refused == 0
    await storm.audit()
