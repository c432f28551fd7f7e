"""What a step of aggregation reads of events in SQLite, led to their visits.

All of it by column, as one row of JSON lists (see `bulk`): a list costs 0.1 us a value to make and
to read, an object for each event ten times as much.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiosqlite
import msgspec
import numpy as np

from gateway.rules.figures.segment import (
    ENGAGEMENT,
    EVENT_COLUMNS,
    KINDS,
    PAGEVIEW,
    Column,
    Segment,
    join,
    split,
)
from gateway.rules.visits import NOWHERE, Stays, follow

_NUMBERS = (
    *("id", "site", "minute", "visitor", "kind", "path", "name", "props"),
    *("seconds", "scroll", "count", "source", "place", "device"),
)
_FRESH = f"""
SELECT {", ".join(f"json_group_array({name})" for name in _NUMBERS)}
FROM (SELECT {", ".join(_NUMBERS)} FROM events WHERE id > ? ORDER BY id LIMIT ?)"""  # noqa: S608 - our own names

_WORDS = (
    "SELECT json_group_object(id, text) FROM words WHERE id IN (SELECT value FROM json_each(?))"
)

LATEST = """
SELECT json_group_array(visitor), json_group_array(visit), json_group_array(first_minute),
    json_group_array(last_minute)
FROM json_each(?) who CROSS JOIN last_visits ON visitor = who.value"""

_ints = msgspec.json.Decoder(list[int])
_texts = msgspec.json.Decoder(dict[int, str])


@dataclass(frozen=True, slots=True)
class Fresh:
    """Events by column, in the order of their ids. `kind` is the place in KINDS."""

    columns: Mapping[str, Sequence[int]]
    words: Mapping[int, str]

    @property
    def ids(self) -> Sequence[int]:
        """The numbers of the events."""
        return self.columns["id"]


@dataclass(frozen=True, slots=True)
class Led:
    """What events add: parts of visits by site, and the latest visit of each of their visitors."""

    parts: Mapping[str, Segment]
    latest: Sequence[tuple[int, int, int, int, int]]  # rows of last_visits
    last_visit: int  # the highest number that was given


async def fresh(db: aiosqlite.Connection, after: int, limit: int) -> Fresh:
    """The first events after an id."""
    # Thousands of values are made in another thread: the loop has visitors.
    texts = await _said(db, _FRESH, after, limit)
    lists = await asyncio.to_thread(_columns, texts)
    columns = dict(zip(_NUMBERS, lists, strict=True))
    [said] = await _said(db, _WORDS, json.dumps(list({*columns["site"], *columns["kind"]})))
    words = _texts.decode(said)
    place = {number: KINDS.index(text) for number, text in words.items() if text in KINDS}
    return Fresh({**columns, "kind": [*map(place.__getitem__, columns["kind"])]}, words)


async def lead(db: aiosqlite.Connection, events: Fresh, last_visit: int) -> Led:
    """Lead events to their visits; new ones have numbers after `last_visit`."""
    who = json.dumps(sorted(set(events.columns["visitor"])))
    latest = await _said(db, LATEST, who)
    return await asyncio.to_thread(_led, events, latest, last_visit)


async def _said(db: aiosqlite.Connection, query: str, *values: object) -> Sequence[str]:
    [row] = await db.execute_fetchall(query, values)
    return tuple(row)


def _columns(texts: Sequence[str]) -> Sequence[Sequence[int]]:
    return [_ints.decode(text) for text in texts]


def _led(events: Fresh, latest: Sequence[str], last_visit: int) -> Led:
    known, numbers, firsts, lasts = _columns(latest)
    of = events.columns
    pairs = zip(of["kind"], of["seconds"], strict=True)
    spent = [seconds if kind == ENGAGEMENT else None for kind, seconds in pairs]
    stays = follow(of["visitor"], of["minute"], spent, known, lasts)
    visits = [*numbers, *range(last_visit + 1, last_visit + 1 + len(stays.begun))]
    begins = [*firsts, *(of["minute"][place] for place in stays.begun)]
    visitors = [*known, *(of["visitor"][place] for place in stays.begun)]
    ends = {visitor: place for place, visitor in enumerate(visitors)}  # the latest of each
    site_of = dict(zip(of["visitor"], of["site"], strict=True))
    rows = [
        (visitor, site_of[visitor], visits[place], begins[place], stays.last_minutes[place])
        for visitor, place in ends.items()
    ]
    parts = _parts(of, stays, np.array(visits), np.array(begins))
    named = {events.words[site]: part for site, part in parts.items()}
    return Led(named, rows, last_visit + len(stays.begun))


def _parts(
    of: Mapping[str, Sequence[int]], stays: Stays, visits: Column, begins: Column
) -> Mapping[int, Segment]:
    """Each event as a visit of its own, and then those of the same number joined: by site."""
    place = np.array(stays.of_events)
    kept = place != NOWHERE
    place = place[kept]
    if not len(place):
        return {}
    column = {name: np.array(of[name], np.int64)[kept] for name in _NUMBERS}
    begun = np.zeros(len(kept), bool)
    begun[np.array(stays.begun, np.intp)] = True
    before = np.zeros(len(kept), np.int64)
    before[np.array(stays.begun, np.intp)] = stays.before
    beginning = begun[kept]
    viewed = column["kind"] == PAGEVIEW
    pages = np.where(viewed, column["path"], 0)
    events = {name: column[name] for name in EVENT_COLUMNS if name in column}
    single = Segment(
        {
            "visit": visits[place],
            "visitor": column["visitor"],
            "first": begins[place],
            "before": before[kept],
            **{name: column[name] * beginning for name in ("source", "place", "device")},
            "last": column["minute"],
            "views": viewed.astype(np.int64),
            "acts": (~viewed & (column["kind"] != ENGAGEMENT)).astype(np.int64),
            "events": np.ones(len(place), np.int64),
            "entry": pages,
            "exit": pages,
        },
        {**events, "after": column["minute"] - begins[place], "again": np.zeros_like(place)},
    )
    sites = np.unique(column["site"])
    if len(sites) == 1:
        return {int(sites[0]): join([single])}
    return {site: join([part]) for site, part in split(single, column["site"]).items()}
