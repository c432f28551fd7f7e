"""Signed heads in SQLite. The last record is read and its head kept in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.rules.seal import Head
from gateway.stores.sqlite.database import Database

_LAST = "SELECT seq, digest FROM consents WHERE site = ? ORDER BY seq DESC LIMIT 1"
_KNOWN = "SELECT coalesce(max(records), 0) FROM heads WHERE site = ?"
_HEADS = "SELECT site, records, digest, time, key, signature FROM heads WHERE site = ?"


class SqliteHeads:
    """A `HeadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self, site: str, sign: Callable[[int, str], Head]) -> Head | None:
        if not await self._has_grown(site):  # most of the time: then nobody need wait for us
            return None
        async with self._database.writing() as db:
            [(known,)] = await db.execute_fetchall(_KNOWN, (site,))
            for seq, digest in await db.execute_fetchall(_LAST, (site,)):
                if seq > known:
                    head = sign(seq, digest)
                    await db.execute(
                        "INSERT INTO heads (site, records, digest, time, key, signature)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (site, head.records, head.digest, head.time, head.key, head.signature),
                    )
                    return head
        return None

    async def newest(self, site: str, limit: int) -> Sequence[Head]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"{_HEADS} ORDER BY records DESC LIMIT ?", (site, limit)
            )
        return [Head(*row) for row in rows]

    async def all(self, site: str) -> Sequence[Head]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(f"{_HEADS} ORDER BY records", (site,))
        return [Head(*row) for row in rows]

    async def since(self, site: str, key: str) -> int | None:
        async with self._database.reading() as db:
            [(first,)] = await db.execute_fetchall(
                "SELECT min(time) FROM heads WHERE site = ? AND key = ?", (site, key)
            )
        return None if first is None else int(first)

    async def _has_grown(self, site: str) -> bool:
        async with self._database.reading() as db:
            [(known,)] = await db.execute_fetchall(_KNOWN, (site,))
            last = list(await db.execute_fetchall(_LAST, (site,)))
        return bool(last) and last[0][0] > known
