"""Adding up a tally by groups of days and keys, exactly: nobody is counted twice in a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.filters import unmarked
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.rows import first_of
from gateway.rules.figures.segment import Column, Mask, Places
from gateway.rules.figures.tally import Tally
from gateway.rules.figures.tally import tally as tally_of
from gateway.rules.figures.values import NO_GROUP, Counts, Grouping, Values


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of each group."""

    visitors: Counts
    visits: Counts
    views: Counts  # page views
    acts: Counts  # other things that were done
    bounces: Counts  # visits in which one thing was done
    minutes: Counts  # of all these visits, from the first event of each to its last


@dataclass(frozen=True, slots=True)
class Grouped:
    """The group of each sum of a tally, and of each row of who came often; or NO_GROUP."""

    sums: Counts
    often: Counts


def grouped(tally: Tally, group_of: Grouping) -> Grouped:
    """All that a tally has, by groups."""
    sums, often = tally.sums, tally.layout
    return Grouped(group_of(sums.day, sums.key), group_of(often.day, tally.often))


def measured(frame: Frame, tally: Tally, groups: Grouped, amount: int) -> Counted:
    """The figures of each group."""
    told = groups.sums
    kept = told != NO_GROUP
    every = bool(kept.all())
    group = told if every else told[kept]

    def added(counts: Counts) -> Counts:
        return _sum(group, amount, counts if every else counts[kept])

    often, sums = tally.layout, tally.sums
    own = groups.often
    visitors = _first(own, often.visitor, often.later, often.many, own != NO_GROUP)
    visits = _first(own, often.visit, often.longer, often.many, (own != NO_GROUP) & often.several)
    visit, of_visit = often.visit[visits], own[visits]
    return Counted(
        visitors=added(sums.once) + _sum(own[visitors], amount),
        visits=added(sums.visits) + _sum(of_visit, amount),
        views=added(sums.views),
        acts=added(sums.acts),
        bounces=added(sums.bounces) + _sum(of_visit[frame.bounced[visit]], amount),
        minutes=added(sums.minutes) + _sum(of_visit, amount, frame.minutes_long[visit]),
    )


def common(frame: Frame, values: Values, threshold: int) -> Mask:
    """Which values as many visitors have as the threshold asks for."""
    everything = unmarked(len(frame.segment))
    summed = tally_of(frame, values.keys, everything, novel=False, layouts={})

    def group_of(_: Places, key: Places) -> Counts:
        return values.of_key[key]

    counted = measured(frame, summed, grouped(summed, group_of), values.amount)
    often: Mask = counted.visitors >= threshold
    return often


def visitors_of(tally: Tally, groups: Grouped) -> int:
    """How many visitors there are in any group."""
    visitors = tally.layout.visitor[groups.often != NO_GROUP]
    there = np.zeros(int(visitors.max(initial=0)) + 1, bool)
    there[visitors] = True
    once = tally.sums.once[groups.sums != NO_GROUP].sum()
    return int(once) + int(np.count_nonzero(there))


def _first(group: Counts, who: Column, before: Sequence[Places], many: Places, first: Mask) -> Mask:
    """Which of the rows in question are the first of somebody (or of a visit) in their group.
    `before` has, for each distance, the rows that have one of the same so far before them."""
    for distance, rows in enumerate(before, 1):
        first[rows[group[rows] == group[rows - distance]]] = False
    told = many[first[many]]
    if len(told):
        first[told[~first_of(who[told], group[told])]] = False
    return first


def _sum(group: Counts, amount: int, weights: Column | None = None) -> Counts:
    if weights is None:
        return np.bincount(group, minlength=amount)
    # Sums of whole numbers below 2**53 are exact in the floats that bincount adds up.
    return np.bincount(group, weights=weights, minlength=amount).astype(np.int64)
