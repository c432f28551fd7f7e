"""By what visits or events are told apart, as dense numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gateway.rules.figures.segment import Places


@dataclass(frozen=True, slots=True)
class Keys:
    """A dense number for each visit or event, below `amount`; -1 where it has none. Dimensions that
    are read from one column share its keys: they go by `name`."""

    name: str
    of_events: bool
    codes: Places
    amount: int
    by_path: bool = False  # the page itself: which events repeat is known already


@dataclass(frozen=True, slots=True)
class Values:
    """The value of each key, a number below `amount`; -1 where it has none."""

    keys: Keys
    of_key: Places
    amount: int

    def codes(self) -> Places:
        """The value of each visit or event."""
        table = np.append(self.of_key, -1)  # the last is that of no key at all
        values: Places = table[self.keys.codes]
        return values


def each_key(keys: Keys) -> Values:
    """Every key as a value of its own."""
    return Values(keys, np.arange(keys.amount), keys.amount)


Counts = npt.NDArray[np.int64]
Grouping = Callable[[Places, Places], Counts]
"""The group of each day and key, or NO_GROUP."""
NO_GROUP = -1
