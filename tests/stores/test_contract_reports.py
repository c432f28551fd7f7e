"""What was mailed of which period: each once, by one worker at a time, and no address in it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from gateway.stores.base import Issue, Result, Sending
from gateway.stores.base.reports import Status
from tests.rules.building import NOON
from tests.stores.conftest import Stores

LEASE = 300
PATIENCE = 1_000
WEEK = Issue("demo", "week", "nl", date(2027, 1, 4))


async def only(stores: Stores) -> Sending:
    [sending] = await stores.reports.listed(None, 10)
    return sending


async def test_an_issue_is_taken_once_until_its_lease_is_over(
    stores: Stores, sister: Stores
) -> None:
    assert await stores.reports.claim(WEEK, NOON, LEASE) == 1
    for worker in (stores, sister):
        assert await worker.reports.claim(WEEK, NOON + LEASE - 1, LEASE) is None
    assert await sister.reports.claim(WEEK, NOON + LEASE, LEASE) == 2


async def test_of_workers_that_come_at_once_one_takes_it(stores: Stores, sister: Stores) -> None:
    workers = (stores, sister, stores, sister)
    taken = await asyncio.gather(*(one.reports.claim(WEEK, NOON, LEASE) for one in workers))
    assert sorted(taken, key=str) == [1, None, None, None]


@pytest.mark.parametrize(
    "other",
    [
        replace(WEEK, site="veldkamp"),
        replace(WEEK, every="month"),
        replace(WEEK, language="en"),
        replace(WEEK, start=date(2027, 1, 11)),
    ],
    ids=["site", "every", "language", "start"],
)
async def test_each_report_of_each_period_goes_for_itself(other: Issue, stores: Stores) -> None:
    assert await stores.reports.claim(WEEK, NOON, LEASE) == 1
    assert await stores.reports.claim(other, NOON, LEASE) == 1


async def test_what_failed_is_due_again_at_its_time_and_no_sooner(stores: Stores) -> None:
    await stores.reports.claim(WEEK, NOON, LEASE)
    result = Result("waiting", "nobody answers", NOON + 60)
    await stores.reports.settle(WEEK, 1, result, NOON + 1)
    assert await stores.reports.claim(WEEK, NOON + 59, LEASE) is None
    assert await only(stores) == Sending(WEEK, "waiting", 1, NOON + 60, "nobody answers", None)
    assert await stores.reports.claim(WEEK, NOON + 60, LEASE) == 2


@pytest.mark.parametrize("status", ["sent", "failed", "unsure"])
async def test_what_is_settled_never_goes_again(status: Status, stores: Stores) -> None:
    await stores.reports.claim(WEEK, NOON, LEASE)
    assert await stores.reports.hand_over(WEEK, 1, NOON, 60)
    await stores.reports.settle(WEEK, 1, Result(status, "so"), NOON + 2)
    assert await only(stores) == Sending(WEEK, status, 1, None, "so", NOON + 2)
    assert await stores.reports.claim(WEEK, NOON + 10**9, LEASE) is None
    assert await stores.reports.lost(NOON + 10**9, PATIENCE) == []
    await stores.reports.settle(WEEK, 1, Result("waiting", "late", NOON), NOON + 3)
    assert (await only(stores)).status == status


async def test_a_worker_that_comes_too_late_may_not_hand_it_over(
    stores: Stores, sister: Stores
) -> None:
    await stores.reports.claim(WEEK, NOON, LEASE)
    assert not await stores.reports.hand_over(WEEK, 1, NOON + LEASE, 60)
    assert await sister.reports.claim(WEEK, NOON + LEASE, LEASE) == 2
    assert not await stores.reports.hand_over(WEEK, 1, NOON + LEASE, 60)
    await stores.reports.settle(WEEK, 1, Result("failed", "late"), NOON + LEASE)
    assert (await only(stores)).status == "waiting"
    assert await sister.reports.hand_over(WEEK, 2, NOON + LEASE, 60)
    assert not await sister.reports.hand_over(WEEK, 2, NOON + LEASE, 60)


async def test_what_was_being_handed_over_is_unsure_when_nobody_tells(
    stores: Stores, sister: Stores
) -> None:
    """The mail server may have taken it: a second one would be worse than none."""
    await stores.reports.claim(WEEK, NOON, LEASE)
    await stores.reports.hand_over(WEEK, 1, NOON, 60)
    assert await sister.reports.lost(NOON + 59, PATIENCE) == []
    [lost] = await sister.reports.lost(NOON + 60, PATIENCE)
    assert (lost.issue, lost.status, lost.finished) == (WEEK, "unsure", NOON + 60)
    assert await sister.reports.lost(NOON + 61, PATIENCE) == []
    assert await sister.reports.claim(WEEK, NOON + 10**9, LEASE) is None


async def test_what_nobody_tries_any_more_has_failed(stores: Stores) -> None:
    await stores.reports.claim(WEEK, NOON, LEASE)
    await stores.reports.settle(WEEK, 1, Result("waiting", "away", NOON + 60), NOON)
    assert await stores.reports.lost(NOON + 60 + PATIENCE - 1, PATIENCE) == []
    [lost] = await stores.reports.lost(NOON + 60 + PATIENCE, PATIENCE)
    assert (lost.status, lost.answer) == ("failed", "away")


async def test_the_latest_periods_are_listed_first_by_site(stores: Stores) -> None:
    issues = [
        replace(WEEK, start=date(2027, 1, 11)),
        replace(WEEK, site="veldkamp", start=date(2027, 1, 11)),
        WEEK,
    ]
    for issue in reversed(issues):
        await stores.reports.claim(issue, NOON, LEASE)
    assert [one.issue for one in await stores.reports.listed(None, 10)] == issues
    assert [one.issue for one in await stores.reports.listed("demo", 10)] == issues[::2]
    assert [one.issue for one in await stores.reports.listed(None, 1)] == issues[:1]
