"""Code that was served, in SQLite. The table itself refuses a change (see 0011_releases.sql)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.stores.sqlite.database import Database


class SqliteReleases:
    """A `ReleaseStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, release: str, files: Mapping[str, str], now: int) -> None:
        async with self._database.writing() as db:
            await db.executemany(
                "INSERT INTO releases (release, name, first_served, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(release, name, now, body) for name, body in files.items()],
            )

    async def file(self, release: str, name: str) -> str | None:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT body FROM releases WHERE release = ? AND name = ?", (release, name)
            )
        return next((row[0] for row in rows), None)
