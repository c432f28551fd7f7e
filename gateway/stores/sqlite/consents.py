"""The consent log in SQLite: links are made inside the write transaction, so two workers on one
file cannot fork the chain."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date

import aiosqlite

from gateway.errors import LedgerError
from gateway.rules.consent import Standing
from gateway.rules.records import ConsentRecord
from gateway.rules.tallies import MOST_DAYS, Tally
from gateway.stores.base import Append, Shown
from gateway.stores.sqlite.batch import COUNT, Batch
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.rows import COLUMNS, STANDING_COLUMNS, record_of, standing_of

_PAGE = 2_000
_LONGEST_HISTORY = 100

_ASTRAY = """
SELECT s.seq FROM standing s
LEFT JOIN consents c ON c.site = s.site AND c.seq = s.seq
WHERE s.site = ? AND (
    c.seq IS NULL OR c.consent_id IS NOT s.consent_id OR c.state IS NOT s.state
    OR c.choices IS NOT s.choices OR c.valid_until IS NOT s.valid_until
    OR s.analytics IS NOT (s.state IN ('given', 'invalidated')
        AND coalesce(s.choices ->> 'analytics', 0))
    OR EXISTS (SELECT 1 FROM consents n
        WHERE n.consent_id = s.consent_id AND n.site = s.site AND n.seq > s.seq))
ORDER BY s.seq LIMIT 1"""

_RECORDS = f"""
SELECT {COLUMNS} FROM consents WHERE site = ? AND seq >= ? ORDER BY seq LIMIT ?"""  # noqa: S608 - a constant
_PLACES = "SELECT seq FROM consents WHERE site = ? AND seq >= ? ORDER BY seq LIMIT ?"
_CODES = """
SELECT visitor, seq, consent_id, receipt FROM standing WHERE site = ? AND visitor >= ?
ORDER BY visitor LIMIT ?"""

_TALLIES = """
SELECT day, notice, language, device, outcome, count FROM consent_counts
WHERE site = ? AND day BETWEEN ? AND ?"""

# STANDS is repeated word for word in the partial indexes of 0006: else they are not used.
_STANDS = "state IN ('given', 'invalidated')"
_BY_ID = "consent_id = ?"
_BY_RECEIPT = "receipt = ?"
_OVER = f"{_STANDS} AND valid_until <= ? ORDER BY valid_until LIMIT ?"
_ALLOWS = """EXISTS (SELECT 1 FROM json_each(standing.choices) c
    WHERE c.value AND c.key IN (SELECT value FROM json_each(?)))"""
_UNDER = f"{_STANDS} AND notice = ? AND {_ALLOWS} LIMIT ?"


class SqliteConsents:
    """A `ConsentStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, items: Sequence[Append]) -> Sequence[ConsentRecord | None]:
        async with self._database.writing() as db:
            batch = await Batch.begin(db, items)
            outcomes = [batch.take(item) for item in items]
            await batch.save(db)
        return outcomes

    async def astray(self, site: str) -> int | None:
        async with self._database.reading() as db:
            rows = list(await db.execute_fetchall(_ASTRAY, (site,)))
        return int(rows[0][0]) if rows else None

    async def standing(self, site: str, consent_id: str) -> Standing | None:
        return next(iter(await self._find(site, _BY_ID, consent_id)), None)

    async def by_receipt(self, site: str, digest: str) -> Standing | None:
        return next(iter(await self._find(site, _BY_RECEIPT, digest)), None)

    async def over(self, site: str, now: int, limit: int) -> Sequence[Standing]:
        return await self._find(site, _OVER, now, limit)

    async def under(
        self, site: str, notice: str, purposes: frozenset[str], limit: int
    ) -> Sequence[Standing]:
        return await self._find(site, _UNDER, notice, json.dumps(sorted(purposes)), limit)

    async def history(self, site: str, consent_id: str) -> Sequence[ConsentRecord]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"SELECT {COLUMNS} FROM consents"  # noqa: S608 - a constant
                " WHERE consent_id = ? AND site = ? ORDER BY seq DESC LIMIT ?",
                (consent_id, site, _LONGEST_HISTORY),
            )
        return [record_of(site, tuple(row)) for row in rows][::-1]

    async def walk(self, site: str) -> AsyncIterator[ConsentRecord]:
        seq = -(2**63)  # not 1: a record put in before the first is looked at too
        while True:
            rows = await self._page(site, seq, _PAGE)
            for row in rows:
                try:
                    record = record_of(site, row)
                except ValueError:
                    raise LedgerError(site, row[0], "it cannot be read") from None
                yield record
            if len(rows) < _PAGE:
                return
            seq = rows[-1][0] + 1

    async def without_receipt(self, site: str, limit: int) -> Sequence[str]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT consent_id FROM standing WHERE site = ? AND receipt IS NULL LIMIT ?",
                (site, limit),
            )
        return [row[0] for row in rows]

    async def give_receipts(self, site: str, digests: Mapping[str, str]) -> None:
        async with self._database.writing() as db:
            await db.executemany(
                "UPDATE standing SET receipt = ? WHERE consent_id = ? AND site = ?",
                [(digest, consent_id, site) for consent_id, digest in digests.items()],
            )

    async def named(self, site: str) -> Mapping[str, int]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT notice, count(*) FROM consents"
                " WHERE site = ? AND method <> 'timer' GROUP BY notice",
                (site,),
            )
        return {str(row[0]): int(row[1]) for row in rows}

    async def count_shown(self, items: Sequence[Shown]) -> Sequence[None]:
        rows = [
            (shown.site, shown.day, shown.notice, shown.language, shown.device, "shown", n)
            for shown, n in Counter(items).items()
        ]
        async with self._database.writing() as db:
            await db.executemany(COUNT, rows)
        return [None] * len(items)

    async def tallies(self, site: str, first: date, last: date) -> Sequence[Tally]:
        earliest = max(first.toordinal(), last.toordinal() - MOST_DAYS + 1)
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(_TALLIES, (site, earliest, last.toordinal()))
        return [Tally(*row) for row in rows]

    async def _page(self, site: str, seq: int, limit: int) -> list[aiosqlite.Row]:
        try:
            async with self._database.reading() as db:
                return list(await db.execute_fetchall(_RECORDS, (site, seq, limit)))
        except sqlite3.OperationalError as problem:
            if hasattr(problem, "sqlite_errorcode"):
                raise
            # Text that is no UTF-8. Python's message quotes it, and it may be a consent id.
            place = await self._unreadable(site, seq, limit)
            raise LedgerError(site, place, "it cannot be read") from None

    async def _unreadable(self, site: str, seq: int, limit: int) -> int:
        async with self._database.reading() as db:
            for (place,) in await db.execute_fetchall(_PLACES, (site, seq, limit)):
                try:
                    await db.execute_fetchall(_RECORDS, (site, place, 1))
                except sqlite3.OperationalError:
                    return int(place)
        return seq

    async def receipts(self, site: str) -> AsyncIterator[tuple[int, str, str | None]]:
        visitor = -(2**63)
        while True:
            async with self._database.reading() as db:
                rows = list(await db.execute_fetchall(_CODES, (site, visitor, _PAGE)))
            for row in rows:
                yield row[1], row[2], row[3]
            if len(rows) < _PAGE:
                return
            visitor = rows[-1][0] + 1

    async def _find(self, site: str, which: str, *values: object) -> Sequence[Standing]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"SELECT {STANDING_COLUMNS} FROM standing"  # noqa: S608 - constants
                f" WHERE site = ? AND {which}",
                (site, *values),
            )
        return [standing_of(site, tuple(row)) for row in rows]
