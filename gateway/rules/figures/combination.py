"""Several values of a visit or an event as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.rows import packed
from gateway.rules.figures.segment import Column, Places
from gateway.rules.figures.values import Keys, Values


@dataclass(frozen=True, slots=True)
class Combined:
    """A number for each combination of values that occurs."""

    keys: Keys
    parts: Column  # by combination and place: the number of each value it is made of

    def those_of(self, finer: Combined, places: Sequence[int]) -> Places:
        """For each combination of `finer` the one of these that has the values it has at these
        places. There is one: whatever has all values has some of them."""
        numbers = {tuple(row): n for n, row in enumerate(self.parts.tolist())}
        rows = finer.parts[:, list(places)].tolist()
        return np.array([numbers[tuple(row)] for row in rows], np.intp)


def combined(each: Sequence[Values], visit_of_event: Places) -> Combined:
    """What has a value of each, by all of them. Where one tells events apart, so does it."""
    of_events = any(one.keys.of_events for one in each)
    codes = [
        one.codes()[visit_of_event] if of_events and not one.keys.of_events else one.codes()
        for one in each
    ]
    there = np.logical_and.reduce([own >= 0 for own in codes])
    kept = [own[there] for own in codes]
    _, first, numbers = np.unique(packed(*kept), return_index=True, return_inverse=True)
    together = np.full(len(there), -1, np.intp)
    together[there] = numbers
    parts = np.stack([own[first].astype(np.int64) for own in kept], axis=1)
    return Combined(Keys("combined", of_events, together, len(parts)), parts)
