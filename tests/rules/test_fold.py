"""No small numbers: neither shown, nor to be had by subtracting what is shown (P9)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from gateway.rules.stats import (
    MOST_ROWS,
    ConsentFigures,
    Day,
    Figures,
    consent_figures,
    days,
    figures,
    fold,
    panel,
    union,
)
from gateway.rules.visits import EMPTY, Cell


def people(*numbers: int) -> Cell:
    return Cell(3 * len(numbers), BitMap(numbers), BitMap(numbers))


def groups(*sizes: int) -> dict[str, Cell]:
    """Disjoint groups of these sizes, named a, b, c, ..."""
    made, start = {}, 0
    for number, size in enumerate(sizes):
        made[chr(97 + number)] = people(*range(start, start + size))
        start += size
    return made


def test_figures_are_the_numbers_of_a_cell() -> None:
    assert figures(people(1, 2)) == Figures(views=6, visits=2, visitors=2)


def test_a_visitor_in_two_groups_is_counted_once_in_both_together() -> None:
    assert union([people(1, 2), people(2, 3)]) == Cell(12, BitMap([1, 2, 3]), BitMap([1, 2, 3]))
    assert union([]) == EMPTY


@pytest.mark.parametrize(
    ("sizes", "shown", "other"),
    [
        pytest.param((), "", None, id="nobody"),
        pytest.param((9, 5), "ab", None, id="all large enough"),
        pytest.param((4,), "", None, id="one small group"),
        pytest.param((9, 4), "", 13, id="one small group takes the smallest large one along"),
        pytest.param((9, 7, 4), "a", 11, id="and no more than that"),
        pytest.param((9, 7, 4, 1), "ab", 5, id="two that are enough together"),
        pytest.param((9, 7, 2, 1), "a", 10, id="two that are too few together"),
        pytest.param((2, 2), "", None, id="only small ones, too few together"),
        pytest.param((3, 3), "", 6, id="only small ones, enough together"),
        pytest.param((9, 0), "a", None, id="an empty group hides nothing"),
    ],
)
def test_what_is_too_small_goes_into_other(
    sizes: tuple[int, ...], shown: str, other: int | None
) -> None:
    folded = fold(groups(*sizes), 5)
    assert "".join(name for name, _ in folded.shown) == shown
    assert (folded.other and len(folded.other.visitors)) == other


def test_groups_stand_in_order_of_size_and_then_of_name() -> None:
    assert [name for name, _ in fold(groups(5, 9, 5), 1).shown] == ["b", "a", "c"]


def test_what_is_past_the_last_row_goes_into_other() -> None:
    folded = fold(groups(9, 8, 7, 6), 5, most=2)
    assert [name for name, _ in folded.shown] == ["a", "b"]
    assert folded.other is not None
    assert len(folded.other.visitors) == 13


_DISJOINT = st.lists(st.integers(0, 12), max_size=12).map(lambda sizes: groups(*sizes))
_OVERLAPPING = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sets(st.integers(0, 15)).map(lambda s: people(*s))
)
_MOST = st.none() | st.integers(1, 6)


@given(_DISJOINT | _OVERLAPPING, st.integers(1, 8), _MOST)
def test_no_line_is_about_fewer_than_the_threshold(
    found: dict[str, Cell], threshold: int, most: int | None
) -> None:
    folded = fold(found, threshold, most)
    assert all(len(cell.visitors) >= threshold for _, cell in folded.shown)
    assert folded.other is None or len(folded.other.visitors) >= threshold
    assert most is None or len(folded.shown) <= most


@given(_DISJOINT | _OVERLAPPING, st.integers(1, 8), _MOST)
def test_a_small_group_is_never_hidden_alone(
    found: dict[str, Cell], threshold: int, most: int | None
) -> None:
    folded = fold(found, threshold, most)
    shown = {name for name, _ in folded.shown}
    hidden = [cell for name, cell in found.items() if name not in shown and cell.visitors]
    small = [cell for cell in hidden if len(cell.visitors) < threshold]
    assert not small or len(hidden) > 1 or not shown


@given(_DISJOINT, st.integers(1, 8), _MOST)
def test_subtracting_what_is_shown_isolates_no_small_group(
    found: dict[str, Cell], threshold: int, most: int | None
) -> None:
    """The attacker knows the totals (shown from the threshold on) and every line, and takes any
    lines from the totals or from each other. What is left must never be a few people."""
    total = union(found.values())
    if len(total.visitors) < threshold:
        assert fold(found, threshold, most).shown == ()
        return
    folded = fold(found, threshold, most)
    lines = [cell for _, cell in folded.shown] + ([folded.other] if folded.other else [])
    for taken in range(len(lines) + 1):
        for some in combinations(lines, taken):
            rest = len(total.visitors) - sum(len(cell.visitors) for cell in some)
            assert rest == 0 or rest >= threshold
            assert total.views - sum(cell.views for cell in some) in (0, 3 * rest)


def test_a_panel_gives_shares_of_all_visitors() -> None:
    found = groups(10, 6, 2, 2)
    made = panel("pages", found, union(found.values()), 5)
    assert [(row.label, row.figures.visitors, row.share) for row in made.rows] == [("a", 10, 0.5)]
    assert made.other is not None
    assert (made.other.label, made.other.share) == ("", 0.5)


def test_a_panel_has_no_more_rows_than_fit() -> None:
    found = groups(*range(20, 5, -1))
    assert len(panel("pages", found, union(found.values()), 5).rows) == MOST_ROWS


def test_a_panel_about_nobody_is_empty() -> None:
    made = panel("pages", {}, EMPTY, 5)
    assert (made.rows, made.other) == ((), None)


def test_a_day_with_few_visitors_looks_like_a_day_with_none() -> None:
    first = date(2027, 1, 1)
    all_days = [first + timedelta(days=n) for n in range(4)]
    cells = {all_days[0]: people(*range(9)), all_days[1]: people(1), all_days[2]: people(*range(8))}
    assert days(cells, all_days, 5) == (
        Day(all_days[0], Figures(27, 9, 9)),
        Day(all_days[1], None),
        Day(all_days[2], None),  # else the small day were the total less the others
        Day(all_days[3], None),
    )


@pytest.mark.parametrize(
    ("counts", "kept"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"shown": 4, "accepted": 4}, None, id="too few of all"),
        pytest.param({"accepted": 2, "refused": 2}, None, id="too few choices"),
        pytest.param({"shown": 5}, ConsentFigures(5, 0, 0, 0, 0), id="shown only"),
        pytest.param(
            {"accepted": 3, "refused": 3}, ConsentFigures(0, 0, 0, 0, 0), id="enough together only"
        ),
        pytest.param(
            {"shown": 99, "accepted": 50, "partly": 4, "refused": 30, "withdrawn": 5, "later": 9},
            ConsentFigures(99, 50, 0, 30, 5),
            id="each on its own",
        ),
    ],
)
def test_a_count_of_choices_below_the_threshold_is_none(
    counts: dict[str, int], kept: ConsentFigures | None
) -> None:
    assert consent_figures(counts, 5) == kept
