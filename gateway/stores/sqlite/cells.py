"""Visits and daily cells in SQLite, advanced behind a watermark in one transaction."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
    cells: Sequence[tuple[object, ...]]  # rows


class SqliteCells:
    """A `CellStore`. `day_of(site, minute)` gives the ordinal of the site's local date."""

    def __init__(self, database: Database, day_of: Callable[[str, int], int]) -> None:
        self._database = database
        self._day_of = day_of

    async def advance(self, limit: int) -> int:
        while True:
            async with self._database.reading() as db:
                marks = await _marks(db)
                # Thousands of rows are read into values in another thread: the loop has visitors.
                events = await asyncio.to_thread(
                    _fresh, await _said(db, _FRESH, marks.event, limit)
                )
                if not events:
                    return 0
                visitors = json.dumps(list({event.visitor for event in events}))
                latest = await _said(db, _LATEST, visitors)
                added = await asyncio.to_thread(self._tallied, events, latest, marks.visit + 1)
                stored = await _said(db, _THESE_CELLS, json.dumps(list(added.cells)))
                cells = await asyncio.to_thread(_merged, added, stored)
            step = _Step(marks, events[-1].id, added.visits, cells)
            if await self._database.write(lambda db, step=step: _save(db, step)):  # type: ignore[misc]
                return len(events)

    def _tallied(self, events: Sequence[StoredEvent], latest: str, free: int) -> Tally:
        known = {row[2]: Visit(*row[:6], row[6:]) for row in _visits.decode(latest)}
        days = {event.id: self._day_of(event.site, event.minute) for event in events}
        return tally(events, known, free, days)

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


async def _marks(db: aiosqlite.Connection) -> _Marks:
    [row] = await db.execute_fetchall(_MARKS)
    return _Marks(*row)


async def _said(db: aiosqlite.Connection, query: str, *values: object) -> str:
    [(said,)] = await db.execute_fetchall(query, values)
    return str(said)


def _fresh(said: str) -> Sequence[StoredEvent]:
    return [StoredEvent(*row[:5], row[6:], row[5]) for row in _events.decode(said)]


def _merged(added: Tally, said: str) -> Sequence[tuple[object, ...]]:
    """The rows of the cells as they will be."""
    stored = {
        CellKey(*row[:4]): _cell(row[4], bytes.fromhex(row[5]), bytes.fromhex(row[6]))
        for row in _stored.decode(said)
    }
    return [
        (*key, *_blobs(stored[key].merged(cell) if key in stored else cell))
        for key, cell in added.cells.items()
    ]


def _save(db: sqlite3.Connection, step: _Step) -> bool:
    """Write a step; False when it was made of what has changed since."""
    if _Marks(*db.execute(_MARKS).fetchone()) != step.marks:
        return False
    bulk.write(db, _SAVE_VISITS, [(*visit[:6], *visit.words) for visit in step.visits], 12)
    bulk.write(db, _SAVE_CELLS, step.cells, 7)
    last = max([step.marks.visit, *(visit.id for visit in step.visits)])
    bulk.write(db, _MARK, [("cells", step.last), ("visits", last)], 2)
    return True


def _cell(views: int, visits: bytes, visitors: bytes) -> Cell:
    return Cell(views, BitMap.deserialize(visits), BitMap.deserialize(visitors))


def _blobs(cell: Cell) -> tuple[int, bytes, bytes]:
    return cell.views, _packed(cell.visits), _packed(cell.visitors)


def _packed(bitmap: BitMap) -> bytes:
    bitmap.run_optimize()
    return bytes(bitmap.serialize())
