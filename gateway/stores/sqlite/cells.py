"""Visits and daily cells in SQLite, advanced behind a watermark in one transaction."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import aiosqlite
import msgspec
from pyroaring import BitMap

from gateway.rules.stats import union
from gateway.rules.visits import Cell, CellKey, StoredEvent, Tally, Visit, tally
from gateway.stores.sqlite import bulk
from gateway.stores.sqlite.database import Database

# All events of a step as one row: see `bulk`.
_FRESH = """
SELECT json_group_array(json_array(id, site, minute, visitor, page, spent, referrer, channel,
    country, device, browser, system)) FROM (
    SELECT e.id, s.text AS site, e.minute, e.visitor,
        CASE e.kind WHEN (SELECT id FROM words WHERE text = 'pageview') THEN e.path END AS page,
        CASE e.kind WHEN (SELECT id FROM words WHERE text = 'engagement') THEN e.seconds END
            AS spent,
        e.referrer, e.channel, e.country, e.device, e.browser, e.system
    FROM events e JOIN words s ON s.id = e.site WHERE e.id > ? ORDER BY e.id LIMIT ?)"""

_LATEST = """
SELECT json_group_array(json_array(id, site, visitor, first_minute, last_minute, views, referrer,
    channel, country, device, browser, system))
FROM visits WHERE id IN (
    SELECT (SELECT max(id) FROM visits WHERE visitor = value) FROM json_each(?))"""

_SAVE_VISITS = """
INSERT INTO visits (id, site, visitor, first_minute, last_minute, views, referrer, channel,
    country, device, browser, system) %s
ON CONFLICT (id) DO UPDATE SET last_minute = excluded.last_minute, views = excluded.views"""

_SAVE_CELLS = """
INSERT INTO cells (site, day, dimension, value, views, visits, visitors) %s
ON CONFLICT (site, dimension, day, value) DO UPDATE SET views = excluded.views,
    visits = excluded.visits, visitors = excluded.visitors"""

_THESE_CELLS = """
SELECT json_group_array(json_array(site, day, dimension, c.value, views, hex(visits),
    hex(visitors))) FROM json_each(?) named
CROSS JOIN cells c ON site = named.value ->> 0 AND day = named.value ->> 1
    AND dimension = named.value ->> 2 AND c.value = named.value ->> 3"""

# Cells are kept longer than visits and hold their numbers: one used again would make two visits
# one. So the highest is remembered where deleting visits does not reach it. And each erasure or
# purge leaves a line in the log of deletions: what was read before it must not be written after.
_MARKS = """
SELECT (SELECT event FROM watermarks WHERE name = 'cells'),
    max(coalesce((SELECT max(id) FROM visits), 0),
        coalesce((SELECT event FROM watermarks WHERE name = 'visits'), 0)),
    coalesce((SELECT max(id) FROM deletions), 0)"""

_MARK = """
INSERT INTO watermarks (name, event) %s
ON CONFLICT (name) DO UPDATE SET event = excluded.event"""

_Row = tuple[int, str, int, int, int | None, int | None, int, int, int, int, int, int]
_events = msgspec.json.Decoder(list[_Row])
_visits = msgspec.json.Decoder(
    list[tuple[int, str, int, int, int, int, int, int, int, int, int, int]]
)
_stored = msgspec.json.Decoder(list[tuple[str, int, str, int, int, str, str]])

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Marks:
    """How far aggregation was when it began to read."""

    event: int
    visit: int  # the highest number ever given
    deletion: int


@dataclass(frozen=True, slots=True)
class _Step:
    """All that one step writes, made before the lock of the writer is taken."""

    marks: _Marks
    last: int  # event
    visits: Sequence[Visit]
    cells: Mapping[CellKey, Cell]


class SqliteCells:
    """A `CellStore`. `day_of(site, minute)` gives the ordinal of the site's local date."""

    def __init__(self, database: Database, day_of: Callable[[str, int], int]) -> None:
        self._database = database
        self._day_of = day_of

    async def advance(self, limit: int) -> int:
        while True:
            async with self._database.reading() as db:
                marks = await _marks(db)
                events = await self._fresh(db, marks, limit)
                if not events:
                    return 0
                latest = await _latest(db, {event.visitor for event in events})
                days = {event.id: self._day_of(event.site, event.minute) for event in events}
                added = await asyncio.to_thread(tally, events, latest, marks.visit + 1, days)
                cells = await _merged(db, added)
            step = _Step(marks, events[-1].id, added.visits, cells)
            if await self._database.write(lambda db, step=step: _save(db, step)):  # type: ignore[misc]
                return len(events)

    async def rebuild(self) -> None:
        """Forget all visits and cells, so that `advance` makes them anew from the events.

        Only while no event was purged: figures are kept longer than what they were made from.
        """
        async with self._database.writing() as db:
            for statement in (
                "DELETE FROM visits",
                "DELETE FROM cells",
                "UPDATE watermarks SET event = 0",
            ):
                await db.execute(statement)

    async def days(self, site: str, first: date, last: date) -> Mapping[date, Cell]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT day, views, visits, visitors FROM cells"
                " WHERE site = ? AND dimension = 'all' AND day BETWEEN ? AND ?",
                (site, first.toordinal(), last.toordinal()),
            )
        return {date.fromordinal(row[0]): _cell(*row[1:]) for row in rows}

    async def groups(self, site: str, dimension: str, first: date, last: date) -> dict[str, Cell]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT w.text, c.views, c.visits, c.visitors"
                " FROM cells c JOIN words w ON w.id = c.value"
                " WHERE c.site = ? AND c.dimension = ? AND c.day BETWEEN ? AND ?",
                (site, dimension, first.toordinal(), last.toordinal()),
            )
        by_value: dict[str, list[Cell]] = {}
        for row in rows:
            by_value.setdefault(row[0], []).append(_cell(*row[1:]))
        return {value: union(cells) for value, cells in by_value.items()}

    async def _fresh(
        self, db: aiosqlite.Connection, marks: _Marks, limit: int
    ) -> Sequence[StoredEvent]:
        rows = await _all(db, _events, _FRESH, marks.event, limit)
        return [StoredEvent(*row[:5], row[6:], row[5]) for row in rows]


async def _marks(db: aiosqlite.Connection) -> _Marks:
    [row] = await db.execute_fetchall(_MARKS)
    return _Marks(*row)


async def _latest(db: aiosqlite.Connection, visitors: set[int]) -> dict[int, Visit]:
    rows = await _all(db, _visits, _LATEST, json.dumps(sorted(visitors)))
    return {row[2]: Visit(*row[:6], row[6:]) for row in rows}


async def _merged(db: aiosqlite.Connection, added: Tally) -> Mapping[CellKey, Cell]:
    """The cells as they will be."""
    rows = await _all(db, _stored, _THESE_CELLS, json.dumps(list(added.cells)))
    stored = {
        CellKey(*row[:4]): _cell(row[4], bytes.fromhex(row[5]), bytes.fromhex(row[6]))
        for row in rows
    }
    return {
        key: stored[key].merged(cell) if key in stored else cell
        for key, cell in added.cells.items()
    }


def _save(db: sqlite3.Connection, step: _Step) -> bool:
    """Write a step; False when it was made of what has changed since."""
    if _Marks(*db.execute(_MARKS).fetchone()) != step.marks:
        return False
    bulk.write(db, _SAVE_VISITS, [(*visit[:6], *visit.words) for visit in step.visits], 12)
    bulk.write(db, _SAVE_CELLS, [(*key, *_blobs(cell)) for key, cell in step.cells.items()], 7)
    last = max([step.marks.visit, *(visit.id for visit in step.visits)])
    bulk.write(db, _MARK, [("cells", step.last), ("visits", last)], 2)
    return True


async def _all(
    db: aiosqlite.Connection,
    decoder: msgspec.json.Decoder[list[Row]],
    query: str,
    *values: object,
) -> Iterable[Row]:
    [(said,)] = await db.execute_fetchall(query, values)
    return decoder.decode(said)


def _cell(views: int, visits: bytes, visitors: bytes) -> Cell:
    return Cell(views, BitMap.deserialize(visits), BitMap.deserialize(visitors))


def _blobs(cell: Cell) -> tuple[int, bytes, bytes]:
    return cell.views, _packed(cell.visits), _packed(cell.visitors)


def _packed(bitmap: BitMap) -> bytes:
    bitmap.run_optimize()
    return bytes(bitmap.serialize())
