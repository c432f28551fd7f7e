"""Links to figures in SQLite. A stolen file holds digests only, which open nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway.stores.base.shares import Share
from gateway.stores.sqlite.database import Database

_READ = "SELECT id, site, name, maker, password, created, expires, ended FROM shares"
_OPEN = "ended IS NULL AND expires > ?"
# Counted and kept in one transaction: two who press the button at once cannot pass the bound.
_OPEN_NOW = f"SELECT count(*) FROM shares WHERE site = ? AND {_OPEN}"  # noqa: S608 - a constant
_END = f"UPDATE shares SET ended = ? WHERE id = ? AND {_OPEN}"  # noqa: S608 - a constant
_ADD = """
INSERT INTO shares (site, name, maker, digest, password, created, expires)
VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id"""


class SqliteShares:
    """A `ShareStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, share: Share, digest: str, most: int) -> Share | None:
        async with self._database.writing() as db:
            [(found,)] = await db.execute_fetchall(_OPEN_NOW, (share.site, share.created))
            if found >= most:
                return None
            said = (share.site, share.name, share.maker, digest, share.password)
            times = (share.created, share.expires)
            [(number,)] = await db.execute_fetchall(_ADD, (*said, *times))
        return replace(share, id=int(number))

    async def opened_by(self, digest: str, now: int) -> Share | None:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(f"{_READ} WHERE digest = ? AND {_OPEN}", (digest, now))
        return next(iter(_shares(rows)), None)

    async def open_of(self, site: str, now: int) -> Sequence[Share]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"{_READ} WHERE site = ? AND {_OPEN} ORDER BY id DESC", (site, now)
            )
        return _shares(rows)

    async def listed(self) -> Sequence[Share]:
        async with self._database.reading() as db:
            return _shares(await db.execute_fetchall(f"{_READ} ORDER BY id"))

    async def end(self, share: int, now: int) -> bool:
        async with self._database.writing() as db:
            gone = await db.execute(_END, (now, share, now))
        return gone.rowcount > 0

    async def purge(self, before: int) -> int:
        async with self._database.writing() as db:
            gone = await db.execute(
                "DELETE FROM shares WHERE min(expires, ifnull(ended, expires)) < ?", (before,)
            )
        return gone.rowcount


def _shares(rows: Iterable[sqlite3.Row]) -> Sequence[Share]:
    return [Share(*row) for row in map(tuple, rows)]
