"""Events by the ten thousand, written by SQL."""

from __future__ import annotations

from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON

_WORDS = """
INSERT INTO words (id, text) VALUES (1, 'demo'), (2, 'other'), (3, 'pageview'), (4, 'engagement')"""
_NUMBERED = "WITH RECURSIVE numbered (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbered LIMIT ?)"
_EVENTS = f"""{_NUMBERED}
INSERT INTO events (site, minute, visitor, kind, path, source, consent_seq, place, device, name,
    props, seconds, scroll, count)
SELECT CASE WHEN n % ? THEN 1 ELSE 2 END, ?, max(n - ?, 1), 3, 10 + max(n - ?, 1), 1,
    1, 1, 1, 0, 0, 0, 0, 0 FROM numbered"""
_GROUPS = (
    "INSERT INTO sources VALUES (1, 0, 0, 0, 0, 0, 0, 0)",
    "INSERT INTO places VALUES (1, 0, 0, 0)",
    "INSERT INTO devices VALUES (1, 0, 0, 0, 0, 0, 0)",
)


async def strangers(
    database: Database, many: int, other: int = 10_000_000, alike: int = 0, later: int = 0
) -> None:
    """Events of so many visitors, each on another page, so many minutes after noon; one in `other`
    is of the other site. The first `alike` are of the first of them, on one page."""
    async with database.writing() as db:
        if not later:
            for statement in (_WORDS, *_GROUPS):
                await db.execute(statement)
        await db.execute(_EVENTS, (alike + many, other, NOON // 60 + later, alike, alike))
