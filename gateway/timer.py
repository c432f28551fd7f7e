"""Work that time starts, in one table: what, how often, and the function."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from gateway.errors import GatewayError

_LOOK_SECONDS = 1.0
"""How often those who do not lead see whether the leader is gone: figures may lag by ten."""

_log = logging.getLogger("gateway.timer")


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is awaited every `seconds`, never twice at once; `alone`: only by who leads."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]
    alone: bool = False


class Timer:
    """Runs the jobs until it is stopped. A job that fails is told of and tried again.

    `lead` says whether this process runs the jobs of which there may be one at a time.
    """

    def __init__(self, jobs: Sequence[Job], lead: Callable[[], bool] = lambda: True) -> None:
        self._jobs = jobs
        self._lead = lead
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin; the first run of each job comes at once, or as soon as this process leads."""
        self._tasks = [asyncio.create_task(self._repeat(job), name=job.name) for job in self._jobs]

    @property
    def stopping(self) -> bool:
        """Whether jobs should end at their next step."""
        return self._stopping.is_set()

    async def stop(self) -> None:
        """Let running jobs end and start no more."""
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def _repeat(self, job: Job) -> None:
        while not self._stopping.is_set():
            pause = await self._take_turn(job)
            try:
                await asyncio.wait_for(self._stopping.wait(), pause)
            except TimeoutError:
                continue

    async def _take_turn(self, job: Job) -> float:
        """Run the job if it is ours to run; seconds until the next turn."""
        try:
            if job.alone and not self._lead():
                return min(job.seconds, _LOOK_SECONDS)
            await job.run()
        except GatewayError as problem:
            _log.warning("%s: %s (%s)", job.name, problem.message, problem.hint)
        except Exception:  # noqa: BLE001
            # One bad run must not end the job: figures would stand still unnoticed.
            _log.exception("%s failed; it is tried again in %g s", job.name, job.seconds)
        return job.seconds
