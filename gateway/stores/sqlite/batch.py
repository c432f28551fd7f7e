"""One transaction's worth of choices on their way into the log: each is linked to the one before
it, and to what stands of its consent."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import aiosqlite

from gateway.rules.consent import Standing, outcome
from gateway.rules.ledger import START, link
from gateway.rules.records import ConsentRecord, ConsentState
from gateway.stores.base import Append
from gateway.stores.sqlite.rows import (
    COLUMNS,
    GIVE_NUMBERS,
    STANDING_COLUMNS,
    measured,
    record_of,
    row_of,
    standing_of,
    standing_row,
)

_INSERT = """
INSERT INTO consents (site, seq, time, state, choices, notice, language, action, layer, method,
    jurisdiction, valid_until, consent_id, salt, person, previous, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_STAND = """
INSERT INTO standing (site, visitor, consent_id, seq, state, choices, notice, language,
    analytics, valid_until, receipt, number)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, visitor) DO UPDATE SET seq = excluded.seq, state = excluded.state,
    choices = excluded.choices, notice = excluded.notice, language = excluded.language,
    analytics = excluded.analytics, valid_until = excluded.valid_until,
    receipt = coalesce(excluded.receipt, receipt), number = coalesce(number, excluded.number)"""

COUNT = """
INSERT INTO consent_counts (site, day, notice, language, device, outcome, count)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, day, notice, language, device, outcome)
DO UPDATE SET count = count + excluded.count"""

DELIVER = """
INSERT INTO deliveries (site, hook, message, consent_id, state, purposes, created, next_try)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)"""

# CROSS JOIN: one search of the key for each pair. `(site, visitor) IN (SELECT ...)` went through
# every consent of the site, and a choice cost 3 ms when there were 350,000 of them.
_NOW = f"""
SELECT site, visitor, {STANDING_COLUMNS} FROM json_each(?) pair CROSS JOIN standing
    ON site = pair.value ->> 0 AND visitor = pair.value ->> 1"""  # noqa: S608 - constants

_HEADS = """
SELECT site, seq, digest FROM json_each(?) named CROSS JOIN consents
    ON site = named.value AND seq = (SELECT max(seq) FROM consents WHERE site = named.value)"""

_ENDED = (ConsentState.WITHDRAWN, ConsentState.EXPIRED)

Key = tuple[str, int | None]


@dataclass(slots=True)
class Batch:
    """Lives inside one transaction; `save` writes what was linked."""

    now: dict[Key, Standing]
    ended: dict[Key, ConsentRecord]
    heads: dict[str, tuple[int, str]]
    linked: list[tuple[Append, ConsentRecord]] = field(default_factory=list)
    told: list[tuple[object, ...]] = field(default_factory=list)

    @classmethod
    async def begin(cls, db: aiosqlite.Connection, items: Sequence[Append]) -> Batch:
        """Read what stands of the consents the items are about, and the end of each log."""
        pairs = {(i.choice.site, i.visitor) for i in items if i.visitor is not None}
        rows = await db.execute_fetchall(_NOW, (json.dumps(list(pairs)),)) if pairs else ()
        now = {(row[0], row[1]): standing_of(row[0], tuple(row)[2:]) for row in rows}
        ended = {
            key: await _record(db, standing.site, standing.seq)
            for key, standing in now.items()
            if standing.state in _ENDED
        }
        heads = {item.choice.site: (0, START) for item in items}
        for site, seq, digest in await db.execute_fetchall(_HEADS, (json.dumps(list(heads)),)):
            heads[site] = (seq, digest)
        return cls(now, ended, heads)

    def take(self, item: Append) -> ConsentRecord | None:
        """Link a choice. One that comes after the end of its consent gives way; one that goes by
        a record that is not the last any more is left out."""
        key = (item.choice.site, item.visitor)
        stands = self.now.get(key)
        if item.after is not None and (stands is None or stands.seq != item.after):
            return None
        over = self.ended.get(key)
        if over is None and (stands is not None or not item.known):
            return self._link(item)
        return over if item.otherwise is None else self._link(item.otherwise)

    async def save(self, db: aiosqlite.Connection) -> None:
        """Write the records, the states, the counts and the messages to recipients."""
        await db.executemany(_INSERT, [row_of(record) for _, record in self.linked])
        await db.executemany(_STAND, await self._states(db))
        counts = Counter(
            (i.choice.site, i.day, i.choice.notice, i.choice.language, i.device, outcome(i.choice))
            for i, _ in self.linked
        )
        await db.executemany(COUNT, [(*key, count) for key, count in counts.items()])
        if self.told:
            await db.executemany(DELIVER, self.told)

    async def _states(self, db: aiosqlite.Connection) -> list[tuple[object, ...]]:
        last = [(i, record) for i, record in self.linked if i.visitor is not None]
        many = sum(measured(record.choice) for _, record in last)
        free = await _numbers(db, many) if many else iter(())
        return [
            standing_row(i, record, next(free) if measured(record.choice) else None)
            for i, record in last
        ]

    def _link(self, item: Append) -> ConsentRecord:
        choice, key = item.choice, (item.choice.site, item.visitor)
        seq, previous = self.heads[choice.site]
        record = link(previous, seq + 1, choice, item.salt)
        self.heads[choice.site] = (record.seq, record.digest)
        self.linked.append((item, record))
        if choice.consent_id is not None:
            self.told += _messages(item, record, self.now.get(key))
            self.now[key] = _standing(record, choice.consent_id)
            if choice.state in _ENDED:
                self.ended[key] = record
        return record


async def _numbers(db: aiosqlite.Connection, many: int) -> Iterator[int]:
    for (last,) in await db.execute_fetchall(GIVE_NUMBERS, (many,)):
        return iter(range(last - many + 1, last + 1))
    raise AssertionError("no watermark of visitors")


def _messages(
    item: Append, record: ConsentRecord, before: Standing | None
) -> list[tuple[object, ...]]:
    """A message for each webhook with a purpose that was allowed before and is not any more."""
    choice = record.choice
    over = {
        purpose
        for purpose, yes in (before.choices if before else {}).items()
        if yes and not choice.choices.get(purpose, False)
    }
    return [
        message(
            choice.site, hook, choice.consent_id, choice.state.value, over & purposes, choice.time
        )
        for hook, purposes in item.tell.items()
        if over & purposes
    ]


def message(
    site: str,
    hook: str,
    consent_id: str | None,
    state: str,
    purposes: Collection[str],
    time: int,
) -> tuple[object, ...]:
    """A row of the outbox, with an id of its own by which a recipient knows it again."""
    name = f"msg_{secrets.token_hex(12)}"
    return site, hook, name, consent_id, state, json.dumps(sorted(purposes)), time


def _standing(record: ConsentRecord, consent_id: str) -> Standing:
    choice = record.choice
    return Standing(
        site=choice.site,
        consent_id=consent_id,
        seq=record.seq,
        state=choice.state,
        choices=choice.choices,
        notice=choice.notice,
        language=choice.language,
        valid_until=choice.valid_until,
    )


async def _record(db: aiosqlite.Connection, site: str, seq: int) -> ConsentRecord:
    rows = await db.execute_fetchall(
        f"SELECT {COLUMNS} FROM consents WHERE site = ? AND seq = ?",  # noqa: S608 - a constant
        (site, seq),
    )
    return next(record_of(site, tuple(row)) for row in rows)
