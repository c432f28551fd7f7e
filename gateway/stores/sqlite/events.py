"""Events in SQLite. Consent is read in the statement that writes: the second check of P1."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.rules.records import Drop, Dropped, Event
from gateway.stores.sqlite import bulk
from gateway.stores.sqlite.accounts import count
from gateway.stores.sqlite.coding import COLUMNS, Coding, Learnt
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.rows import GIVE_NUMBERS

_DAY = 86_400
KEPT = "kept"

_WIDTH = 2 + len(COLUMNS)

# CROSS JOIN: each row looks for its own consent, by its whole key.
_INSERT = f"""
INSERT INTO events (visitor, consent_seq, {", ".join(COLUMNS)})
WITH batch (of_site, visitor_key, {", ".join(COLUMNS)}) AS (%s)
SELECT standing.number, standing.seq, {", ".join(f"batch.{name}" for name in COLUMNS)}
FROM batch CROSS JOIN standing INDEXED BY standing_measured
    ON standing.site = of_site AND standing.visitor = visitor_key
WHERE analytics = 1 AND valid_until > ? AND standing.number IS NOT NULL"""  # noqa: S608 - constants

_ALLOWED = """
SELECT site, visitor, number FROM json_each(?) pair
    CROSS JOIN standing INDEXED BY standing_measured
    ON site = pair.value ->> 0 AND visitor = pair.value ->> 1
WHERE analytics = 1 AND valid_until > ?"""
_NUMBER = "UPDATE standing SET number = ? WHERE site = ? AND visitor = ?"

Pair = tuple[str, int]
"""A site, and the value a visitor goes by there."""


class SqliteEvents:
    """An `EventStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._coding = Coding()

    async def insert(self, items: Sequence[Event | Dropped], now: int) -> Sequence[Drop | None]:
        def trusting(db: sqlite3.Connection) -> _Stored:
            return self._store(db, items, (), now)

        def asking(db: sqlite3.Connection) -> _Stored:
            return self._store(db, items, _refused(db, items, now), now)

        try:
            stored = await self._database.write(trusting)
        except _ConsentError:
            # Rolled back whole. Which of them was refused is asked only now: it is seldom any.
            stored = await self._database.write(asking)
        self._coding.confirm(stored.learnt)
        return stored.outcomes

    def _store(
        self,
        db: sqlite3.Connection,
        items: Sequence[Event | Dropped],
        refused: Collection[Pair],
        now: int,
    ) -> _Stored:
        events = [item for item in items if isinstance(item, Event)]
        if refused:
            events = [event for event in events if (event.site, event.visitor) not in refused]
        rows, learnt = self._coding.encode(db, events)
        if bulk.write_padded(db, _INSERT, rows, _WIDTH, now) < len(events):
            raise _ConsentError
        outcomes = _outcomes(items, refused)
        count(db, _tally(items, outcomes, now // _DAY))
        return _Stored(outcomes, learnt)


class _ConsentError(Exception):
    """Not every event had a consent that holds, and a number to go by."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What became of a batch, and what may be remembered once it is committed."""

    outcomes: Sequence[Drop | None]
    learnt: Learnt


def _refused(
    db: sqlite3.Connection, items: Sequence[Event | Dropped], now: int
) -> Collection[Pair]:
    """Whose consent does not hold. Who came back after their number was forgotten gets another."""
    asked = {(item.site, item.visitor) for item in items if isinstance(item, Event)}
    allowed = db.execute(_ALLOWED, (json.dumps(list(asked)), now)).fetchall()
    unnumbered = [pair for *pair, number in allowed if number is None]
    if unnumbered:
        [(last,)] = db.execute(GIVE_NUMBERS, (len(unnumbered),))
        db.executemany(_NUMBER, [(last - at, *pair) for at, pair in enumerate(unnumbered)])
    return asked - {(site, visitor) for site, visitor, _ in allowed}


def _outcomes(items: Sequence[Event | Dropped], refused: Collection[Pair]) -> Sequence[Drop | None]:
    return [
        (Drop.WITHDRAWN if refused and (item.site, item.visitor) in refused else None)
        if isinstance(item, Event)
        else item.reason
        for item in items
    ]


def _tally(
    items: Sequence[Event | Dropped], outcomes: Sequence[Drop | None], day: int
) -> Mapping[tuple[str, int, str], int]:
    pairs = zip(items, outcomes, strict=True)
    counted = Counter((item.site, outcome or KEPT) for item, outcome in pairs)
    return {(site, day, outcome): n for (site, outcome), n in counted.items()}
