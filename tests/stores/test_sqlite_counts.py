"""Counts of showings and choices in a SQLite file from before they knew classes of device."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from gateway.rules.tallies import Tally
from gateway.stores.base import Shown
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database

_SCHEMA = Path(__file__).parents[2] / "gateway" / "stores" / "schema" / "sqlite"
_MIGRATION = "0016_consent_counts.sql"
_COUNT = "INSERT INTO consent_counts VALUES ('demo', 740000, 'n', 'nl', ?, ?)"


async def test_counts_from_before_stay_and_are_of_no_known_class(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    with closing(sqlite3.connect(path)) as db:
        for file in sorted(_SCHEMA.glob("0001_*.sql")):
            db.executescript(file.read_text("utf-8"))
        db.executemany(_COUNT, [("shown", 7), ("refused", 3)])
        db.commit()
        db.executescript((_SCHEMA / _MIGRATION).read_text("utf-8"))
        found = db.execute("SELECT * FROM consent_counts ORDER BY outcome").fetchall()
    assert found == [
        ("demo", 740000, "n", "nl", "", "refused", 3),
        ("demo", 740000, "n", "nl", "", "shown", 7),
    ]


async def test_the_table_of_counts_has_no_place_for_anything_else(database: Database) -> None:
    """P7, R27: who was shown a banner, or said no, is in no column."""
    await SqliteConsents(database).count_shown([Shown("demo", 740_000, "n", "nl", "phone")])
    async with database.reading() as db:
        columns = await db.execute_fetchall("SELECT name FROM pragma_table_info('consent_counts')")
    assert [row[0] for row in columns] == ["site", *Tally._fields[:-1], "count"]
    day = date.fromordinal(740_000)
    [kept] = await SqliteConsents(database).tallies("demo", day, day)
    assert kept == Tally(740_000, "n", "nl", "phone", "shown", 1)
