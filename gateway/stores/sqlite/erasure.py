"""Erasing one person from the SQLite file: rows, their share of every figure, and the personal
part of their consent records, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import aiosqlite
from pyroaring import BitMap

from gateway.rules.visits import (
    EVENT_DIMENSIONS,
    TOTAL,
    VISIT_DIMENSIONS,
    Cell,
    Events,
    follow,
    gains,
)
from gateway.stores.base import Erased
from gateway.stores.sqlite.batch import DELIVER, message
from gateway.stores.sqlite.database import Database

_EVENTS = """
SELECT e.id, e.minute, CASE k.text WHEN 'pageview' THEN e.path END,
    CASE k.text WHEN 'engagement' THEN e.seconds END, e.referrer, e.channel, e.country, e.device,
    e.browser, e.system
FROM whole_events e JOIN words k ON k.id = e.kind
WHERE e.visitor = ? AND e.id <= (SELECT event FROM watermarks WHERE name = 'cells') ORDER BY e.id"""

_CELLS = """
SELECT day, value, views, visits, visitors FROM cells
WHERE site = ?1 AND dimension = ?2 AND day IN (SELECT value FROM json_each(?3))"""

_BLANK = "UPDATE consents SET consent_id = NULL, salt = NULL WHERE consent_id = ? AND site = ?"
_UNSTAND = "DELETE FROM standing WHERE consent_id = ? AND site = ?"
# What waits is still told: the recipient has to know whom to forget (GDPR Art. 19).
_UNTELL = "UPDATE deliveries SET consent_id = NULL WHERE consent_id = ? AND next_try IS NULL"
_EVER = """
SELECT DISTINCT p.key FROM consents c, json_each(c.choices) p
WHERE c.consent_id = ? AND c.site = ? AND p.value"""
_LOG = "INSERT INTO deletions (time, site, class, before, count) VALUES (?, ?, 'erasure', 0, ?)"

_WIDTH = 4 + len(VISIT_DIMENSIONS)
_Place = tuple[str, str, int, int]
"""The key of a cell: site, dimension, day, value."""


class SqliteErasure:
    """An `ErasureStore`. `day_of(site, minute)` gives the ordinal of the site's local date."""

    def __init__(self, database: Database, day_of: Callable[[str, int], int]) -> None:
        self._database = database
        self._day_of = day_of

    async def erase(
        self,
        site: str,
        consent_id: str,
        visitor: int,
        tell: Mapping[str, frozenset[str]],
        now: int,
    ) -> Erased | None:
        async with self._database.writing() as db:
            await _tell(db, site, consent_id, tell, now)
            blanked = (await db.execute(_BLANK, (consent_id, site))).rowcount
            if not blanked:
                return None
            numbers = await _numbers(db, site, visitor)
            await db.execute(_UNSTAND, (consent_id, site))
            await db.execute(_UNTELL, (consent_id,))
            events = visits = 0
            for number in numbers:
                await self._leave_figures(db, site, number)
                events += (
                    await db.execute("DELETE FROM events WHERE visitor = ?", (number,))
                ).rowcount
                visits += (
                    await db.execute("DELETE FROM visits WHERE visitor = ?", (number,))
                ).rowcount
            await db.execute(_LOG, (now, site, blanked))
        await self._database.overwrite()
        return Erased(records=blanked, events=events, visits=visits)

    async def _leave_figures(self, db: aiosqlite.Connection, site: str, number: int) -> None:
        """Take a visitor out of every cell. Page views of days whose events are past their
        retention stay as what they are: a number of nobody in particular."""
        rows = await db.execute_fetchall(_EVENTS, (number,))
        views = self._views(site, number, rows)
        own = BitMap(
            [
                row[0]
                for row in await db.execute_fetchall(
                    "SELECT id FROM visits WHERE visitor = ?", (number,)
                )
            ]
        )
        days = [
            row[0]
            for row in await db.execute_fetchall(
                "SELECT day, visitors FROM cells WHERE site = ? AND dimension = ?", (site, TOTAL)
            )
            if number in BitMap.deserialize(row[1])
        ]
        for dimension in (TOTAL, *EVENT_DIMENSIONS, *VISIT_DIMENSIONS):
            cells = await db.execute_fetchall(_CELLS, (site, dimension, json.dumps(days)))
            for row in cells:
                place = (site, dimension, row[0], row[1])
                await _without(db, place, _cell(tuple(row)[2:]), number, own, views.get(place, 0))

    def _views(self, site: str, number: int, rows: Iterable[Any]) -> Mapping[_Place, int]:
        columns = [*zip(*map(tuple, rows), strict=True)] or [()] * _WIDTH
        ids, minutes, pages, spent, *words = columns
        many = len(ids)
        events = Events(ids, [site] * many, minutes, [number] * many, pages, spent)
        stays = follow(events, (), ())
        first = [[column[place] for place in stays.begun] for column in words]
        return {
            (gain.site, gain.dimension, gain.day, value): views
            for gain in gains(events, stays.of_events, first, self._day_of)
            for value, views in gain.views.items()
        }


async def _tell(
    db: aiosqlite.Connection,
    site: str,
    consent_id: str,
    tell: Mapping[str, frozenset[str]],
    now: int,
) -> None:
    ever = {row[0] for row in await db.execute_fetchall(_EVER, (consent_id, site))}
    await db.executemany(
        DELIVER,
        [
            message(site, hook, consent_id, "erased", ever & purposes, now)
            for hook, purposes in tell.items()
            if ever & purposes
        ],
    )


async def _numbers(db: aiosqlite.Connection, site: str, visitor: int) -> list[int]:
    rows = await db.execute_fetchall(
        "SELECT number FROM standing WHERE site = ? AND visitor = ? AND number IS NOT NULL",
        (site, visitor),
    )
    return [row[0] for row in rows]


async def _without(
    db: aiosqlite.Connection, place: _Place, cell: Cell, number: int, own: BitMap, views: int
) -> None:
    if number not in cell.visitors:
        return
    left = Cell(cell.views - views, cell.visits - own, cell.visitors - BitMap([number]))
    where = "WHERE site = ? AND dimension = ? AND day = ? AND value = ?"
    if not left.visitors and left.views <= 0:
        await db.execute(f"DELETE FROM cells {where}", place)  # noqa: S608 - a constant
        return
    await db.execute(
        f"UPDATE cells SET views = ?, visits = ?, visitors = ? {where}",  # noqa: S608 - a constant
        (left.views, left.visits.serialize(), left.visitors.serialize(), *place),
    )


def _cell(row: tuple[Any, ...]) -> Cell:
    views, visits, visitors = row
    return Cell(views, BitMap.deserialize(visits), BitMap.deserialize(visitors))
