"""No small numbers (P9), also not as the difference of two answers.

Days are joined into blocks, from the first day of each month on. A block is closed on the first day
on which it is sure to hold enough visitors; the next one begins with the next day on which anything
happened. What is shown of a period is the sum of the closed blocks that lie wholly in it. So two
periods differ by whole blocks, and their difference is never a group below the threshold. What is
open at the end of a month is never shown: shown later, it would be the difference of two answers.

Each value has blocks of its own, and a block of it is closed only when every set of visitors that
the filters tell apart within it has enough as well, or nobody: so a filter, and the same filter
turned around, cannot be subtracted either. The same holds for those who have other values: the
whole without the value is one of these sets.

Enough is counted by what needs no sets of visitors to be kept: on one day those whose first visit
of that day it was, over several days those whose first visit of the month. Both are visitors who
are certainly different ones, so a block may close later than it could, never earlier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gateway.rules.figures.calendar import Days
from gateway.rules.figures.segment import Mask, Places
from gateway.rules.figures.tally import New, Novel
from gateway.rules.figures.values import NO_GROUP, Counts, Grouping

MOST_CELLS = 8_000_000
"""Days times values times marks: 200 MB. Of more values than that the rarest are not shown."""
_NEVER = -1
Blocks = npt.NDArray[np.int16]
"""By day and column: a day, or -1."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The closed blocks of each value: for each day the first and the last day of its block, or -1.
    Values that cannot have any share the last column."""

    starts: Blocks
    ends: Blocks
    columns: Places  # of each value

    @property
    def days(self) -> Mask:
        """The days on which the first value is shown."""
        whole: Mask = self.starts[:, self.columns[0]] >= 0
        return whole

    def values(self, of_key: Places) -> Grouping:
        """The value of a key on a day, where it is shown."""
        column = np.append(self.columns, -1)[of_key]  # -1 is no value: any column will do

        def value_of(day: Places, key: Places) -> Counts:
            told = self.starts[day, column[key]] >= 0
            return np.where(told, of_key[key], NO_GROUP)

        return value_of

    def buckets(self, buckets: Days) -> Days:
        """The bucket of each day on which the first value is shown, where its block lies in one."""
        starts, ends = self.starts[:, self.columns[0]], self.ends[:, self.columns[0]]
        return np.where((starts >= 0) & (buckets[starts] == buckets[ends]), buckets, NO_GROUP)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all values: the threshold, the first day that is shown, the first day of the
    month of each day, and every set of the filters (see `Marks.parts`)."""

    threshold: int
    first: int
    months: Days
    parts: Sequence[tuple[frozenset[int], Places, int]]


def all_shown(days: int, values: int, first: int) -> Shown:
    """Without a threshold: every day from `first` on."""
    own = np.arange(days, dtype=np.int16)[:, None]
    own = np.where(own >= first, own, np.int16(_NEVER))
    return Shown(own, own, np.zeros(values, np.intp))


def shown(
    novel: Novel,
    of_key: Places,
    values: int,
    rules: Rules,
    whole: Mapping[frozenset[int], Mask] | None = None,
) -> tuple[Shown, Mapping[frozenset[int], Mask]]:
    """What may be shown of each value, and when blocks are closed under each set of the filters.
    `whole` has the latter for all values together."""
    value = of_key[novel.key]
    amounts = np.bincount(value[value >= 0], novel.own.of_day[value >= 0], minlength=values)
    most = max(1, MOST_CELLS // (novel.days * novel.marks))
    large = np.argsort(-amounts, kind="stable")[:most]
    large = np.sort(large[amounts[large] >= rules.threshold])
    columns = np.full(values, len(large), np.intp)
    columns[large] = np.arange(len(large))
    column: Places = np.append(columns, len(large))[value]  # -1, of no value, is the last one
    closed, closings = _closed(novel, column, len(large), rules, whole)
    never = np.full((novel.days, 1), _NEVER, np.int16)
    starts, ends = _spread(np.hstack([closed, never]), rules.first)
    return Shown(starts, ends, columns), closings


def within(of_value: Shown, of_all: Shown) -> Shown:
    """Only blocks of values on days that are shown of all together: the parts of a figure are not
    more than the figure."""
    whole = of_all.days
    inside = (of_value.starts >= 0) & whole[of_value.starts] & whole[of_value.ends]
    never = np.int16(_NEVER)
    return Shown(
        np.where(inside, of_value.starts, never),
        np.where(inside, of_value.ends, never),
        of_value.columns,
    )


def _closed(
    novel: Novel,
    column: Places,
    values: int,
    rules: Rules,
    whole: Mapping[frozenset[int], Mask] | None,
) -> tuple[Blocks, Mapping[frozenset[int], Mask]]:
    """By day and column: the first day of the block that is closed on that day, or -1. Columns from
    `values` on are left out.

    A block under some filters is closed only where those under fewer of them are, and those of all
    values together: so blocks of the one are made of blocks of the other."""
    kept = column < values
    place = (novel.day[kept] * values + column[kept]) * novel.marks + novel.mark[kept]
    own = _by_day(novel, place, values, novel.own, kept)
    others = _others(novel, _by_day(novel, place, values, novel.only, kept))
    closings: dict[frozenset[int], Mask] = {}
    closed = np.full((novel.days, values), _NEVER, np.int16)
    for chosen, number, amount in rules.parts:
        allowed = np.ones((novel.days, values), bool)
        for one in chosen:
            allowed &= closings[chosen - {one}]
        if whole is not None:
            allowed &= whole[chosen]
        mine, rest = _fewer(own, number, amount), _fewer(others, number, amount)
        cuts = None if whole is None else whole[chosen]
        closed = _settled(mine, rest, allowed, cuts, rules)
        closings[chosen] = closed != _NEVER
    return closed, closings


def _fewer(new: New, number: Places, amount: int) -> New:
    """With marks put together: `number` has the new one of each."""

    def summed(counts: Counts) -> Counts:
        table = np.zeros((*counts.shape[:2], amount), np.int64)
        for mark, other in enumerate(number):
            table[:, :, other] += counts[:, :, mark]
        return table

    return New(summed(new.rows), summed(new.of_day), summed(new.of_month))


def _settled(own: New, others: New, allowed: Mask, cuts: Mask | None, rules: Rules) -> Blocks:
    """`cuts` are the days on which blocks of all values together are closed. A block of a value
    begins where one of those does: what others did since then is part of the whole beside it."""
    days, values, marks = own.rows.shape
    closed = np.full((days, values), _NEVER, np.int16)
    mine, rest = _Open(values, marks), _Open(values, marks)
    begin, start = np.full(values, _NEVER, np.int16), np.full(values, _NEVER, np.int16)
    for day in range(days):
        if rules.months[day] == day:
            begin[:], start[:] = _NEVER, _NEVER
            mine.begin(slice(None))
            rest.begin(slice(None))
        here = (own.rows[day] > 0).any(axis=1)
        begin[(begin == _NEVER) & (here | (others.rows[day] > 0).any(axis=1))] = day
        start = np.where((start == _NEVER) & here, begin, start)
        mine.add(own, day)
        rest.add(others, day)
        closing = mine.enough(rules.threshold) & rest.enough(rules.threshold)
        closing &= (start != _NEVER) & allowed[day]
        closed[day, closing] = start[closing]
        start[closing] = _NEVER
        mine.begin(closing)
        cut = (start == _NEVER) & (closing if cuts is None else cuts[day])
        begin[cut] = _NEVER
        rest.begin(cut)
    return closed


class _Open:
    """Who was there since the last block was closed, by value and mark."""

    def __init__(self, values: int, marks: int) -> None:
        self._there = np.zeros((values, marks), bool)
        self._since = np.zeros((values, marks), np.int64)
        self._most = np.zeros((values, marks), np.int64)

    def begin(self, values: Mask | slice) -> None:
        """Nobody yet, of these values."""
        self._there[values], self._since[values], self._most[values] = False, 0, 0

    def add(self, new: New, day: int) -> None:
        """And those of a day."""
        self._there |= new.rows[day] > 0
        self._since += new.of_month[day]
        np.maximum(self._most, new.of_day[day], out=self._most)

    def enough(self, threshold: int) -> Mask:
        """Whether these are certainly enough visitors, or nobody, under each mark."""
        enough: Mask = (self._since >= threshold) | (self._most >= threshold) | ~self._there
        every: Mask = np.logical_and.reduce(enough, axis=1)
        return every


def _by_day(novel: Novel, place: Places, values: int, new: New, kept: Mask) -> New:
    """Sums of cells by day, column and mark."""
    shape = (novel.days, values, novel.marks)
    size = novel.days * values * novel.marks

    def summed(counts: Counts) -> Counts:
        table = np.bincount(place, counts[kept], minlength=size)
        return table.astype(np.int64).reshape(shape)

    return New(summed(new.rows), summed(new.of_day), summed(new.of_month))


def _others(novel: Novel, only: New) -> New:
    """Those who have another value: all, without those who have only this one."""
    shape = (novel.days, 1, novel.marks)
    every = novel.everyone
    return New(
        every.rows.reshape(shape) - only.rows,
        every.of_day.reshape(shape) - only.of_day,
        every.of_month.reshape(shape) - only.of_month,
    )


def _spread(closed: Blocks, first: int) -> tuple[Blocks, Blocks]:
    """From the days on which blocks are closed to all days of these blocks."""
    starts, ends = np.full_like(closed, _NEVER), np.full_like(closed, _NEVER)
    values = closed.shape[1]
    start, end = np.full(values, _NEVER, np.int16), np.full(values, _NEVER, np.int16)
    for day in range(len(closed) - 1, -1, -1):
        closing = closed[day] != _NEVER
        start[closing], end[closing] = closed[day, closing], day
        inside = (start != _NEVER) & (start <= day) & (start >= first)
        starts[day, inside], ends[day, inside] = start[inside], end[inside]
    return starts, ends
