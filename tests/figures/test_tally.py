"""Sums by day and key: where anything is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.figures.rows import first_of, packed
from gateway.rules.figures.tally import ranked


@given(st.lists(st.integers(0, 999), max_size=30), st.sampled_from([1_000, 5_000_000]))
def test_places_are_ranked_alike_in_a_table_and_without_one(places: list[int], size: int) -> None:
    cells, rank_of = ranked(np.array(places, np.intp), size)
    assert cells.tolist() == sorted(set(places))
    assert [int(cells[rank]) for rank in rank_of(np.array(places, np.intp))] == places


def test_more_columns_than_fit_one_number_are_told_apart_all_the_same() -> None:
    rows = [(2**40, 2**40, 1), (2**40, 2**40, 2), (2**40, 0, 1), (2**40, 2**40, 1)]
    columns = [np.array(column, np.int64) for column in zip(*rows, strict=True)]
    assert len(set(packed(*columns).tolist())) == 3
    assert first_of(*columns).tolist() == [True, True, True, False]
