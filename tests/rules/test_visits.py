"""From events to visits and cells: whatever the batches, the same as counting by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from gateway.rules.visits import (
    EMPTY,
    IDLE_MINUTES,
    NOWHERE,
    VISIT_DIMENSIONS,
    Cell,
    Events,
    follow,
    gains,
)

DAY = 1440

Key = tuple[str, int, str, int]


class One(NamedTuple):
    """An event, with the words of the visit that begins with it."""

    site: str
    minute: int
    visitor: int
    page: int | None
    words: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    spent: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    site: str
    visitor: int
    first_minute: int
    last_minute: int
    views: int
    words: tuple[int, ...]


@dataclass(slots=True)
class Figures:
    """Visits by their number, from 0 on, and cells, as a store would keep them."""

    visits: list[Visit] = field(default_factory=list)
    cells: dict[Key, Cell] = field(default_factory=dict)

    def add(self, batch: Sequence[One]) -> None:
        """One step of aggregation."""
        events = by_column(batch)
        latest = {visit.visitor: number for number, visit in enumerate(self.visits)}
        known = [latest[one] for one in {*events.visitors} if one in latest]
        stays = follow(
            events,
            [self.visits[number].visitor for number in known],
            [self.visits[number].last_minute for number in known],
        )
        numbers = [*known, *range(len(self.visits), len(self.visits) + len(stays.begun))]
        for place in stays.begun:
            one = batch[place]
            self.visits.append(Visit(one.site, one.visitor, one.minute, 0, 0, one.words))
        for number, last, views in zip(numbers, stays.last_minutes, stays.views, strict=True):
            visit = self.visits[number]
            self.visits[number] = replace(visit, last_minute=last, views=visit.views + views)
        mine = [self.visits[number] for number in numbers]
        words = [[visit.words[n] for visit in mine] for n in range(len(VISIT_DIMENSIONS))]
        for site, day, dimension, visits, viewed in gains(events, stays.of_events, words, day_of):
            assert visits.keys() == viewed.keys()
            for value, places in visits.items():
                cell = Cell(
                    viewed[value],
                    BitMap([numbers[place] for place in places]),
                    BitMap([mine[place].visitor for place in places]),
                )
                key = (site, day, dimension, value)
                self.cells[key] = self.cells.get(key, EMPTY).merged(cell)


def by_column(batch: Sequence[One]) -> Events:
    columns = [*zip(*batch, strict=True)] or [()] * len(One._fields)
    site, minute, visitor, page, _, spent = columns
    return Events(range(1, len(batch) + 1), site, minute, visitor, page, spent)


def day_of(site: str, minute: int) -> int:
    """Each site has its own midnight."""
    return (minute + 60 * len(site)) // DAY


def event(
    minute: int, visitor: int = 1, page: int | None = 5, spent: int | None = None, site: str = ""
) -> One:
    return One(site, minute, visitor, page, spent=spent)


def count(events: Sequence[One]) -> Figures:
    figures = Figures()
    figures.add(events)
    return figures


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
    made = count([event(minute) for minute in minutes]).visits
    assert len(made) == visits
    assert sum(visit.views for visit in made) == len(minutes)


def test_a_visit_over_midnight_counts_on_both_days_and_once_in_all() -> None:
    cells = count([event(DAY - 5, visitor=7), event(DAY + 5, visitor=7)]).cells
    first, second = (cells["", day, "all", 0] for day in (0, 1))
    assert first == second == Cell(1, BitMap([0]), BitMap([7]))
    assert first.merged(second) == Cell(2, BitMap([0]), BitMap([7]))


def test_where_a_visit_came_from_is_said_by_its_first_event() -> None:
    later = One("", 3, 1, 5, (9, 9, 9, 9, 9, 9))
    made = count([event(0), later])
    assert made.visits == [Visit("", 1, 0, 3, 2, (1, 2, 3, 4, 5, 6))]
    for n, dimension in enumerate(VISIT_DIMENSIONS, 1):
        assert [key[3] for key in made.cells if key[2] == dimension] == [n]


def test_an_event_that_is_no_page_view_makes_a_visit_without_views() -> None:
    made = count([event(0, page=None)])
    assert made.visits[0].views == 0
    assert made.cells["", 0, "all", 0] == Cell(0, BitMap([0]), BitMap([1]))
    assert not [key for key in made.cells if key[2] == "page"]


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
    rows = [event(0), event(minute, page=None, spent=minutes_spent * 60 + 59)]
    assert [visit.last_minute for visit in count(rows).visits] == [last]
    assert len(count([*rows, event(following)]).visits) == 1
    assert len(count([*rows, event(following + 1)]).visits) == 2


def test_time_spent_is_counted_as_nothing_done() -> None:
    rows = [event(0), event(5, page=None, spent=300)]
    assert count(rows).cells == count(rows[:1]).cells
    assert count(rows).visits[0].views == 1
    assert count(rows[1:]) == Figures()
    assert follow(by_column(rows[1:]), (), ()).of_events == [NOWHERE]


def test_nothing_adds_nothing() -> None:
    assert count([]) == Figures()
    assert Cell(0, BitMap(), BitMap()) == EMPTY


def test_the_same_minute_is_another_day_on_another_site() -> None:
    rows = [event(DAY - 90, 1), event(DAY - 90, 2, site="xx"), event(DAY - 90, 3, site="yy")]
    cells = count(rows).cells
    assert {key[:2] for key in cells} == {("", 0), ("xx", 1), ("yy", 1)}
    assert cells["xx", 1, "all", 0] == Cell(1, BitMap([1]), BitMap([2]))


def by_hand(events: Sequence[One]) -> Figures:
    """The definition, written anew and slowly: visits in the order they began, and every cell."""
    visits: list[list[One]] = []
    cells: dict[Key, tuple[int, set[int], set[int]]] = defaultdict(lambda: (0, set(), set()))
    for one in events:
        mine = [visit for visit in visits if visit[0].visitor == one.visitor]
        there = one.minute if one.spent is None else one.minute - one.spent // 60
        if mine and there <= max(e.minute for e in mine[-1]) + 30:
            visit = mine[-1]
        elif one.spent is not None:
            continue
        else:
            visits.append(visit := [])
        visit.append(one)
        if one.spent is not None:
            continue
        number = next(n for n, v in enumerate(visits) if v is visit)
        where = [("all", 0)]
        where += [("page", one.page)] if one.page is not None else []
        where += list(zip(VISIT_DIMENSIONS, visit[0].words, strict=True))
        for dimension, value in where:
            key = (one.site, day_of(one.site, one.minute), dimension, value)
            views, stays, people = cells[key]
            cells[key] = (
                views + (one.page is not None),
                stays | {number},
                people | {one.visitor},
            )
    return Figures(
        [
            Visit(
                v[0].site,
                v[0].visitor,
                v[0].minute,
                max(e.minute for e in v),
                sum(e.page is not None for e in v),
                v[0].words,
            )
            for v in visits
        ],
        {key: Cell(views, BitMap(v), BitMap(p)) for key, (views, v, p) in cells.items()},
    )


_SITES = ("", "xx", "eleven char")  # a visitor belongs to one site: its number is another on each
_EVENTS = st.lists(
    st.builds(
        lambda minute, visitor, page, words, spent: One(
            _SITES[visitor % 3], minute, visitor, page if spent is None else None, words, spent
        ),
        st.integers(0, 200) | st.integers(DAY - 150, DAY + 40),
        st.integers(1, 4),
        st.none() | st.integers(1, 2),
        st.tuples(*[st.integers(1, 2)] * 6),
        st.none() | st.none() | st.integers(0, 5400),
    ),
    max_size=40,
)


@given(_EVENTS, st.lists(st.integers(1, 7), min_size=1))
def test_any_batches_give_what_counting_by_hand_gives(events: list[One], sizes: list[int]) -> None:
    figures, rest, turn = Figures(), events, 0
    while rest:
        size = sizes[turn % len(sizes)]
        batch, rest, turn = rest[:size], rest[size:], turn + 1
        figures.add(batch)
    assert figures == by_hand(events) == count(events)
