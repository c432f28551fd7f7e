"""The outbox of webhooks in SQLite. `batch` writes its rows, with the choices they tell of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import aiosqlite

from gateway.stores.base import Delivery
from gateway.stores.sqlite.database import Database

_COLUMNS = """id, site, hook, message, consent_id, state, purposes, created, attempts, status,
    answer, next_try, finished"""

_OF_ONE = 2
"""Messages that are being sent to one recipient at once, by all workers together: one that hangs
must not keep the others waiting, nor one that comes back be overrun."""

_SENDING = "sending"
"""The answer while there is none: how a claimed message is told from one that waits."""

# Those under way are due again at the end of their lease.
_UNDER_WAY = f"""
SELECT site, hook, count(*) FROM deliveries
WHERE next_try > ?1 AND next_try <= ?1 + ?2 AND answer = '{_SENDING}' GROUP BY site, hook"""  # noqa: S608 - constants

_NEXT = """
SELECT id, site, hook FROM deliveries
WHERE next_try <= ?1 AND id NOT IN (SELECT value FROM json_each(?2))
    AND (site, hook) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?3))
ORDER BY next_try LIMIT 1"""

# The lease: whoever claims a message has this long to tell it; a worker that dies lets it go.
# Another worker may have claimed what we found: it is due no more.
_CLAIM = f"""
UPDATE deliveries SET next_try = ?1 + ?2, attempts = attempts + 1, answer = '{_SENDING}'
WHERE id IN (SELECT value FROM json_each(?3)) AND next_try <= ?1
RETURNING {_COLUMNS}"""  # noqa: S608 - constants

_SETTLE = """
UPDATE deliveries SET answer = ?2, next_try = ?3,
    status = CASE WHEN ?4 THEN 'delivered' WHEN ?3 IS NULL THEN 'failed' ELSE 'waiting' END,
    finished = CASE WHEN ?3 IS NULL THEN ?5 END,
    consent_id = CASE WHEN ?4 OR (?3 IS NULL AND NOT EXISTS (SELECT 1 FROM standing s
        WHERE s.site = deliveries.site AND s.consent_id = deliveries.consent_id))
        THEN NULL ELSE consent_id END
WHERE id = ?1 AND status <> 'delivered'"""

_RETRY = """
UPDATE deliveries SET status = 'waiting', attempts = 0, next_try = ?2, finished = NULL
WHERE id = ?1 AND status = 'failed' AND consent_id IS NOT NULL"""


class SqliteDeliveries:
    """A `DeliveryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, now: int, lease: int, limit: int) -> Sequence[Delivery]:
        async with self._database.reading() as db:
            found = await _find(db, now, lease, limit)
        if not found:  # most of the time: then no visitor's choice waits for us
            return []
        async with self._database.writing() as db:
            rows = await db.execute_fetchall(_CLAIM, (now, lease, json.dumps(found)))
        return [_delivery(tuple(row)) for row in rows]

    async def settle(
        self, delivery: int, answer: str, now: int, *, delivered: bool, next_try: int | None
    ) -> None:
        async with self._database.writing() as db:
            later = None if delivered else next_try
            await db.execute(_SETTLE, (delivery, answer, later, delivered, now))

    async def listed(self, site: str | None, limit: int) -> Sequence[Delivery]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                f"SELECT {_COLUMNS} FROM deliveries"  # noqa: S608 - a constant
                " WHERE ?1 IS NULL OR site = ?1 ORDER BY id DESC LIMIT ?2",
                (site, limit),
            )
        return [_delivery(tuple(row)) for row in rows]

    async def retry(self, delivery: int, now: int) -> bool:
        async with self._database.writing() as db:
            changed = await db.execute(_RETRY, (delivery, now))
        return changed.rowcount == 1


async def _find(db: aiosqlite.Connection, now: int, lease: int, limit: int) -> list[int]:
    """What to send next, one by one: the longest due of the recipients with the least under way.

    With 100,000 waiting it takes 2 ms, or 60 where all are for recipients with a full share; a
    window over all that is due took 190.
    """
    rows = await db.execute_fetchall(_UNDER_WAY, (now, lease))
    under_way = Counter({(site, hook): count for site, hook, count in rows})
    found: list[int] = []
    for share in range(1, _OF_ONE + 1):
        while len(found) < limit:
            full = [hook for hook, count in under_way.items() if count >= share]
            rows = await db.execute_fetchall(_NEXT, (now, json.dumps(found), json.dumps(full)))
            for number, site, hook in rows:
                found.append(number)
                under_way[site, hook] += 1
            if not rows:
                break
    return found


def _delivery(row: tuple[Any, ...]) -> Delivery:
    (number, site, hook, message, consent_id, state, purposes, created, attempts, status, answer,
     next_try, finished) = row  # fmt: skip
    return Delivery(
        id=number,
        site=site,
        hook=hook,
        message=message,
        consent_id=consent_id,
        state=state,
        purposes=tuple(json.loads(purposes)),
        created=created,
        attempts=attempts,
        status=status,
        answer=answer,
        next_try=next_try,
        finished=finished,
    )
