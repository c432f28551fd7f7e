"""What ends stays ended: a withdrawal in the log, and what is past its time (P4, P10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway import upkeep
from gateway.aggregate import catch_up
from gateway.rules.consent import after_months
from gateway.rules.records import ConsentState, Notice
from gateway.stores.base import Deleted, Past
from gateway.upkeep import endings
from tests.figures.seen import seen
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import Stores, a_view, append, appended

GIVEN = appended(a_choice("c1"))
WITHDRAWN = appended(a_choice("c1", state=ConsentState.WITHDRAWN))
ANEW = appended(a_choice("c2"))
MINUTE = NOON // 60
DAY = 86_400


async def log(stores: Stores) -> list[tuple[int, str | None, ConsentState]]:
    return [
        (record.seq, record.choice.consent_id, record.choice.state)
        async for record in stores.consents.walk("demo")
    ]


async def test_a_consent_that_was_withdrawn_never_comes_back(stores: Stores) -> None:
    """An old token of it would work again."""
    await stores.consents.append([GIVEN])
    [ended] = await stores.consents.append([WITHDRAWN])
    assert list(await stores.consents.append([GIVEN])) == [ended]
    assert len(await log(stores)) == 2
    standing = await stores.consents.standing("demo", "c1")
    assert standing is not None
    assert standing.state is ConsentState.WITHDRAWN


async def test_it_gives_way_to_what_was_offered_in_its_place(stores: Stores) -> None:
    await stores.consents.append([GIVEN])
    offer = replace(GIVEN, otherwise=ANEW)
    # Withdrawn before it in the same batch, and again when it has long been so.
    for _ in range(2):
        records = await append(stores, WITHDRAWN, offer)
        assert records[1].choice == ANEW.choice
    standing = await stores.consents.standing("demo", "c2")
    assert standing is not None
    assert standing.allows("analytics", NOON)
    assert await stores.consents.astray("demo") is None


async def test_what_was_offered_is_not_taken_while_the_consent_stands(stores: Stores) -> None:
    await stores.consents.append([GIVEN])
    [record] = await append(stores, replace(GIVEN, otherwise=ANEW))
    assert record.choice == GIVEN.choice
    assert await stores.consents.standing("demo", "c2") is None


async def test_a_purge_deletes_what_is_past_and_nothing_else(stores: Stores) -> None:
    kept = appended(a_choice("c2", valid_until=NOON + 9_999_999))
    await stores.consents.append([appended(a_choice("c1", valid_until=NOON + 50)), kept])
    old, new = MINUTE - 3 * 1440, MINUTE
    await stores.events.insert([a_view("c1", minute=old), a_view("c2", minute=new)], NOON)
    await catch_up(stores.figures)
    day = date(2027, 1, 15)
    past = Past("demo", old + 1, day.toordinal(), NOON + 51, old + 1)
    deleted = {item.what: item for item in await stores.retention.purge(past, NOON + 60)}
    assert deleted["events"] == Deleted("events", 1)
    assert deleted["visits"] == Deleted("visits", 1)
    assert deleted["consents"] == Deleted("consents", 1)
    assert set(deleted) == {"events", "visits", "consents", "statistics"}
    for n in range(4):
        shown = await seen(stores.figures, day - timedelta(days=n), day - timedelta(days=n))
        assert bool(shown) is (n == 0)
    assert await stores.consents.standing("demo", "c1") is None
    assert await stores.consents.standing("demo", "c2") is not None
    # The record stays, and is nobody's.
    assert [consent_id for _, consent_id, _ in await log(stores)] == [None, "c2"]
    assert list(await stores.retention.purge(past, NOON + 60)) == []


async def published(stores: Stores, *times: int) -> list[Notice]:
    """A notice at each of these times."""
    made = [a_notice(at, text=f"Tekst {number}.") for number, at in enumerate(times)]
    for notice, at in zip(made, times, strict=True):
        await stores.notices.publish(notice, at)
    return made


async def test_a_notice_under_which_no_consent_can_stand_any_more_is_left(stores: Stores) -> None:
    """It took choices for a day after it was replaced; the longest consent lasts 13 months."""
    _, old, last = await published(stores, NOON + 1, NOON + 2, NOON + 10 * DAY)
    end = after_months(NOON + 11 * DAY, 13)
    for now, looked_at in ((end - 1, True), (end, False)):
        assert (old.id in await upkeep.renewals(last, stores.notices, now)) is looked_at


async def test_the_notices_looked_at_are_bounded_all_the_same(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endings, "_MOST", 3)
    *_, second, third, fourth, last = await published(stores, *range(NOON + 1, NOON + 7))
    found = await upkeep.renewals(last, stores.notices, NOON + 10)
    assert list(found) == [second.id, third.id, fourth.id]


async def test_the_notice_that_is_about_to_be_replaced_is_an_earlier_one(stores: Stores) -> None:
    """What it covers is found out before the next is published."""
    wanted = a_notice(NOON + 5, text="Anders.")
    assert list(await upkeep.renewals(wanted, stores.notices, NOON + 5)) == [a_notice().id]
