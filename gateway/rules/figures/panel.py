"""The values of one dimension that may be shown, and all others together (P9).

What is hidden is never a single value, and never fewer visitors than the threshold: else it could
be read off from the total.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.frame import Frame
from gateway.rules.figures.measure import Counted, Grouped, grouped, measured, visitors_of
from gateway.rules.figures.segment import Mask, Places
from gateway.rules.figures.tally import Tally
from gateway.rules.figures.threshold import Shown
from gateway.rules.figures.values import NO_GROUP, Counts, Grouping


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group."""

    visitors: int
    visits: int
    views: int
    acts: int
    bounces: int
    minutes: int


NOTHING = Figures(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Groups:
    """Values that may be shown, the largest first, and the figures of everything else, where that
    is not too little."""

    values: Sequence[int]
    figures: Sequence[Figures]
    other: Figures | None


@dataclass(frozen=True, slots=True)
class Told:
    """A tally by values: which of them may be shown when, and on which days all together may."""

    frame: Frame
    tally: Tally
    of_key: Places
    values: int
    shown: Shown
    days: Mask

    @property
    def value_of(self) -> Grouping:
        """The value of a key on a day, where it is shown."""
        return self.shown.values(self.of_key)

    def whole(self) -> Grouped:
        """What has a value, on the days that are shown of all together."""

        def group_of(day: Places, key: Places) -> Counts:
            return np.where(self.days[day] & (self.of_key[key] >= 0), 0, NO_GROUP)

        return grouped(self.tally, group_of)


def _left(whole: Grouped, own: Grouped, told: Sequence[int], values: int) -> Grouped:
    """What is part of the whole, and of none of these values."""
    named = np.zeros(values + 1, bool)  # the last is that of no value
    named[np.asarray(told, np.intp)] = True
    return Grouped(
        np.where(named[own.sums], NO_GROUP, whole.sums),
        np.where(named[own.often], NO_GROUP, whole.often),
    )


def folded(told: Told, threshold: int, most: int | None) -> Groups:
    """Fold values into groups."""
    own, whole = grouped(told.tally, told.value_of), told.whole()
    counted = measured(told.frame, told.tally, own, told.values)
    there = _there(told)

    def left(shown: Sequence[int]) -> Grouped:
        return _left(whole, own, shown, told.values)

    ranked = [int(v) for v in np.lexsort((np.arange(told.values), -counted.visitors)) if there[v]]
    fitting: Sequence[int] = [v for v in ranked if counted.visitors[v] >= max(1, threshold)]
    if threshold > 1:
        hidden = len(ranked) - len(fitting)
        fitting = _untold(told.tally, left, fitting, hidden, threshold)
    fitting = fitting[:most]
    other = figures_of(measured(told.frame, told.tally, left(fitting), 1), 0)
    figures = [figures_of(counted, v) for v in fitting]
    return Groups(fitting, figures, other if other.visitors >= max(1, threshold) else None)


def _there(told: Told) -> Mask:
    """Which values occur on the days that are shown."""
    sums = told.tally.sums
    there: Mask = np.zeros(told.values + 1, bool)
    there[told.of_key[sums.key[told.days[sums.day]]]] = True
    return there[:-1]


def _untold(
    tally: Tally,
    left: Callable[[Sequence[int]], Grouped],
    fitting: Sequence[int],
    hidden: int,
    threshold: int,
) -> Sequence[int]:
    """As many of the values as can be shown without telling what the others are."""
    while fitting:
        others = visitors_of(tally, left(fitting))
        if hidden != 1 and not 0 < others < threshold:
            break
        fitting, hidden = fitting[:-1], hidden + 1
    return fitting


def figures_of(counted: Counted, group: int) -> Figures:
    """The figures of one group of those that were counted."""
    return Figures(
        visitors=int(counted.visitors[group]),
        visits=int(counted.visits[group]),
        views=int(counted.views[group]),
        acts=int(counted.acts[group]),
        bounces=int(counted.bounces[group]),
        minutes=int(counted.minutes[group]),
    )
