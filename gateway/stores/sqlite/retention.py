"""Deleting what is past its time in SQLite, a bounded step at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from gateway.stores.base import Deleted, Past
from gateway.stores.sqlite import segments
from gateway.stores.sqlite.database import Database

_STEP = 5_000
"""Rows of one transaction, so that choices and events are written in between."""

_FIND = {
    "events": "SELECT id FROM events WHERE minute < ?2"
    " AND site = (SELECT id FROM words WHERE text = ?1) LIMIT ?3",
    "visits": "SELECT visitor FROM last_visits WHERE last_minute < ?2"
    " AND site = (SELECT id FROM words WHERE text = ?1) LIMIT ?3",
}
_DELETE = {
    "events": "DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))",
    "visits": "DELETE FROM last_visits WHERE visitor IN (SELECT value FROM json_each(?))",
}
# The number of a visitor none of whose rows is left would only say whose the figures are (P10). Of
# who is restricted it says that these must stay out of sight.
_FORGET = """
UPDATE standing SET number = NULL WHERE site = ? AND number NOT IN (SELECT visitor FROM last_visits)
    AND number NOT IN (SELECT visitor FROM events)
    AND visitor NOT IN (SELECT visitor FROM restricted r WHERE r.site = standing.site)"""
_ENDED = """
SELECT s.consent_id FROM standing s JOIN consents c ON c.site = s.site AND c.seq = s.seq
WHERE s.site = ? AND CASE WHEN s.state IN ('given', 'invalidated')
    THEN s.valid_until ELSE c.time END < ? LIMIT ?"""
_BLANK = """
UPDATE consents SET consent_id = NULL, salt = NULL
WHERE consent_id IN (SELECT value FROM json_each(?1)) AND site = ?2"""
_UNSTAND = """
DELETE FROM standing WHERE consent_id IN (SELECT value FROM json_each(?1)) AND site = ?2"""
_UNTELL = """
UPDATE deliveries SET consent_id = NULL WHERE consent_id IN (SELECT value FROM json_each(?))"""
_TOLD = "DELETE FROM deliveries WHERE site = ? AND finished < ?"
_LOG = "INSERT INTO deletions (time, site, class, before, count) VALUES (?, ?, ?, ?, ?)"


class SqliteRetention:
    """A `RetentionStore`. What is deleted and that it was are one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def purge(self, past: Past, now: int) -> Sequence[Deleted]:
        events = await self._rows("events", past.site, past.events_before, now)
        visits = await self._rows("visits", past.site, past.events_before, now)
        if events or visits:
            async with self._database.writing() as db:
                await db.execute(_FORGET, (past.site,))
        done = (
            Deleted("events", events),
            Deleted("visits", visits),
            Deleted("statistics", await self._figures(past, now)),
            Deleted("consents", await self._consents(past.site, past.consents_before, now)),
            Deleted("deliveries", await self._deliveries(past.site, past.consents_before, now)),
        )
        gone = [item for item in done if item.count]
        if gone:
            await self._database.overwrite()
        return gone

    async def _rows(self, table: str, site: str, before: int, now: int) -> int:
        total = 0
        while True:
            async with self._database.reading() as db:
                found = await db.execute_fetchall(_FIND[table], (site, before, _STEP))
            ids = [row[0] for row in found]
            if not ids:
                return total
            async with self._database.writing() as db:
                await db.execute(_DELETE[table], (json.dumps(ids),))
                await db.execute(_LOG, (now, site, table, before, len(ids)))
            total += len(ids)

    async def _figures(self, past: Past, now: int) -> int:
        def delete(db: sqlite3.Connection) -> int:
            visits = segments.purge(db, past.site, past.figures_before)
            counts = "DELETE FROM consent_counts WHERE site = ? AND day < ?"
            total = visits + db.execute(counts, (past.site, past.statistics_before)).rowcount
            if total:
                row = (now, past.site, "statistics", past.statistics_before, total)
                db.execute(_LOG, row)
            return total

        return await self._database.write(delete)

    async def _consents(self, site: str, before: int, now: int) -> int:
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
                await db.execute(_UNTELL, (ids,))
                await db.execute(_LOG, (now, site, "consents", before, blanked.rowcount))
            total += blanked.rowcount

    async def _deliveries(self, site: str, before: int, now: int) -> int:
        async with self._database.writing() as db:
            gone = (await db.execute(_TOLD, (site, before))).rowcount
            if gone:
                await db.execute(_LOG, (now, site, "deliveries", before, gone))
        return gone
