"""Keys of programs in SQLite. A stolen file holds digests only, which open nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from gateway.errors import StoreError
from gateway.stores.base.apikeys import ApiKey
from gateway.stores.sqlite.database import Database

_READ = """
SELECT k.id, k.name, (SELECT json_group_array(site) FROM api_key_sites WHERE key = k.id),
    k.created, k.last_used, k.revoked
FROM api_keys k"""


class SqliteApiKeys:
    """An `ApiKeyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, digest: str, sites: Collection[str], now: int) -> ApiKey:
        try:
            async with self._database.writing() as db:
                [(number,)] = await db.execute_fetchall(
                    "INSERT INTO api_keys (name, digest, created) VALUES (?, ?, ?) RETURNING id",
                    (name, digest, now),
                )
                await db.executemany(
                    "INSERT INTO api_key_sites (key, site) VALUES (?, ?)",
                    [(number, site) for site in sorted(set(sites))],
                )
        except sqlite3.IntegrityError:
            raise StoreError(
                f"there is a key {name!r} already",
                hint="choose another name, or take that key back with `gateway key remove`",
            ) from None
        return ApiKey(int(number), name, frozenset(sites), now, None, None)

    async def holder(self, digest: str) -> ApiKey | None:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"{_READ} WHERE k.digest = ? AND k.revoked IS NULL", (digest,)
            )
        return next(iter(_keys(rows)), None)

    async def listed(self) -> Sequence[ApiKey]:
        async with self._database.reading() as db:
            return _keys(await db.execute_fetchall(f"{_READ} ORDER BY k.id"))

    async def used(self, key: int, day: int) -> None:
        async with self._database.writing() as db:
            await db.execute("UPDATE api_keys SET last_used = ? WHERE id = ?", (day, key))

    async def revoke(self, key: int, now: int) -> bool:
        async with self._database.writing() as db:
            gone = await db.execute(
                "UPDATE api_keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (now, key)
            )
            return gone.rowcount > 0


def _keys(rows: Iterable[sqlite3.Row]) -> Sequence[ApiKey]:
    return [
        ApiKey(number, name, frozenset(json.loads(sites)), created, last_used, revoked)
        for number, name, sites, created, last_used, revoked in map(tuple, rows)
    ]
