"""Sums by day and key, from which every figure of a dimension is added up.

Most of what is counted can be added up: page views, visits, their lengths, and visitors who came
once. It is summed once for a column, for all dimensions that are read from it. Only rows of who
came more often are looked at again for each of them, so that nobody is counted twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.calendar import Days
from gateway.rules.figures.filters import Marks
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.rows import Acted, Rows, first_of, packed, rows_of
from gateway.rules.figures.segment import Column, Mask, Places
from gateway.rules.figures.values import Counts, Keys

_MOST_LAGS = 12
_ROOMY = 1_000_000


@dataclass(frozen=True, slots=True)
class Sums:
    """By day and key, where there is anything, of what the filters let through."""

    day: Days
    key: Places
    views: Counts
    acts: Counts
    # The rest only of visits with a single row: the others may be counted in several groups.
    visits: Counts
    bounces: Counts  # visits in which one thing was done
    minutes: Counts  # from the first event of each visit to its last
    once: Counts  # visitors with a single row


@dataclass(frozen=True, slots=True)
class Layout:
    """Which rows belong together, whatever they are told apart by. Places are those of rows.

    `often` are the rows of visitors who have several, one visitor behind the other. Places among
    these: `later` has for each distance the rows whose visitor has a row so far before, `longer`
    those whose visit has one; those of visitors with more than a few rows are `many`."""

    single: Places  # rows of visits with a single row
    once: Places  # rows of visitors with a single row
    often: Places
    visit: Places  # of those
    visitor: Column
    day: Days
    several: Mask  # rows of visits with several rows
    later: tuple[Places, ...]
    longer: tuple[Places, ...]
    many: Places


@dataclass(frozen=True, slots=True)
class New:
    """Rows, and how many of them are of visitors who were there for the first time that day, and
    that month."""

    rows: Counts
    of_day: Counts
    of_month: Counts


@dataclass(frozen=True, slots=True)
class Novel:
    """By day, key and mark, where anybody was. `only` counts visits that have no other key that
    day, and `everyone`, by day and mark, all visits: together they say who has another key."""

    days: int
    marks: int
    day: Days
    key: Places
    mark: Places
    own: New
    only: New
    everyone: New


@dataclass(frozen=True, slots=True)
class Tally:
    """All that is needed of one column."""

    sums: Sums
    layout: Layout
    often: Places  # the keys of the rows of that name
    novel: Novel | None  # without a threshold nobody needs it


def layout(frame: Frame, rows: Rows) -> Layout:
    """Put rows in order."""
    single = np.bincount(rows.visit, minlength=len(frame.segment))[rows.visit] == 1
    once = single & frame.alone[rows.visit]
    often = np.flatnonzero(~once)
    visitors = frame.segment.visits["visitor"][rows.visit[often]]
    order = np.argsort(visitors, kind="stable")
    often, visitors = often[order], visitors[order]
    visit = rows.visit[often]
    starts = np.flatnonzero(np.diff(visitors, prepend=-1))
    amounts = np.diff(starts, append=len(visitors))
    rank = np.arange(len(visitors)) - np.repeat(starts, amounts)
    few = np.repeat(amounts <= _MOST_LAGS, amounts)
    ranks = (np.flatnonzero(few & (rank >= lag)) for lag in range(1, _MOST_LAGS))
    later = [one for one in ranks if len(one)]
    return Layout(
        np.flatnonzero(single),
        np.flatnonzero(once),
        often,
        visit,
        visitors,
        rows.day[often],
        ~single[often],
        tuple(later),
        tuple(one[visit[one] == visit[one - lag]] for lag, one in enumerate(later, 1)),
        np.flatnonzero(~few),
    )


def wanted_rows(rows: Rows, marks: Marks) -> Rows:
    """The rows that the filters let through, each visit, day and key once."""
    wanted = marks.wanted[rows.mark]
    kept = rows if wanted.all() else rows.only(wanted)
    if marks.of_events and marks.amount > 2:  # one row each, whichever of the marks it has
        kept = kept.only(first_of(kept.visit, kept.day, kept.key))
    return kept


def tally(
    frame: Frame,
    keys: Keys,
    marks: Marks,
    *,
    novel: bool,
    layouts: dict[bool, Layout],
) -> Tally:
    """Sum up what a frame has of each key. Rows that are the same for many columns are put in order
    once: that is remembered in `layouts`."""
    rows, acted = rows_of(frame, keys, marks)
    kept = wanted_rows(rows, marks)
    shared = not (keys.of_events or marks.of_events)
    if shared and shared in layouts:
        ordered = layouts[shared]
    else:
        ordered = layout(frame, kept)
        if shared:
            layouts[shared] = ordered
    told = novelty(frame, rows, keys.amount, marks.amount, stays=shared) if novel else None
    sums = _sums(frame, kept, ordered, acted, marks, keys.amount)
    return Tally(sums, ordered, kept.key[ordered.often], told)


def _sums(frame: Frame, rows: Rows, ordered: Layout, acted: Acted, marks: Marks, keys: int) -> Sums:
    done = marks.wanted[acted.mark]
    acts = acted.day * keys + acted.key
    views, others = acted.views, acted.acts
    if not done.all():
        acts, views, others = acts[done], views[done], others[done]
    # Every row is of something that was done: the cells of these are all there are.
    cells, rank_of = ranked(acts, frame.days * keys)
    act, every = rank_of(acts), rank_of(rows.day * keys + rows.key)
    place, visit = every[ordered.single], rows.visit[ordered.single]

    def summed(place: Places, weights: Column | None = None) -> Counts:
        # Sums of whole numbers below 2**53 are exact in the floats that bincount adds up.
        return np.bincount(place, weights, minlength=len(cells)).astype(np.int64, copy=False)

    return Sums(
        day=cells // keys,
        key=cells % keys,
        views=summed(act, views),
        acts=summed(act, others),
        visits=summed(place),
        bounces=summed(place[frame.bounced[visit]]),
        minutes=summed(place, frame.minutes_long[visit]),
        once=summed(every[ordered.once]),
    )


def ranked(places: Places, size: int) -> tuple[Places, Callable[[Places], Places]]:
    """The places below `size` that occur, and the rank of a place among those."""
    if size > _ROOMY + 4 * len(places):  # many addresses, few days each: a table would be empty
        cells = np.unique(places)
        return cells, lambda place: np.searchsorted(cells, place)
    there = np.zeros(size, bool)
    there[places] = True
    ranks = np.cumsum(there) - 1
    return np.flatnonzero(there), lambda place: ranks[place]


def novelty(frame: Frame, rows: Rows, keys: int, marks: int, *, stays: bool = False) -> Novel:
    """Who is new on each day and under each key. `stays` says that the rows are those of the
    frame: then a visit has one key a day."""
    places = (rows.day * keys + rows.key) * marks + rows.mark
    cells, rank_of = ranked(places, frame.days * keys * marks)
    today, this_month = frame.new_stays if stays else frame.new_on(rows.visit, rows.day)
    place, on_day = rank_of(places), rows.day * marks + rows.mark
    news = today * np.int8(2) + this_month
    first, single = (None, None) if stays else _shared(rows, marks)
    own = _new(place, news, len(cells))
    of_key = cells // marks
    return Novel(
        frame.days,
        marks,
        of_key // keys,
        of_key % keys,
        cells % marks,
        own,
        own if single is None else _new(place[single], news[single], len(cells)),
        _new(on_day, news, frame.days * marks)
        if first is None
        else _new(on_day[first], news[first], frame.days * marks),
    )


def _new(place: Places, news: Column, amount: int) -> New:
    """Rows by place; `news` is 2 for who is new that day, and 1 more for that month."""
    counts = np.bincount(place * 4 + news, minlength=amount * 4).reshape(-1, 4)
    return New(counts.sum(axis=1), counts[:, 2] + counts[:, 3], counts[:, 1] + counts[:, 3])


def _shared(rows: Rows, marks: int) -> tuple[Mask, Mask]:
    """Which rows are the first of their visit, day and mark, and which are the only ones."""
    if not len(rows.visit):
        return np.zeros(0, bool), np.zeros(0, bool)
    starts = np.flatnonzero(np.diff(rows.visit, prepend=-1))
    lengths = np.diff(starts, append=len(rows.visit))
    when = rows.day * marks + rows.mark
    mixed = np.minimum.reduceat(when, starts) != np.maximum.reduceat(when, starts)
    first = np.zeros(len(rows.visit), bool)
    first[starts] = True
    single = np.repeat(lengths == 1, lengths)
    several = np.flatnonzero(np.repeat(mixed, lengths))
    _, index, inverse, amounts = np.unique(
        packed(rows.visit[several], when[several]),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    first[several] = False
    first[several[index]] = True
    single[several] = amounts[inverse] == 1
    return first, single
