"""Keys of programs: found by their digest while they hold."""

from __future__ import annotations

import pytest

from gateway.errors import StoreError
from gateway.stores.base.apikeys import ApiKeyStore
from gateway.stores.sqlite.apikeys import SqliteApiKeys
from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON


@pytest.fixture
def store(database: Database) -> ApiKeyStore:
    return SqliteApiKeys(database)


async def test_a_key_is_found_by_its_digest_with_its_sites(store: ApiKeyStore) -> None:
    made = await store.add("report", "d1", ["demo", "veldkamp", "demo"], NOON)
    assert (made.name, made.sites, made.created) == (
        "report",
        frozenset(("demo", "veldkamp")),
        NOON,
    )
    assert await store.holder("d1") == made
    assert await store.holder("d2") is None


async def test_a_name_is_one_keys_until_that_is_taken_back(store: ApiKeyStore) -> None:
    first = await store.add("report", "d1", ["demo"], NOON)
    with pytest.raises(StoreError, match="there is a key 'report' already"):
        await store.add("report", "d2", ["demo"], NOON)
    assert await store.holder("d2") is None
    assert await store.revoke(first.id, NOON + 1)
    second = await store.add("report", "d2", ["demo"], NOON + 2)
    assert [one.id for one in await store.listed()] == [first.id, second.id]


async def test_a_key_that_was_taken_back_opens_nothing_and_stays_listed(store: ApiKeyStore) -> None:
    made = await store.add("report", "d1", ["demo"], NOON)
    assert await store.revoke(made.id, NOON + 5)
    assert not await store.revoke(made.id, NOON + 9)
    assert not await store.revoke(made.id + 1, NOON)
    assert await store.holder("d1") is None
    [listed] = await store.listed()
    assert listed.revoked == NOON + 5


async def test_the_day_of_the_last_use_is_remembered(store: ApiKeyStore) -> None:
    made = await store.add("report", "d1", ["demo"], NOON)
    assert made.last_used is None
    await store.used(made.id, 20_000)
    held = await store.holder("d1")
    assert held is not None
    assert held.last_used == 20_000


async def test_the_key_itself_is_not_kept(store: ApiKeyStore, database: Database) -> None:
    await store.add("report", "d1", ["demo"], NOON)
    async with database.reading() as db:
        [row] = await db.execute_fetchall("SELECT * FROM api_keys")
    assert tuple(row) == (1, "report", "d1", NOON, None, None)
