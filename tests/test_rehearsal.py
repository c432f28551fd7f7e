"""Made-up visitors: the same for the same seed, and none of them measured without a consent."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway import upkeep
from gateway.config import Config
from gateway.rehearsal import Played, Stage, notices_over, play
from gateway.rules.site import Webhook
from gateway.web.app import Gateway

UNTIL = 1_773_662_400  # Monday 16 March 2026, 12:00 UTC
DAY = 86_400

WORDS = """
SELECT minute, k.text, p.text, e.seconds, e.scroll FROM events e JOIN words k ON k.id = e.kind
JOIN words p ON p.id = e.path ORDER BY e.id"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was played, what was told meanwhile, and the database."""

    played: Played
    told: Sequence[tuple[date, Played]]
    path: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as db:
            return db.execute(query).fetchall()


async def filled(
    config: Config,
    name: str = "data",
    *,
    days: int = 4,
    visitors: int = 40,
    seed: int = 1,
    until: int = UNTIL,
    webhooks: tuple[Webhook, ...] = (),
) -> Filled:
    """Play on an empty database of that name."""
    data = config.data.parent / name
    data.mkdir()
    gateway = Gateway(replace(config, data=data))
    site = msgspec.structs.replace(gateway.sites["demo"], webhooks=webhooks)
    told: list[tuple[date, Played]] = []
    await gateway.database.open()
    try:
        notices = notices_over(gateway.notices["demo"], until - (days + 1) * DAY, days)
        for notice in notices:
            await gateway.published.publish(notice, notice.first_published)
        played = await play(
            Stage(
                site, notices, gateway.policy(site), gateway.lookup,
                gateway.consents, gateway.events,
            ),
            days=days,
            until=until,
            visitors=visitors,
            seed=seed,
            told=lambda day, so_far: told.append((day, so_far)),
        )  # fmt: skip
        signed = upkeep.Signed((), {})
        await upkeep.verify("demo", gateway.consents, gateway.published, signed)
    finally:
        await gateway.database.close()
        gateway.lookup.close()
    return Filled(played, told, data / "gateway.sqlite")


async def test_the_same_seed_plays_the_same_visitors(config: Config) -> None:
    one, two = await filled(config, "one"), await filled(config, "two")
    assert one.played == two.played
    assert one.rows(WORDS) == two.rows(WORDS)


async def test_another_seed_plays_others(config: Config) -> None:
    one, two = await filled(config, "one"), await filled(config, "two", seed=2)
    assert one.rows(WORDS) != two.rows(WORDS)


async def test_what_was_played_is_what_is_there(config: Config) -> None:
    made = await filled(config)
    assert Counter(row[1] for row in made.rows(WORDS)) == made.played.events
    [(shown,)] = made.rows("SELECT sum(count) FROM consent_counts WHERE outcome = 'shown'")
    assert shown > made.played.consented
    assert 0 < made.played.consented < made.played.visitors


async def test_fewer_come_at_the_weekend(config: Config) -> None:
    """Nine days up to a Sunday."""
    made = await filled(config, days=9)
    totals = [played.visitors for _, played in made.told]
    each = [after - before for before, after in zip([0, *totals], totals, strict=False)]
    days = [day.weekday() for day, _ in made.told]
    week = [n for n, weekday in zip(each, days, strict=True) if weekday < 5]
    weekend = [n for n, weekday in zip(each, days, strict=True) if weekday >= 5]
    assert max(weekend) < min(week)


async def test_no_event_is_without_a_consent_that_came_before_it(config: Config) -> None:
    """P1, of rows that were made up too: each names a record that allowed measuring."""
    made = await filled(config, days=9)
    [(events, bad)] = made.rows("""
        SELECT count(*), sum(c.seq IS NULL OR c.state <> 'given'
            OR NOT c.choices ->> 'analytics' OR c.time >= e.minute * 60 + 60)
        FROM events e LEFT JOIN consents c ON c.seq = e.consent_seq""")
    assert events > 100
    assert bad == 0


async def test_nobody_comes_after_the_end_of_the_last_day(config: Config) -> None:
    """A visit that begins before midnight must not lie in the future."""
    made = await filled(config, days=9)
    [(last,)] = made.rows("SELECT max(minute) FROM events")
    assert last * 60 < UNTIL - 13 * 3_600  # it is one o'clock in the afternoon there


async def test_every_day_is_told_with_what_was_played_so_far(config: Config) -> None:
    made = await filled(config)
    assert [day for day, _ in made.told] == [date(2026, 3, n) for n in (12, 13, 14, 15)]
    counts = [sum(played.events.values()) for _, played in made.told]
    assert counts == sorted(set(counts))
    assert made.told[-1][1] == made.played


async def test_the_day_the_clock_is_put_forward_is_played(config: Config) -> None:
    made = await filled(config, days=2, until=UNTIL + 14 * DAY)
    assert made.told[-1][0] == date(2026, 3, 29)
    assert made.told[-1][1].visitors > made.told[0][1].visitors


async def test_nobody_outside_hears_of_made_up_visitors(config: Config) -> None:
    """They withdraw, and the recipients of a real site would be told of it."""
    hook = Webhook("crm", "http://127.0.0.1:9/hook", ("analytics", "marketing"))
    made = await filled(config, days=20, webhooks=(hook,))
    [(withdrawn,)] = made.rows("SELECT count(*) FROM consents WHERE state = 'withdrawn'")
    [(told,)] = made.rows("SELECT count(*) FROM deliveries")
    assert withdrawn > 0
    assert told == 0


@pytest.fixture
async def long(config: Config) -> Filled:
    """More than a consent is valid for, with few visitors."""
    return await filled(config, days=200, visitors=6)


async def test_a_long_history_has_all_that_a_year_has(long: Filled) -> None:
    kinds = {"pageview", "engagement", "outbound", "download", "form", "upload", "missing", "event"}
    assert set(long.played.events) == kinds
    # Bots and the referrers that advertise themselves, and nobody whose consent was over.
    dropped = {row[0] for row in long.rows("SELECT outcome FROM accounts")} - {"kept"}
    assert dropped <= {"bot", "spam"}
    states = Counter(row[0] for row in long.rows("SELECT state FROM consents"))
    assert set(states) == {"given", "refused", "withdrawn", "expired"}
    [(again,)] = long.rows(
        "SELECT count(*) FROM (SELECT count(DISTINCT minute / 1440) AS days FROM events"
        " GROUP BY visitor HAVING days > 3)"
    )
    assert again > 0


async def test_the_notice_changes_halfway_and_asks_nobody_again(long: Filled) -> None:
    names = long.rows("SELECT notice, count(*), min(time), max(time) FROM consents GROUP BY notice")
    assert len(names) == 2
    choosing = long.rows(
        "SELECT notice, min(time), max(time) FROM consents WHERE action IN ('accept', 'reject')"
        " GROUP BY notice ORDER BY 2"
    )
    assert choosing[0][2] < choosing[1][1]
    assert not long.rows("SELECT 1 FROM consents WHERE state = 'invalidated'")
