"""From events to visits: whatever the batches, the same as counting by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.visits import IDLE_MINUTES, NOWHERE, Stays, follow

DAY = 1440


class One(NamedTuple):
    """An event."""

    minute: int
    visitor: int = 1
    spent: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit and its events, by their place in the history."""

    visitor: int
    last_minute: int
    before: int
    events: tuple[int, ...]


def led(batches: Sequence[Sequence[One]]) -> list[Visit]:
    """The visits of a history that came in batches, in the order in which they began."""
    visits: list[Visit] = []
    start = 0
    for batch in batches:
        latest = {visit.visitor: number for number, visit in enumerate(visits)}
        who = [one.visitor for one in batch]
        known = [latest[visitor] for visitor in sorted({*who}) if visitor in latest]
        stays = follow(
            who,
            [one.minute for one in batch],
            [one.spent for one in batch],
            [visits[number].visitor for number in known],
            [visits[number].last_minute for number in known],
        )
        new = zip(stays.begun, stays.before, strict=True)
        numbers = [*known, *range(len(visits), len(visits) + len(stays.begun))]
        visits += [Visit(batch[place].visitor, 0, before, ()) for place, before in new]
        for place, visit in enumerate(stays.of_events):
            if visit != NOWHERE:
                mine = visits[numbers[visit]]
                visits[numbers[visit]] = replace(mine, events=(*mine.events, start + place))
        for number, last in zip(numbers, stays.last_minutes, strict=True):
            visits[number] = replace(visits[number], last_minute=last)
        start += len(batch)
    return visits


@pytest.mark.parametrize(
    ("minutes", "visits"),
    [
        pytest.param([0, 5, 30], 1, id="one stay"),
        pytest.param([0, IDLE_MINUTES], 1, id="half an hour is still the same visit"),
        pytest.param([0, IDLE_MINUTES + 1], 2, id="a minute more is another"),
        pytest.param([0, 30, 60, 90], 1, id="every page begins the half hour anew"),
        pytest.param([100, 90, 125], 1, id="one that came late ends nothing"),
        pytest.param([100, 50, 131], 2, id="one that came late shortens nothing"),
        pytest.param([100, 10], 1, id="one from before the visit belongs to it"),
        pytest.param([DAY - 5, DAY + 5], 1, id="over midnight"),
    ],
)
def test_a_visit_ends_after_half_an_hour_of_nothing(minutes: list[int], visits: int) -> None:
    made = led([[One(minute) for minute in minutes]])
    assert len(made) == visits
    assert sum(len(visit.events) for visit in made) == len(minutes)


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_a_visit_knows_when_its_visitor_was_there_before(cut: int) -> None:
    """Also where the visit before it came in with another batch; and of others it says nothing."""
    history = [One(10), One(25), One(100), One(300, visitor=2)]
    made = led([history[:cut], history[cut:]])
    assert [(visit.visitor, visit.before) for visit in made] == [(1, 0), (1, 25), (2, 0)]


@pytest.mark.parametrize(
    ("minute", "minutes_spent", "last", "following"),
    [
        pytest.param(10, 10, 10, 40, id="time spent makes the visit longer"),
        pytest.param(50, 50, 50, 80, id="also when it was more than half an hour"),
        pytest.param(50, 20, 50, 80, id="half an hour away is still the same visit"),
        pytest.param(50, 19, 0, 30, id="not when nobody was there for more than that"),
        pytest.param(30, 0, 30, 60, id="less than a minute is a moment"),
    ],
)
def test_time_spent_closes_the_gap_it_filled(
    minute: int, minutes_spent: int, last: int, following: int
) -> None:
    """What follows within half an hour of the last minute belongs to the visit."""
    rows = [One(0), One(minute, spent=minutes_spent * 60 + 59)]
    assert [visit.last_minute for visit in led([rows])] == [last]
    assert len(led([[*rows, One(following)]])) == 1
    assert len(led([[*rows, One(following + 1)]])) == 2


def test_time_spent_begins_no_visit() -> None:
    assert led([[One(5, spent=300)]]) == []
    assert follow([1], [5], [300], (), ()) == Stays([NOWHERE], [], [], [])
    assert follow([1], [500], [300], [1], [5]) == Stays([NOWHERE], [5], [], [])


def test_nothing_adds_nothing() -> None:
    assert led([[]]) == []
    assert follow((), (), (), [7], [5]) == Stays([], [5], [], [])


def by_hand(history: Sequence[One]) -> list[Visit]:
    """The definition, written anew and slowly."""
    visits: list[list[int]] = []
    for place, one in enumerate(history):
        mine = [visit for visit in visits if history[visit[0]].visitor == one.visitor]
        there = one.minute if one.spent is None else one.minute - one.spent // 60
        if mine and there <= max(history[n].minute for n in mine[-1]) + 30:
            mine[-1].append(place)
        elif one.spent is None:
            visits.append([place])
    made: list[Visit] = []
    for visit in visits:
        visitor = history[visit[0]].visitor
        before = [one.last_minute for one in made if one.visitor == visitor]
        last = max(history[n].minute for n in visit)
        made.append(Visit(visitor, last, before[-1] if before else 0, tuple(visit)))
    return made


_EVENTS = st.lists(
    st.builds(
        One,
        st.integers(0, 200) | st.integers(DAY - 150, DAY + 40),
        st.integers(1, 4),
        st.none() | st.none() | st.integers(0, 5400),
    ),
    max_size=40,
)


@given(_EVENTS, st.lists(st.integers(0, 40), max_size=9))
def test_any_batches_give_what_counting_by_hand_gives(events: list[One], cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(events)]
    batches = [events[low:high] for low, high in pairwise(places)]
    assert led(batches) == by_hand(events)
