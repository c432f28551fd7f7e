"""P10: what is past its time is deleted by the service itself, and it says so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from msgspec.structs import replace

from gateway import upkeep
from gateway.aggregate import catch_up
from gateway.config import Config
from gateway.stores.base import Deleted, Past
from gateway.web.app import Gateway
from tests.figures.seen import seen
from tests.made import an_event
from tests.rules.building import a_site
from tests.visiting import HEADERS, choose, count, rows

DAY = 86_400


async def _event_of(gateway: Gateway, client: httpx.AsyncClient, days_ago: int) -> None:
    client.cookies.clear()
    await choose(client)
    [(visitor,)] = await rows(gateway, "SELECT visitor FROM standing ORDER BY seq DESC LIMIT 1")
    now = int(time.time())
    event = replace(an_event(), visitor=visitor, minute=(now - days_ago * DAY) // 60)
    await gateway.events.insert([event], now)
    await catch_up(gateway.figures)


async def test_rows_about_a_visit_go_after_their_time_and_no_sooner(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    site = gateway.sites["demo"]
    for days_ago in (0, 394, 396, 500):
        await _event_of(gateway, client, days_ago)
    deleted = await upkeep.purge(site, gateway.retention, int(time.time()))
    assert {d.what: d.count for d in deleted} == {"events": 2, "visits": 2}
    assert [await count(gateway, table) for table in ("events", "last_visits")] == [2, 2]
    named = "SELECT count(number) FROM standing"
    assert await rows(gateway, named) == [(2,)]  # figures that are kept longer say whose no more


async def test_daily_figures_are_kept_longer_and_then_go_too(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    site = gateway.sites["demo"]
    for days_ago in (700, 762):
        await _event_of(gateway, client, days_ago)
    last = datetime.now(UTC).date()
    first = last - timedelta(days=800)
    assert (await seen(gateway.figures, first, last))[""].visitors == 2
    await upkeep.purge(site, gateway.retention, int(time.time()))
    assert (await seen(gateway.figures, first, last))[""].visitors == 1


async def test_every_deletion_is_written_down_and_an_empty_one_is_not(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _event_of(gateway, client, 400)
    now = int(time.time())
    for _ in range(2):
        await upkeep.purge(gateway.sites["demo"], gateway.retention, now)
    assert await rows(gateway, "SELECT time, site, class, count FROM deletions") == [
        (now, "demo", "events", 1),
        (now, "demo", "visits", 1),
    ]


async def test_one_sites_retention_does_not_touch_anothers(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _event_of(gateway, client, 400)
    assert await upkeep.purge(gateway.sites["veldkamp"], gateway.retention, int(time.time())) == []
    assert await count(gateway, "events") == 1


async def test_the_choice_itself_outlives_the_visit(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """GDPR Art. 7(1): consent is shown long after the visit it allowed is forgotten."""
    await _event_of(gateway, client, 400)
    await upkeep.purge(gateway.sites["demo"], gateway.retention, int(time.time()))
    verified = await upkeep.verify("demo", gateway.consents, gateway.published)
    assert verified.records == 1


YEARS = 1827 * DAY


@pytest.mark.parametrize(("after", "left"), [(-60, 2), (60, 0)])
async def test_long_after_it_ended_a_consent_is_nobodys_and_the_log_still_adds_up(
    after: int, left: int, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """Five years after the withdrawal the personal part is blanked, its digest stays (P5)."""
    await choose(client)
    await client.post("/demo/withdraw", headers=HEADERS)
    [(ended,)] = await rows(gateway, "SELECT max(time) FROM consents")
    await upkeep.purge(gateway.sites["demo"], gateway.retention, ended + YEARS + after)
    kept = await rows(gateway, "SELECT count(consent_id), count(salt), count(person) FROM consents")
    assert kept == [(left, left, 2)]
    assert await count(gateway, "standing") == left / 2
    assert (await upkeep.verify("demo", gateway.consents, gateway.published)).records == 2


async def test_a_consent_that_was_never_withdrawn_ends_when_it_runs_out(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await choose(client)
    [(until,)] = await rows(gateway, "SELECT valid_until FROM standing")
    site, retention = gateway.sites["demo"], gateway.retention
    gone = await upkeep.purge(site, retention, until + YEARS - 60)
    assert "consents" not in {deleted.what for deleted in gone}
    gone = await upkeep.purge(site, retention, until + YEARS + 60)
    assert "consents" in {deleted.what for deleted in gone}


@pytest.mark.parametrize("days", [1, 30])
async def test_the_timer_deletes_without_being_asked(config: Config, days: int) -> None:
    """On by default: a gateway that is only started does it."""
    first = Gateway(config)
    async with first.running():
        transport = httpx.ASGITransport(first.asgi, client=("203.0.113.77", 1))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000"
        ) as client:
            await _event_of(first, client, 395 + days)
    second = Gateway(config)
    async with second.running():
        for _ in range(200):
            if await count(second, "deletions") >= 2:
                break
            await _moment()
        assert await count(second, "events") == 0


async def _moment() -> None:

    await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("today", "kept"),
    [
        ("2026-11-23", "2024-11-01"),  # 760 days before it is 24 October 2024
        ("2026-12-01", "2024-11-01"),
        ("2026-12-02", "2024-12-01"),
    ],
)
async def test_figures_go_by_whole_months(today: str, kept: str) -> None:
    """P9: what may be shown is settled by month; half a month would show another group."""
    store = Remembering()
    site = a_site(time_zone="Europe/Amsterdam")
    await upkeep.purge(site, store, int(datetime.fromisoformat(f"{today}T12:00Z").timestamp()))
    there = datetime.fromisoformat(f"{kept}T00:00").replace(tzinfo=site.zone)
    assert store.past[0].figures_before == there.timestamp() // 60


class Remembering:
    """A store that has nothing to delete, and remembers what it was asked."""

    def __init__(self) -> None:
        self.past: list[Past] = []

    async def purge(self, past: Past, now: int) -> Sequence[Deleted]:
        del now
        self.past.append(past)
        return []
