"""The numbers visitors and networks go by in the SQLite file: where a database from before has
them, and what becomes of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.rules.network import network_of, number_of
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from tests.rules.building import a_choice
from tests.stores.conftest import appended

_SCHEMA = Path(__file__).parents[2] / "gateway" / "stores" / "schema" / "sqlite"
_MIGRATION = "0014_numbers.sql"
_STANDING = """
INSERT INTO standing (site, visitor, consent_id, seq, state, choices, notice, language, analytics,
    valid_until) VALUES (?, ?, ?, 1, 'given', '{}', '', 'nl', 1, 9)"""


async def test_a_database_from_before_keeps_the_numbers_and_gives_none_twice(
    tmp_path: Path,
) -> None:
    """The highest of them was forgotten already; figures may hold it."""
    path = tmp_path / "before.sqlite"
    with closing(sqlite3.connect(path)) as db:
        for file in sorted(_SCHEMA.iterdir()):
            if file.name < _MIGRATION:
                db.executescript(file.read_text("utf-8"))
        for site, visitor in (("demo", 11), ("demo", 22), ("other", 11)):
            db.execute(_STANDING, (site, visitor, f"{site}{visitor}"))
        visitors = [("other", 11), ("gone", 5), ("demo", 22), ("gone", 6)]
        db.executemany("INSERT INTO visitors (site, key) VALUES (?, ?)", visitors)
        db.execute("DELETE FROM visitors WHERE site = 'gone'")
        db.executescript((_SCHEMA / _MIGRATION).read_text("utf-8"))
        numbers = "SELECT site, visitor, number FROM standing ORDER BY site, visitor"
        found = db.execute(numbers).fetchall()
        last = db.execute("SELECT event FROM watermarks WHERE name = 'visitors'").fetchone()
    assert found == [("demo", 11, None), ("demo", 22, 3), ("other", 11, 1)]
    assert last == (4,)


async def test_every_visitor_who_consents_has_a_number_of_their_own(database: Database) -> None:
    """Also the same visitor value at two sites, and two who come in one commit or the next."""
    consents = SqliteConsents(database)
    who = [a_choice(f"c{n}", site=site) for n in range(3) for site in ("demo", "other")]
    await consents.append([appended(choice) for choice in (*who[:4], a_choice(None), *who[:2])])
    await consents.append([appended(choice) for choice in who[2:]])
    async with database.reading() as db:
        found = await db.execute_fetchall("SELECT count(number), count(*) FROM standing")
        apart = await db.execute_fetchall("SELECT count(DISTINCT number) FROM standing")
    assert [*map(tuple, (*found, *apart))] == [(6, 6), (6,)]


async def test_networks_of_a_database_from_before_become_numbers(tmp_path: Path) -> None:
    """Once as the network of a visitor, and once as what links and visitors came from too."""
    migration, path = "0015_networks.sql", tmp_path / "before.sqlite"
    networks = ["203.0.113.0/24", "2001:db8:1::/48", "198.51.100.0/24", ""]
    with closing(sqlite3.connect(path)) as db:
        db.create_function("network_number", 1, number_of)
        for file in sorted(_SCHEMA.iterdir()):
            if file.name < migration:
                db.executescript(file.read_text("utf-8"))
        for word, text in enumerate(networks[:3], start=1):
            db.execute("INSERT INTO words VALUES (?, ?)", (word, text))
        db.execute("INSERT INTO sources VALUES (1, 3, 0, 0, 0, 0, 0, 0)")
        db.execute("INSERT INTO devices VALUES (1, 0, 0, 0, 0, 0, 0)")
        for place, (word, country) in enumerate([(1, 7), (2, 7), (3, 0), (0, 7)], start=1):
            db.execute("INSERT INTO places VALUES (?, ?, ?, 0, 0)", (place, word, country))
            values = (place, *(0 for _ in range(6)), 1, place, 1, 0, 0, 0, 0, 0)
            db.execute(f"INSERT INTO events VALUES ({', '.join('?' * 15)})", values)
        db.executescript((_SCHEMA / migration).read_text("utf-8"))
        found = db.execute("SELECT network, country FROM whole_events ORDER BY id").fetchall()
        words = db.execute("SELECT text FROM words ORDER BY id").fetchall()
        places = db.execute("SELECT count(*) FROM places").fetchone()
    assert [(network_of(number), country) for number, country in found] == [
        *zip(networks, (7, 7, 0, 7), strict=True)
    ]
    assert words == [("",), ("198.51.100.0/24",)]
    assert places == (2,)
