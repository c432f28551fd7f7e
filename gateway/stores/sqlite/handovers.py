"""Codes that hand a choice over, in SQLite: one transaction takes a code out and reads what stands,
so that two workers never honour it twice."""

from __future__ import annotations

import aiosqlite

from gateway.rules.consent import Standing
from gateway.stores.base.handovers import Handed, Handover
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.rows import STANDING_COLUMNS, standing_of

# Without an index on `expires` alone: all there is are the codes of one minute.
_PURGE = "DELETE FROM handovers WHERE expires <= ?"
_OF_SITE = "DELETE FROM handovers WHERE site = ? AND expires <= ?"
# Counted no further than to the bound. Refusals apart: anybody can make one up.
_UNDER_WAY = """
SELECT count(*) FROM (SELECT 1 FROM handovers WHERE site = ? AND (seq IS NULL) = ? LIMIT ?)"""
_KEEP = """
INSERT INTO handovers (digest, site, target, seq, valid_until, expires) VALUES (?, ?, ?, ?, ?, ?)"""
_REDEEM = """
DELETE FROM handovers WHERE digest = ? AND target = ? RETURNING site, seq, valid_until, expires"""
# The record must be the last word about its consent: else it was changed or withdrawn since.
_STANDS = f"""
SELECT {STANDING_COLUMNS} FROM standing
WHERE site = ?1 AND seq = ?2
    AND consent_id = (SELECT consent_id FROM consents WHERE site = ?1 AND seq = ?2)"""  # noqa: S608 - a constant


class SqliteHandovers:
    """A `HandoverStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, handover: Handover, now: int, most: int) -> bool:
        async with self._database.writing() as db:
            await db.execute(_OF_SITE, (handover.site, now))
            kind = (handover.site, handover.seq is None, most)
            [(under_way,)] = await db.execute_fetchall(_UNDER_WAY, kind)
            if under_way >= most:
                return False
            await db.execute(
                _KEEP,
                (
                    handover.digest,
                    handover.site,
                    handover.target,
                    handover.seq,
                    handover.valid_until,
                    handover.expires,
                ),
            )
        return True

    async def redeem(self, digest: str, target: str, now: int) -> Handed | None:
        async with self._database.writing() as db:
            rows = list(await db.execute_fetchall(_REDEEM, (digest, target)))
            if not rows:
                return None
            site, seq, valid_until, expires = rows[0]
            standing = None if seq is None else await _standing(db, site, seq)
        over = min(valid_until, expires) <= now
        changed = seq is not None and (standing is None or not standing.stands)
        return None if over or changed else Handed(site, standing, valid_until)

    async def purge(self, now: int) -> int:
        async with self._database.writing() as db:
            gone = await db.execute(_PURGE, (now,))
        return gone.rowcount


async def _standing(db: aiosqlite.Connection, site: str, seq: int) -> Standing | None:
    for row in await db.execute_fetchall(_STANDS, (site, seq)):
        return standing_of(site, tuple(row))
    return None
