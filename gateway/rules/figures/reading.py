"""How pages were read: how long, and how far down.

Time spent is told after the page was seen, perhaps past midnight: it belongs to the last day on
which the visit had seen that page by then. So it is counted with what the threshold shows of that
day, and adds up over any days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.rows import first_of
from gateway.rules.figures.segment import ENGAGEMENT, PAGEVIEW, Column, Mask, Places
from gateway.rules.figures.values import NO_GROUP, Grouping, Values
from gateway.rules.figures.view import View


@dataclass(frozen=True, slots=True)
class Reading:
    """Means over the visits that saw a page; of several pages, over each page of each visit. None
    where fewer visitors saw one, or told how far they read, than the threshold asks."""

    seconds: float | None
    scroll: float | None  # percent of the height of the page, the deepest of each visit


def readings(view: View, pages: Values) -> Sequence[Reading]:
    """How each page was read. Whoever shows it leaves out the pages that are not shown."""
    return _read(view, pages, view.told(pages).value_of, pages.amount)


def reading(view: View, pages: Values) -> Reading:
    """How all pages together were read."""
    whole = np.where(view.open.days, 0, NO_GROUP)
    [all_] = _read(view, pages, lambda day, _: whole[day], 1)
    return all_


def _read(view: View, pages: Values, group_of: Grouping, amount: int) -> Sequence[Reading]:
    """How the pages of each group were read."""
    events, frame, codes = view.frame.segment.events, view.frame, pages.keys.codes
    earliest = int(frame.day_of_event.min(initial=0))
    days = int(frame.day_of_event.max(initial=0)) + 1 - earliest

    def named(places: Places) -> Column:
        page = frame.visit_of_event[places].astype(np.int64) * pages.keys.amount + codes[places]
        return page * days + frame.day_of_event[places] - earliest

    viewed = np.flatnonzero((events["kind"] == PAGEVIEW) & (codes >= 0))
    every, which = np.unique(named(viewed), return_inverse=True)
    if not len(every):
        return [Reading(None, None)] * amount
    group = np.full(len(every), NO_GROUP, np.intp)
    np.maximum.at(group, which, _groups(view, viewed, codes, group_of))
    seen = np.flatnonzero(group >= 0)
    pairs, first = np.unique(every[seen] // days, return_index=True)
    of_pair, visit = group[seen][first], pairs // pages.keys.amount

    spent = np.flatnonzero((events["kind"] == ENGAGEMENT) & (codes >= 0))
    told = named(spent)
    place = np.searchsorted(every, told, side="right") - 1
    mine = (place >= 0) & (every[place] // days == told // days) & (group[place] >= 0)
    spent, pair = spent[mine], np.searchsorted(pairs, told[mine] // days)
    deepest = np.full(len(pairs), -1, np.int64)
    np.maximum.at(deepest, pair, events["scroll"][spent].astype(np.int64))
    said = deepest >= 0

    seconds = np.bincount(pair, events["seconds"][spent], len(pairs)).astype(np.int64)
    times = _means(seconds, of_pair, _enough(view, visit, of_pair, amount))
    told_of = of_pair[said]
    depths = _means(deepest[said], told_of, _enough(view, visit[said], told_of, amount))
    return [Reading(*both) for both in zip(times, depths, strict=True)]


def _groups(view: View, viewed: Places, codes: Places, group_of: Grouping) -> Places:
    """The group of each page view, or -1 where it may not be counted."""
    frame, marks = view.frame, view.marks
    day = frame.day_of_event[viewed]
    mark = marks.codes[viewed if marks.of_events else frame.visit_of_event[viewed]]
    inside = (day >= 0) & (day < frame.days) & marks.wanted[mark]
    found = np.full(len(viewed), NO_GROUP, np.intp)
    found[inside] = group_of(day[inside], codes[viewed[inside]])
    return found


def _enough(view: View, visit: Column, group: Places, groups: int) -> Mask:
    """Of which groups there are as many visitors as the threshold asks for."""
    first = first_of(group, view.frame.segment.visits["visitor"][visit])
    mask: Mask = np.bincount(group[first], minlength=groups) >= max(1, view.threshold)
    return mask


def _means(amounts: Column, group: Places, enough: Mask) -> Sequence[float | None]:
    sums = np.bincount(group, amounts, len(enough)).tolist()
    counts = np.bincount(group, minlength=len(enough)).tolist()
    told = zip(sums, counts, enough.tolist(), strict=True)
    return [total / count if some else None for total, count, some in told]
