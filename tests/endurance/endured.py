"""A gateway in its own process, and what can be done to a process and its files from outside."""

from __future__ import annotations

import contextlib
import re
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.serving import Served

MIB = 1 << 20
_STORED = """
SELECT w.text, e.consent_seq FROM events e JOIN words w ON w.id = e.path ORDER BY e.id"""
_PRLIMIT = getattr(resource, "prlimit", None)


class Endured(Served):
    """`Served`, with its process at hand."""

    @property
    def database(self) -> Path:
        """The file that holds everything."""
        return self.data / "gateway.sqlite"

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None
        return self._process.pid

    def memory(self) -> int:
        """Bytes of it that are in memory now; 0 where the system does not tell."""
        try:
            said = Path(f"/proc/{self.pid}/status").read_text("ascii")
        except FileNotFoundError:
            return 0
        found = re.search(r"VmRSS:\s+(\d+) kB", said)
        return int(found[1]) * 1024 if found else 0

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query answers now, asked by another process than the gateway's."""
        address = f"{self.database.as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
            return db.execute(query, values).fetchall()

    def stored(self) -> list[tuple[str, int]]:
        """The path and the consent record of every event, in the order they were stored."""
        return self.rows(_STORED)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the database's only write lock, as a second program may."""
        with contextlib.closing(sqlite3.connect(self.database, isolation_level=None)) as db:
            db.execute("PRAGMA busy_timeout = 10000")
            db.execute("BEGIN IMMEDIATE")
            yield
            db.execute("ROLLBACK")

    @contextlib.contextmanager
    def largest_file(self, size: int) -> Iterator[None]:
        """Let no file it writes grow past `size` bytes: a disk that is full, for any user. With 0
        it can write to no file at all, not even what is there already."""
        assert _PRLIMIT is not None
        _, most = _PRLIMIT(self.pid, resource.RLIMIT_FSIZE)
        before = _PRLIMIT(self.pid, resource.RLIMIT_FSIZE, (size, most))
        try:
            yield
        finally:
            _PRLIMIT(self.pid, resource.RLIMIT_FSIZE, before)

    def kill_while_starting(self, seconds: float) -> None:
        """Start it and kill -9 it that much later, ready or not."""

        def begin() -> None:
            with contextlib.suppress(RuntimeError):  # it was killed before it was ready
                self.start()

        thread = threading.Thread(target=begin)
        thread.start()
        time.sleep(seconds)
        self.kill()
        thread.join()
        self.kill()  # should the first have come before there was a process

    def asleep(self) -> bool:
        """Whether its process has ended."""
        return self._process is None or self._process.poll() is not None
