"""What was sent by mail, in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from gateway.stores.base import Issue, Result, Sending
from gateway.stores.sqlite.database import Database

_COLUMNS = "site, every, language, start, status, attempts, next_try, answer, finished"
_THIS = "site = ?1 AND every = ?2 AND language = ?3 AND start = ?4"

_SETTLED = f"""
SELECT 1 FROM reports WHERE {_THIS} AND (status <> 'waiting' OR next_try > ?5)"""  # noqa: S608 - a constant

_CLAIM = """
INSERT INTO reports (site, every, language, start, status, attempts, next_try)
VALUES (?1, ?2, ?3, ?4, 'waiting', 1, ?5 + ?6)
ON CONFLICT DO UPDATE SET attempts = attempts + 1, next_try = ?5 + ?6
    WHERE status = 'waiting' AND next_try <= ?5
RETURNING attempts"""

# Only by who still holds the lease: another worker may have begun since.
_HAND_OVER = f"""
UPDATE reports SET status = 'handing', next_try = ?6 + ?7
WHERE {_THIS} AND attempts = ?5 AND status = 'waiting' AND next_try > ?6"""  # noqa: S608 - a constant

_SETTLE = f"""
UPDATE reports SET status = ?6, next_try = ?7, answer = ?8,
    finished = CASE WHEN ?7 IS NULL THEN ?9 END
WHERE {_THIS} AND attempts = ?5 AND status IN ('waiting', 'handing')"""  # noqa: S608 - a constant

_IS_LOST = """(status = 'handing' AND next_try <= ?1)
    OR (status = 'waiting' AND next_try <= ?1 - ?2)"""
_ANY_LOST = f"SELECT 1 FROM reports WHERE {_IS_LOST} LIMIT 1"  # noqa: S608 - a constant
_LOSE = f"""
UPDATE reports SET next_try = NULL, finished = ?1,
    status = CASE status WHEN 'handing' THEN 'unsure' ELSE 'failed' END,
    answer = CASE status WHEN 'handing' THEN 'ended while it was handed over' ELSE answer END
WHERE {_IS_LOST} RETURNING {_COLUMNS}"""  # noqa: S608 - constants


class SqliteReports:
    """A `ReportStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, issue: Issue, now: int, lease: int) -> int | None:
        async with self._database.reading() as db:
            # Most of the time: then no visitor's choice waits for us.
            if list(await db.execute_fetchall(_SETTLED, (*_key(issue), now))):
                return None
        async with self._database.writing() as db:
            rows = list(await db.execute_fetchall(_CLAIM, (*_key(issue), now, lease)))
        return int(rows[0][0]) if rows else None

    async def hand_over(self, issue: Issue, attempt: int, now: int, lease: int) -> bool:
        async with self._database.writing() as db:
            changed = await db.execute(_HAND_OVER, (*_key(issue), attempt, now, lease))
        return changed.rowcount == 1

    async def settle(self, issue: Issue, attempt: int, result: Result, now: int) -> None:
        told = (result.status, result.next_try, result.answer, now)
        async with self._database.writing() as db:
            await db.execute(_SETTLE, (*_key(issue), attempt, *told))

    async def lost(self, now: int, patience: int) -> Sequence[Sending]:
        async with self._database.reading() as db:
            if not list(await db.execute_fetchall(_ANY_LOST, (now, patience))):
                return []
        async with self._database.writing() as db:
            rows = await db.execute_fetchall(_LOSE, (now, patience))
        return [_sending(tuple(row)) for row in rows]

    async def listed(self, site: str | None, limit: int) -> Sequence[Sending]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"SELECT {_COLUMNS} FROM reports"  # noqa: S608 - a constant
                " WHERE ?1 IS NULL OR site = ?1"
                " ORDER BY start DESC, site, every, language LIMIT ?2",
                (site, limit),
            )
        return [_sending(tuple(row)) for row in rows]


def _key(issue: Issue) -> tuple[str, str, str, str]:
    return issue.site, issue.every, issue.language, issue.start.isoformat()


def _sending(row: tuple[Any, ...]) -> Sending:
    site, every, language, start, status, attempts, next_try, answer, finished = row
    issue = Issue(site, every, language, date.fromisoformat(start))
    return Sending(issue, status, attempts, next_try, answer, finished)
