"""Columns of numbers as bytes: nothing is lost, and no byte is spent that need not be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stores.sqlite.columns import all_packed, all_unpacked, packed, unpacked

_HEAD = 9
_NUMBERS = (
    st.integers(0, 2**8 - 1)
    | st.integers(0, 2**16)
    | st.integers(-(2**31), 2**32)
    | st.integers(-(2**63), 2**63 - 1)
)
_COLUMNS = st.one_of(
    st.lists(_NUMBERS, max_size=30),
    st.lists(st.just(0), max_size=5),
    st.builds(
        lambda base, more: [base, *(base + one for one in more)],
        st.integers(-(2**62), 2**62) | st.sampled_from([2**30 - 1, 2**30, -(2**31), -(2**31) - 1]),
        st.lists(st.integers(0, 2**8) | st.integers(0, 2**16) | st.integers(0, 2**33), max_size=9),
    ),
)


@given(_COLUMNS)
def test_numbers_come_back_as_they_were(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    back = unpacked(packed(column), len(column))
    assert [int(number) for number in back] == numbers


@given(_COLUMNS, st.sampled_from([np.uint8, np.uint16, np.int32, np.uint32, np.uint64]))
def test_whatever_they_are_held_in(numbers: list[int], dtype: type[np.integer]) -> None:
    """What was read and is written again is held in as little as it was stored in."""
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    numbers = [number for number in numbers if low <= number <= min(high, 2**63 - 1)]
    back = unpacked(packed(np.array(numbers, dtype)), len(numbers))
    assert [int(number) for number in back] == numbers


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([0, 0, 0], 0, id="zeros are nothing"),
        pytest.param([0, 255, 7], _HEAD + 3, id="a byte each"),
        pytest.param([0, 256], _HEAD + 4, id="two bytes each"),
        pytest.param([0, 65_535], _HEAD + 4, id="two bytes each, the largest"),
        pytest.param([0, 65_536], _HEAD + 8, id="four bytes each"),
        pytest.param([0, 2**32 - 1], _HEAD + 8, id="four bytes each, the largest"),
        pytest.param([0, 2**32], _HEAD + 16, id="eight bytes each"),
        pytest.param([-(2**63), 2**63 - 1], _HEAD + 16, id="as far apart as can be"),
        pytest.param([29_000_000, 29_000_255], _HEAD + 2, id="what they have in common once"),
        pytest.param([29_000_000, 29_000_256], _HEAD + 4, id="and two bytes of the rest"),
        pytest.param([-255, 0], _HEAD + 2, id="below zero"),
        pytest.param([2**40, 2**40], _HEAD + 2, id="one large number often"),
    ],
)
def test_a_column_takes_as_few_bytes_as_its_numbers_need(numbers: list[int], size: int) -> None:
    data = packed(np.array(numbers, np.int64))
    assert len(data) == size
    assert unpacked(data, len(numbers)).tolist() == numbers


@given(
    st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=9),
    st.lists(st.tuples(_NUMBERS, _NUMBERS, _NUMBERS), max_size=9),
)
def test_visits_and_events_come_back_from_one_value(
    visits: list[tuple[int, ...]], events: list[tuple[int, ...]]
) -> None:
    def columns(names: tuple[str, ...], rows: list[tuple[int, ...]]) -> dict[str, list[int]]:
        return {name: [row[place] for row in rows] for place, name in enumerate(names)}

    of_visits, of_events = (
        columns(("visit", "last"), visits),
        columns(("kind", "after", "path"), events),
    )
    data = all_packed(
        {name: np.array(numbers, np.int64) for name, numbers in of_visits.items()},
        {name: np.array(numbers, np.int64) for name, numbers in of_events.items()},
    )
    back = all_unpacked(data)
    assert [{name: [*map(int, one)] for name, one in part.items()} for part in back] == [
        of_visits,
        of_events,
    ]
