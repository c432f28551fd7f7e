"""Segments in SQLite: what turns of aggregation added is put together, read, and freed of people.

Everything here runs on a plain connection, inside a transaction of the caller.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.segment import (
    EVENT_COLUMNS,
    VISIT_COLUMNS,
    Segment,
    empty,
    join,
    only,
    split,
    strung,
    without,
)
from gateway.stores.sqlite.columns import all_unpacked, packed, unpacked

_BUCKET_BITS = 14
"""16,384 visits: a busy day has several segments, so that adding to it writes only the last."""
_DAY = 24 * 60

_FRESH = "SELECT data FROM fresh WHERE site = ? ORDER BY id"
_WITHIN = """
SELECT id, day, bucket, visits, events FROM segments
WHERE site = ?1 AND starts <= ?2 AND ends >= ?3 ORDER BY day, bucket"""
_BEGUN = """
SELECT id, day, bucket, visits, events FROM segments WHERE site = ?1 AND starts < ?2"""
_NAMED = """
SELECT s.id, s.day, s.bucket, s.visits, s.events FROM json_each(?2) key CROSS JOIN segments s
    ON s.site = ?1 AND s.day = key.value ->> 0 AND s.bucket = key.value ->> 1"""
_COLUMN = """
SELECT c.segment, c.data FROM json_each(?) this CROSS JOIN segment_columns c
    ON c.segment = this.value AND c.name = ?"""
_PUT = """
INSERT INTO segments (site, day, bucket, starts, ends, visits, events)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (site, day, bucket) DO UPDATE SET
    starts = excluded.starts, ends = excluded.ends,
    visits = excluded.visits, events = excluded.events
RETURNING id"""
_PUT_COLUMN = """
INSERT INTO segment_columns (segment, name, data) VALUES (?, ?, ?)
ON CONFLICT (segment, name) DO UPDATE SET data = excluded.data"""

Key = tuple[int, int]
"""A day of UTC, and a bucket of numbers of visits."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key: Key
    visits: int
    events: int


def fold(db: sqlite3.Connection, site: str) -> int:
    """Put what is fresh of a site into its segments; how many segments were written."""
    added = _fresh(db, site)
    if added is None:
        return 0
    parts = _by_key(added)
    stored = {row.key: row for row in _rows(db, _NAMED, site, json.dumps([*parts]))}
    for key, part in parts.items():
        row = stored.get(key)
        whole = part if row is None else join([_read(db, row), part])
        _write(db, site, key, whole)
    db.execute("DELETE FROM fresh WHERE site = ?", (site,))
    return len(parts)


def read(
    db: sqlite3.Connection,
    site: str,
    first: int,
    last: int,
    visits: Sequence[str],
    events: Sequence[str],
) -> Segment:
    """All visits of a site that may have an event from one minute to another, each once, without
    those of visitors who are restricted. Visits that have none may be among them."""
    rows = {row.key: row for row in _rows(db, _WITHIN, site, last, first)}
    added = _fresh(db, site)
    parts = {} if added is None else _by_key(_narrowed(added, visits, events))
    missing = [key for key in parts if key not in rows]
    rows |= {row.key: row for row in _rows(db, _NAMED, site, json.dumps(missing))}
    touched = [row for key, row in rows.items() if key in parts]
    found = [join([_read(db, row, visits, events), parts.pop(row.key)]) for row in touched]
    rest = [row for row in rows.values() if row not in touched]
    found += [_read_all(db, rest, visits, events)] if rest else []
    found += parts.values()
    if not found:
        return empty(visits, events)
    near = [_near(segment, first, last) for segment in found]
    return without(strung(near), restricted(db, site))


def forget(db: sqlite3.Connection, site: str, visitors: Sequence[int]) -> int:
    """Take visitors out of every segment of a site; how many visits they had."""
    fold(db, site)
    gone = 0
    for row in _rows(db, _WITHIN, site, 2**40, 0):
        own = _column(db, [row], "visitor", of_visits=True)[row.id]
        many = int(np.isin(own, np.asarray(visitors)).sum())
        if many:
            gone += many
            _rewrite(db, site, row, without(_read(db, row), visitors))
    return gone


def purge(db: sqlite3.Connection, site: str, before: int) -> int:
    """Delete the visits that were over before a minute; how many there were."""
    fold(db, site)
    gone = 0
    for row in _rows(db, _BEGUN, site, before):
        last = _column(db, [row], "last", of_visits=True)[row.id]
        over = int(np.count_nonzero(last < before))
        if over:
            gone += over
            whole = _read(db, row)
            _rewrite(db, site, row, only(whole, whole.visits["last"] >= before))
    return gone


def restricted(db: sqlite3.Connection, site: str) -> Sequence[int]:
    """The numbers of visitors who are in no figure: those they had when they asked, which stay when
    the consent is forgotten, and those they have now."""
    rows = db.execute(
        "SELECT number FROM restricted WHERE site = ?1 AND number IS NOT NULL"
        " UNION SELECT s.number FROM restricted r JOIN standing s ON s.site = r.site"
        " AND s.visitor = r.visitor WHERE r.site = ?1 AND s.number IS NOT NULL",
        (site,),
    )
    return [number for (number,) in rows]


def _by_key(segment: Segment) -> dict[Key, Segment]:
    days = segment.visits["first"].astype(np.int64) // _DAY
    buckets = segment.visits["visit"].astype(np.int64) >> _BUCKET_BITS
    keys = days << 32 | buckets
    return {(key >> 32, key & 0xFFFFFFFF): part for key, part in split(segment, keys).items()}


def _fresh(db: sqlite3.Connection, site: str) -> Segment | None:
    parts = [Segment(*all_unpacked(data)) for (data,) in db.execute(_FRESH, (site,))]
    return join(parts) if parts else None


def _narrowed(segment: Segment, visits: Iterable[str], events: Iterable[str]) -> Segment:
    return Segment(
        {name: segment.visits[name] for name in visits},
        {name: segment.events[name] for name in events},
    )


def _near(segment: Segment, first: int, last: int) -> Segment:
    visits, after = segment.visits, segment.events["after"]
    begun = visits["first"] <= last
    if len(after) and after.min() < 0:  # what came late may be of before its visit
        begun[np.repeat(np.arange(len(segment)), visits["events"])[after < 0]] = True
    return only(segment, begun & (visits["last"] >= first))


def _rows(db: sqlite3.Connection, query: str, *values: object) -> list[_Row]:
    return [
        _Row(number, (day, bucket), visits, events)
        for number, day, bucket, visits, events in db.execute(query, values)
    ]


def _read(
    db: sqlite3.Connection,
    row: _Row,
    visits: Sequence[str] = VISIT_COLUMNS,
    events: Sequence[str] = EVENT_COLUMNS,
) -> Segment:
    return _read_all(db, [row], visits, events)


def _read_all(
    db: sqlite3.Connection, rows: Sequence[_Row], visits: Sequence[str], events: Sequence[str]
) -> Segment:
    def column(name: str, of_visits: bool) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        found = _column(db, rows, name, of_visits=of_visits)
        return np.concatenate([found[row.id] for row in rows])

    return Segment(
        {name: column(name, True) for name in visits},
        {name: column(name, False) for name in events},
    )


def _column(
    db: sqlite3.Connection, rows: Sequence[_Row], name: str, *, of_visits: bool
) -> Mapping[int, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    amounts = {row.id: row.visits if of_visits else row.events for row in rows}
    told = db.execute(_COLUMN, (json.dumps([row.id for row in rows]), name))
    return {number: unpacked(data, amounts[number]) for number, data in told}  # type: ignore[misc]


def _write(db: sqlite3.Connection, site: str, key: Key, segment: Segment) -> None:
    visits, events = segment.visits, segment.events
    # What came late may be of before its visit.
    late = min(int(events["after"].min()), 0)
    period = (int(visits["first"].min()) + late, int(visits["last"].max()))
    row = (site, *key, *period, len(segment), len(events["kind"]))
    [(number,)] = db.execute(_PUT, row).fetchall()
    columns = {**visits, **events}
    db.executemany(
        _PUT_COLUMN, [(number, name, packed(column)) for name, column in columns.items()]
    )


def _rewrite(db: sqlite3.Connection, site: str, row: _Row, left: Segment) -> None:
    if len(left):
        _write(db, site, row.key, left)
    else:
        db.execute("DELETE FROM segments WHERE id = ?", (row.id,))
