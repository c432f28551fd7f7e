"""Events in SQLite. Consent is read in the transaction that writes: the second check of P1."""

from __future__ import annotations

import json
from collections.abc import Sequence

import aiosqlite

from gateway.rules.canonical import canonical
from gateway.rules.records import Drop, Event
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.words import Words

_INSERT = """
INSERT INTO events (site, minute, visitor, consent_seq, kind, path, referrer, channel, utm_source,
    utm_medium, utm_campaign, utm_content, utm_term, country, region, network, owner, browser,
    browser_major, system, device, screen, language, name, props, seconds, scroll, count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_ALLOWED = """
SELECT site, visitor, seq FROM json_each(?) pair CROSS JOIN standing
    ON site = pair.value ->> 0 AND visitor = pair.value ->> 1
WHERE analytics = 1 AND valid_until > ?"""

_KNOWN = """
SELECT site, visitors.key, visitors.id FROM json_each(?) pair CROSS JOIN visitors
    ON site = pair.value ->> 0 AND visitors.key = pair.value ->> 1"""


class SqliteEvents:
    """An `EventStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words = Words()

    async def insert(self, events: Sequence[Event], now: int) -> Sequence[int | Drop]:
        async with self._database.writing() as db:
            allowed = await _allowed(db, events, now)
            kept = [event for event in events if (event.site, event.visitor) in allowed]
            numbers = await self._words.numbers(db, {text for e in kept for text in _texts(e)})
            visitors = await _visitors(db, kept)
            await db.executemany(
                _INSERT,
                [
                    (
                        numbers[event.site],
                        event.minute,
                        visitors[event.site, event.visitor],
                        allowed[event.site, event.visitor],
                        *(numbers[text] for text in _texts(event)[1:]),
                        event.seconds,
                        event.scroll,
                        event.count,
                    )
                    for event in kept
                ],
            )
        self._words.confirm(numbers)
        return [allowed.get((event.site, event.visitor), Drop.WITHDRAWN) for event in events]


def _texts(event: Event) -> tuple[str, ...]:
    """Every string of an event, the site first, then in the order of the columns."""
    return (
        event.site,
        event.kind,
        event.path,
        event.source.referrer,
        event.source.channel,
        event.source.utm_source,
        event.source.utm_medium,
        event.source.utm_campaign,
        event.source.utm_content,
        event.source.utm_term,
        event.place.country,
        event.place.region,
        event.network,
        event.place.owner,
        event.device.browser,
        event.device.browser_major,
        event.device.system,
        event.device.kind,
        event.screen,
        event.language,
        event.name,
        canonical(dict(event.props)) if event.props else "",
    )


async def _allowed(
    db: aiosqlite.Connection, events: Sequence[Event], now: int
) -> dict[tuple[str, int], int]:
    pairs = json.dumps(list({(event.site, event.visitor) for event in events}))
    rows = await db.execute_fetchall(_ALLOWED, (pairs, now))
    return {(row[0], row[1]): row[2] for row in rows}


async def _visitors(
    db: aiosqlite.Connection, events: Sequence[Event]
) -> dict[tuple[str, int], int]:
    pairs = json.dumps(list({(event.site, event.visitor) for event in events}))
    await db.execute(
        "INSERT INTO visitors (site, key) SELECT value ->> 0, value ->> 1 FROM json_each(?)"
        " WHERE true ON CONFLICT (site, key) DO NOTHING",
        (pairs,),
    )
    rows = await db.execute_fetchall(_KNOWN, (pairs,))
    return {(row[0], row[1]): row[2] for row in rows}
