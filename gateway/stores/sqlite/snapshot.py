"""Reading much at once: in another thread, on a connection of its own, as of one moment."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from gateway.errors import BusyError

T = TypeVar("T")

_BUSY_SECONDS = 5.0


class Snapshots:
    """At most `most` readings of a database at a time; the others wait."""

    def __init__(self, path: Path, most: int = 2) -> None:
        self._path = path
        self._turn = asyncio.Semaphore(most)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` reads; nothing changes for it meanwhile. Raises BusyError."""
        async with self._turn:
            return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        try:
            with closing(
                sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
            ) as db:
                db.execute("PRAGMA query_only = ON")
                db.execute("BEGIN")
                return work(db)
        except sqlite3.OperationalError as problem:
            raise BusyError(f"the database cannot be read now: {problem}") from problem
