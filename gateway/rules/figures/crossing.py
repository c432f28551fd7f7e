"""Several dimensions at once, and days, weeks or months as one of them (P9).

A combination of values may be shown where it could be subtracted from nothing. What could be asked
beside it are its margins: the same figures by fewer of the dimensions, down to all together. So
blocks of a combination lie within blocks that each margin shows; `margin` does the rest.

Each day, week or month is answered as if it had been asked for alone: what it does not show by
itself, it does not show beside others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from gateway.rules.figures.calendar import Days
from gateway.rules.figures.combination import Combined, combined
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.margin import Margin, Table, beside
from gateway.rules.figures.measure import Counted
from gateway.rules.figures.panel import Figures, figures_of
from gateway.rules.figures.rows import Acted, Rows, first_of, rows_of
from gateway.rules.figures.segment import Column, Mask, Places
from gateway.rules.figures.tally import novelty
from gateway.rules.figures.threshold import Shown, shown
from gateway.rules.figures.values import Counts, Values
from gateway.rules.figures.view import View

MOST = 100_000
"""Combinations of one answer."""

_Dimensions = tuple[int, ...]
_Open = npt.NDArray[np.bool_]
"""By day and column: whether a value may be shown."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """One combination of values in one bucket of days, and its figures."""

    bucket: int
    values: tuple[int, ...]
    figures: Figures


class TooManyCombinationsError(ValueError):
    """More than one answer can tell apart."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The values of some of the dimensions, and on which days each may be shown."""

    crossed: Combined
    blocks: Shown
    open: _Open

    def told(self, days: Days, codes: Places) -> Mask:
        """Whether these values may be counted on these days."""
        mask: Mask = self.open[days, self.blocks.columns[codes]]
        return mask


def crossing(view: View, each: Sequence[Values], buckets: Days) -> Sequence[Crossed]:
    """The combinations that may be shown, the largest of each bucket first. `buckets` has one for
    each day of the frame. Raises TooManyCombinationsError."""
    crossed = combined(each, view.frame.visit_of_event)
    together = _in_buckets(view.open, buckets)[:, view.open.columns[0]]
    rows, acted = _rows(view, crossed)
    rows = rows.only(view.marks.wanted[rows.mark] & together[rows.day])
    done = view.marks.wanted[acted.mark] & together[acted.day]

    room = int(buckets.max(initial=0)) + 1
    cells, cell = np.unique(rows.key * room + buckets[rows.day], return_inverse=True)
    if len(cells) > MOST:
        raise TooManyCombinationsError(
            f"there are {len(cells):,} combinations of these dimensions, and {MOST:,} can be told:"
            " ask for fewer dimensions or a shorter period"
        )
    levels = _levels(view, each, crossed, buckets) if view.threshold > 1 else {}
    codes = {one: level.crossed.those_of(crossed, one) for one, level in levels.items()}
    seen = {one: levels[one].told(rows.day, codes[one][rows.key]) for one in levels}
    own = np.logical_and.reduce([np.ones(len(cell), bool), *seen.values()])
    for one, level in levels.items():
        done &= level.told(acted.day, codes[one][acted.key])
    of_acts = np.searchsorted(cells, acted.key[done] * room + buckets[acted.day[done]])
    counted = _counted(view.frame, rows.only(own), cell[own], acted, done, of_acts, len(cells))

    bucket, key = cells % room, cells // room
    ranks = np.empty(len(cells), np.intp)
    ranks[np.lexsort((key, -counted.visitors))] = np.arange(len(cells))
    margins = [
        Margin.of(codes[one][rows.key] * room + buckets[rows.day], seen[one], cell, len(cells))
        for one in levels
        if len(one) < len(each)
    ]
    if view.threshold > 1:
        everything = Margin.of(buckets[rows.day], np.ones(len(cell), bool), cell, len(cells))
        margins.append(everything)
    table = Table(cell, view.frame.segment.visits["visitor"][rows.visit], own, ranks)
    fitting = beside(table, counted.visitors >= max(1, view.threshold), margins, view.threshold)
    return [
        Crossed(int(bucket[n]), tuple(crossed.parts[key[n]].tolist()), figures_of(counted, int(n)))
        for n in np.lexsort((ranks, bucket))
        if fitting[n]
    ]


def _rows(view: View, crossed: Combined) -> tuple[Rows, Acted]:
    rows, acted = rows_of(view.frame, crossed.keys, view.marks)
    had = acted.key >= 0  # visits may have no value too
    return rows.only(rows.key >= 0), Acted(
        acted.day[had], acted.key[had], acted.mark[had], acted.views[had], acted.acts[had]
    )


def _counted(
    frame: Frame,
    rows: Rows,
    cell: Places,
    acted: Acted,
    done: Mask,
    of_acts: Places,
    cells: int,
) -> Counted:
    """The figures of each cell."""

    def sums(groups: Places, weights: Column | None = None) -> Counts:
        added: Counts = np.bincount(groups, weights, cells).astype(np.int64)
        return added

    once = first_of(cell, rows.visit)
    visit, group = rows.visit[once], cell[once]
    visitors = frame.segment.visits["visitor"][visit]
    return Counted(
        visitors=sums(group[first_of(group, visitors)]),
        visits=sums(group),
        views=sums(of_acts, acted.views[done]),
        acts=sums(of_acts, acted.acts[done]),
        bounces=sums(group[frame.bounced[visit]]),
        minutes=sums(group, frame.minutes_long[visit]),
    )


def _levels(
    view: View, each: Sequence[Values], crossed: Combined, buckets: Days
) -> Mapping[_Dimensions, _Level]:
    """Every margin but all together, the smaller ones first, and the combinations themselves."""
    levels: dict[_Dimensions, _Level] = {}
    for size in range(1, len(each) + 1):
        for one in combinations(range(len(each)), size):
            own = crossed
            if size < len(each):
                own = combined([each[place] for place in one], view.frame.visit_of_event)
            levels[one] = _level(view, one, own, buckets, levels)
    return levels


def _level(
    view: View,
    one: _Dimensions,
    crossed: Combined,
    buckets: Days,
    below: Mapping[_Dimensions, _Level],
) -> _Level:
    blocks = _blocks(view, crossed)
    open_ = _in_buckets(blocks, buckets)
    value_of = np.zeros(open_.shape[1], np.intp)
    value_of[blocks.columns] = np.arange(crossed.keys.amount)
    for without in combinations(one, len(one) - 1):
        if without and crossed.keys.amount:
            level = below[without]
            codes = level.crossed.those_of(crossed, [one.index(place) for place in without])
            column = level.blocks.columns[codes[value_of]]
            whole = level.open
        else:
            column = np.broadcast_to(view.open.columns[0], open_.shape[1:])
            whole = _in_buckets(view.open, buckets)
        open_ &= whole[blocks.starts, column] & whole[blocks.ends, column]
    return _Level(crossed, blocks, open_)


def _blocks(view: View, crossed: Combined) -> Shown:
    """The blocks of each combination."""
    amount = crossed.keys.amount
    rows, _ = _rows(view, crossed)
    new = novelty(view.frame, rows, amount, view.marks.amount)
    blocks, _ = shown(new, np.arange(amount), amount, view.rules, view.closings)
    return blocks


def _in_buckets(blocks: Shown, buckets: Days) -> _Open:
    """Which values are shown on which days, where blocks must lie in one bucket."""
    inside: _Open = (blocks.starts >= 0) & (buckets[blocks.starts] == buckets[blocks.ends])
    return inside
