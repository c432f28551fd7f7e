"""What every consent log must do: keep the order, link it once, and know the last word."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from gateway.rules.ledger import START, fault
from gateway.rules.records import ConsentRecord, ConsentState
from gateway.rules.tallies import MOST_DAYS, Tally
from gateway.stores.base import ConsentStore, Shown
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, append, appended

DAY = 740_000


async def walked(consents: ConsentStore, site: str = "demo") -> list[ConsentRecord]:
    return [record async for record in consents.walk(site)]


def adds_up(records: list[ConsentRecord]) -> bool:
    previous = START
    for seq, record in enumerate(records, 1):
        if fault(record, previous, seq):
            return False
        previous = record.digest
    return True


async def test_what_was_appended_is_walked_in_its_order(stores: Stores) -> None:
    choices = [a_choice(id_, time=NOON + n) for n, id_ in enumerate(("c1", None, "c2"))]
    records = await append(stores, *(appended(choice) for choice in choices))
    assert [record.choice for record in records] == choices
    assert await walked(stores.consents) == records
    assert adds_up(records)


async def test_every_batch_goes_on_where_the_last_one_ended(stores: Stores) -> None:
    for size in (1, 3, 2):
        await stores.consents.append([appended(a_choice())] * size)
    log = await walked(stores.consents)
    assert [record.seq for record in log] == [1, 2, 3, 4, 5, 6]
    assert adds_up(log)


async def test_nothing_appended_changes_nothing(stores: Stores) -> None:
    assert list(await stores.consents.append([])) == []
    assert await walked(stores.consents) == []


async def test_every_site_has_a_log_of_its_own(stores: Stores) -> None:
    sites = ("demo", "other", "demo", "other")
    await stores.consents.append([appended(a_choice(site=site)) for site in sites])
    for site in ("demo", "other"):
        log = await walked(stores.consents, site)
        assert [record.seq for record in log] == [1, 2]
        assert adds_up(log)


@pytest.mark.parametrize("length", [1999, 2000, 2001, 4000])
async def test_a_long_log_is_walked_whole(stores: Stores, length: int) -> None:
    await stores.consents.append([appended(a_choice(None))] * length)
    log = await walked(stores.consents)
    assert [record.seq for record in log] == list(range(1, length + 1))
    assert adds_up(log)


async def test_two_processes_on_one_log_do_not_fork_it(stores: Stores, sister: Stores) -> None:
    await asyncio.gather(
        *(
            one.consents.append([appended(a_choice(f"{name}{n}", time=NOON + n))] * (n % 3 + 1))
            for n in range(30)
            for name, one in (("a", stores), ("b", sister))
        )
    )
    log = await walked(stores.consents)
    assert len(log) == 120
    assert adds_up(log)
    assert await walked(sister.consents) == log


async def test_what_stands_is_the_last_word(stores: Stores) -> None:
    first = a_choice("c1")
    last = a_choice(
        "c1", state=ConsentState.WITHDRAWN, choices={"analytics": False, "marketing": False},
        language="nl", valid_until=NOON + 5,
    )  # fmt: skip
    await stores.consents.append([appended(first)])
    standing = await stores.consents.standing("demo", "c1")
    assert standing is not None
    assert (standing.seq, standing.state, standing.choices) == (1, first.state, first.choices)
    assert standing.allows("analytics", NOON)
    await stores.consents.append([appended(last)])
    standing = await stores.consents.standing("demo", "c1")
    assert standing is not None
    assert (standing.seq, standing.state, standing.valid_until) == (2, last.state, NOON + 5)
    assert not standing.allows("analytics", NOON)


async def test_the_last_word_of_one_batch_counts(stores: Stores) -> None:
    withdrawn = a_choice("c1", state=ConsentState.WITHDRAWN)
    await stores.consents.append([appended(a_choice("c1")), appended(withdrawn)])
    standing = await stores.consents.standing("demo", "c1")
    assert standing is not None
    assert (standing.seq, standing.state) == (2, ConsentState.WITHDRAWN)


@pytest.mark.parametrize(("site", "consent_id"), [("demo", "c2"), ("other", "c1")])
async def test_what_was_never_said_does_not_stand(
    stores: Stores, site: str, consent_id: str
) -> None:
    await stores.consents.append([appended(a_choice("c1"))])
    assert await stores.consents.standing(site, consent_id) is None


async def test_a_refusal_stands_for_nobody_and_keeps_no_salt(stores: Stores) -> None:
    [record] = await append(stores, appended(a_choice(None), salt="salt"))
    assert (record.choice.consent_id, record.salt, record.person) == (None, None, None)
    [kept] = await walked(stores.consents)
    assert kept == record


async def test_outcomes_are_counted_by_day(stores: Stores) -> None:
    both = {"analytics": True, "marketing": True}
    said = [
        (a_choice("c1", choices=both), DAY),
        (a_choice("c2"), DAY),
        (a_choice(None), DAY),
        (a_choice(None), DAY + 1),
        (a_choice("c1", state=ConsentState.WITHDRAWN), DAY + 1),
        (a_choice("c1", site="other"), DAY),
    ]
    await stores.consents.append([appended(choice, day=day) for choice, day in said])

    async def counts(first: int, last: int) -> dict[str, int]:
        return await _outcomes(stores, "demo", first, last)

    assert await counts(DAY, DAY) == {"accepted": 1, "partly": 1, "refused": 1}
    assert await counts(DAY + 1, DAY + 9) == {"refused": 1, "withdrawn": 1}
    assert await counts(DAY, DAY + 1) == {"accepted": 1, "partly": 1, "refused": 2, "withdrawn": 1}
    assert await counts(DAY - 9, DAY - 1) == {}


async def _outcomes(stores: Stores, site: str, first: int, last: int) -> dict[str, int]:
    """How often there was each outcome, in a period."""
    days = date.fromordinal(first), date.fromordinal(last)
    counted: Counter[str] = Counter()
    for tally in await stores.consents.tallies(site, *days):
        counted[tally.outcome] += tally.times
    return dict(counted)


async def test_showings_are_counted_and_each_is_answered(stores: Stores) -> None:
    shown = Shown("demo", DAY, "n", "nl")
    items = [shown, shown, Shown("demo", DAY, "n", "en"), Shown("other", DAY, "n", "nl")]
    assert list(await stores.consents.count_shown(items)) == [None] * 4
    await stores.consents.count_shown([shown])
    assert await _outcomes(stores, "demo", DAY, DAY) == {"shown": 4}
    assert await _outcomes(stores, "other", DAY, DAY) == {"shown": 1}


async def test_counts_are_told_apart_by_notice_language_and_class_of_device(
    stores: Stores,
) -> None:
    on = {"notice": "n", "language": "nl"}
    phone = replace(appended(a_choice("c1")), device="phone")
    shown = [Shown("demo", DAY, **on, device=device) for device in ("phone", "phone", "tv")]
    await stores.consents.append([phone, replace(phone, device="tv"), phone])
    await stores.consents.count_shown([*shown, Shown("demo", DAY + 1, "n", "en", "phone")])
    await stores.consents.count_shown([Shown("other", DAY, **on, device="phone")])

    async def tallies(first: int, last: int) -> list[Tally]:
        days = date.fromordinal(first), date.fromordinal(last)
        return sorted(await stores.consents.tallies("demo", *days))

    said = a_choice()
    chosen = (DAY, said.notice, said.language)
    today = [
        Tally(DAY, "n", "nl", "phone", "shown", 2),
        Tally(DAY, "n", "nl", "tv", "shown", 1),
        Tally(*chosen, "phone", "partly", 2),
        Tally(*chosen, "tv", "partly", 1),
    ]
    assert await tallies(DAY, DAY) == sorted(today)
    tomorrow = Tally(DAY + 1, "n", "en", "phone", "shown", 1)
    assert await tallies(DAY - 9, DAY + 1) == sorted([*today, tomorrow])
    assert await tallies(DAY - 9, DAY + MOST_DAYS) == [tomorrow]
    assert await tallies(DAY + 2, DAY + 9) == []


async def test_a_batch_with_one_bad_item_leaves_nothing(stores: Stores) -> None:
    bad = a_choice("c2", notice="never published")
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await stores.consents.append([appended(a_choice("c1")), appended(bad)])
    assert await walked(stores.consents) == []
    assert await stores.consents.standing("demo", "c1") is None
    assert await _outcomes(stores, "demo", DAY, DAY) == {}
