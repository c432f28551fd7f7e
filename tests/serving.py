"""A gateway as an operator runs it: its own process, port, configuration and data folder."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "config"
_READY_SECONDS = 20.0


class Served:
    """Start it with `start()`, end it with `stop()` or, as a power cut would, with `kill()`."""

    def __init__(self, folder: Path, *, demo: bool = False, workers: int = 1) -> None:
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.config = folder / "config" / "gateway.toml"
        self.data = folder / "data"
        self.log = folder / "gateway.log"
        self._more = ["--demo"] if demo else []
        self._more += ["--workers", str(workers)] if workers > 1 else []
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copytree(SHIPPED, folder / "config")
        for file in (folder / "config").rglob("*.toml"):
            file.write_text(file.read_text("utf-8").replace(":8000", f":{self.port}"), "utf-8")
        said = self.config.read_text("utf-8").replace("port = 8000", f"port = {self.port}")
        self.config.write_text(said, "utf-8")

    def share(self, other: Served) -> None:
        """Keep data in the same folder as another gateway: two workers on one database."""
        said = self.config.read_text("utf-8")
        self.config.write_text(said.replace("../data", str(other.data)), "utf-8")
        self.data = other.data

    def start(self) -> None:
        """Start and wait until it is ready."""
        command = [sys.executable, "-m", "gateway", "serve", "--config", str(self.config)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self._more],
                stdout=log,
                stderr=log,
                # What it does here, tests inside one process do as well.
                env=_environment(measured=False),
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the gateway did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to end, as a service manager does; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self, seconds: float = 20) -> int:
        """Until it ends by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def workers(self) -> dict[int, int]:
        """The process of each worker that was started last, by the worker's number."""
        line = r"worker (\d+) .*Started server process \[(\d+)]"
        return {int(n): int(process) for n, process in re.findall(line, self.log.read_text())}

    def run(self, *arguments: str) -> str:
        """Run a command of the same gateway; what it printed."""
        done = self._run(arguments)
        done.check_returncode()
        return done.stdout

    def fail(self, *arguments: str) -> str:
        """Run a command that is told what is wrong; that."""
        done = self._run(arguments)
        assert done.returncode == 1, done.stdout
        return done.stderr

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "gateway", *arguments, "--config", str(self.config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=_environment(),
        )

    def __enter__(self) -> Served:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/readyz", timeout=1) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _free_port() -> int:
    """A port below those that systems hand out by themselves. One of those could be taken by any
    connection of a test beside this one, before the gateway starts or while it starts again."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as free, contextlib.suppress(OSError):
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))
            return port


def _environment(*, measured: bool = True) -> dict[str, str]:
    """`measured`: coverage of this process counts too, which makes it three times as slow."""
    left = {"GATEWAY_DATA"} if measured else {"GATEWAY_DATA", "COVERAGE_PROCESS_CONFIG"}
    kept = {k: v for k, v in os.environ.items() if k not in left}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent)}
