"""The outbox of webhooks in SQLite. `batch` writes its rows, with the choices they tell of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gateway.stores.base import Delivery
from gateway.stores.sqlite.database import Database

_COLUMNS = """id, site, hook, message, consent_id, state, purposes, created, attempts, status,
    answer, next_try, finished"""

_DUE = "SELECT count(*) FROM deliveries WHERE next_try <= ?"

# The lease: whoever claims a message has this long to tell it; a worker that dies lets it go.
_CLAIM = f"""
UPDATE deliveries SET next_try = ?2, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM deliveries WHERE next_try <= ?1 ORDER BY next_try LIMIT ?3)
RETURNING {_COLUMNS}"""  # noqa: S608 - a constant

_SETTLE = """
UPDATE deliveries SET answer = ?2, next_try = ?3,
    status = CASE WHEN ?4 THEN 'delivered' WHEN ?3 IS NULL THEN 'failed' ELSE 'waiting' END,
    finished = CASE WHEN ?3 IS NULL THEN ?5 END,
    consent_id = CASE WHEN ?4 THEN NULL ELSE consent_id END
WHERE id = ?1"""

_RETRY = """
UPDATE deliveries SET status = 'waiting', attempts = 0, next_try = ?2, finished = NULL
WHERE id = ?1 AND status = 'failed' AND consent_id IS NOT NULL"""


class SqliteDeliveries:
    """A `DeliveryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, now: int, lease: int, limit: int) -> Sequence[Delivery]:
        async with self._database.reading() as db:  # most of the time: then nobody need wait for us
            [(due,)] = await db.execute_fetchall(_DUE, (now,))
        if not due:
            return []
        async with self._database.writing() as db:
            rows = await db.execute_fetchall(_CLAIM, (now, now + lease, limit))
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
