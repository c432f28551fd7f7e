"""Group commit: many small writes become one, and each is answered after the commit (P3)."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from gateway.errors import BusyError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_log = logging.getLogger("gateway.buffer")


@dataclass(frozen=True, slots=True)
class _Group(Generic[Item, Outcome]):
    """What one caller put, and the promise of its outcomes."""

    items: tuple[Item, ...]
    outcomes: asyncio.Future[list[Outcome]]


class Buffer(Generic[Item, Outcome]):
    """Collects items while the commit before them is being synced, then writes them together.

    `write` stores a batch and returns one outcome an item, in order, after the commit. Nothing
    waits for a timer: an idle gateway commits a single item at once.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]],
        *,
        limit: int = 10_000,
        batch: int = 1_000,
    ) -> None:
        self._write = write
        self._limit = limit
        self._batch = batch
        self._waiting: deque[_Group[Item, Outcome]] = deque()
        self._length = 0
        self._wake = asyncio.Event()
        self._closing = False
        self.refusing = False
        """Whether the last commit failed."""
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return self._length

    def start(self) -> None:
        """Begin writing."""
        self._task = asyncio.create_task(self._run(), name="buffer")

    async def put(self, items: Sequence[Item]) -> list[Outcome]:
        """Store the items, all in one commit; returns after it.

        Raises BusyError at once when the queue is full or closing, or when the store cannot
        write: then none of the caller's items is stored, and sending them again doubles none.
        """
        if self._closing or self._length + len(items) > self._limit:
            raise BusyError("more comes in than can be written")
        group = _Group(tuple(items), asyncio.get_running_loop().create_future())
        self._waiting.append(group)
        self._length += len(items)
        self._wake.set()
        return await group.outcomes

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
                await self._commit(self._next_batch())
            if self._closing:
                return

    def _next_batch(self) -> list[_Group[Item, Outcome]]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].items)
        while self._waiting and size + len(self._waiting[0].items) <= self._batch:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].items)
        self._length -= size
        return batch

    async def _commit(self, batch: list[_Group[Item, Outcome]]) -> None:
        try:
            outcomes = iter(await self._write([item for group in batch for item in group.items]))
        except Exception as problem:  # noqa: BLE001 - whatever it is, callers must be answered
            if not isinstance(problem, BusyError):
                _log.error("a batch of %d could not be written: %s", len(batch), problem)
            elif not self.refusing:
                _log.warning("nothing can be written now, callers are told so: %s", problem)
            self.refusing = True
            for group in batch:
                if not group.outcomes.done():
                    group.outcomes.set_exception(BusyError("the store cannot write now"))
            return
        if self.refusing:
            _log.warning("it can be written again")
            self.refusing = False
        for group in batch:
            own = list(islice(outcomes, len(group.items)))
            if not group.outcomes.done():  # done: the caller went away; its items are stored
                group.outcomes.set_result(own)
