"""The account book in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from gateway.stores.sqlite.database import Database

_ADD = """
INSERT INTO accounts (site, day, outcome, count) VALUES (?, ?, ?, ?)
ON CONFLICT (site, day, outcome) DO UPDATE SET count = count + excluded.count"""

_TOTALS = """
SELECT site, outcome, sum(count) FROM accounts WHERE day >= ?
GROUP BY site, outcome ORDER BY site, outcome"""

_ROWS = """
SELECT words.text, kept.rows
FROM (SELECT site, count(*) AS rows FROM events GROUP BY site) AS kept
JOIN words ON words.id = kept.site"""


def count(db: sqlite3.Connection, tally: Mapping[tuple[str, int, str], int]) -> None:
    """Add to the book inside the open transaction of the caller, which commits or rolls back both
    its events and this. Keys are site, day (since 1970-01-01 UTC) and outcome."""
    db.executemany(_ADD, [(*key, n) for key, n in tally.items() if n])


class SqliteAccounts:
    """An `AccountStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def totals(self, since_day: int = 0) -> Mapping[str, Mapping[str, int]]:
        found: dict[str, dict[str, int]] = {}
        async with self._database.reading() as db:
            for site, outcome, n in await db.execute_fetchall(_TOTALS, (since_day,)):
                found.setdefault(site, {})[outcome] = n
        return found

    async def rows(self) -> Mapping[str, int]:
        async with self._database.reading() as db:
            return {row[0]: row[1] for row in await db.execute_fetchall(_ROWS)}
