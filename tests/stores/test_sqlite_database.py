"""The SQLite file: durable, private, migrated once, and never stuck."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway.errors import BusyError, GatewayError, StoreError
from gateway.stores.sqlite.database import Database


async def number(database: Database, query: str) -> object:
    async with database.reading() as db:
        [row] = await db.execute_fetchall(query)
    return row[0]


async def add_user(database: Database, name: str) -> None:
    async with database.writing() as db:
        await db.execute("INSERT INTO users (name, role, created) VALUES (?, 'admin', 0)", (name,))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program is in the middle of a write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1),
        ("temp_store", 2), ("recursive_triggers", 1),
        ("wal_autocheckpoint", 4_000),
    ],
)  # fmt: skip
async def test_what_is_committed_is_synced_and_what_is_erased_is_overwritten(
    database: Database, pragma: str, value: object
) -> None:
    async with database.writing() as db:
        [row] = await db.execute_fetchall(f"PRAGMA {pragma}")
    assert row[0] == value


async def test_a_writer_waits_for_another_one_and_goes_on_at_once(tmp_path: Path) -> None:
    """SQLite's own patience looks again after as much as a tenth of a second."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        for patiently in (add_user(database, "Anna"), database.write(lambda db: db.total_changes)):
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(patiently)
            await asyncio.sleep(1)
            assert not waiting.done()
            other.execute("ROLLBACK")
            await asyncio.wait_for(waiting, 5)
    await database.close()


async def test_the_file_is_its_owner_s_only(tmp_path: Path) -> None:
    """Also under an umask that takes nothing away, and with what lies beside it."""
    before = os.umask(0)
    try:
        database = Database(tmp_path / "new" / "data" / "gateway.sqlite")
        await database.open()
        await add_user(database, "Anna")
        folder = database.path.parent
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
        assert len(modes) == 3
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        await database.close()
    finally:
        os.umask(before)


async def test_migrations_run_once_and_change_nothing_the_second_time(database: Database) -> None:
    await add_user(database, "Anna")
    shape = "SELECT group_concat(sql) FROM sqlite_schema"
    runs = "SELECT group_concat(name || applied) FROM migrations"
    before = [await number(database, query) for query in (shape, runs)]
    again = Database(database.path)
    await again.open()
    assert [await number(again, query) for query in (shape, runs)] == before
    assert await number(again, "SELECT count(*) FROM users") == 1
    await again.close()


async def test_two_that_open_a_new_file_at_once_both_succeed(tmp_path: Path) -> None:
    both = [Database(tmp_path / "gateway.sqlite") for _ in range(2)]
    await asyncio.gather(*(database.open() for database in both))
    for database in both:
        assert await number(database, "SELECT count(*) FROM users") == 0
        await database.close()


async def test_a_newer_schema_is_refused_with_what_to_do(database: Database) -> None:
    async with database.writing() as db:
        await db.execute("INSERT INTO migrations VALUES ('9999_later.sql', 1)")
    with pytest.raises(StoreError, match=r"newer version \(9999_later\.sql\)") as refusal:
        await Database(database.path).open()
    assert "run that version" in refusal.value.hint


@pytest.mark.parametrize("kind", ["a folder", "no database", "below a file"])
async def test_a_file_that_cannot_be_opened_is_refused_with_what_to_do(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "gateway.sqlite"
    if kind == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"This is no database. " * 99)
    broken = Database(path / "gateway.sqlite" if kind == "below a file" else path)
    with pytest.raises(StoreError, match="cannot be opened") as refusal:
        await broken.open()
    assert "check that the folder exists" in refusal.value.hint


async def test_a_migration_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE events (id INTEGER)")  # in the way of the second migration
    with pytest.raises(StoreError, match="already exists"):
        await Database(path).open()
    with closing(sqlite3.connect(path)) as other:
        tables = [row[0] for row in other.execute("SELECT name FROM sqlite_schema")]
    assert tables == ["events"]


async def test_a_locked_file_is_busy_and_then_is_not(database: Database) -> None:
    with locked(database.path):
        with pytest.raises(BusyError, match="cannot be written now") as refusal:
            await add_user(database, "Anna")
        assert refusal.value.hint == "try again in 1 s"
    await add_user(database, "Bram")
    assert await number(database, "SELECT group_concat(name) FROM users") == "Bram"


async def test_a_locked_file_can_be_read(database: Database) -> None:
    with locked(database.path):
        assert await number(database, "SELECT count(*) FROM users") == 0


async def test_a_locked_file_cannot_be_opened_and_says_so(database: Database) -> None:
    with locked(database.path), pytest.raises(GatewayError):
        await Database(database.path, busy_ms=50).open()


async def test_a_full_disk_is_busy_and_leaves_nothing(database: Database) -> None:
    async with database.writing() as db:
        [row] = await db.execute_fetchall("PRAGMA page_count")
        await db.execute(f"PRAGMA max_page_count = {row[0]}")
    with pytest.raises(BusyError, match="full"):
        await add_user(database, "A" * 90_000)
    assert await number(database, "SELECT count(*) FROM users") == 0


async def test_a_mistake_in_a_statement_is_not_called_busy(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        async with database.writing() as db:
            await db.execute("INSERT INTO nowhere VALUES (1)")


async def test_text_that_is_no_text_is_not_called_busy(database: Database) -> None:
    """Python raises this one itself, without SQLite's code."""
    with pytest.raises(sqlite3.OperationalError, match="Could not decode"):
        async with database.writing() as db:
            await db.execute_fetchall("SELECT CAST(x'ff' AS TEXT)")


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM words", "CREATE TABLE t (a)", "PRAGMA user_version = 7", "DROP TABLE events"],
)
async def test_a_reading_connection_cannot_write(database: Database, statement: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        async with database.reading() as db:
            await db.execute(statement)


async def test_an_error_rolls_everything_back(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as db:
            await db.execute("INSERT INTO users (name, role, created) VALUES ('A', 'admin', 0)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await number(database, "SELECT count(*) FROM users") == 0
    await add_user(database, "Bram")


@pytest.mark.parametrize("after", [0.0, 0.001, 0.005, 0.02, 0.05])
async def test_a_writer_that_is_cancelled_does_not_lock_the_others_out(
    tmp_path: Path, after: float
) -> None:
    """BEGIN goes on in the connection's thread when its caller is gone; it must be undone."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    with locked(database.path):
        task = asyncio.create_task(add_user(database, "Anna"))
        await asyncio.sleep(after)
        task.cancel()
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await task
    await add_user(database, "Bram")
    assert await number(database, "SELECT group_concat(name) FROM users") == "Bram"
    await database.close()


async def test_writers_take_turns(database: Database) -> None:
    await asyncio.gather(*(add_user(database, str(n)) for n in range(20)))
    assert await number(database, "SELECT count(*) FROM users") == 20


async def test_a_writer_does_not_wait_in_the_queue_for_ever(database: Database) -> None:
    async with database.writing():
        with pytest.raises(BusyError, match="the database is busy"):
            await add_user(database, "Anna")
    await add_user(database, "Bram")
    assert await number(database, "SELECT group_concat(name) FROM users") == "Bram"


async def test_a_closed_database_is_busy_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.sqlite")
    for _ in range(2):  # before it was opened, and after it was closed
        with pytest.raises(BusyError, match="closed"):
            await add_user(database, "Anna")
        with pytest.raises(BusyError, match="closed"):
            await number(database, "SELECT 1")
        await database.open()
        await database.close()


async def test_closing_waits_for_who_still_reads(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    async with database.reading() as db:
        closing_ = asyncio.create_task(database.close())
        await asyncio.sleep(0.01)
        [row] = await db.execute_fetchall("SELECT 7")
        assert row[0] == 7
        assert not closing_.done()
    await closing_


async def test_closing_folds_the_log_into_the_file(tmp_path: Path) -> None:
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    await add_user(database, "Anna")
    await database.close()
    assert not database.path.with_name("gateway.sqlite-wal").exists()
    with closing(sqlite3.connect(database.path)) as other:
        assert other.execute("SELECT name FROM users").fetchall() == [("Anna",)]
