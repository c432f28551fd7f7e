"""Visits and daily cells in SQLite, advanced behind a watermark in one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import aiosqlite
from pyroaring import BitMap

from gateway.rules.stats import union
from gateway.rules.visits import (
    VISIT_DIMENSIONS,
    Cell,
    CellKey,
    StoredEvent,
    Tally,
    Visit,
    tally,
)
from gateway.stores.sqlite.database import Database

_FRESH = """
SELECT e.id, s.text, e.minute, e.visitor, CASE k.text WHEN 'pageview' THEN e.path END,
    CASE k.text WHEN 'engagement' THEN e.seconds END, e.referrer, e.channel, e.country, e.device,
    e.browser, e.system
FROM events e JOIN words s ON s.id = e.site JOIN words k ON k.id = e.kind
WHERE e.id > (SELECT event FROM watermarks WHERE name = 'cells') ORDER BY e.id LIMIT ?"""

_LATEST = """
SELECT id, site, visitor, first_minute, last_minute, views, referrer, channel, country, device,
    browser, system
FROM visits WHERE id IN (
    SELECT (SELECT max(id) FROM visits WHERE visitor = value) FROM json_each(?))"""

_SAVE_VISIT = """
INSERT INTO visits (id, site, visitor, first_minute, last_minute, views, referrer, channel,
    country, device, browser, system) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET last_minute = excluded.last_minute, views = excluded.views"""

_SAVE_CELL = """
INSERT INTO cells (site, dimension, day, value, views, visits, visitors)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, dimension, day, value) DO UPDATE SET views = excluded.views,
    visits = excluded.visits, visitors = excluded.visitors"""

_THESE_CELLS = """
SELECT site, day, dimension, c.value, views, visits, visitors FROM json_each(?) named
CROSS JOIN cells c ON site = named.value ->> 0 AND dimension = named.value ->> 1
    AND day = named.value ->> 2 AND c.value = named.value ->> 3"""


# Cells are kept longer than visits and hold their numbers: one used again would make two visits
# one. So the highest is remembered where deleting visits does not reach it.
_LAST_VISIT = """
SELECT max(coalesce((SELECT max(id) FROM visits), 0),
    coalesce((SELECT event FROM watermarks WHERE name = 'visits'), 0))"""

_MARK = """
INSERT INTO watermarks (name, event) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET event = excluded.event"""


class SqliteCells:
    """A `CellStore`. `day_of(site, minute)` gives the ordinal of the site's local date."""

    def __init__(self, database: Database, day_of: Callable[[str, int], int]) -> None:
        self._database = database
        self._day_of = day_of

    async def advance(self, limit: int) -> int:
        async with self._database.reading() as db:
            if not await db.execute_fetchall(_FRESH, (1,)):
                return 0
        async with self._database.writing() as db:
            events = [_event(row) for row in await db.execute_fetchall(_FRESH, (limit,))]
            if not events:
                return 0
            latest = await _latest(db, {event.visitor for event in events})
            free = 1 + await _number(db, _LAST_VISIT)
            days = {event.id: self._day_of(event.site, event.minute) for event in events}
            added = await asyncio.to_thread(tally, events, latest, free, days)
            await _save(db, added)
            last = max([free - 1, *(visit.id for visit in added.visits)])
            await db.executemany(_MARK, [("cells", events[-1].id), ("visits", last)])
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
        return {date.fromordinal(row[0]): _cell(row[1:]) for row in rows}

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
            by_value.setdefault(row[0], []).append(_cell(row[1:]))
        return {value: union(cells) for value, cells in by_value.items()}


async def _latest(db: aiosqlite.Connection, visitors: set[int]) -> dict[int, Visit]:
    rows = await db.execute_fetchall(_LATEST, (json.dumps(sorted(visitors)),))
    visits = (_visit(tuple(row)) for row in rows)
    return {visit.visitor: visit for visit in visits}


async def _save(db: aiosqlite.Connection, added: Tally) -> None:
    await db.executemany(
        _SAVE_VISIT,
        [
            (v.id, v.site, v.visitor, v.first_minute, v.last_minute, v.views, *v.words)
            for v in added.visits
        ],
    )
    wanted = json.dumps([(k.site, k.dimension, k.day, k.value) for k in added.cells])
    stored = {
        CellKey(*row[:4]): _cell(row[4:])
        for row in await db.execute_fetchall(_THESE_CELLS, (wanted,))
    }
    await db.executemany(
        _SAVE_CELL,
        [
            (key.site, key.dimension, key.day, key.value, *_blobs(stored[key].merged(cell)))
            if key in stored
            else (key.site, key.dimension, key.day, key.value, *_blobs(cell))
            for key, cell in added.cells.items()
        ],
    )


async def _number(db: aiosqlite.Connection, query: str) -> int:
    rows = list(await db.execute_fetchall(query))
    return int(rows[0][0])


def _event(row: Sequence[object]) -> StoredEvent:
    numbers = [int(str(value)) for value in row[6:]]
    assert len(numbers) == len(VISIT_DIMENSIONS)  # noqa: S101 - _FRESH and the rule agree
    return StoredEvent(
        id=int(str(row[0])),
        site=str(row[1]),
        minute=int(str(row[2])),
        visitor=int(str(row[3])),
        page=None if row[4] is None else int(str(row[4])),
        words=tuple(numbers),
        spent=None if row[5] is None else int(str(row[5])),
    )


def _visit(row: tuple[Any, ...]) -> Visit:
    number, site, visitor, first_minute, last_minute, views, *words = row
    return Visit(number, site, visitor, first_minute, last_minute, views, tuple(words))


def _cell(row: Sequence[object]) -> Cell:
    views, visits, visitors = row
    return Cell(int(str(views)), _bitmap(visits), _bitmap(visitors))


def _bitmap(blob: object) -> BitMap:
    assert isinstance(blob, bytes)  # noqa: S101 - the column is BLOB NOT NULL in a STRICT table
    return BitMap.deserialize(blob)


def _blobs(cell: Cell) -> tuple[int, bytes, bytes]:
    return cell.views, _packed(cell.visits), _packed(cell.visitors)


def _packed(bitmap: BitMap) -> bytes:
    bitmap.run_optimize()
    return bytes(bitmap.serialize())
