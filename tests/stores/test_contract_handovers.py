"""Codes that hand a choice over: each works once, for a minute, for what still stands."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.errors import BusyError
from gateway.rules.records import ConsentState
from gateway.stores.base.handovers import Handed, Handover, HandoverStore
from gateway.stores.sqlite import handovers as queries
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.handovers import SqliteHandovers
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, append, appended, over

MOST = 3
UNTIL = NOON + 1000
NONE = {"analytics": False, "marketing": False}


@pytest.fixture
def stores(database: Database) -> Stores:
    return over(database)


@pytest.fixture
def store(database: Database) -> HandoverStore:
    return SqliteHandovers(database)


@pytest.fixture
async def sister(database: Database) -> AsyncIterator[HandoverStore]:
    """The same data, opened by another worker."""
    second = Database(database.path)
    await second.open()
    yield SqliteHandovers(second)
    await second.close()


def a_handover(digest: str = "d1", **changes: Any) -> Handover:
    """A refusal on its way from demo to veldkamp."""
    made = Handover(digest, "demo", "veldkamp", None, UNTIL, NOON + 60)
    return replace(made, **changes)


async def given(stores: Stores, consent_id: str = "c1", **changes: Any) -> int:
    """A consent is recorded; its place in the log."""
    [record] = await append(stores, appended(a_choice(consent_id, **changes)))
    return record.seq


async def test_a_refusal_is_handed_over_with_its_end_and_nothing_else(
    store: HandoverStore,
) -> None:
    assert await store.keep(a_handover(), NOON, MOST)
    assert await store.redeem("d1", "veldkamp", NOON) == Handed("demo", None, UNTIL)


async def test_a_consent_is_handed_over_as_it_stands(stores: Stores, store: HandoverStore) -> None:
    await given(stores, "c0")
    seq = await given(stores)
    await store.keep(a_handover(seq=seq), NOON, MOST)
    handed = await store.redeem("d1", "veldkamp", NOON)
    assert handed == Handed("demo", await stores.consents.standing("demo", "c1"), UNTIL)


async def test_a_code_works_once(store: HandoverStore, sister: HandoverStore) -> None:
    await store.keep(a_handover(), NOON, MOST)
    assert await store.redeem("d1", "veldkamp", NOON)
    for worker in (store, sister):
        assert await worker.redeem("d1", "veldkamp", NOON) is None


async def test_workers_that_are_asked_at_once_honour_a_code_once(
    store: HandoverStore, sister: HandoverStore
) -> None:
    for turn in range(20):
        await store.keep(a_handover(f"d{turn}"), NOON, MOST)
        asked = [store, sister] * 3
        found = await asyncio.gather(*(_redeem(one, f"d{turn}") for one in asked))
        assert len([handed for handed in found if handed]) == 1


async def _redeem(store: HandoverStore, digest: str) -> Handed | None:
    """On a slow disk a worker may be told to come back: it does."""
    while True:
        with contextlib.suppress(BusyError):
            return await store.redeem(digest, "veldkamp", NOON)


async def test_a_code_for_one_site_is_none_on_another_and_stays(store: HandoverStore) -> None:
    await store.keep(a_handover(), NOON, MOST)
    assert await store.redeem("d1", "demo", NOON) is None
    assert await store.redeem("d2", "veldkamp", NOON) is None
    assert await store.redeem("d1", "veldkamp", NOON)


ENDS = [("the code", {"expires": NOON + 5}), ("the choice", {"valid_until": NOON + 5})]


@pytest.mark.parametrize("changes", [case[1] for case in ENDS], ids=[case[0] for case in ENDS])
async def test_after_the_end_of_either_nothing_is_handed_over(
    changes: dict[str, int], store: HandoverStore
) -> None:
    for digest, now, works in (("d1", NOON + 4, True), ("d2", NOON + 5, False)):
        await store.keep(a_handover(digest, **changes), NOON, MOST)
        assert (await store.redeem(digest, "veldkamp", now) is not None) == works


CHANGES = [
    ("withdrawn", {"state": ConsentState.WITHDRAWN, "choices": NONE}),
    ("chosen anew", {"choices": {"analytics": False, "marketing": True}}),
]


@pytest.mark.parametrize("change", [case[1] for case in CHANGES], ids=[case[0] for case in CHANGES])
async def test_a_consent_that_was_changed_since_is_not_handed_over(
    change: dict[str, Any], stores: Stores, store: HandoverStore
) -> None:
    """P4: a code given out before a withdrawal brings nothing back."""
    await store.keep(a_handover(seq=await given(stores)), NOON, MOST)
    [changed] = [replace(appended(a_choice("c1", **change)), known=True)]
    await append(stores, changed)
    assert await store.redeem("d1", "veldkamp", NOON) is None


async def test_a_withdrawal_itself_is_no_consent_to_hand_over(
    stores: Stores, store: HandoverStore
) -> None:
    await given(stores)
    end = replace(appended(a_choice("c1", state=ConsentState.WITHDRAWN, choices=NONE)), known=True)
    [record] = await append(stores, end)
    await store.keep(a_handover(seq=record.seq), NOON, MOST)
    assert await store.redeem("d1", "veldkamp", NOON) is None


async def test_an_erased_consent_is_not_handed_over(stores: Stores, store: HandoverStore) -> None:
    await store.keep(a_handover(seq=await given(stores)), NOON, MOST)
    visitor = appended(a_choice()).visitor
    assert visitor is not None
    await stores.erasure.erase("demo", "c1", visitor, {}, NOON)
    assert await store.redeem("d1", "veldkamp", NOON) is None


async def test_a_site_has_a_bounded_number_under_way(store: HandoverStore) -> None:
    kept = [await store.keep(a_handover(f"d{turn}"), NOON, MOST) for turn in range(MOST + 1)]
    assert kept == [True] * MOST + [False]
    assert await store.keep(a_handover("other", site="veldkamp", target="demo"), NOON, MOST)
    assert await store.redeem("d3", "veldkamp", NOON) is None
    # Those that were used or have expired count no more.
    await store.redeem("d0", "veldkamp", NOON)
    assert await store.keep(a_handover("d4"), NOON, MOST)
    assert not await store.keep(a_handover("d5"), NOON + 59, MOST)
    assert await store.keep(a_handover("d5"), NOON + 60, MOST)


async def test_refusals_and_consents_are_bounded_apart(
    stores: Stores, store: HandoverStore
) -> None:
    """A refusal is made up by anybody, and must not take a consent's place."""
    seq = await given(stores)
    for kind in (None, seq):
        kept = [await store.keep(a_handover(f"{kind}{n}", seq=kind), NOON, 2) for n in range(3)]
        assert kept == [True, True, False]


async def test_those_that_have_expired_are_deleted(store: HandoverStore) -> None:
    await store.keep(a_handover("d1"), NOON, MOST)
    await store.keep(a_handover("d2", site="veldkamp", expires=NOON + 90), NOON, MOST)
    assert await store.purge(NOON + 59) == 0
    assert await store.purge(NOON + 60) == 1
    assert await store.redeem("d2", "veldkamp", NOON + 60)


async def test_nothing_is_left_of_a_code_that_was_used(
    stores: Stores, store: HandoverStore, database: Database
) -> None:
    """The row was all that linked the two sites."""
    await store.keep(a_handover(seq=await given(stores)), NOON, MOST)
    async with database.reading() as db:
        [row] = [tuple(row) for row in await db.execute_fetchall("SELECT * FROM handovers")]
    assert "c1" not in row
    await store.redeem("d1", "veldkamp", NOON)
    async with database.reading() as db:
        assert list(await db.execute_fetchall("SELECT * FROM handovers")) == []


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        (queries._REDEEM, "PRIMARY KEY (digest=?)"),
        (queries._UNDER_WAY, "(site=?)"),
        (queries._OF_SITE, "(site=? AND expires<?)"),
        (queries._STANDS, "(site=? AND consent_id=?)"),
    ],
    ids=["redeem", "under way", "expired", "stands"],
)
async def test_its_queries_walk_through_nothing(
    query: str, searched: str, database: Database
) -> None:
    """What stands is searched by its consent: a site's whole table has no index by record."""
    async with database.writing() as db:
        values = ("0",) * (2 if "?1" in query else query.count("?"))
        plan = [row[3] for row in await db.execute_fetchall(f"EXPLAIN QUERY PLAN {query}", values)]
    assert any(step.endswith(searched) for step in plan), plan
    tables = ("SCAN handovers", "SCAN standing", "SCAN consents")
    assert not [step for step in plan if step.startswith(tables)]
