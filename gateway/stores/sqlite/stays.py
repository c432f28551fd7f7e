"""What a step of aggregation reads of events and visits in SQLite, and the visits it writes.

All of it by column, as one row of JSON lists (see `bulk`): a list costs 0.1 us a value to make and
to read, an object for each event ten times as much.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import add

import aiosqlite
import msgspec

from gateway.rules.visits import Events, Stays, follow

_FRESH = """
SELECT json_group_array(id), json_group_array(site), json_group_array(minute),
    json_group_array(visitor),
    json_group_array(CASE kind WHEN (SELECT id FROM words WHERE text = 'pageview') THEN path END),
    json_group_array(
        CASE kind WHEN (SELECT id FROM words WHERE text = 'engagement') THEN seconds END)
FROM (SELECT id, site, minute, visitor, kind, path, seconds FROM events WHERE id > ?
    ORDER BY id LIMIT ?)"""

_SITES = (
    "SELECT json_group_object(id, text) FROM words WHERE id IN (SELECT value FROM json_each(?))"
)

LATEST = """
SELECT json_group_array(visits.id), json_group_array(visits.visitor),
    json_group_array(first_minute), json_group_array(last_minute), json_group_array(views),
    json_group_array(referrer), json_group_array(channel), json_group_array(country),
    json_group_array(device), json_group_array(browser), json_group_array(system)
FROM json_each(?) who CROSS JOIN visits
    ON visits.id = (SELECT max(id) FROM visits WHERE visitor = who.value)"""

# Where a visit came from is said by its first event: of the others it is not read.
FIRST = """
SELECT json_group_array(e.id), json_group_array(referrer), json_group_array(channel),
    json_group_array(country), json_group_array(d.kind), json_group_array(browser),
    json_group_array(system)
FROM json_each(?) first CROSS JOIN events e ON e.id = first.value
    CROSS JOIN sources s ON s.id = e.source CROSS JOIN places p ON p.id = e.place
    CROSS JOIN devices d ON d.id = e.device"""

_ints = msgspec.json.Decoder(list[int])
_some_ints = msgspec.json.Decoder(list[int | None])
_texts = msgspec.json.Decoder(dict[int, str])

Ints = Sequence[int]


@dataclass(frozen=True, slots=True)
class Led:
    """Events with their visits. Visits are held by column: those that were known, then the new."""

    events: Events
    of_events: Ints
    ids: Ints
    visitors: Ints
    words: Sequence[Ints]  # for each of VISIT_DIMENSIONS
    rows: Sequence[tuple[object, ...]]  # of the table


async def fresh(db: aiosqlite.Connection, after: int, limit: int) -> Events:
    """The first events after an id."""
    # Thousands of values are made in another thread: the loop has visitors.
    texts = await _said(db, _FRESH, after, limit)
    sites = await asyncio.to_thread(_ints.decode, texts[1])
    [names] = await _said(db, _SITES, json.dumps(list(set(sites))))
    return await asyncio.to_thread(_events, texts, sites, _texts.decode(names))


async def lead(db: aiosqlite.Connection, events: Events, free: int) -> Led | None:
    """Lead events to their visits, of which new ones have ids from `free` on.

    None when an erasure or a purge came in between: what was read does not fit together.
    """
    latest = await _said(db, LATEST, json.dumps(sorted(set(events.visitors))))
    known, stays = await asyncio.to_thread(_follow, events, latest)
    begun = [events.ids[place] for place in stays.begun]
    first = await _said(db, FIRST, json.dumps(begun))
    found, *words = await asyncio.to_thread(_columns, first)
    if found != begun:
        return None
    return await asyncio.to_thread(_led, events, known, stays, words, free)


async def _said(db: aiosqlite.Connection, query: str, *values: object) -> Sequence[str]:
    [row] = await db.execute_fetchall(query, values)
    return tuple(row)


def _columns(texts: Sequence[str]) -> Sequence[Ints]:
    return [_ints.decode(text) for text in texts]


def _events(texts: Sequence[str], sites: Ints, names: Mapping[int, str]) -> Events:
    ids, _, minutes, visitors, pages, spent = texts
    return Events(
        _ints.decode(ids),
        [*map(names.__getitem__, sites)],
        _ints.decode(minutes),
        _ints.decode(visitors),
        _some_ints.decode(pages),
        _some_ints.decode(spent),
    )


def _follow(events: Events, latest: Sequence[str]) -> tuple[Sequence[Ints], Stays]:
    known = _columns(latest)
    _, visitors, _, last_minutes, *_ = known
    return known, follow(events, visitors, last_minutes)


def _led(
    events: Events, known: Sequence[Ints], stays: Stays, begun: Sequence[Ints], free: int
) -> Led:
    known_ids, known_visitors, known_first, _, known_views, *known_words = known
    new = stays.begun
    ids = [*known_ids, *range(free, free + len(new))]
    visitors = [*known_visitors, *map(events.visitors.__getitem__, new)]
    words = [[*old, *more] for old, more in zip(known_words, begun, strict=True)]
    site_of = dict(zip(events.visitors, events.sites, strict=True))
    rows = zip(
        ids,
        map(site_of.__getitem__, visitors),
        visitors,
        [*known_first, *map(events.minutes.__getitem__, new)],
        stays.last_minutes,
        map(add, stays.views, [*known_views, *repeat(0, len(new))]),
        *words,
        strict=True,
    )
    return Led(events, stays.of_events, ids, visitors, words, list(rows))
