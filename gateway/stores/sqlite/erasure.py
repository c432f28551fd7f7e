"""Erasing one person from the SQLite file: rows, their share of every figure, and the personal
part of their consent records, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from gateway.stores.base import Erased
from gateway.stores.sqlite import segments
from gateway.stores.sqlite.batch import DELIVER, message
from gateway.stores.sqlite.database import Database

_BLANK = "UPDATE consents SET consent_id = NULL, salt = NULL WHERE consent_id = ? AND site = ?"
_UNSTAND = "DELETE FROM standing WHERE consent_id = ? AND site = ?"
# What waits is still told: the recipient has to know whom to forget (GDPR Art. 19).
_UNTELL = "UPDATE deliveries SET consent_id = NULL WHERE consent_id = ? AND next_try IS NULL"
_EVER = """
SELECT DISTINCT p.key FROM consents c, json_each(c.choices) p
WHERE c.consent_id = ? AND c.site = ? AND p.value"""
_LOG = "INSERT INTO deletions (time, site, class, before, count) VALUES (?, ?, 'erasure', 0, ?)"


class SqliteErasure:
    """An `ErasureStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(
        self,
        site: str,
        consent_id: str,
        visitor: int,
        tell: Mapping[str, frozenset[str]],
        now: int,
    ) -> Erased | None:
        def forget(db: sqlite3.Connection) -> Erased | None:
            _tell(db, site, consent_id, tell, now)
            blanked = db.execute(_BLANK, (consent_id, site)).rowcount
            if not blanked:
                return None
            numbers = _numbers(db, site, visitor)
            db.execute(_UNSTAND, (consent_id, site))
            db.execute(_UNTELL, (consent_id,))
            db.execute("DELETE FROM restricted WHERE site = ? AND visitor = ?", (site, visitor))
            visits = segments.forget(db, site, numbers)
            events = 0
            for number in numbers:
                events += db.execute("DELETE FROM events WHERE visitor = ?", (number,)).rowcount
                db.execute("DELETE FROM last_visits WHERE visitor = ?", (number,))
            db.execute(_LOG, (now, site, blanked))
            return Erased(records=blanked, events=events, visits=visits)

        gone = await self._database.write(forget)
        if gone is not None:
            await self._database.overwrite()
        return gone


def _tell(
    db: sqlite3.Connection,
    site: str,
    consent_id: str,
    tell: Mapping[str, frozenset[str]],
    now: int,
) -> None:
    ever = {row[0] for row in db.execute(_EVER, (consent_id, site))}
    db.executemany(
        DELIVER,
        [
            message(site, hook, consent_id, "erased", ever & purposes, now)
            for hook, purposes in tell.items()
            if ever & purposes
        ],
    )


def _numbers(db: sqlite3.Connection, site: str, visitor: int) -> list[int]:
    rows = db.execute(
        "SELECT number FROM standing WHERE site = ? AND visitor = ? AND number IS NOT NULL",
        (site, visitor),
    )
    return [row[0] for row in rows]
