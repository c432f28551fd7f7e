"""Visits by column: however a history was cut into parts, they join into the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.figures.segment import (
    ENGAGEMENT,
    EVENT,
    EVENT_COLUMNS,
    PAGEVIEW,
    VISIT_COLUMNS,
    Columns,
    Segment,
    empty,
    join,
    only,
    split,
    strung,
    without,
)


@dataclass(frozen=True, slots=True)
class One:
    """An event of a visit."""

    visit: int
    minute: int
    kind: int
    path: int


def visitor_of(visit: int) -> int:
    """Every third visit is of the same visitor."""
    return visit % 3 + 1


def single(events: Sequence[One], at: int) -> Segment:
    """One event of a history, as aggregation adds it: a part of its visit."""
    one = events[at]
    first = next(n for n, other in enumerate(events) if other.visit == one.visit)
    begin = events[first]
    beginning = first == at
    viewed = one.kind == PAGEVIEW
    page = one.path if viewed else 0
    visit = {
        "visit": one.visit,
        "visitor": visitor_of(one.visit),
        "first": begin.minute,
        "before": 5 * one.visit if beginning else 0,
        "source": 6 if beginning else 0,
        "place": 7 if beginning else 0,
        "device": 8 if beginning else 0,
        "last": one.minute,
        "views": int(viewed),
        "acts": int(one.kind == EVENT),
        "events": 1,
        "entry": page,
        "exit": page,
    }
    event = dict.fromkeys(EVENT_COLUMNS, 0) | {
        "after": one.minute - begin.minute,
        "kind": one.kind,
        "path": one.path,
        "count": at,
    }
    return Segment(
        {name: np.array([visit[name]]) for name in VISIT_COLUMNS},
        {name: np.array([event[name]]) for name in EVENT_COLUMNS},
    )


def parts_of(events: Sequence[One]) -> Sequence[Segment]:
    return [single(events, at) for at in range(len(events))]


def told(columns: Columns) -> dict[str, list[int]]:
    return {name: [int(one) for one in column] for name, column in columns.items()}


def plain(segment: Segment) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    return told(segment.visits), told(segment.events)


def by_hand(
    events: Sequence[One], kept: Callable[[int], bool] = bool
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """The visits of a history that are kept, in the order of their numbers, by definition."""
    visits: dict[str, list[int]] = {name: [] for name in VISIT_COLUMNS}
    rows: dict[str, list[int]] = {name: [] for name in EVENT_COLUMNS}
    for number in sorted({one.visit for one in events if kept(one.visit)}):
        mine = [(at, one) for at, one in enumerate(events) if one.visit == number]
        pages = [one.path for _, one in mine if one.kind == PAGEVIEW]
        first = mine[0][1].minute
        visit = {
            "visit": number, "visitor": visitor_of(number), "first": first, "before": 5 * number,
            "source": 6, "place": 7, "device": 8, "last": max(one.minute for _, one in mine),
            "views": len(pages), "acts": sum(one.kind == EVENT for _, one in mine),
            "events": len(mine), "entry": [*pages, 0][0], "exit": [0, *pages][-1],
        }  # fmt: skip
        for name in VISIT_COLUMNS:
            visits[name].append(visit[name])
        done: set[int] = set()
        for at, one in mine:
            event = {"after": one.minute - first, "kind": one.kind, "path": one.path, "count": at}
            if one.kind != ENGAGEMENT:
                event["again"] = int(one.path in done)
                done.add(one.path)
            for name in EVENT_COLUMNS:
                rows[name].append(event.get(name, 0))
    return visits, rows


_HISTORIES = st.lists(
    st.builds(
        One,
        st.integers(1, 6),
        st.integers(1_000, 1_090),
        st.sampled_from([PAGEVIEW, PAGEVIEW, EVENT, ENGAGEMENT]),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=25,
)
_SHORT = [One(2, 50, PAGEVIEW, 1), One(1, 60, PAGEVIEW, 2), One(2, 70, EVENT, 1)]


@given(_HISTORIES)
def test_parts_join_into_whole_visits(history: list[One]) -> None:
    assert plain(join(parts_of(history))) == by_hand(history)


@given(_HISTORIES, st.lists(st.integers(0, 25), max_size=5))
def test_it_does_not_matter_in_how_many_steps(history: list[One], cuts: list[int]) -> None:
    parts = parts_of(history)
    places = [0, *sorted(min(cut, len(parts)) for cut in cuts), len(parts)]
    steps = [parts[low:high] for low, high in pairwise(places) if low < high]
    assert plain(join([join(step) for step in steps])) == by_hand(history)


@given(_HISTORIES)
def test_the_parts_of_one_turn_after_another(history: list[One]) -> None:
    whole, *rest = parts_of(history)
    for part in rest:
        whole = join([whole, part])
    assert plain(whole) == by_hand(history)


@given(_HISTORIES, st.sets(st.sampled_from(VISIT_COLUMNS)), st.sets(st.sampled_from(EVENT_COLUMNS)))
def test_columns_that_nobody_asks_for_change_nothing(
    history: list[One], visits: set[str], events: set[str]
) -> None:
    """Whether a page was seen before is told by the path and the kind of its event."""
    visits |= {"visit", "events"}
    events |= {"kind"} | ({"path"} if "again" in events else set())
    narrow = [
        Segment(
            {name: part.visits[name] for name in visits},
            {name: part.events[name] for name in events},
        )
        for part in parts_of(history)
    ]
    of_visits, of_events = by_hand(history)
    assert plain(join(narrow)) == (
        {name: of_visits[name] for name in visits},
        {name: of_events[name] for name in events},
    )


def test_no_visits_join_into_none() -> None:
    none = empty(VISIT_COLUMNS, EVENT_COLUMNS)
    assert len(none) == len(join([none, none])) == 0
    whole = join(parts_of(_SHORT))
    assert plain(join([none, whole, none])) == plain(whole)


@given(_HISTORIES, st.integers(1, 4))
def test_what_was_split_by_a_key_is_the_visits_with_that_key(history: list[One], keys: int) -> None:
    whole = join(parts_of(history))
    found = split(whole, whole.visits["visit"] % keys)
    assert {key: plain(part) for key, part in found.items()} == {
        key: by_hand(history, lambda visit, key=key: visit % keys == key)  # type: ignore[misc]
        for key in {one.visit % keys for one in history}
    }


@given(_HISTORIES)
def test_only_the_marked_visits_are_left_with_all_their_events(history: list[One]) -> None:
    whole = join(parts_of(history))
    left = only(whole, whole.visits["visit"] > 3)
    assert plain(left) == by_hand(history, lambda visit: visit > 3)
    assert only(whole, np.ones(len(whole), bool)) is whole


@given(_HISTORIES, st.sets(st.integers(1, 4)))
def test_visitors_are_taken_out_with_all_their_visits(history: list[One], gone: set[int]) -> None:
    left = without(join(parts_of(history)), sorted(gone))
    assert plain(left) == by_hand(history, lambda visit: visitor_of(visit) not in gone)


@given(_HISTORIES)
def test_segments_that_share_no_visit_are_strung_together(history: list[One]) -> None:
    whole = join(parts_of(history))
    halves = [only(whole, whole.visits["visit"] <= 3), only(whole, whole.visits["visit"] > 3)]
    assert plain(strung(halves)) == plain(whole)
    assert plain(strung([whole])) == plain(whole)
