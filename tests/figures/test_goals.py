"""Goals and funnels: as a count by hand has them, and never of a few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.figures import Opened, Period, Reader
from gateway.rules.figures.filters import EVERYTHING, Condition, Filter, Not
from gateway.rules.figures.goals import DIMENSION, TooManyStepsError
from gateway.rules.figures.panel import NOTHING
from gateway.rules.goal import Goal
from gateway.rules.records import Event, Place
from tests.figures import by_hand
from tests.figures.test_crossing import AUTUMN, DAYS, ZONE, look
from tests.rules.building import a_site
from tests.stores.conftest import a_view

WHO = [f"c{n}" for n in range(9)]
GOALS = {
    "lezen": Goal("lezen", {"nl": "Lezen"}, "page", ("/a*",)),
    "klik": Goal("klik", {"nl": "Klik"}, "event", ("x",)),
    "brochure": Goal("brochure", {"nl": "Brochure"}, "download", ("*.pdf",)),
}
STEPS = [GOALS["lezen"], GOALS["klik"], GOALS["lezen"]]
_CONDITIONS: st.SearchStrategy[Condition] = st.sampled_from(
    [EVERYTHING, Filter("is", "country", ("NL",)), Filter("is", "page", ("/a",))]
)
_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _event(who: str, minute: int, path: str, what: tuple[str, str], country: str) -> Event:
    kind, name = what
    more: dict[str, Any] = {"name": name} if name else {}
    place = Place(country, "", "")
    return a_view(who, minute=minute, path=path, kind=kind, place=place, **more)


_EVENTS = st.lists(
    st.builds(
        _event,
        st.sampled_from(WHO),
        st.integers(AUTUMN - 3 * 1440, AUTUMN + 9 * 1440) | st.integers(AUTUMN, AUTUMN + 90),
        st.sampled_from(["/", "/a", "/ab"]),
        st.sampled_from(
            [("pageview", ""), ("pageview", ""), ("event", ("x",)), ("event", "y")]
            + [("download", "a.pdf"), ("download", "a.zip")]
        ),
        st.sampled_from(["NL", "NL", "BE"]),
    ),
    min_size=1,
    max_size=50,
)


async def opened(
    reader: Reader, threshold: int, condition: Condition = EVERYTHING, period: Period = DAYS
) -> Opened:
    site = a_site(time_zone=ZONE, threshold=threshold, goals=tuple(GOALS.values()))
    return await reader.open(site, period, [f"goal:{one}" for one in GOALS], condition)


def reached(goal: Goal, event: by_hand.Row) -> bool:
    if goal.on == "page":
        return event["kind"] == "pageview" and goal.fits(event["path"])
    return event["kind"] == goal.on and goal.fits(event["name"])


def came(visit: by_hand.Visit, steps: Sequence[Goal]) -> int:
    done = 0
    for event in visit.events:
        if done < len(steps) and reached(steps[done], event):
            done += 1
    return done


@_QUICK
@given(_EVENTS, st.sampled_from(sorted(GOALS)), _CONDITIONS)
def test_a_goal_counts_the_visits_that_reached_it(
    events: list[Event], name: str, condition: Condition
) -> None:
    goal = GOALS[name]

    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await (await opened(reader, 1, condition)).conversion(goal)
        pairs = by_hand.chosen(rows, ZoneInfo(ZONE), DAYS, condition)
        mine = [pair for pair in pairs if came(pair[0], [goal])]
        assert (found.figures or NOTHING) == by_hand.figures(mine)
        assert found.times == sum(reached(goal, event) for _, event in mine)

    look(events, check)


@_QUICK
@given(_EVENTS, _CONDITIONS)
def test_a_funnel_counts_who_came_to_each_step_in_order(
    events: list[Event], condition: Condition
) -> None:
    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await (await opened(reader, 1, condition)).funnel(STEPS)
        pairs = by_hand.chosen(rows, ZoneInfo(ZONE), DAYS, condition)
        for step, figures in enumerate(found, 1):
            mine = [pair for pair in pairs if came(pair[0], STEPS) >= step]
            assert figures == by_hand.figures(mine)

    look(events, check)


@_QUICK
@given(_EVENTS, st.sampled_from(sorted(GOALS)), st.sampled_from([2, 3]))
def test_neither_who_reached_a_goal_nor_who_did_not_is_told_of_a_few(
    events: list[Event], name: str, threshold: int
) -> None:
    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, threshold)
        told = await found.conversion(GOALS[name])
        if told.figures is None:
            assert told.times == 0
            return
        assert told.figures.visitors >= threshold
        with_goal = Filter("is", f"goal:{name}", ("yes",))
        for condition in (with_goal, Not(with_goal)):
            visitors = (await (await opened(reader, threshold, condition)).totals()).visitors
            assert visitors == 0 or visitors >= threshold

    look(events, check)


@_QUICK
@given(_EVENTS, st.sampled_from([2, 3]))
def test_what_a_step_loses_is_nobody_or_as_many_as_the_threshold_asks(
    events: list[Event], threshold: int
) -> None:
    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, threshold)
        steps = await found.funnel(STEPS)
        every = by_hand.chosen(rows, ZoneInfo(ZONE), DAYS, EVERYTHING)
        for step, (one, following) in enumerate(pairwise(steps), 1):
            assert one == NOTHING or one.visitors >= threshold
            lost = {visit.visitor for visit, _ in every if came(visit, STEPS) == step}
            if one.visits != following.visits:
                assert len(lost) >= threshold

    look(events, check)


async def test_filters_by_a_goal_leave_the_visits_that_reached_it(reader: Reader) -> None:
    condition = Filter("is", "goal:klik", ("yes",))
    assert (await (await opened(reader, 1, condition)).totals()).visits == 2
    assert (await (await opened(reader, 1, Not(condition))).totals()).visits == 1


async def test_a_goal_of_another_site_is_no_dimension(reader: Reader) -> None:
    with pytest.raises(ValueError, match="no goal of this site"):
        await reader.open(a_site(), DAYS, ["goal:klik"])


async def test_more_steps_than_can_be_told_beside_filters_are_refused(reader: Reader) -> None:
    many = Filter("is", "country", tuple(f"N{n}" for n in range(30)))
    found = await opened(reader, 1, many)
    assert await found.funnel(STEPS)  # values that do not occur tell nothing apart
    with pytest.raises(TooManyStepsError):
        await found.funnel(STEPS * 22)


@pytest.mark.parametrize("on", DIMENSION)
async def test_every_kind_of_goal_can_be_asked(reader: Reader, on: str) -> None:
    goal = Goal("doel", {"nl": "Doel"}, on, ("*",))  # type: ignore[arg-type]
    site = a_site(time_zone=ZONE, threshold=1, goals=(goal,))
    found = await reader.open(site, DAYS, ["goal:doel"])
    conversion = await found.conversion(goal)
    assert (conversion.figures is not None) == (on in ("page", "event"))


async def test_days_without_anybody_have_no_conversion(reader: Reader) -> None:
    long_ago = Period(date(2025, 1, 1), date(2025, 1, 9))
    found = await opened(reader, 5, EVERYTHING, long_ago)
    assert (await found.conversion(GOALS["klik"])).figures is None
    assert await found.funnel(STEPS) == [NOTHING] * 3
