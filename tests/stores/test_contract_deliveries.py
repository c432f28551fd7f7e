"""The outbox of webhooks: who is told of what, by one worker at a time, until it is heard (R22)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from gateway.rules.records import ConsentState
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append, Delivery, Past
from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, appended, over

LEASE = 60
BOTH = {"analytics": True, "marketing": True}
NONE = {"analytics": False, "marketing": False}
ONE_HOOK = {"crm": frozenset({"analytics", "marketing"})}


def telling(consent_id: str = "c1", hooks: Mapping[str, Any] = ONE_HOOK, **changes: Any) -> Append:
    return replace(appended(a_choice(consent_id, **changes)), tell=hooks)


def ended(consent_id: str = "c1", hooks: Mapping[str, Any] = ONE_HOOK, **more: Any) -> list[Append]:
    """A consent to everything, and its withdrawal."""
    return [
        telling(consent_id, hooks, choices=BOTH, **more),
        telling(consent_id, hooks, choices=NONE, state=ConsentState.WITHDRAWN, **more),
    ]


async def claimed(stores: Stores, now: int = NOON, limit: int = 8) -> list[Delivery]:
    return list(await stores.deliveries.claim(now, LEASE, limit))


async def only(stores: Stores) -> Delivery:
    [delivery] = await stores.deliveries.listed(None, 10)
    return delivery


async def test_a_message_says_what_ended_for_whom(stores: Stores) -> None:
    await stores.consents.append(ended())
    [delivery] = await claimed(stores)
    assert (delivery.site, delivery.hook, delivery.consent_id) == ("demo", "crm", "c1")
    assert (delivery.state, delivery.purposes) == ("withdrawn", ("analytics", "marketing"))
    assert (delivery.created, delivery.attempts, delivery.status) == (NOON, 1, "waiting")
    assert delivery.message.startswith("msg_")


HOOKS = {"crm": frozenset({"marketing"}), "stats": frozenset({"analytics"})}
ANALYTICS = {"analytics": True, "marketing": False}
WHO = [
    ("withdrawn", BOTH, NONE, {"crm": ("marketing",), "stats": ("analytics",)}),
    ("partly", BOTH, ANALYTICS, {"crm": ("marketing",)}),
    ("never allowed", ANALYTICS, NONE, {"stats": ("analytics",)}),
    ("more is allowed", ANALYTICS, BOTH, {}),
    ("the same again", BOTH, BOTH, {}),
    ("a purpose is asked no more", BOTH, {"analytics": True}, {"crm": ("marketing",)}),
]


@pytest.mark.parametrize(
    ("before", "after", "told"), [case[1:] for case in WHO], ids=[case[0] for case in WHO]
)
async def test_only_those_are_told_whose_purpose_is_allowed_no_more(
    before: dict[str, bool],
    after: dict[str, bool],
    told: dict[str, tuple[str, ...]],
    stores: Stores,
) -> None:
    state = ConsentState.GIVEN if any(after.values()) else ConsentState.WITHDRAWN
    await stores.consents.append([telling(hooks=HOOKS, choices=before)])
    await stores.consents.append([telling(hooks=HOOKS, choices=after, state=state)])
    assert {found.hook: found.purposes for found in await claimed(stores)} == told


async def test_nobody_is_told_of_a_refusal(stores: Stores) -> None:
    """There is no identifier that could be told (P7)."""
    await stores.consents.append([replace(appended(a_choice(None)), tell=HOOKS)])
    assert await stores.deliveries.listed(None, 10) == []


async def test_a_withdrawal_that_comes_twice_is_told_once(stores: Stores) -> None:
    await stores.consents.append(ended())
    await stores.consents.append([ended()[1]])
    assert len(await stores.deliveries.listed(None, 10)) == 1


async def test_what_was_claimed_is_kept_from_others_until_the_lease_is_over(
    stores: Stores, sister: Stores
) -> None:
    """Then its worker must have died: the message is sent again, under the same id."""
    await stores.consents.append(ended())
    [first] = await claimed(stores)
    for worker in (stores, sister):
        assert await claimed(worker, NOON + LEASE - 1) == []
    [again] = await claimed(sister, NOON + LEASE)
    assert (again.message, again.attempts) == (first.message, 2)


async def test_workers_that_claim_at_once_share_the_messages_and_lose_none(
    stores: Stores, sister: Stores
) -> None:
    hooks = {f"hook{number}": frozenset({"analytics"}) for number in range(30)}
    await stores.consents.append(ended(hooks=hooks))
    taken: list[str] = []
    while len(taken) < len(hooks):
        rounds = await asyncio.gather(*(claimed(w) for w in (stores, sister, stores, sister)))
        fresh = [found.message for worker in rounds for found in worker]
        assert fresh
        assert max(len(worker) for worker in rounds) <= 8
        taken += fresh
    assert len(set(taken)) == len(taken) == len(hooks)


async def test_one_recipient_has_two_under_way_at_most_whoever_sends_them(
    stores: Stores, sister: Stores
) -> None:
    """One that hangs must not keep the others waiting."""
    for number in range(5):
        await stores.consents.append(ended(f"c{number}"))
    [one, two] = await claimed(stores)
    assert await claimed(sister) == []
    await stores.consents.append(ended("d1", {"other": frozenset({"analytics"})}))
    assert [found.hook for found in await claimed(sister)] == ["other"]
    await stores.deliveries.settle(one.id, "204", NOON, delivered=True, next_try=None)
    await stores.deliveries.settle(two.id, "500", NOON, delivered=False, next_try=NOON + 5)
    assert [found.hook for found in await claimed(sister)] == ["crm", "crm"]


async def test_who_has_nothing_under_way_goes_first(stores: Stores) -> None:
    """Else a recipient with a thousand messages that hang would have every turn."""
    for number in range(3):
        await stores.consents.append(ended(f"c{number}"))
    [first] = await claimed(stores, limit=1)
    assert first.hook == "crm"
    late = {"other": frozenset({"analytics"})}
    await stores.consents.append(ended("d1", late, time=NOON + 9))
    assert [found.hook for found in await claimed(stores, NOON + 9, limit=1)] == ["other"]
    assert [found.hook for found in await claimed(stores, NOON + 9, limit=1)] == ["crm"]


async def test_a_delivered_message_is_over_and_forgets_whom_it_was_about(stores: Stores) -> None:
    await stores.consents.append(ended())
    [found] = await claimed(stores)
    await stores.deliveries.settle(found.id, "204", NOON + 2, delivered=True, next_try=None)
    kept = await only(stores)
    assert (kept.status, kept.answer, kept.consent_id) == ("delivered", "204", None)
    assert (kept.finished, kept.next_try) == (NOON + 2, None)
    assert await claimed(stores, NOON + 999_999) == []


async def test_a_failed_attempt_is_due_again_at_its_time_and_no_sooner(stores: Stores) -> None:
    await stores.consents.append(ended())
    [found] = await claimed(stores)
    await stores.deliveries.settle(found.id, "500", NOON + 1, delivered=False, next_try=NOON + 6)
    kept = await only(stores)
    assert (kept.status, kept.answer, kept.finished) == ("waiting", "500", None)
    assert await claimed(stores, NOON + 5) == []
    [again] = await claimed(stores, NOON + 6)
    assert (again.attempts, again.consent_id) == (2, "c1")


async def test_one_that_was_given_up_can_be_retried_and_nothing_else_can(stores: Stores) -> None:
    await stores.consents.append(ended())
    [found] = await claimed(stores)
    assert not await stores.deliveries.retry(found.id, NOON)
    await stores.deliveries.settle(found.id, "410", NOON, delivered=False, next_try=None)
    kept = await only(stores)
    assert (kept.status, kept.consent_id, kept.finished) == ("failed", "c1", NOON)
    assert await stores.deliveries.retry(found.id, NOON + 9)
    assert not await stores.deliveries.retry(found.id + 1, NOON + 9)
    [again] = await claimed(stores, NOON + 9)
    assert (again.message, again.attempts, again.finished) == (found.message, 1, None)
    await stores.deliveries.settle(found.id, "200", NOON, delivered=True, next_try=None)
    assert not await stores.deliveries.retry(found.id, NOON + 10)


async def test_a_worker_that_comes_too_late_does_not_undo_a_delivery(stores: Stores) -> None:
    """It would be sent again, about nobody."""
    await stores.consents.append(ended())
    [found] = await claimed(stores)
    await stores.deliveries.settle(found.id, "204", NOON, delivered=True, next_try=None)
    await stores.deliveries.settle(found.id, "timeout", NOON, delivered=False, next_try=NOON)
    assert (await only(stores)).status == "delivered"
    assert await claimed(stores, NOON + 999) == []


async def test_messages_are_listed_newest_first_by_site(stores: Stores) -> None:
    await stores.consents.append(ended("c1"))
    await stores.consents.append(ended("c2", site="other"))
    await stores.consents.append(ended("c3"))
    for site, ids in ((None, ["c3", "c2", "c1"]), ("demo", ["c3", "c1"]), ("other", ["c2"])):
        assert [found.consent_id for found in await stores.deliveries.listed(site, 10)] == ids
    assert [found.consent_id for found in await stores.deliveries.listed(None, 1)] == ["c3"]


async def test_what_was_given_up_cannot_be_retried_once_the_person_is_forgotten(
    stores: Stores,
) -> None:
    await stores.consents.append(ended())
    [found] = await claimed(stores)
    await stores.deliveries.settle(found.id, "410", NOON + 9, delivered=False, next_try=None)
    await stores.retention.purge(Past("demo", 0, 0, NOON + 1, 0), NOON + 9)
    assert (await only(stores)).consent_id is None
    assert not await stores.deliveries.retry(found.id, NOON + 9)


async def test_when_it_was_told_the_consent_id_leaves_the_file_itself(database: Database) -> None:
    """Not only the row: what SQLite frees is overwritten (P2)."""
    marker = "0123456789abcdef-marker" * 4
    stores = over(database)
    hooks = {f"hook{number}": frozenset({"analytics"}) for number in range(40)}
    await stores.consents.append(ended(hooks=hooks))
    async with database.writing() as db:
        await db.execute("UPDATE deliveries SET consent_id = ?", (marker,))
    assert _bytes(database).count(marker.encode()) >= 40
    for found in await claimed(stores, limit=40):
        await stores.deliveries.settle(found.id, "204", NOON, delivered=True, next_try=None)
    assert marker[:40].encode() not in _bytes(database)


def _bytes(database: Database) -> bytes:
    """The file with what was in its write-ahead log."""
    with closing(sqlite3.connect(database.path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    return database.path.read_bytes()


async def test_of_an_erased_consent_nothing_is_left_once_telling_was_given_up(
    stores: Stores,
) -> None:
    """A withdrawal that waits when its visitor is erased must not keep the id for years."""
    await stores.consents.append(ended())
    [waiting] = await claimed(stores)
    await stores.erasure.erase("demo", "c1", visitor_of(b"key", "demo", "c1"), {}, NOON)
    assert (await only(stores)).consent_id == "c1"
    await stores.deliveries.settle(waiting.id, "410", NOON, delivered=False, next_try=None)
    given_up = await only(stores)
    assert (given_up.status, given_up.consent_id) == ("failed", None)
    assert not await stores.deliveries.retry(given_up.id, NOON)
