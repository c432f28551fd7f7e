"""Published notices in SQLite. The table itself refuses a change (see 0001_consent.sql)."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.rules.records import Notice
from gateway.stores.base import Publication, Served
from gateway.stores.sqlite.database import Database

# Two of one second stand in the order they came in, not in that of their digests.
_LISTED = """
WITH served AS MATERIALIZED (
    SELECT id, notice, lead(published) OVER (ORDER BY id) AS until
    FROM publications WHERE site = ?1
), times AS MATERIALIZED (
    SELECT notice, min(id) AS earliest, max(id) AS latest FROM served GROUP BY notice
)
SELECT n.id, n.first_published, t.latest = (SELECT max(id) FROM served), s.until
FROM notices n LEFT JOIN times t ON t.notice = n.id LEFT JOIN served s ON s.id = t.latest
WHERE n.site = ?1 ORDER BY n.first_published, t.earliest"""


class SqliteNotices:
    """A `NoticeStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(self, notice: Notice, now: int, script: str = "") -> bool:
        async with self._database.writing() as db:
            await db.execute(
                "INSERT INTO notices (id, site, first_published, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                (notice.id, notice.site, notice.first_published, notice.content),
            )
            latest = await db.execute_fetchall(
                "SELECT notice, script FROM publications WHERE site = ? ORDER BY id DESC LIMIT 1",
                (notice.site,),
            )
            if any(tuple(row) == (notice.id, script) for row in latest):
                return False
            await db.execute(
                "INSERT INTO publications (site, notice, published, script) VALUES (?, ?, ?, ?)",
                (notice.site, notice.id, now, script),
            )
        return True

    async def get(self, site: str, notice: str) -> Notice | None:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT first_published, content FROM notices WHERE id = ? AND site = ?",
                (notice, site),
            )
        for first_published, content in rows:
            return Notice(notice, site, content, first_published)
        return None

    async def listed(self, site: str) -> Sequence[Publication]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(_LISTED, (site,))
        return [Publication(row[0], row[1], bool(row[2]), row[3]) for row in rows]

    async def served(self, site: str, notice: str) -> Sequence[Served]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT published, script FROM publications"
                " WHERE site = ? AND notice = ? ORDER BY id",
                (site, notice),
            )
        return [Served(row[0], row[1]) for row in rows]

    async def sites(self) -> Sequence[str]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall("SELECT DISTINCT site FROM publications ORDER BY site")
        return [row[0] for row in rows]

    async def served_until(self, site: str, notice: str) -> int | None:
        async with self._database.reading() as db:
            rows = list(
                await db.execute_fetchall(
                    "SELECT notice, lead(published) OVER (ORDER BY id) FROM publications"
                    " WHERE site = ? ORDER BY id DESC",
                    (site,),
                )
            )
        for name, until in rows:
            if name == notice:
                return None if until is None else int(until)
        raise KeyError(notice)
