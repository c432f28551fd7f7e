"""Deleting what is past its time in SQLite, a bounded step at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.stores.base import Deleted, Past
from gateway.stores.sqlite.database import Database

_STEP = 5_000
"""Rows of one transaction, so that choices and events are written in between."""

_FIND = {
    "events": "SELECT id FROM events WHERE minute < ?2"
    " AND site = (SELECT id FROM words WHERE text = ?1) LIMIT ?3",
    "visits": "SELECT id FROM visits WHERE last_minute < ?2 AND site = ?1 LIMIT ?3",
}
_DELETE = {
    "events": "DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))",
    "visits": "DELETE FROM visits WHERE id IN (SELECT value FROM json_each(?))",
}
# The key of a visitor none of whose rows is left would only serve to recognise them (P10).
_FORGET = """
DELETE FROM visitors WHERE site = ? AND id NOT IN (SELECT visitor FROM visits)
    AND id NOT IN (SELECT visitor FROM events)"""
_ENDED = """
SELECT s.consent_id FROM standing s JOIN consents c ON c.site = s.site AND c.seq = s.seq
WHERE s.site = ? AND CASE s.state WHEN 'given' THEN s.valid_until ELSE c.time END < ? LIMIT ?"""
_BLANK = """
UPDATE consents SET consent_id = NULL, salt = NULL
WHERE consent_id IN (SELECT value FROM json_each(?1)) AND site = ?2"""
_UNSTAND = """
DELETE FROM standing WHERE consent_id IN (SELECT value FROM json_each(?1)) AND site = ?2"""
_LOG = "INSERT INTO deletions (time, site, class, before, count) VALUES (?, ?, ?, ?, ?)"


class SqliteRetention:
    """A `RetentionStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def purge(self, past: Past, now: int) -> Sequence[Deleted]:
        done = [
            Deleted("events", await self._rows("events", past.site, past.events_before)),
            Deleted("visits", await self._rows("visits", past.site, past.events_before)),
            Deleted("statistics", await self._cells(past.site, past.statistics_before)),
            Deleted("consents", await self._consents(past.site, past.consents_before)),
        ]
        deleted = [item for item in done if item.count]
        if deleted:
            limits = {"statistics": past.statistics_before, "consents": past.consents_before}
            async with self._database.writing() as db:
                await db.execute(_FORGET, (past.site,))
                await db.executemany(
                    _LOG,
                    [
                        (now, past.site, d.what, limits.get(d.what, past.events_before), d.count)
                        for d in deleted
                    ],
                )
        return deleted

    async def _rows(self, table: str, site: str, before: int) -> int:
        total = 0
        while True:
            async with self._database.reading() as db:
                found = await db.execute_fetchall(_FIND[table], (site, before, _STEP))
            ids = [row[0] for row in found]
            if not ids:
                return total
            async with self._database.writing() as db:
                await db.execute(_DELETE[table], (json.dumps(ids),))
            total += len(ids)

    async def _cells(self, site: str, before: int) -> int:
        async with self._database.writing() as db:
            gone = await db.execute("DELETE FROM cells WHERE site = ? AND day < ?", (site, before))
            return gone.rowcount

    async def _consents(self, site: str, before: int) -> int:
        total = 0
        while True:
            async with self._database.reading() as db:
                found = await db.execute_fetchall(_ENDED, (site, before, _STEP))
            ids = json.dumps([row[0] for row in found])
            if ids == "[]":
                return total
            async with self._database.writing() as db:
                blanked = await db.execute(_BLANK, (ids, site))
                await db.execute(_UNSTAND, (ids, site))
            total += blanked.rowcount
