"""The SQLite file: opening, migrating, one writing connection and a few reading ones."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import aiosqlite

from gateway.errors import BusyError, StoreError
from gateway.rules.network import number_of

_SCHEMA = Path(__file__).parent.parent / "schema" / "sqlite"
_READERS = 2
_BUSY_MS = 5_000
_LOOK = 0.0003
"""Seconds between two looks whether another process is done writing. SQLite's own patience sleeps
1, 2, 5, 10 ... ms between two: workers spent more time asleep than writing."""
_WAL_PAGES = 4_000
"""16 MB, after which the WAL is copied into the file. With SQLite's own 1,000 that was every eighth
commit of strangers: their words and visitors touch a hundred pages of indexes, which the next ones
touch again. With 40,000 stored it is a fifth of what is written, and of the processor time."""
_WAL_PAUSE = 0.02
_FOLDS = 50
_FOLD_PAUSE = 0.1
_BUSY_CODES = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
)
_CACHED_STATEMENTS = 256

T = TypeVar("T")


class Database:
    """Use `writing()` or `write()` for a transaction, `reading()` for a connection that cannot."""

    def __init__(self, path: Path, *, busy_ms: int = _BUSY_MS) -> None:
        self.path = path
        self._busy_ms = busy_ms
        self._write_lock = asyncio.Lock()
        self._writer: aiosqlite.Connection | None = None
        self._raw: sqlite3.Connection | None = None
        self._hand: ThreadPoolExecutor | None = None
        self._readers: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        self._open_readers = 0

    async def open(self) -> None:
        """Open the file, creating it for its owner only, and bring its schema up to date."""
        try:
            await self._connect()
        except BaseException as problem:
            await self.close()  # each connection left open is a thread that goes on
            if not isinstance(problem, OSError | sqlite3.Error):
                raise
            raise StoreError(
                f"the database {self.path} cannot be opened: {problem}",
                hint="check that the folder exists, is writable and has free space",
            ) from problem

    async def _connect(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.touch(mode=0o600)
        # A path that cannot be opened fails here: in aiosqlite it leaves a thread that may outlive
        # the event loop and then prints a traceback beside our message.
        sqlite3.connect(self.path).close()
        self._hand = ThreadPoolExecutor(1, "writer")
        self._writer = await aiosqlite.Connection(self._connect_raw, 64)
        await self._writer.execute(f"PRAGMA busy_timeout = {self._busy_ms}")
        await self._use_wal(self._writer)
        for pragma in (
            "synchronous = FULL",  # an acknowledged event is on disk (P3)
            "foreign_keys = ON",
            "recursive_triggers = ON",  # else REPLACE removes a record and no trigger is asked
            "secure_delete = ON",  # what is erased is overwritten, not just forgotten
            "temp_store = MEMORY",
            f"wal_autocheckpoint = {_WAL_PAGES}",
        ):
            await self._writer.execute(f"PRAGMA {pragma}")
        await self._migrate()
        await self._writer.execute("PRAGMA busy_timeout = 0")  # `_begin` has its own patience
        for _ in range(_READERS):
            self._readers.put_nowait(await self._open_reader())
            self._open_readers += 1

    async def _use_wal(self, db: aiosqlite.Connection) -> None:
        # Two that open a new file at once: this one pragma does not wait for its turn by itself.
        deadline = time.monotonic() + self._busy_ms / 1000
        while True:
            try:
                await db.execute_fetchall("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as problem:
                if not _is_passing(problem) or time.monotonic() >= deadline:
                    raise
                await asyncio.sleep(_WAL_PAUSE)
            else:
                return

    async def close(self) -> None:
        """Close every connection, once it is not in use; the WAL is folded into the file."""
        readers, self._open_readers = self._open_readers, 0
        for _ in range(readers):
            await (await self._readers.get()).close()
        if self._writer is not None:
            async with self._write_lock:
                await self._writer.close()
                self._writer = self._raw = None
        if self._hand is not None:
            self._hand.shutdown()
            self._hand = None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction, committed and synced at the end, rolled back on any error.

        Raises BusyError when the file is locked, full or cannot be written for the moment.
        """
        async with self._turn():
            if self._writer is None:
                raise BusyError("the database is closed")
            with _told_when_busy():
                try:
                    await self._in_hand(_begin, self._busy_ms / 1000)
                    yield self._writer
                    await self._writer.execute("COMMIT")
                except BaseException:
                    # Also when BEGIN itself was cancelled: it is done by then, and a transaction
                    # nobody ends would refuse every later one.
                    await self._writer.rollback()
                    raise

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` in a transaction as of `writing()`, all of it in one go in another thread.

        Each statement of `writing()` goes to its thread and back, 60 us of processor time; a commit
        of 32 events by seven of them spent 14 us an event on the way.
        """
        async with self._turn():
            return await self._in_hand(_transact, self._busy_ms / 1000, work)

    async def _in_hand(self, do: Callable[..., T], *given: object) -> T:
        if self._raw is None:
            raise BusyError("the database is closed")
        running = asyncio.get_running_loop().run_in_executor(self._hand, do, self._raw, *given)
        try:
            return await asyncio.shield(running)
        finally:
            # Who is cancelled still holds the turn until the thread is done with it.
            while not running.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])

    async def overwrite(self) -> None:
        """Fold the WAL into the file, so that what was erased is on disk no more: until then the
        old pages stand in both. A reader can hold it up: tried for a few seconds."""
        for _ in range(_FOLDS):
            async with self._turn():
                if self._writer is None:
                    return
                [row] = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            if not row[0]:
                return
            await asyncio.sleep(_FOLD_PAUSE)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[aiosqlite.Connection]:
        """A read-only connection; waits for one when all are in use.

        Raises BusyError when the database is closed.
        """
        if not self._open_readers:
            raise BusyError("the database is closed")
        connection = await self._readers.get()
        try:
            yield connection
        finally:
            self._readers.put_nowait(connection)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        # One deadline for the queue: behind a locked file, each writer waiting its own five
        # seconds in turn made a visitor wait for thirty-five.
        try:
            async with asyncio.timeout(self._busy_ms / 1000):
                await self._write_lock.acquire()
        except TimeoutError:
            raise BusyError("the database is busy") from None
        try:
            yield
        finally:
            self._write_lock.release()

    def _connect_raw(self) -> sqlite3.Connection:
        # Two threads use it, aiosqlite's and `write`'s: in turns, by the write lock.
        self._raw = sqlite3.connect(
            self.path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
        self._raw.create_function("network_number", 1, number_of)  # migration 0015
        return self._raw

    async def _open_reader(self) -> aiosqlite.Connection:
        connection = await aiosqlite.connect(
            f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
        )
        await connection.execute(f"PRAGMA busy_timeout = {self._busy_ms}")
        await connection.execute("PRAGMA query_only = ON")
        return connection

    async def _migrate(self) -> None:
        async with self.writing() as db:
            await db.execute(
                "CREATE TABLE IF NOT EXISTS migrations"
                " (name TEXT PRIMARY KEY, applied INTEGER NOT NULL) STRICT"
            )
            rows = await db.execute_fetchall("SELECT name FROM migrations")
            done = {str(row[0]) for row in rows}
            known = sorted(_SCHEMA.glob("[0-9]*.sql"))
            if newer := done - {file.name for file in known}:
                raise StoreError(
                    f"the database {self.path} was made by a newer version ({max(newer)})",
                    hint="run that version, or restore a backup made by this one",
                )
            for file in known:
                if file.name not in done:
                    for statement in _statements(file.read_text("utf-8")):
                        await db.execute(statement)
                    await db.execute(
                        "INSERT INTO migrations VALUES (?, ?)", (file.name, int(time.time()))
                    )


def _begin(db: sqlite3.Connection, patience: float) -> None:
    """BEGIN IMMEDIATE, as soon as no other process writes. Raises OperationalError after so many
    seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            if not _is_locked(problem) or time.monotonic() >= until:
                raise
        else:
            return
        time.sleep(_LOOK)


def _transact(
    db: sqlite3.Connection, patience: float, work: Callable[[sqlite3.Connection], T]
) -> T:
    with _told_when_busy():
        try:
            _begin(db, patience)
            done = work(db)
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise
    return done


@contextmanager
def _told_when_busy() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as problem:
        if _is_passing(problem):
            raise BusyError(f"the database cannot be written now: {problem}") from problem
        raise


def _is_locked(problem: sqlite3.OperationalError) -> bool:
    return (getattr(problem, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_BUSY


def _is_passing(problem: sqlite3.OperationalError) -> bool:
    # What Python's own module raises has no code.
    return (getattr(problem, "sqlite_errorcode", 0) & 0xFF) in _BUSY_CODES


def _statements(script: str) -> list[str]:
    # executescript() would commit first; a migration is one transaction with its record.
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
