"""Chances as tables: values, and how often each comes up."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import log
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Odds(Generic[T]):
    """Values with weights, which need not add up to anything."""

    values: Sequence[T]
    sums: Sequence[float]

    @classmethod
    def of(cls, pairs: Iterable[tuple[T, float]]) -> Odds[T]:
        """Each value with its weight."""
        told = tuple(pairs)
        return cls(
            tuple(value for value, _ in told), tuple(accumulate(weight for _, weight in told))
        )

    def draw(self, dice: random.Random) -> T:
        """One of the values."""
        return self.values[bisect(self.sums, dice.random() * self.sums[-1], 0, len(self.sums) - 1)]


def lasting(dice: random.Random, median: float, spread: float, longest: int) -> int:
    """Seconds that something lasts: mostly near the median, now and then many times that."""
    return max(1, min(longest, int(dice.lognormvariate(log(median), spread))))


def about(dice: random.Random, mean: float, spread: float = 0.07) -> int:
    """A count near `mean`, whose average it is also where it is small."""
    wanted = mean * dice.gauss(1.0, spread)
    return max(0, int(wanted + dice.random()))
