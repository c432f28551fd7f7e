"""The account book: every event that was answered is in it once, whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from gateway.stores.base.accounts import AccountStore
from gateway.stores.sqlite.accounts import SqliteAccounts, count
from gateway.stores.sqlite.database import _SCHEMA, Database
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import a_view, append, appended, over

DAY = NOON // 86_400


@pytest.fixture
def book(database: Database) -> AccountStore:
    return SqliteAccounts(database)


def add(database: Database, tally: Mapping[tuple[str, int, str], int]) -> None:
    """One commit, as the writer's thread makes it."""
    with closing(sqlite3.connect(database.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        count(db, tally)
        db.execute("COMMIT")


async def test_an_empty_book_has_no_lines(book: AccountStore) -> None:
    assert await book.totals() == {}
    assert await book.rows() == {}


async def test_what_is_counted_adds_up_over_commits_days_and_sites(
    database: Database, book: AccountStore
) -> None:
    add(database, {("demo", DAY, "kept"): 2, ("demo", DAY, "bot"): 1})
    add(database, {("demo", DAY, "kept"): 3, ("demo", DAY + 1, "kept"): 10})
    add(database, {("veldkamp", DAY, "no_consent"): 4})
    assert await book.totals() == {"demo": {"kept": 15, "bot": 1}, "veldkamp": {"no_consent": 4}}


async def test_a_period_begins_with_its_first_day(database: Database, book: AccountStore) -> None:
    for day in (DAY - 1, DAY, DAY + 1):
        add(database, {("demo", day, "kept"): 1})
    assert [await book.totals(day) for day in (DAY, DAY + 2)] == [{"demo": {"kept": 2}}, {}]


async def test_nothing_is_no_line(database: Database, book: AccountStore) -> None:
    add(database, {("demo", DAY, "kept"): 0})
    add(database, {})
    assert await book.totals() == {}


async def test_a_transaction_that_fails_counts_nothing(
    database: Database, book: AccountStore
) -> None:
    add(database, {("demo", DAY, "kept"): 1})
    with closing(sqlite3.connect(database.path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        count(db, {("demo", DAY, "kept"): 5, ("demo", DAY, "bot"): 5})
        db.execute("ROLLBACK")
    assert await book.totals() == {"demo": {"kept": 1}}


async def test_the_book_is_the_same_for_another_process_and_after_a_restart(
    database: Database,
) -> None:
    add(database, {("demo", DAY, "kept"): 7})
    await database.close()
    again = Database(database.path)
    await again.open()
    assert await SqliteAccounts(again).totals() == {"demo": {"kept": 7}}
    await again.close()


async def test_the_rows_that_are_there_are_counted_by_site(
    database: Database, book: AccountStore
) -> None:
    stores = over(database)
    await append(stores, appended(a_choice("c1")))
    await stores.events.insert([a_view("c1"), a_view("c1")], NOON)
    assert await book.rows() == {"demo": 2}


def test_a_database_from_before_the_book_begins_with_the_rows_it_has(tmp_path: Path) -> None:
    """Else more rows would be there than were ever kept, and the book would not add up."""
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as db:
        for file in sorted(_SCHEMA.glob("[0-9]*.sql")):
            if file.name >= "0012":
                break
            db.executescript(file.read_text("utf-8"))
        db.execute("INSERT INTO words VALUES (1, 'demo')")
        names = [row[1] for row in db.execute("PRAGMA table_info(events)")][1:]
        for minute in (DAY * 1440, DAY * 1440 + 1439, DAY * 1440 + 1440):
            values = [1, minute, *(0 for _ in names[2:])]
            marks = ", ".join("?" for _ in names)
            db.execute(f"INSERT INTO events ({', '.join(names)}) VALUES ({marks})", values)
        db.executescript((_SCHEMA / "0012_accounts.sql").read_text("utf-8"))
        lines = db.execute("SELECT * FROM accounts ORDER BY day").fetchall()
    assert lines == [("demo", DAY, "kept", 2), ("demo", DAY + 1, "kept", 1)]
