"""Steps of aggregation in SQLite: how large they are, and that none is made of what has changed."""

from __future__ import annotations

import sqlite3
from datetime import date
from itertools import count, pairwise

import pytest
from pyroaring import BitMap

from gateway.stores.base import FEWEST
from gateway.stores.sqlite import cells as module
from gateway.stores.sqlite import stays
from gateway.stores.sqlite.cells import SqliteCells
from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON
from tests.stores.conftest import DAY_OF

TODAY = date.fromordinal(DAY_OF("demo", NOON // 60))

_WORDS = """
INSERT INTO words (id, text) VALUES (1, 'demo'), (2, 'other'), (3, 'pageview'), (4, 'engagement')"""
_NUMBERED = "WITH RECURSIVE numbered (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbered LIMIT ?)"
_EVENTS = f"""{_NUMBERED}
INSERT INTO events (site, minute, visitor, kind, path, source, consent_seq, place, device, name,
    props, seconds, scroll, count)
SELECT CASE WHEN n % ? THEN 1 ELSE 2 END, ?, max(n - ?, 1), 3, 10 + max(n - ?, 1), n,
    1, 1, 1, 0, 0, 0, 0, 0 FROM numbered"""
_SOURCES = f"""{_NUMBERED}
INSERT INTO sources SELECT n, 100000 + n, 0, 0, 0, 0, 0, 0 FROM numbered"""
_PLACE = "INSERT INTO places VALUES (1, 0, 0, 0)"
_DEVICE = "INSERT INTO devices VALUES (1, 0, 0, 0, 0, 0, 0)"


async def strangers(database: Database, many: int, other: int = 1_000_000, alike: int = 0) -> None:
    """Events of so many visitors, each on another page, from another place; one in `other` is of
    the other site. The first `alike` are of the first of them, on one page."""
    async with database.writing() as db:
        await db.execute(_WORDS)
        for statement in (_PLACE, _DEVICE):
            await db.execute(statement)
        await db.execute(_SOURCES, (alike + many,))
        await db.execute(_EVENTS, (alike + many, other, NOON // 60, alike, alike))


async def rows_of(database: Database) -> int:
    async with database.reading() as db:
        [row] = await db.execute_fetchall(
            "SELECT (SELECT count(*) FROM visits) + (SELECT count(*) FROM cells)"
        )
    return int(row[0])


async def totals(cells: SqliteCells, site: str = "demo") -> tuple[int, int, int]:
    found = await cells.days(site, TODAY, TODAY)
    cell = found[TODAY]
    return cell.views, len(cell.visits), len(cell.visitors)


async def test_a_step_with_too_many_rows_is_made_smaller_and_loses_nothing(
    database: Database,
) -> None:
    """No event is written while a step is, and each stranger is a visit and two cells."""
    many, alike = 14_000, 15_000
    await strangers(database, many, alike=alike)
    cells = SqliteCells(database, DAY_OF)
    sizes, rows = [], [0]
    while size := await cells.advance(100_000):
        sizes.append(size)
        rows.append(await rows_of(database))
    assert sum(sizes) == many + alike
    assert all(size >= FEWEST for size in sizes)
    assert sizes[1] < many + alike - sizes[0], "it was read whole, and was too much"
    assert max(after - before for before, after in pairwise(rows)) <= 2 * module._MOST_ROWS
    assert await totals(cells) == (many + alike, many, many)


async def test_each_site_has_its_own_figures(database: Database) -> None:
    await strangers(database, 90, other=3)
    cells = SqliteCells(database, DAY_OF)
    while await cells.advance(7):
        pass
    assert await totals(cells) == (60, 60, 60)
    assert await totals(cells, "other") == (30, 30, 30)
    async with database.reading() as db:
        rows = await db.execute_fetchall("SELECT site, count(*) FROM visits GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in rows] == [("demo", 60), ("other", 30)]


async def test_a_step_made_of_what_was_erased_meanwhile_is_thrown_away(database: Database) -> None:
    await strangers(database, 10)
    turns = count(1)

    def day_of(site: str, minute: int) -> int:
        if next(turns) == 1:  # after the step has read its events, before it writes
            other = sqlite3.connect(database.path)
            other.execute("DELETE FROM events WHERE visitor > 4")
            other.execute(
                "INSERT INTO deletions (time, site, class, before, count)"
                " VALUES (0, 'demo', 'erasure', 0, 1)"
            )
            other.commit()
            other.close()
        return DAY_OF(site, minute)

    cells = SqliteCells(database, day_of)
    assert await cells.advance(100) == 4
    assert await totals(cells) == (4, 4, 4)


async def test_events_that_went_while_they_were_read_are_led_nowhere(database: Database) -> None:
    """Their words are gone: the others must not get them."""
    await strangers(database, 10)
    async with database.reading() as db:
        events = await stays.fresh(db, 0, 100)
        assert await stays.lead(db, events, 1) is not None
        async with database.writing() as writing:
            await writing.execute("DELETE FROM events WHERE visitor = 5")
        assert await stays.lead(db, events, 1) is None


@pytest.mark.parametrize("number", [0, 1, 65_535, 65_536, 1_000_000, 2**32 - 1])
def test_a_set_of_one_number_is_written_as_the_library_writes_it(number: int) -> None:
    written = module._packed(b"", [number])
    assert written == BitMap([number]).serialize()
    assert module._packed(written, [number, 7]) == BitMap([number, 7]).serialize()


async def test_no_more_is_read_than_there_is(database: Database) -> None:
    cells = SqliteCells(database, DAY_OF)
    assert await cells.advance(10) == 0
    await strangers(database, 25)
    assert [await cells.advance(10) for _ in range(4)] == [10, 10, 5, 0]
