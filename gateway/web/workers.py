"""Several processes that answer at one address: started, watched, replaced and stopped together.

The one that starts them serves nobody and writes nothing. It holds the listening socket, so that
visitors who come while a worker is replaced wait for the next one and are not turned away.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import GatewayError

STOP_SECONDS = 18
"""A stop takes no longer: service managers kill after 20 s (docs/operations.md), and whoever is
killed says nothing."""
_STEADY_SECONDS = 10.0
"""Who lived that long did start: its end is no reason to believe that the next one cannot."""
_MOST_DEATHS = 5
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 10.0

_NUMBER, _COUNT = "GATEWAY_WORKER", "GATEWAY_WORKERS"
_LISTENER, _PARENT = "GATEWAY_LISTENER", "GATEWAY_PARENT"

_log = logging.getLogger("gateway.workers")


@dataclass(frozen=True, slots=True)
class Place:
    """What a worker is told: which one it is, the descriptor to listen at, and whose it is."""

    number: int
    listener: int
    parent: int


def place(environment: Mapping[str, str]) -> Place | None:
    """The place of this process; None when nobody started it as a worker."""
    if _LISTENER not in environment:
        return None
    return Place(int(environment[_NUMBER]), int(environment[_LISTENER]), int(environment[_PARENT]))


@dataclass(slots=True)
class _Worker:
    number: int
    process: Process | None = None
    since: float = 0.0
    deaths: int = 0  # soon after its start, one after the other

    @property
    def is_steady(self) -> bool:
        return self.process is not None and time.monotonic() - self.since >= _STEADY_SECONDS


class Workers:
    """`count` processes of `command`, each a fresh interpreter: a fork of a process with threads
    takes along locks that nobody opens again. `patience`: seconds they have to stop."""

    def __init__(
        self,
        count: int,
        listener: socket.socket,
        command: Sequence[str],
        patience: float = STOP_SECONDS,
    ) -> None:
        self._workers = [_Worker(number) for number in range(1, count + 1)]
        self._listener = listener
        self._command = command
        self._patience = patience
        self._stopping = asyncio.Event()
        self._hopeless = False

    def run(self) -> None:
        """Keep them running until SIGTERM or SIGINT, then let them answer what they have.

        Raises GatewayError when they end again and again as soon as they start, and when some had
        to be killed at the end.
        """
        asyncio.run(self._run())
        if self._hopeless:
            raise GatewayError(
                f"the workers cannot start: {_MOST_DEATHS} times one ended at once",
                hint="the lines above say why; `--workers 1` shows it without the others",
            )

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(worker)) for worker in self._workers]
        for keeper in keepers:
            keeper.add_done_callback(lambda _: self._stopping.set())  # one that failed, too
        await self._stopping.wait()
        self._listener.close()
        self._tell(signal.SIGTERM)
        _, late = await asyncio.wait(keepers, timeout=self._patience)
        if late:
            _log.error("%d workers had not ended after %g s: killed", len(late), self._patience)
            self._tell(signal.SIGKILL)
        await asyncio.gather(*keepers)
        if late:
            raise GatewayError(
                "the stop was not clean", hint="what was acknowledged is stored all the same"
            )

    async def _keep(self, worker: _Worker) -> None:
        while not self._stopping.is_set():
            try:
                why = await self._live(worker)
            except OSError as problem:  # no process to be had for the moment
                why = str(problem.strerror)
            if self._stopping.is_set():
                return
            if worker.deaths >= _MOST_DEATHS and not any(one.is_steady for one in self._workers):
                self._hopeless = True
                return
            pause = _pause(worker.deaths)
            _log.error("worker %d: %s; it is started again in %g s", worker.number, why, pause)
            await self._wait(pause)

    async def _live(self, worker: _Worker) -> str:
        """One life of a worker; what it died of."""
        worker.deaths += 1
        worker.process = await self._start(worker.number)
        worker.since = time.monotonic()
        if self._stopping.is_set():  # the word to stop went out before it was there
            worker.process.terminate()
        code = await worker.process.wait()
        if worker.is_steady:
            worker.deaths = 0
        worker.process = None
        return f"ended with exit code {code}" if code >= 0 else f"ended by signal {-code}"

    async def _start(self, number: int) -> Process:
        listener = self._listener.fileno()
        told = {
            _NUMBER: number,
            _COUNT: len(self._workers),
            _LISTENER: listener,
            _PARENT: os.getpid(),
        }
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **{name: str(value) for name, value in told.items()}},
            pass_fds=(listener,),
            process_group=0,  # a Ctrl-C at the terminal is for us: we pass it on once
        )

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _tell(self, number: signal.Signals) -> None:
        for worker in self._workers:
            if worker.process is not None and worker.process.returncode is None:
                worker.process.send_signal(number)


def _pause(deaths: int) -> float:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (deaths - 1)) if deaths else 0.0
