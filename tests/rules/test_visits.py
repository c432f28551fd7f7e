"""From events to visits and cells: whatever the batches, the same as counting by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from gateway.rules.visits import (
    EMPTY,
    IDLE_MINUTES,
    VISIT_DIMENSIONS,
    Cell,
    CellKey,
    StoredEvent,
    Tally,
    Visit,
    tally,
)

DAY = 1440

Counted = dict[tuple[str, int, str, int], tuple[int, set[int], set[int]]]


def event(
    number: int, minute: int, visitor: int = 1, page: int | None = 5, spent: int | None = None
) -> StoredEvent:
    return StoredEvent(number, "demo", minute, visitor, page, (1, 2, 3, 4, 5, 6), spent)


def count(events: Sequence[StoredEvent]) -> Tally:
    return tally(events, {}, 1, {e.id: e.minute // DAY for e in events})


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
    made = count([event(n, minute) for n, minute in enumerate(minutes, 1)]).visits
    assert len(made) == visits
    assert sum(visit.views for visit in made) == len(minutes)


def test_a_visit_over_midnight_counts_on_both_days_and_once_in_all() -> None:
    cells = count([event(1, DAY - 5), event(2, DAY + 5)]).cells
    first, second = (cells[CellKey("demo", day, "all", 0)] for day in (0, 1))
    assert first == second == Cell(1, BitMap([1]), BitMap([1]))
    assert first.merged(second) == Cell(2, BitMap([1]), BitMap([1]))


def test_where_a_visit_came_from_is_said_by_its_first_event() -> None:
    later = StoredEvent(2, "demo", 3, 1, 5, (9, 9, 9, 9, 9, 9))
    [visit] = count([event(1, 0), later]).visits
    assert visit == Visit(1, "demo", 1, 0, 3, 2, (1, 2, 3, 4, 5, 6))


def test_an_event_that_is_no_page_view_makes_a_visit_without_views() -> None:
    made = count([event(1, 0, page=None)])
    assert made.visits[0].views == 0
    assert made.cells[CellKey("demo", 0, "all", 0)] == Cell(0, BitMap([1]), BitMap([1]))
    assert not [key for key in made.cells if key.dimension == "page"]


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
    rows = [event(1, 0), event(2, minute, page=None, spent=minutes_spent * 60 + 59)]
    assert [visit.last_minute for visit in count(rows).visits] == [last]
    assert len(count([*rows, event(3, following)]).visits) == 1
    assert len(count([*rows, event(3, following + 1)]).visits) == 2


def test_time_spent_is_counted_as_nothing_done() -> None:
    rows = [event(1, 0), event(2, 5, page=None, spent=300)]
    assert count(rows).cells == count(rows[:1]).cells
    assert count(rows).visits[0].views == 1
    assert count(rows[1:]) == Tally((), {})


def test_nothing_adds_nothing() -> None:
    assert count([]) == Tally((), {})
    assert Cell(0, BitMap(), BitMap()) == EMPTY


def by_hand(events: Sequence[StoredEvent]) -> tuple[list[tuple[int, int, int, int]], Counted]:
    """The definition, written anew and slowly: visits in the order they began, and every cell."""
    visits: list[list[StoredEvent]] = []
    cells: Counted = defaultdict(lambda: (0, set(), set()))
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
        number = next(n for n, v in enumerate(visits, 1) if v is visit)
        where = [("all", 0)]
        where += [("page", one.page)] if one.page is not None else []
        where += list(zip(VISIT_DIMENSIONS, visit[0].words, strict=True))
        for dimension, value in where:
            key = (one.site, one.minute // DAY, dimension, value)
            views, stays, people = cells[key]
            cells[key] = (
                views + (one.page is not None),
                stays | {number},
                people | {one.visitor},
            )
    shapes = [
        (v[0].visitor, v[0].minute, max(e.minute for e in v), sum(e.page is not None for e in v))
        for v in visits
    ]
    return shapes, dict(cells)


_EVENTS = st.lists(
    st.builds(
        lambda minute, visitor, page, word, spent: (minute, visitor, page, word, spent),
        st.integers(0, 200) | st.integers(DAY - 40, DAY + 40),
        st.integers(1, 3),
        st.none() | st.integers(1, 2),
        st.integers(1, 2),
        st.none() | st.none() | st.integers(0, 5400),
    ),
    max_size=40,
).map(
    lambda rows: [
        # A visitor belongs to one site: its number is another one on each.
        StoredEvent(
            *(n, f"site{visitor % 2}", minute, visitor),
            page if spent is None else None,
            (word,) * 6,
            spent,
        )
        for n, (minute, visitor, page, word, spent) in enumerate(rows, 1)
    ]
)


@given(_EVENTS, st.lists(st.integers(1, 7), min_size=1))
def test_any_batches_give_what_counting_by_hand_gives(
    events: list[StoredEvent], sizes: list[int]
) -> None:
    visits: dict[int, Visit] = {}
    cells: dict[CellKey, Cell] = {}
    rest, turn = events, 0
    while rest:
        size = sizes[turn % len(sizes)]
        batch, rest, turn = rest[:size], rest[size:], turn + 1
        latest = {visit.visitor: visit for _, visit in sorted(visits.items())}
        added = tally(batch, latest, len(visits) + 1, {e.id: e.minute // DAY for e in batch})
        visits.update((visit.id, visit) for visit in added.visits)
        for key, cell in added.cells.items():
            cells[key] = cells[key].merged(cell) if key in cells else cell
    shapes, counted = by_hand(events)
    assert [
        (v.visitor, v.first_minute, v.last_minute, v.views) for _, v in sorted(visits.items())
    ] == shapes
    assert {
        (k.site, k.day, k.dimension, k.value): (c.views, set(c.visits), set(c.visitors))
        for k, c in cells.items()
    } == counted
    assert {k: v.views for k, v in count(events).cells.items()} == {
        k: c.views for k, c in cells.items()
    }
