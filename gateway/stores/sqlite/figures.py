"""Figures in SQLite: visits with their events by column, advanced behind a watermark."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import aiosqlite
import numpy as np

from gateway.rules.figures.dimension import GROUPS
from gateway.rules.figures.segment import Column, Segment
from gateway.stores.base import FEWEST
from gateway.stores.sqlite import bulk, segments
from gateway.stores.sqlite.columns import all_packed
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.snapshot import Snapshots
from gateway.stores.sqlite.stays import Fresh, Led, fresh, lead

_SAVE_VISITS = """
INSERT INTO last_visits (visitor, site, visit, first_minute, last_minute) %s
ON CONFLICT (visitor) DO UPDATE SET visit = excluded.visit,
    first_minute = excluded.first_minute, last_minute = excluded.last_minute"""

# Segments are kept longer than the latest visits and hold their numbers: one used again would make
# two visits one. So the highest is remembered. And each erasure or purge leaves a line in the log
# of deletions: what was read before it must not be written after.
_MARKS = """
SELECT (SELECT event FROM watermarks WHERE name = 'figures'),
    coalesce((SELECT event FROM watermarks WHERE name = 'visits'), 0),
    coalesce((SELECT max(id) FROM deletions), 0)"""

_MARK = """
INSERT INTO watermarks (name, event) %s
ON CONFLICT (name) DO UPDATE SET event = excluded.event"""

_MOST_ROWS = 20_000
"""Rows of one transaction: 50 ms in which no event is written. Where each event is of another
visitor on another page, these are 7,000 events; where 5,000 visitors share 4,000 pages, 100,000."""

_MOST_FRESH = 32
"""Turns after which what they added is put together: until then each reading does it."""
_LARGE = 200_000
"""Events after which it is, however few the turns."""

_TABLES = {"source": "sources", "place": "places", "device": "devices"}


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
    parts: Sequence[tuple[str, int, bytes]]  # rows
    last_event: int


class SqliteFigures:
    """A `FigureStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._snapshots = Snapshots(database.path)
        self._most = 2 * FEWEST  # events of a step

    async def advance(self, limit: int) -> int:
        while True:
            async with self._database.reading() as db:
                marks = await _marks(db)
                events = await fresh(db, marks.event, min(limit, self._most))
                if not events.ids:
                    return 0
                led = await lead(db, events, marks.visit)
            if not self._fits(len(events.ids), len(led.latest)):
                continue
            step = await asyncio.to_thread(_step, marks, events, led)
            if await self._database.write(partial(_save, step=step)):
                return len(events.ids)

    def _fits(self, many: int, rows: int) -> bool:
        """Whether a step is to be written, or read again as a smaller one. How many events the next
        may have is learnt from each: that of a few says little about many, so it takes none away.
        """
        fitting = many * _MOST_ROWS // max(1, rows)
        if rows > _MOST_ROWS:
            self._most = max(FEWEST, fitting)
        else:
            self._most = max(self._most, min(fitting, 2 * many))
        return rows <= 2 * _MOST_ROWS or many <= self._most

    async def settle(self) -> int:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT site FROM fresh GROUP BY site HAVING count(*) > ? OR sum(events) > ?",
                (_MOST_FRESH, _LARGE),
            )
        return sum([await self._database.write(partial(_fold, site=site)) for (site,) in rows])

    async def rebuild(self) -> None:
        """Forget all figures, so that `advance` makes them anew from the events.

        Only while no event was purged: figures are kept longer than what they were made from.
        """
        async with self._database.writing() as db:
            for statement in (
                "DELETE FROM last_visits",
                "DELETE FROM fresh",
                "DELETE FROM segments",
                "UPDATE watermarks SET event = 0 WHERE name = 'figures'",
            ):
                await db.execute(statement)

    async def visits(
        self, site: str, first: int, last: int, visits: Collection[str], events: Collection[str]
    ) -> Segment:
        columns = (sorted(visits), sorted(events))
        return await self._snapshots.read(lambda db: segments.read(db, site, first, last, *columns))

    async def words(self, group: str) -> Mapping[str, Column]:
        names = GROUPS[group]
        table = _TABLES[group]

        def read(db: sqlite3.Connection) -> Mapping[str, Column]:
            columns = ", ".join(f"json_group_array({name})" for name in ("id", *names))
            [row] = db.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our own names
            ids, *lists = (np.array(json.loads(text), np.int64) for text in row)
            return {name: _by_number(ids, words) for name, words in zip(names, lists, strict=True)}

        return await self._snapshots.read(read)

    async def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        said = json.dumps([int(number) for number in numbers])
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT id, text FROM words WHERE id IN (SELECT value FROM json_each(?))", (said,)
            )
        return {int(number): str(text) for number, text in map(tuple, rows)}

    async def restrict(self, site: str, visitor: int, *, lift: bool = False) -> None:
        statement = (
            "DELETE FROM restricted WHERE site = ? AND visitor = ?"
            if lift
            else "INSERT INTO restricted (site, visitor, number) VALUES (?1, ?2, (SELECT number"
            " FROM standing WHERE site = ?1 AND visitor = ?2)) ON CONFLICT DO NOTHING"
        )
        async with self._database.writing() as db:
            await db.execute(statement, (site, visitor))


def _fold(db: sqlite3.Connection, site: str) -> int:
    return segments.fold(db, site)


def _by_number(ids: Column, words: Column) -> Column:
    table = np.zeros(int(ids.max(initial=0)) + 1, np.int64)
    table[ids] = words
    return table


async def _marks(db: aiosqlite.Connection) -> _Marks:
    [row] = await db.execute_fetchall(_MARKS)
    return _Marks(*row)


def _step(marks: _Marks, events: Fresh, led: Led) -> _Step:
    parts = [
        (site, len(part.events["kind"]), all_packed(part.visits, part.events))
        for site, part in led.parts.items()
    ]
    return _Step(marks, led, parts, events.ids[-1])


def _save(db: sqlite3.Connection, step: _Step) -> bool:
    """Write a step; False when it was made of what has changed since."""
    if _Marks(*db.execute(_MARKS).fetchone()) != step.marks:
        return False
    bulk.write(db, _SAVE_VISITS, step.led.latest, 5)
    db.executemany("INSERT INTO fresh (site, events, data) VALUES (?, ?, ?)", step.parts)
    bulk.write(db, _MARK, [("figures", step.last_event), ("visits", step.led.last_visit)], 2)
    return True
