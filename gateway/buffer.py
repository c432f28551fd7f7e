"""Group commit: many small writes become one, and each is answered after the commit (P3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gateway.errors import BusyError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_log = logging.getLogger("gateway.buffer")


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
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def start(self) -> None:
        """Begin writing."""
        self._task = asyncio.create_task(self._run(), name="buffer")

    async def put(self, items: Sequence[Item]) -> list[Outcome]:
        """Store the items; returns after the commit that holds them.

        Raises BusyError at once when the queue is full or closing, or when the store cannot
        write: then none of the caller's items is acknowledged.
        """
        if self._closing or len(self._waiting) + len(items) > self._limit:
            raise BusyError("more comes in than can be written")
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[Outcome]] = [loop.create_future() for _ in items]
        self._waiting.extend(zip(items, futures, strict=True))
        self._wake.set()
        settled = await asyncio.gather(*futures, return_exceptions=True)
        for outcome in settled:
            if isinstance(outcome, BaseException):
                raise outcome
        return [future.result() for future in futures]

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
                batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
                await self._commit(batch)
            if self._closing:
                return

    async def _commit(self, batch: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._write([item for item, _ in batch])
        except Exception as problem:  # noqa: BLE001 - whatever it is, callers must be answered
            if not isinstance(problem, BusyError):
                _log.error("a batch of %d could not be written: %s", len(batch), problem)
            busy = BusyError("the store cannot write now")
            for _, future in batch:
                if not future.done():
                    future.set_exception(busy)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if not future.done():  # done: the caller went away; its item is stored all the same
                future.set_result(outcome)
