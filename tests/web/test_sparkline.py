"""The curve beside a figure: where its points are, and where it has none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.sparkline import HEIGHT, WIDTH, sparkline


def _points(line: str) -> list[tuple[float, float]]:
    pairs = [pair.split(",") for pair in line.split(" ")]
    return [(float(x), float(y)) for x, y in pairs]


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ([], ()),
        ([None, None], ()),
        ([0, 5, 10], ("2.0,26.0 60.0,14.0 118.0,2.0",)),
        ([0, 0], ("2.0,26.0 118.0,26.0",)),
        ([7], ("60.0,2.0 60.0,2.0",)),
        ([4, 4, None, 2, 4], ("2.0,2.0 31.0,2.0", "89.0,14.0 118.0,2.0")),
        ([None, 4, None], ("60.0,2.0 60.0,2.0",)),
    ],
    ids=["nothing", "all hidden", "a rise", "zeros", "one", "a gap", "one between gaps"],
)
def test_numbers_become_lines(values: list[int | None], lines: tuple[str, ...]) -> None:
    assert sparkline(values) == lines


def test_it_fits_another_place() -> None:
    assert sparkline([0, 1], width=44, height=14) == ("2.0,12.0 42.0,2.0",)


@given(st.lists(st.none() | st.integers(0, 10**9), max_size=500))
def test_every_number_is_drawn_inside_and_nothing_else(values: list[int | None]) -> None:
    """A hidden number draws nothing: a line through it would tell that somebody was there."""
    lines = [_points(line) for line in sparkline(values)]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for line in lines for x, y in line)
    known = [value for value in values if value is not None]
    alone = [line for line in lines if len(line) == 2 and line[0] == line[1]]
    doubled = sum(
        value is not None and values[place - 1 : place] in ([], [None]) and after in ([], [None])
        for place, value in enumerate(values)
        for after in [values[place + 1 : place + 2]]
    )
    assert sum(map(len, lines)) == len(known) + doubled
    assert len(alone) == doubled
