"""Links to figures: found by the digest of their key while they are open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.sharing import DAY_SECONDS, KEPT_DAYS, purge
from gateway.stores.base import Share, ShareStore
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.shares import SqliteShares
from tests.rules.building import NOON

MONTH = 30 * DAY_SECONDS
WANTED = Share(0, "demo", "agency", "anna", "$argon2id$", NOON, NOON + MONTH, None)


@pytest.fixture
def store(database: Database) -> ShareStore:
    return SqliteShares(database)


async def _added(store: ShareStore, digest: str, share: Share = WANTED) -> Share:
    made = await store.add(share, digest, 100)
    assert made is not None
    return made


async def test_a_link_is_found_by_its_digest_as_it_was_made(store: ShareStore) -> None:
    made = await _added(store, "d1")
    assert made == replace(WANTED, id=made.id)
    assert await store.opened_by("d1", NOON) == made
    assert await store.opened_by("d2", NOON) is None


async def test_a_link_is_open_to_the_last_second_and_no_longer(store: ShareStore) -> None:
    made = await _added(store, "d1")
    assert await store.opened_by("d1", made.expires - 1) == made
    assert await store.opened_by("d1", made.expires) is None
    assert await store.open_of("demo", made.expires) == []
    assert made.is_open(made.expires - 1)
    assert not made.is_open(made.expires)


async def test_a_link_that_was_ended_opens_nothing_and_stays_listed(store: ShareStore) -> None:
    made = await _added(store, "d1")
    assert await store.end(made.id, NOON + 5)
    assert await store.opened_by("d1", NOON + 6) is None
    assert await store.open_of("demo", NOON + 6) == []
    [listed] = await store.listed()
    assert listed == replace(made, ended=NOON + 5)
    assert not listed.is_open(NOON + 6)


async def test_only_an_open_link_is_ended(store: ShareStore) -> None:
    made = await _added(store, "d1")
    assert not await store.end(made.id + 1, NOON)
    assert not await store.end(made.id, made.expires)
    assert await store.end(made.id, NOON + 5)
    assert not await store.end(made.id, NOON + 9)
    assert [one.ended for one in await store.listed()] == [NOON + 5]


async def test_a_site_has_its_own_links_the_newest_first(store: ShareStore) -> None:
    first, second = await _added(store, "d1"), await _added(store, "d2")
    other = await _added(store, "d3", replace(WANTED, site="veldkamp"))
    assert await store.open_of("demo", NOON) == [second, first]
    assert await store.open_of("veldkamp", NOON) == [other]
    assert await store.listed() == [first, second, other]


async def test_a_site_has_no_more_open_links_than_it_may(store: ShareStore) -> None:
    first = await store.add(WANTED, "d1", 2)
    assert first is not None
    assert await store.add(WANTED, "d2", 2)
    assert await store.add(WANTED, "d3", 2) is None
    assert await store.opened_by("d3", NOON) is None
    assert await store.add(replace(WANTED, site="veldkamp"), "d4", 2)
    await store.end(first.id, NOON)
    assert await store.add(WANTED, "d5", 2)
    later = replace(WANTED, created=NOON + MONTH, expires=NOON + 2 * MONTH)
    assert await store.add(later, "d6", 2)


async def test_what_was_over_for_thirty_days_is_deleted_and_no_more(store: ShareStore) -> None:
    """P10: counted from when it was over, by its time or before."""
    ended, lasting = await _added(store, "d1"), await _added(store, "d2")
    await store.end(ended.id, NOON + 10)
    kept = KEPT_DAYS * DAY_SECONDS
    assert await purge(store, NOON + 10 + kept) == 0
    assert await purge(store, NOON + 11 + kept) == 1
    assert await store.listed() == [lasting]
    assert await purge(store, lasting.expires + kept) == 0
    assert await purge(store, lasting.expires + kept + 1) == 1
    assert await store.listed() == []


async def test_a_number_is_never_given_twice(store: ShareStore) -> None:
    first = await _added(store, "d1")
    await store.purge(first.expires + 1)
    assert (await _added(store, "d2")).id > first.id
