"""What every store of events and figures must do: no consent, no row (P1); no row, no figure."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.aggregate import catch_up
from gateway.rules.figures.dimension import DIMENSIONS
from gateway.rules.figures.panel import Figures
from gateway.rules.records import ConsentState, Drop, Source
from gateway.stores.base import Past
from tests.figures.seen import seen
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Opener, Stores, a_view, appended

TODAY = date(2027, 1, 15)
YES = {"analytics": True, "marketing": False}
NO = {"analytics": False, "marketing": True}
ONE = Figures(visitors=1, visits=1, views=1, acts=0, bounces=1, minutes=0)


async def given(stores: Stores, *ids: str) -> None:
    await stores.consents.append([appended(a_choice(id_)) for id_ in ids])


async def today(stores: Stores, dimension: str | None = None) -> dict[str, Figures]:
    """Figures of today after aggregation; under "" those of the whole site."""
    await catch_up(stores.figures)
    return await seen(stores.figures, TODAY, TODAY, dimension)


async def test_an_event_is_kept_under_the_consent_that_holds(stores: Stores) -> None:
    await given(stores, "c1")
    assert list(await stores.events.insert([a_view("c1")], NOON)) == [None]
    assert await today(stores) == {"": ONE}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"state": ConsentState.WITHDRAWN, "choices": NO}, id="withdrawn"),
        pytest.param({"state": ConsentState.WITHDRAWN}, id="withdrawn, whatever it chose"),
        pytest.param({"choices": NO}, id="no to analytics"),
        pytest.param({"choices": {}}, id="no word about analytics"),
        pytest.param({"valid_until": NOON}, id="ended this second"),
        pytest.param({"valid_until": NOON - 1}, id="ended before"),
    ],
)
async def test_without_a_consent_that_holds_nothing_is_kept(
    stores: Stores, changes: dict[str, object]
) -> None:
    """Also when an earlier record of the same consent allowed it."""
    await given(stores, "c1")
    await stores.consents.append([appended(a_choice("c1", **changes))])
    assert list(await stores.events.insert([a_view("c1")], NOON)) == [Drop.WITHDRAWN]
    assert await today(stores) == {}


async def test_a_consent_holds_until_its_last_second(stores: Stores) -> None:
    await stores.consents.append([appended(a_choice("c1", valid_until=NOON + 1))])
    assert list(await stores.events.insert([a_view("c1")], NOON)) == [None]
    assert list(await stores.events.insert([a_view("c1")], NOON + 1)) == [Drop.WITHDRAWN]


async def test_a_consent_that_never_was_allows_nothing(stores: Stores) -> None:
    await given(stores, "c1")
    other_site = a_view("c1", site="other")
    assert list(await stores.events.insert([a_view("c9"), other_site], NOON)) == [
        Drop.WITHDRAWN,
        Drop.WITHDRAWN,
    ]
    assert await today(stores) == {}


async def test_every_event_of_a_batch_is_judged_and_answered_in_its_order(stores: Stores) -> None:
    await given(stores, "c1", "c2")
    batch = [a_view(id_) for id_ in ("c1", "c9", "c2", "c1", "c9")]
    gone = Drop.WITHDRAWN
    assert list(await stores.events.insert(batch, NOON)) == [None, gone, None, None, gone]
    assert await today(stores) == {"": Figures(2, 2, 3, acts=0, bounces=1, minutes=0)}
    assert list(await stores.events.insert([], NOON)) == []


async def test_a_withdrawal_in_another_process_holds_at_once(
    stores: Stores, sister: Stores
) -> None:
    """P4: what was acknowledged before it stays, nothing after it comes in."""
    await given(stores, "c1")
    assert list(await sister.events.insert([a_view("c1")], NOON)) == [None]
    await stores.consents.append([appended(a_choice("c1", state=ConsentState.WITHDRAWN))])
    assert list(await sister.events.insert([a_view("c1")], NOON)) == [Drop.WITHDRAWN]
    assert await today(sister) == {"": ONE}


@pytest.mark.parametrize("visitor", [-(2**63), 2**63 - 1, -1, 0, 2**53 + 1])
async def test_every_64_bit_visitor_is_told_apart(stores: Stores, visitor: int) -> None:
    item = appended(a_choice("c1"))
    await stores.consents.append([type(item)(item.choice, visitor, item.day, item.salt)])
    near = visitor - 1 if visitor > 0 else visitor + 1
    batch = [a_view(visitor=visitor), a_view(visitor=near)]
    assert list(await stores.events.insert(batch, NOON)) == [None, Drop.WITHDRAWN]


async def test_figures_are_had_by_dimension(stores: Stores) -> None:
    await given(stores, "c1", "c2")
    minute = NOON // 60
    source = Source(referrer="nieuws.nl", channel="referral")
    views = [
        a_view("c1", path="/", minute=minute, source=source),
        a_view("c1", path="/b", minute=minute + 1),
        a_view("c2", path="/", minute=minute + 2),
        a_view("c2", kind="event", name="apply", path="/b", minute=minute + 3),
    ]
    await stores.events.insert(views, NOON)
    assert await today(stores) == {"": Figures(2, 2, 3, acts=1, bounces=0, minutes=2)}
    assert await today(stores, "page") == {
        "/": Figures(2, 2, 2, acts=0, bounces=0, minutes=2),
        "/b": Figures(2, 2, 1, acts=1, bounces=0, minutes=2),
    }
    assert await today(stores, "event") == {"apply": Figures(1, 1, 0, acts=1, bounces=0, minutes=1)}
    # Where a visit came from is said by its first event.
    referred = Figures(1, 1, 2, acts=0, bounces=0, minutes=1)
    direct = Figures(1, 1, 1, acts=1, bounces=0, minutes=1)
    assert await today(stores, "referrer") == {"nieuws.nl": referred, "": direct}
    assert await today(stores, "channel") == {"referral": referred, "direct": direct}
    for dimension, where in DIMENSIONS.items():
        if where.of == "visit":
            assert sum(f.views for f in (await today(stores, dimension)).values()) == 3


async def test_time_spent_is_kept_and_counted_as_nothing_done(stores: Stores) -> None:
    """Also when there is nothing else to count, and when it comes first."""
    await given(stores, "c1", "c2")
    minute = NOON // 60
    spent = [
        a_view(one, kind="engagement", seconds=90, scroll=50, minute=minute) for one in ("c1", "c2")
    ]
    assert list(await stores.events.insert(spent, NOON)) == [None, None]
    assert await today(stores) == {}
    views = [a_view("c1", minute=minute), a_view("c1", minute=minute + 45)]
    spent = [a_view("c1", kind="engagement", seconds=1800, minute=minute + 40)]
    await stores.events.insert([views[0], *spent, views[1]], NOON)
    assert await today(stores) == {"": Figures(1, 1, 2, acts=0, bounces=0, minutes=45)}


@pytest.mark.parametrize("kind", ["outbound", "download", "form", "upload", "missing", "event"])
async def test_what_is_done_on_a_page_belongs_to_its_visit_and_is_no_view(
    stores: Stores, kind: str
) -> None:
    await given(stores, "c1")
    await stores.events.insert([a_view("c1"), a_view("c1", kind=kind, name="x", path="/b")], NOON)
    both = Figures(1, 1, 1, acts=1, bounces=0, minutes=0)
    assert await today(stores) == {"": both}
    assert await today(stores, "page") == {
        "/": Figures(1, 1, 1, acts=0, bounces=0, minutes=0),
        "/b": Figures(1, 1, 0, acts=1, bounces=0, minutes=0),
    }
    # By its name, or by its page where that is what it is about.
    named = "/b" if kind in ("missing", "form") else "x"
    act = Figures(1, 1, 0, acts=1, bounces=0, minutes=0)
    assert await today(stores, kind) == {named: act}


async def test_a_visitor_of_two_days_is_one_visitor_of_both(stores: Stores) -> None:
    await given(stores, "c1")
    minute = NOON // 60
    await stores.events.insert([a_view("c1"), a_view("c1", minute=minute + 1440)], NOON)
    await catch_up(stores.figures)
    tomorrow = TODAY + timedelta(days=1)
    for day in (TODAY, tomorrow):
        assert await seen(stores.figures, day, day) == {"": ONE}
    both = Figures(visitors=1, visits=2, views=2, acts=0, bounces=2, minutes=0)
    assert await seen(stores.figures, TODAY, tomorrow) == {"": both}
    assert await seen(stores.figures, TODAY, tomorrow, "page") == {"/": both}


async def test_aggregation_goes_on_where_it_was_and_counts_nothing_twice(stores: Stores) -> None:
    await given(stores, "c1")
    assert await stores.figures.advance(10) == 0
    await stores.events.insert([a_view("c1")] * 5, NOON)
    assert [await stores.figures.advance(3) for _ in range(4)] == [3, 2, 0, 0]
    await stores.events.insert([a_view("c1")], NOON)
    assert await today(stores) == {"": Figures(1, 1, 6, acts=0, bounces=0, minutes=0)}


async def test_two_processes_aggregating_count_nothing_twice(
    stores: Stores, sister: Stores
) -> None:
    await given(stores, "c1")
    await stores.events.insert([a_view("c1")] * 40, NOON)
    await asyncio.gather(*(catch_up(one.figures, 3) for one in (stores, sister) * 3))
    assert await today(sister) == {"": Figures(1, 1, 40, acts=0, bounces=0, minutes=0)}


async def test_what_was_acknowledged_is_there_after_opening_again(
    opener: Opener, stores: Stores, tmp_path: Path
) -> None:
    await given(stores, "c1")
    await stores.events.insert([a_view("c1")], NOON)
    async with opener(tmp_path) as again:
        assert await today(again) == {"": ONE}


async def test_after_old_visits_were_deleted_new_ones_are_still_counted(stores: Stores) -> None:
    """Figures outlive visits (P10): a number given twice would make two visits one."""
    await given(stores, "c1", "c2")
    await stores.events.insert([a_view("c1")], NOON)
    await catch_up(stores.figures)
    await stores.retention.purge(Past("demo", NOON // 60 + 1, 0, 0, 0), NOON + 60)
    tomorrow = TODAY + timedelta(days=1)
    await stores.events.insert([a_view("c2", minute=NOON // 60 + 1440)], NOON)
    await catch_up(stores.figures)
    both = Figures(visitors=2, visits=2, views=2, acts=0, bounces=2, minutes=0)
    assert await seen(stores.figures, TODAY, tomorrow) == {"": both}
