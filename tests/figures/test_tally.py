"""Sums by day and key: where anything is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.figures.tally import ranked


@given(st.lists(st.integers(0, 999), max_size=30), st.sampled_from([1_000, 5_000_000]))
def test_places_are_ranked_alike_in_a_table_and_without_one(places: list[int], size: int) -> None:
    cells, rank_of = ranked(np.array(places, np.intp), size)
    assert cells.tolist() == sorted(set(places))
    assert [int(cells[rank]) for rank in rank_of(np.array(places, np.intp))] == places
