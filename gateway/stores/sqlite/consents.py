"""The consent log in SQLite: links are made inside the write transaction, so two workers on one
file cannot fork the chain."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date

import aiosqlite

from gateway.errors import LedgerError
from gateway.rules.canonical import canonical
from gateway.rules.consent import Standing, outcome
from gateway.rules.ledger import START, link
from gateway.rules.records import Choice, ConsentRecord, ConsentState
from gateway.stores.base import Append, Shown
from gateway.stores.sqlite.database import Database

_PAGE = 2_000
_PURPOSE = "analytics"

_INSERT = """
INSERT INTO consents (site, seq, time, state, choices, notice, language, action, layer, method,
    jurisdiction, valid_until, consent_id, salt, person, previous, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_STAND = """
INSERT INTO standing (site, visitor, consent_id, seq, state, choices, notice, language,
    analytics, valid_until)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, visitor) DO UPDATE SET seq = excluded.seq, state = excluded.state,
    choices = excluded.choices, notice = excluded.notice, language = excluded.language,
    analytics = excluded.analytics, valid_until = excluded.valid_until"""

_COUNT = """
INSERT INTO consent_counts (site, day, notice, language, outcome, count) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (site, day, notice, language, outcome) DO UPDATE SET count = count + excluded.count"""

_ENDED = """
SELECT visitor, site, seq FROM standing WHERE state = 'withdrawn'
    AND (site, visitor) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"""

_ASTRAY = """
SELECT s.seq FROM standing s
LEFT JOIN consents c ON c.site = s.site AND c.seq = s.seq
WHERE s.site = ? AND (
    c.seq IS NULL OR c.consent_id IS NOT s.consent_id OR c.state IS NOT s.state
    OR c.choices IS NOT s.choices OR c.valid_until IS NOT s.valid_until
    OR s.analytics IS NOT (s.state = 'given' AND coalesce(s.choices ->> 'analytics', 0))
    OR EXISTS (SELECT 1 FROM consents n
        WHERE n.consent_id = s.consent_id AND n.site = s.site AND n.seq > s.seq))
ORDER BY s.seq LIMIT 1"""

_COLUMNS = """seq, time, state, choices, notice, language, action, layer, method, jurisdiction,
    valid_until, consent_id, salt, person, previous, digest"""


class SqliteConsents:
    """A `ConsentStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, items: Sequence[Append]) -> Sequence[ConsentRecord]:
        outcomes: list[ConsentRecord] = []
        linked: list[tuple[Append, ConsentRecord]] = []
        heads: dict[str, tuple[int, str]] = {}
        async with self._database.writing() as db:
            ended = await _ended(db, items)
            for wanted in items:
                item = wanted
                over = ended.get((item.choice.site, item.visitor))
                if over is not None:
                    if item.otherwise is None:
                        outcomes.append(over)
                        continue
                    item = item.otherwise
                site = item.choice.site
                if site not in heads:
                    heads[site] = await _head(db, site)
                seq, previous = heads[site]
                record = link(previous, seq + 1, item.choice, item.salt)
                heads[site] = (record.seq, record.digest)
                outcomes.append(record)
                linked.append((item, record))
                if item.choice.state is ConsentState.WITHDRAWN:
                    ended[site, item.visitor] = record
            await db.executemany(_INSERT, [_row(record) for _, record in linked])
            await db.executemany(
                _STAND,
                [
                    _standing_row(item.visitor, record)
                    for item, record in linked
                    if item.visitor is not None
                ],
            )
            await db.executemany(
                _COUNT,
                [
                    (i.choice.site, i.day, i.choice.notice, i.choice.language, outcome(i.choice), 1)
                    for i, _ in linked
                ],
            )
        return outcomes

    async def astray(self, site: str) -> int | None:
        async with self._database.reading() as db:
            rows = list(await db.execute_fetchall(_ASTRAY, (site,)))
        return int(rows[0][0]) if rows else None

    async def standing(self, site: str, consent_id: str) -> Standing | None:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT seq, state, choices, notice, language, valid_until FROM standing"
                " WHERE site = ? AND consent_id = ?",
                (site, consent_id),
            )
        for seq, state, choices, notice, language, valid_until in rows:
            return Standing(
                site=site,
                consent_id=consent_id,
                seq=seq,
                state=ConsentState(state),
                choices=json.loads(choices),
                notice=notice,
                language=language,
                valid_until=valid_until,
            )
        return None

    async def walk(self, site: str) -> AsyncIterator[ConsentRecord]:
        seq = -(2**63)  # not 1: a record put in before the first is looked at too
        while True:
            async with self._database.reading() as db:
                rows = list(
                    await db.execute_fetchall(
                        f"SELECT {_COLUMNS} FROM consents"  # noqa: S608 - a constant
                        " WHERE site = ? AND seq >= ? ORDER BY seq LIMIT ?",
                        (site, seq, _PAGE),
                    )
                )
            for row in rows:
                try:
                    record = _record(site, row)
                except ValueError:
                    raise LedgerError(site, row[0], "it cannot be read") from None
                yield record
            if len(rows) < _PAGE:
                return
            seq = rows[-1][0] + 1

    async def count_shown(self, items: Sequence[Shown]) -> Sequence[None]:
        rows = [
            (shown.site, shown.day, shown.notice, shown.language, "shown", n)
            for shown, n in Counter(items).items()
        ]
        async with self._database.writing() as db:
            await db.executemany(_COUNT, rows)
        return [None] * len(items)

    async def counts(self, site: str, first: date, last: date) -> Mapping[str, int]:
        async with self._database.reading() as db:
            rows = await db.execute_fetchall(
                "SELECT outcome, sum(count) FROM consent_counts"
                " WHERE site = ? AND day BETWEEN ? AND ? GROUP BY outcome",
                (site, first.toordinal(), last.toordinal()),
            )
        return {str(row[0]): int(row[1]) for row in rows}


async def _ended(
    db: aiosqlite.Connection, items: Sequence[Append]
) -> dict[tuple[str, int | None], ConsentRecord]:
    """The withdrawals that stand, of those a batch is about."""
    pairs = json.dumps([(i.choice.site, i.visitor) for i in items if i.visitor is not None])
    found: dict[tuple[str, int | None], ConsentRecord] = {}
    for visitor, site, seq in await db.execute_fetchall(_ENDED, (pairs,)):
        rows = await db.execute_fetchall(
            f"SELECT {_COLUMNS} FROM consents WHERE site = ? AND seq = ?",  # noqa: S608 - constant
            (site, seq),
        )
        found[site, visitor] = next(_record(site, tuple(row)) for row in rows)
    return found


async def _head(db: aiosqlite.Connection, site: str) -> tuple[int, str]:
    rows = await db.execute_fetchall(
        "SELECT seq, digest FROM consents WHERE site = ? ORDER BY seq DESC LIMIT 1", (site,)
    )
    for seq, digest in rows:
        return int(seq), str(digest)
    return 0, START


def _row(record: ConsentRecord) -> tuple[object, ...]:
    choice = record.choice
    return (
        choice.site,
        record.seq,
        choice.time,
        choice.state.value,
        canonical(dict(choice.choices)),
        choice.notice,
        choice.language,
        choice.action,
        choice.layer,
        choice.method,
        choice.jurisdiction,
        choice.valid_until,
        choice.consent_id,
        record.salt,
        record.person,
        record.previous,
        record.digest,
    )


def _standing_row(visitor: int | None, record: ConsentRecord) -> tuple[object, ...]:
    choice = record.choice
    given = choice.state is ConsentState.GIVEN
    return (
        choice.site,
        visitor,
        choice.consent_id,
        record.seq,
        choice.state.value,
        canonical(dict(choice.choices)),
        choice.notice,
        choice.language,
        int(given and choice.choices.get(_PURPOSE, False)),
        choice.valid_until,
    )


def _record(site: str, row: Sequence[object]) -> ConsentRecord:
    (seq, time, state, choices, notice, language, action, layer, method, jurisdiction,
     valid_until, consent_id, salt, person, previous, digest) = row  # fmt: skip
    choice = Choice(
        site=site,
        consent_id=_text(consent_id),
        state=ConsentState(str(state)),
        choices=_choices(str(choices)),
        notice=str(notice),
        language=str(language),
        action=str(action),
        layer=str(layer),
        method=str(method),
        jurisdiction=str(jurisdiction),
        time=int(str(time)),
        valid_until=int(str(valid_until)),
    )
    return ConsentRecord(
        seq=int(str(seq)),
        choice=choice,
        salt=_text(salt),
        person=_text(person),
        previous=str(previous),
        digest=str(digest),
    )


def _choices(text: str) -> Mapping[str, bool]:
    choices = json.loads(text)
    if not isinstance(choices, dict) or not all(isinstance(v, bool) for v in choices.values()):
        raise ValueError("no choices")
    return choices


def _text(value: object) -> str | None:
    return None if value is None else str(value)
