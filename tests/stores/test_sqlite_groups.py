"""What occurs together is stored once, whoever stores it and however often."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import BusyError
from gateway.rules.network import number_of
from gateway.rules.records import Device, Place, Source
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.events import SqliteEvents
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import a_view, appended

_SCHEMA = Path(__file__).parents[2] / "gateway" / "stores" / "schema" / "sqlite"
_WORDS = """
SELECT r.text, e.network, c.text, b.text, s.text, l.text FROM whole_events e
JOIN words r ON r.id = e.referrer JOIN words c ON c.id = e.country
JOIN words b ON b.id = e.browser JOIN words s ON s.id = e.screen JOIN words l ON l.id = e.language
ORDER BY e.id"""
GROUPS = ("sources", "places", "devices")


@pytest.fixture(autouse=True)
async def _consent(database: Database) -> None:
    await SqliteConsents(database).append([appended(a_choice("c1"))])


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.reading() as db:
        return [tuple(row) for row in await db.execute_fetchall(query)]


async def counted(database: Database) -> list[int]:
    return [(await rows(database, f"SELECT count(*) FROM {name}"))[0][0] for name in GROUPS]


def views() -> list[tuple[dict[str, Any], tuple[object, ...]]]:
    """Differences between two events, and the words they are read back with."""
    ref, at, used = "ref.nl", (number_of("203.0.113.0/24"), "NL"), ("Firefox", "large", "nl")
    place, device = Place("NL", "GR", "KPN"), Device("Firefox", "145", "Windows", "desktop")
    same: dict[str, Any] = {
        "source": Source("ref.nl", "referral"),
        "place": place,
        "device": device,
    }
    same |= {"network": "203.0.113.0/24", "screen": "large", "language": "nl"}
    return [
        (same, (ref, *at, *used)),
        (same, (ref, *at, *used)),
        (same | {"source": Source("", "direct")}, ("", *at, *used)),
        (same | {"network": ""}, (ref, 0, "NL", *used)),
        (same | {"place": Place("BE", "GR", "KPN")}, (ref, at[0], "BE", *used)),
        (same | {"screen": ""}, (ref, *at, "Firefox", "", "nl")),
        (same | {"language": "fy"}, (ref, *at, "Firefox", "large", "fy")),
    ]


async def test_events_that_share_a_group_share_its_row(database: Database) -> None:
    told = views()
    events = SqliteEvents(database)
    for _ in range(2):  # learnt, and known
        await events.insert([a_view("c1", **changes) for changes, _ in told], NOON)
    assert await rows(database, _WORDS) == [words for _, words in told] * 2
    assert await counted(database) == [2, 2, 3]


async def test_another_process_finds_the_groups_that_are_there(database: Database) -> None:
    told = views()
    for first in (2, 5, 7):
        await SqliteEvents(database).insert(
            [a_view("c1", **made) for made, _ in told[:first]], NOON
        )
    wanted = [words for first in (2, 5, 7) for _, words in told[:first]]
    assert await rows(database, _WORDS) == wanted
    assert await counted(database) == [2, 2, 3]


async def test_a_group_of_a_transaction_that_failed_is_learnt_again(database: Database) -> None:
    events, told = SqliteEvents(database), views()
    [(pages,)] = await rows(database, "PRAGMA page_count")
    async with database.writing() as db:
        await db.execute(f"PRAGMA max_page_count = {pages}")
    batch = [a_view("c1", path="/" + "x" * 290 + str(n), **told[0][0]) for n in range(100)]
    with pytest.raises(BusyError):
        await events.insert(batch, NOON)
    async with database.writing() as db:
        await db.execute("PRAGMA max_page_count = 100000")
    await events.insert([a_view("c1", **told[2][0])], NOON)
    await events.insert(batch[:1], NOON)
    assert await rows(database, _WORDS) == [told[2][1], told[0][1]]


def test_an_older_database_keeps_its_events_and_the_numbers_it_gave(tmp_path: Path) -> None:
    files = sorted(_SCHEMA.glob("[0-9]*.sql"))
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as db:
        for file in files:
            if file.name < "0013":
                db.executescript(file.read_text("utf-8"))
        names = [row[1] for row in db.execute("PRAGMA table_info(events)")][1:]
        statement = (
            f"INSERT INTO events ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        )
        for n in (1, 2, 1, 3):
            db.execute(statement, [n * place for place in range(len(names))])
        db.execute("DELETE FROM events WHERE id = 4")
        db.commit()
        chosen = f"SELECT id, {', '.join(names)} FROM %s ORDER BY id"
        before = db.execute(chosen % "events").fetchall()
        [migration] = [file for file in files if file.name.startswith("0013")]
        db.executescript(migration.read_text("utf-8"))
        assert db.execute(chosen % "whole_events").fetchall() == before
        assert [db.execute(f"SELECT count(*) FROM {one}").fetchone() for one in GROUPS] == [
            (2,)
        ] * 3
        assert db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchall() == [
            (4,)
        ]
