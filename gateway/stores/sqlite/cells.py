"""Visits and daily cells in SQLite, advanced behind a watermark in one transaction."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import aiosqlite
import msgspec
from pyroaring import BitMap

from gateway.rules.stats import union
from gateway.rules.visits import Cell, Events, Gains, gains
from gateway.stores.base import FEWEST
from gateway.stores.sqlite import bulk
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.stays import Led, fresh, lead

_SAVE_VISITS = """
INSERT INTO visits (id, site, visitor, first_minute, last_minute, views, referrer, channel,
    country, device, browser, system) %s
ON CONFLICT (id) DO UPDATE SET last_minute = excluded.last_minute, views = excluded.views"""

_SAVE_CELLS = """
INSERT INTO cells (site, dimension, day, value, views, visits, visitors) %s
ON CONFLICT (site, dimension, day, value) DO UPDATE SET views = excluded.views,
    visits = excluded.visits, visitors = excluded.visitors"""

# One row, as in `stays`. Sets stand one behind the other: as hexadecimal digits they took longer.
_THESE_CELLS = """
WITH batch AS MATERIALIZED (
    SELECT key AS number, value ->> 0 AS site, value ->> 1 AS day, value ->> 2 AS dimension,
        value ->> 3 AS list FROM json_each(?))
SELECT json_group_array(batch.number), json_group_array(c.value), json_group_array(views),
    json_group_array(length(visits)), json_group_array(length(visitors)),
    CAST(group_concat(visits, '') AS BLOB), CAST(group_concat(visitors, '') AS BLOB)
FROM batch CROSS JOIN json_each(batch.list) named CROSS JOIN cells c
    ON c.site = batch.site AND c.dimension = batch.dimension AND c.day = batch.day
    AND c.value = named.value"""

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

_ints = msgspec.json.Decoder(list[int])

_MOST_ROWS = 20_000
"""Rows of one transaction: 50 ms in which no event is written. Where each event is of another
visitor on another page, these are 7,000 events; where 5,000 visitors share 4,000 pages, 100,000."""

# What BitMap writes of a set of one number (github.com/RoaringBitmap/RoaringFormatSpec).
_ONE = struct.Struct("<IIHHIH")
_COOKIE, _CONTAINERS, _START = 12_346, 1, 16

_Stored = Mapping[int, tuple[int, bytes, bytes]]
"""Views, visits and visitors by value."""
_NOTHING = (0, b"", b"")


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
    led: Led
    cells: Sequence[tuple[object, ...]]  # rows


class SqliteCells:
    """A `CellStore`. `day_of(site, minute)` gives the ordinal of the site's local date."""

    def __init__(self, database: Database, day_of: Callable[[str, int], int]) -> None:
        self._database = database
        self._day_of = day_of
        self._most = 2 * FEWEST  # events of a step

    async def advance(self, limit: int) -> int:
        while True:
            async with self._database.reading() as db:
                marks = await _marks(db)
                events = await fresh(db, marks.event, min(limit, self._most))
                if not events.ids:
                    return 0
                led = await lead(db, events, marks.visit + 1)
                if led is None:
                    continue
                added = await asyncio.to_thread(self._gained, led)
                if not self._fits(events, len(led.rows) + sum(len(g.visits) for g in added)):
                    continue
                stored = await _these(db, added)
                cells = await asyncio.to_thread(_merged, led, added, stored)
            step = _Step(marks, led, cells)
            if await self._database.write(lambda db, step=step: _save(db, step)):  # type: ignore[misc]
                return len(events.ids)

    def _gained(self, led: Led) -> Sequence[Gains]:
        # In the order of their key: written in any other, a row took four times as long.
        return sorted(
            gains(led.events, led.of_events, led.words, self._day_of),
            key=lambda gain: (gain.site, gain.dimension, gain.day),
        )

    def _fits(self, events: Events, rows: int) -> bool:
        """Whether a step is to be written, or read again as a smaller one. How many events the next
        may have is learnt from each: that of a few says little about many, so it takes none away.
        """
        many = len(events.ids)
        fitting = many * _MOST_ROWS // max(1, rows)
        if rows > _MOST_ROWS:
            self._most = max(FEWEST, fitting)
        else:
            self._most = max(self._most, min(fitting, 2 * many))
        return rows <= 2 * _MOST_ROWS or many <= self._most

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


async def _these(db: aiosqlite.Connection, added: Sequence[Gains]) -> Sequence[_Stored]:
    """The cells that gain, as they are stored."""
    named = [(gain.site, gain.day, gain.dimension, sorted(gain.visits)) for gain in added]
    [row] = await db.execute_fetchall(_THESE_CELLS, (json.dumps(named),))
    return await asyncio.to_thread(_stored, tuple(row), len(added))


def _stored(row: tuple[Any, ...], amount: int) -> Sequence[_Stored]:
    numbers, values, views, *lengths = (_ints.decode(text) for text in row[:5])
    visits, visitors = (_cut(*pair) for pair in zip(row[5:], lengths, strict=True))
    found: list[dict[int, tuple[int, bytes, bytes]]] = [{} for _ in range(amount)]
    cells = zip(views, visits, visitors, strict=True)
    for number, value, cell in zip(numbers, values, cells, strict=True):
        found[number][value] = cell
    return found


def _cut(blobs: bytes | None, lengths: Sequence[int]) -> Iterator[bytes]:
    if blobs is None:  # of no rows
        return iter(())
    ends = zip(accumulate(lengths), lengths, strict=True)
    return (blobs[end - length : end] for end, length in ends)


def _merged(
    led: Led, added: Sequence[Gains], stored: Sequence[_Stored]
) -> Sequence[tuple[object, ...]]:
    """The rows of the cells as they will be."""
    rows: list[tuple[object, ...]] = []
    ids, visitors = led.ids.__getitem__, led.visitors.__getitem__
    for gain, cells in zip(added, stored, strict=True):
        site, day, dimension, visits, views = gain
        for value in sorted(visits):
            before, old_visits, old_visitors = cells.get(value, _NOTHING)
            of_visits = _packed(old_visits, list(map(ids, visits[value])))
            of_visitors = _packed(old_visitors, list(map(visitors, visits[value])))
            rows.append(
                (site, dimension, day, value, before + views[value], of_visits, of_visitors)
            )
    return rows


def _packed(stored: bytes, more: list[int]) -> bytes:
    """A stored set and more numbers."""
    if not stored and len(more) == 1:  # every page of who comes once: a fifth of a bitmap's time
        [one] = more
        return _ONE.pack(_COOKIE, _CONTAINERS, one >> 16, 0, _START, one & 0xFFFF)
    bitmap = BitMap.deserialize(stored) if stored else BitMap()
    bitmap.update(more)
    bitmap.run_optimize()
    return bytes(bitmap.serialize())


def _save(db: sqlite3.Connection, step: _Step) -> bool:
    """Write a step; False when it was made of what has changed since."""
    if _Marks(*db.execute(_MARKS).fetchone()) != step.marks:
        return False
    bulk.write(db, _SAVE_VISITS, step.led.rows, 12)
    bulk.write(db, _SAVE_CELLS, step.cells, 7)
    last = max([step.marks.visit, *step.led.ids])
    bulk.write(db, _MARK, [("cells", step.led.events.ids[-1]), ("visits", last)], 2)
    return True


def _cell(views: int, visits: bytes, visitors: bytes) -> Cell:
    return Cell(views, BitMap.deserialize(visits), BitMap.deserialize(visitors))
