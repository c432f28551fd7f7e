"""Group commit: many small writes become one, and each is answered after the commit (P3)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gateway.errors import BusyError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_log = logging.getLogger("gateway.buffer")

_PROBATION = 3.0
"""Seconds."""
_GATHERING = 0.01
"""Seconds at most that a commit waits for what is just coming in."""

Answer = Callable[[Sequence[Outcome] | BusyError], None]
"""Is told what became of the items: an outcome for each, after the commit, or why there is none."""


class Buffer(Generic[Item, Outcome]):
    """Collects items while the commit before them is being synced, then writes them together.

    `write` stores a batch and returns one outcome an item, in order, after the commit. Nothing
    waits for a timer: an idle gateway commits a single item at once, and a busy one as soon as a
    turn of the event loop brings no more. `committed` hears of every commit: its items, its
    callers and its seconds.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]],
        *,
        limit: int = 10_000,
        batch: int = 1_000,
        committed: Callable[[int, int, float], None] = lambda _items, _callers, _seconds: None,
    ) -> None:
        self._write = write
        self._limit = limit
        self._batch = batch
        self._committed = committed
        self._waiting: deque[tuple[Sequence[Item], Answer[Outcome]]] = deque()
        self._length = 0
        self._wake = asyncio.Event()
        self._closing = False
        self._failed: float | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def refusing(self) -> bool:
        """Whether the last commit failed just now. After a while that is not known any more: who
        waits for it before anything is sent would wait for ever."""
        return self._failed is not None and time.monotonic() - self._failed < _PROBATION

    def __len__(self) -> int:
        return self._length

    def start(self) -> None:
        """Begin writing."""
        self._task = asyncio.create_task(self._run(), name="buffer")

    def add(self, items: Sequence[Item], answer: Answer[Outcome]) -> None:
        """Store the items, all in one commit, and call `answer` after it. Items must not change.

        Raises BusyError at once when the queue is full or closing; `answer` hears of one when the
        store cannot write: then none of the caller's items is stored, and sending them again
        doubles none.
        """
        if self._closing or self._length + len(items) > self._limit:
            raise BusyError("more comes in than can be written")
        self._waiting.append((items, answer))
        self._length += len(items)
        self._wake.set()

    async def put(self, items: Sequence[Item]) -> Sequence[Outcome]:
        """`add`, for who can wait: the outcomes after the commit, or BusyError."""
        outcomes: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()

        def answer(what: Sequence[Outcome] | BusyError) -> None:
            if outcomes.done():
                return  # the caller went away; the items are stored all the same
            if isinstance(what, BusyError):
                outcomes.set_exception(what)
            else:
                outcomes.set_result(what)

        self.add(tuple(items), answer)
        return await outcomes

    async def drain(self) -> None:
        """Take no more, write what waits, and stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._gather()
                await self._commit(self._next_batch())
            if self._closing:
                return

    async def _gather(self) -> None:
        # A commit costs the same for one as for a hundred. Without this, who was answered by the
        # last one came just too late for the next: 64 connections took turns in two halves.
        until = time.monotonic() + _GATHERING
        before = 0
        while before < len(self._waiting) and self._length < self._batch:
            before = len(self._waiting)
            await asyncio.sleep(0)
            if time.monotonic() >= until:
                return

    def _next_batch(self) -> list[tuple[Sequence[Item], Answer[Outcome]]]:
        batch = [self._waiting.popleft()]
        size = len(batch[0][0])
        while self._waiting and size + len(self._waiting[0][0]) <= self._batch:
            batch.append(self._waiting.popleft())
            size += len(batch[-1][0])
        self._length -= size
        return batch

    async def _commit(self, batch: list[tuple[Sequence[Item], Answer[Outcome]]]) -> None:
        items = [item for group, _ in batch for item in group]
        began = time.perf_counter()
        try:
            outcomes = await self._write(items)
        except Exception as problem:  # noqa: BLE001 - whatever it is, callers must be answered
            self._refuse(batch, problem, len(items))
            return
        self._committed(len(items), len(batch), time.perf_counter() - began)
        if self._failed is not None:
            _log.warning("it can be written again")
            self._failed = None
        start = 0
        for group, answer in batch:
            end = start + len(group)
            _tell(answer, outcomes[start:end])
            start = end

    def _refuse(
        self,
        batch: list[tuple[Sequence[Item], Answer[Outcome]]],
        problem: Exception,
        items: int,
    ) -> None:
        if not isinstance(problem, BusyError):
            _log.error("a batch of %d could not be written: %s", items, problem)
        elif self._failed is None:
            _log.warning("nothing can be written now, callers are told so: %s", problem)
        self._failed = time.monotonic()
        if isinstance(problem, BusyError):
            # Who came during the five seconds that a lock was waited for has waited as long: batch
            # after batch of five seconds each left the last of them without an answer for a minute.
            batch = [*batch, *self._waiting]
            self._waiting.clear()
            self._length = 0
        for _, answer in batch:
            _tell(answer, BusyError("the store cannot write now"))


def _tell(answer: Answer[Outcome], what: Sequence[Outcome] | BusyError) -> None:
    try:
        answer(what)
    except Exception:  # noqa: BLE001 - whatever it is
        # One caller that cannot be told must not keep the others, or the writing, waiting.
        _log.exception("a caller could not be told what became of its items")
