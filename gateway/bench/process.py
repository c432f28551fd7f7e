"""Processes that are measured: servers that stay up for the length of a measurement, and commands
whose time and memory are counted by the system."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from gateway.bench.machine import cpu_seconds, memory, pinned
from gateway.errors import GatewayError

_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_LAST_LINES = 2_000
"""Characters of what a process said that are shown when it failed."""


class BenchError(GatewayError):
    """A measurement that could not be made, or whose figures cannot be right."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: seconds by the clock, seconds of processor time, mebibytes at most."""

    wall: float
    cpu: float
    peak: float
    said: str


class Server:
    """A server in its own process on one core. Leaving it as a context stops it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        core: int | None,
        *,
        program: str = sys.executable,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`command` is given to Python, or another `program`, with {port} filled in; its data and
        its words go into `folder`."""
        self.name = name
        self.folder = folder
        self.port = _free_port()
        self._log = folder / f"{name}.log"
        self._command = [program, *(part.format(port=self.port) for part in command)]
        with pinned(core), self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands
                self._command,
                stdout=log,
                stderr=log,
                env={**surroundings(folder), **(environment or {})},
            )

    def __enter__(self) -> Server:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                _failed(f"the {self.name} did not start", self._log)
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def cpu(self) -> float | None:
        """Seconds of processor time up to now, where the system tells."""
        return cpu_seconds(self._process.pid)

    @property
    def memory(self) -> int | None:
        """Bytes of memory it holds now, where the system tells."""
        return memory(self._process.pid)

    def stop(self) -> None:
        """Ask it to end, and wait until it has. Stopping it twice is no mistake."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status < 300
        except OSError:
            return False
        finally:
            connection.close()


def run(command: Sequence[str], folder: Path, core: int | None = None) -> Cost:
    """Run a Python command to its end. Raises BenchError when it says that it failed."""
    said = folder / "said.txt"
    with pinned(core):
        counted = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, "-m", "gateway.bench.costing", str(said), *command],
            stdout=subprocess.PIPE,
            env=surroundings(folder),
            check=True,
        )
    cost = json.loads(counted.stdout)
    if cost.pop("status"):
        _failed(f"`{' '.join(command[:4])}` failed", said)
    return Cost(**cost, said=said.read_text("utf-8", "replace"))


def surroundings(folder: Path) -> Mapping[str, str]:
    """The environment of a process that keeps its data in `folder`, whatever is configured."""
    return {**os.environ, "GATEWAY_DATA": str(folder)}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _failed(what: str, words: Path) -> NoReturn:
    last = words.read_text("utf-8", "replace")[-_LAST_LINES:].strip()
    raise BenchError(what, hint=f"its last words were:\n{last}")
