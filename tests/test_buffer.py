"""Group commit: nobody is told it is kept before it is, and nobody is forgotten (P3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from gateway.buffer import Buffer
from gateway.errors import BusyError


class Disk:
    """A store as slow, as full or as broken as a test wants; `gate` is the sync to disk."""

    def __init__(self, *failures: Exception | None) -> None:
        self.batches: list[list[int]] = []
        self.kept: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._failures = list(failures)

    async def write(self, items: Sequence[int]) -> Sequence[str]:
        self.batches.append(list(items))
        await self.gate.wait()
        failure = self._failures.pop(0) if self._failures else None
        if failure is not None:
            raise failure
        self.kept += items
        return [f"kept {item}" for item in items]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_item_is_answered_after_its_commit_and_not_before() -> None:
    disk = Disk()
    disk.gate.clear()
    buffer = Buffer(disk.write)
    buffer.start()
    answer = asyncio.create_task(buffer.put([1]))
    await settle()
    assert (disk.batches, answer.done()) == ([[1]], False)
    disk.gate.set()
    assert await answer == ["kept 1"]
    await buffer.drain()


async def test_what_comes_in_during_a_commit_goes_into_the_next_together() -> None:
    disk = Disk()
    disk.gate.clear()
    buffer = Buffer(disk.write)
    buffer.start()
    answers = []
    for items in ([1], [2, 3], [4]):
        answers.append(asyncio.create_task(buffer.put(items)))
        await settle()
    assert len(buffer) == 3
    disk.gate.set()
    assert await asyncio.gather(*answers) == [["kept 1"], ["kept 2", "kept 3"], ["kept 4"]]
    assert disk.batches == [[1], [2, 3, 4]]
    await buffer.drain()


async def test_order_is_kept_over_batches() -> None:
    disk = Disk()
    buffer = Buffer(disk.write, batch=3)
    buffer.start()
    await asyncio.gather(*(buffer.put([n]) for n in range(20)))
    assert disk.kept == list(range(20))
    assert max(len(batch) for batch in disk.batches) == 3
    await buffer.drain()


async def test_one_caller_may_bring_more_than_a_batch() -> None:
    disk = Disk()
    buffer = Buffer(disk.write, batch=2)
    buffer.start()
    assert await buffer.put([1, 2, 3, 4, 5]) == [f"kept {n}" for n in (1, 2, 3, 4, 5)]
    assert await buffer.put([]) == []
    await buffer.drain()


async def test_a_full_queue_is_busy_and_keeps_nothing_of_what_did_not_fit() -> None:
    disk = Disk()
    disk.gate.clear()
    buffer = Buffer(disk.write, limit=2)
    buffer.start()
    first = asyncio.create_task(buffer.put([1]))
    await settle()  # the first is being written: it waits no longer
    second = asyncio.create_task(buffer.put([2]))
    await settle()
    with pytest.raises(BusyError, match="more comes in than can be written"):
        await buffer.put([3, 4])
    third = asyncio.create_task(buffer.put([5]))
    await settle()
    disk.gate.set()
    await asyncio.gather(first, second, third)
    assert disk.kept == [1, 2, 5]
    await buffer.drain()


@pytest.mark.parametrize("failure", [BusyError("locked"), OSError("disk gone"), ValueError("x")])
async def test_a_write_that_fails_is_answered_busy_and_the_next_goes_on(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk(failure)
    buffer = Buffer(disk.write)
    buffer.start()
    with pytest.raises(BusyError, match="the store cannot write now"):
        await buffer.put([1, 2])
    assert await buffer.put([3]) == ["kept 3"]
    assert disk.kept == [3]
    # Told once when it begins and once when it is over, without what was to be written.
    levels = [record.levelno for record in caplog.records if record.name == "gateway.buffer"]
    first = logging.WARNING if isinstance(failure, BusyError) else logging.ERROR
    assert levels == [first, logging.WARNING]
    await buffer.drain()


async def test_what_one_caller_brings_is_kept_or_refused_as_a_whole() -> None:
    """Sent again after a 503, nothing of it is there twice."""
    disk = Disk(None, BusyError("full"))
    disk.gate.clear()
    buffer = Buffer(disk.write, batch=2)
    buffer.start()
    first = asyncio.create_task(buffer.put([1]))
    await settle()
    second = asyncio.create_task(buffer.put([2, 3, 4]))
    await settle()
    disk.gate.set()
    assert await first == ["kept 1"]
    with pytest.raises(BusyError):
        await second
    assert disk.kept == [1]
    assert await buffer.put([2, 3, 4]) == ["kept 2", "kept 3", "kept 4"]
    assert disk.batches == [[1], [2, 3, 4], [2, 3, 4]]
    await buffer.drain()


async def test_a_caller_that_went_away_breaks_nothing_for_the_others() -> None:
    disk = Disk()
    disk.gate.clear()
    buffer = Buffer(disk.write)
    buffer.start()
    answers = []
    for n in (1, 2, 3, 4):
        answers.append(asyncio.create_task(buffer.put([n])))
        await settle()
    answers[0].cancel()  # in the middle of its commit
    answers[2].cancel()  # while it waits
    await settle()
    disk.gate.set()
    assert await answers[1] == ["kept 2"]
    assert await answers[3] == ["kept 4"]
    assert disk.kept == [1, 2, 3, 4]
    await buffer.drain()


async def test_a_caller_that_went_away_before_a_failure_breaks_nothing() -> None:
    disk = Disk(BusyError("full"))
    disk.gate.clear()
    buffer = Buffer(disk.write)
    buffer.start()
    answer = asyncio.create_task(buffer.put([1]))
    await settle()
    answer.cancel()
    await settle()
    disk.gate.set()
    await settle()
    assert await buffer.put([2]) == ["kept 2"]
    await buffer.drain()


async def test_who_waited_behind_a_lock_has_waited_enough() -> None:
    """Else each batch in the queue waits for the lock anew, one after the other."""
    disk = Disk(BusyError("locked"))
    disk.gate.clear()
    buffer = Buffer(disk.write)
    buffer.start()
    answers = [asyncio.create_task(buffer.put([n])) for n in (1, 2)]
    await settle()
    disk.gate.set()
    for answer in answers:
        with pytest.raises(BusyError):
            await answer
    assert (len(buffer), disk.kept) == (0, [])
    assert await buffer.put([3]) == ["kept 3"]
    await buffer.drain()


async def test_a_failure_is_forgotten_after_a_while_though_nobody_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A balancer sends nothing to what is not ready."""
    buffer = Buffer(Disk(BusyError("full")).write)
    buffer.start()
    with pytest.raises(BusyError):
        await buffer.put([1])
    assert buffer.refusing
    monkeypatch.setattr("gateway.buffer._PROBATION", 0.0)
    assert not buffer.refusing
    await buffer.drain()


async def test_who_cannot_be_told_keeps_nobody_else_waiting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_: object) -> None:
        raise ValueError("nobody there")

    disk = Disk()
    buffer = Buffer(disk.write)
    buffer.add([1], broken)
    buffer.start()
    assert await buffer.put([2]) == ["kept 2"]
    assert disk.kept == [1, 2]
    assert "could not be told" in caplog.text
    await buffer.drain()


async def test_draining_writes_what_waits_and_takes_no_more() -> None:
    disk = Disk()
    disk.gate.clear()
    buffer = Buffer(disk.write, batch=2)
    buffer.start()
    answers = [asyncio.create_task(buffer.put([n])) for n in range(5)]
    await settle()
    end = asyncio.create_task(buffer.drain())
    await settle()
    with pytest.raises(BusyError):
        await buffer.put([9])
    assert not end.done()
    disk.gate.set()
    await end
    assert disk.kept == [0, 1, 2, 3, 4]
    assert [await answer for answer in answers] == [[f"kept {n}"] for n in range(5)]
    assert len(buffer) == 0


async def test_an_idle_buffer_drains_at_once_and_so_does_one_never_started() -> None:
    for started in (True, False):
        disk = Disk()
        buffer = Buffer(disk.write)
        if started:
            buffer.start()
        await buffer.drain()
        assert disk.batches == []


async def test_items_that_came_before_the_start_are_written_after_it() -> None:
    disk = Disk()
    buffer = Buffer(disk.write)
    answer = asyncio.create_task(buffer.put([1]))
    await settle()
    assert disk.batches == []
    buffer.start()
    assert await answer == ["kept 1"]
    await buffer.drain()
