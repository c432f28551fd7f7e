"""What is counted: visits on days, told apart by a key, each marked by the filters it passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gateway.rules.figures.calendar import Days
from gateway.rules.figures.filters import Marks
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.segment import ENGAGEMENT, PAGEVIEW, Column, Mask, Places
from gateway.rules.figures.values import Keys


@dataclass(frozen=True, slots=True)
class Rows:
    """One row says that a visit has a key on a day, and which filters it passes there (see
    `filters.Marks`): each of them once. What was done stands in `acted`: it may have more rows."""

    visit: Places
    day: Days
    key: Places
    mark: Column

    def only(self, kept: Mask) -> Rows:
        """The rows that are marked."""
        return Rows(self.visit[kept], self.day[kept], self.key[kept], self.mark[kept])


@dataclass(frozen=True, slots=True)
class Acted:
    """How many page views and other things were done on a day under a key."""

    day: Days
    key: Places
    mark: Column
    views: Column
    acts: Column


def rows_of(frame: Frame, keys: Keys, marks: Marks) -> tuple[Rows, Acted]:
    """Every visit, day and key there is in a frame."""
    if keys.of_events or marks.of_events:
        return _of_events(frame, keys, marks)
    stays = frame.stays
    key, mark = keys.codes[stays.visit], marks.codes[stays.visit]
    rows = Rows(stays.visit, stays.day, key, mark)
    return rows, Acted(stays.day, key, mark, stays.views, stays.acts)


def _of_events(frame: Frame, keys: Keys, marks: Marks) -> tuple[Rows, Acted]:
    kinds = frame.segment.events["kind"]
    days = frame.day_of_event
    inside = (kinds != ENGAGEMENT) & (days >= 0) & (days < frame.days)
    if keys.of_events:
        inside &= keys.codes >= 0
    places = np.flatnonzero(inside)
    visit, day = frame.visit_of_event[places], days[places]
    key = keys.codes[places if keys.of_events else visit]
    mark = marks.codes[places if marks.of_events else visit]
    viewed = kinds[places] == PAGEVIEW
    if keys.by_path and not marks.of_events:
        first = _first_on_page(frame, places, visit, day, key)
    else:
        first = first_of(visit, day, key, mark)
    return Rows(visit, day, key, mark).only(first), Acted(day, key, mark, viewed, ~viewed)


def _first_on_page(frame: Frame, places: Places, visit: Places, day: Days, key: Places) -> Mask:
    first: Mask = frame.segment.events["again"][places] == 0
    over = np.flatnonzero(frame.over[visit])  # they may see a page again on another day
    if len(over):
        first[over] = first_of(visit[over], day[over], key[over])
    return first


def first_of(*columns: Column) -> Mask:
    """Which rows are the first with their values in all of these columns."""
    key = packed(*columns)
    order = np.argsort(key, kind="stable")
    first = np.zeros(len(key), bool)
    first[order[np.diff(key[order], prepend=-1) != 0]] = True
    return first


def packed(*columns: Column) -> Column:
    """One number for the values of a row; none of them is negative."""
    key, room = columns[0].astype(np.int64), int(columns[0].max(initial=0)) + 1
    for column in columns[1:]:
        amount = int(column.max(initial=0)) + 1
        if room * amount >= 2**62:  # only what occurs together needs a number
            named, key = np.unique(key, return_inverse=True)
            room = len(named)
        key = key * amount + column
        room *= amount
    return key
