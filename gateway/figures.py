"""Figures of a site over a period, under a condition: read from the store, counted in `rules`.

Whoever shows figures (pages, programs, mail) gets them here, so the threshold is kept in one place
(P9). Counting runs in another thread: the loop has visitors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import numpy as np

from gateway.naming import Naming, naming, needed
from gateway.rules.figures import live
from gateway.rules.figures.calendar import calendar, day_number, day_of, midnight, week_of
from gateway.rules.figures.cell import Cell, cell_of
from gateway.rules.figures.crossing import crossing
from gateway.rules.figures.filters import (
    EVERYTHING,
    MOST_MARKS,
    Condition,
    Filter,
    Marks,
    Sorted,
    filters_in,
    marked,
)
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.goals import Conversion, converted, funnel, furthest, visits_with
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.figures.reading import Reading, reading, readings
from gateway.rules.figures.view import View
from gateway.rules.goal import Goal
from gateway.rules.site import Site
from gateway.stores.base import FigureStore

_VISITS = frozenset(("visit", "visitor", "first", "last", "before", "views", "acts", "events"))
_EVENTS = frozenset(("kind", "after"))
_READING = frozenset(("path", "again", "seconds", "scroll"))
_MARGIN = 3 * 24 * 60


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension, and its figures."""

    text: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Panel:
    """The largest values of a dimension, and all others together where that is not too little."""

    dimension: str
    groups: Sequence[Group]
    other: Figures | None


Unit = Literal["hour", "day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One hour, day, week or month, by its start on the clock of the site. Where nobody was, and
    where it is too little, its figures are NOTHING."""

    start: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class Period:
    """Days on the calendar of a site, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


class TooManyError(ValueError):
    """The condition tells more apart than one question can."""


class Reader:
    """Opens periods of sites."""

    def __init__(self, store: FigureStore) -> None:
        self._store = store

    async def open(
        self,
        site: Site,
        period: Period,
        dimensions: Collection[str],
        condition: Condition = EVERYTHING,
        *,
        reading: bool = False,
        engagement: bool = False,
    ) -> Opened:
        """Read what figures by these dimensions need, and `readings` or `engagement` if asked for.
        Raises ValueError for a condition that cannot be kept."""
        filters = filters_in(condition)
        asked = {*dimensions, *(one.dimension for one in filters)}
        of_visits, of_events = set(_VISITS), set(_EVENTS)
        of_events |= _READING if reading else frozenset()
        of_events |= {"seconds"} if engagement else set()
        for dimension in asked:
            visits, events = needed(site, dimension)
            of_visits |= visits
            of_events |= events
        start = period.first.replace(day=1) if site.threshold > 1 else period.first
        first = midnight(start, site.zone)
        last = midnight(period.last + timedelta(days=1), site.zone) - 1
        segment = await self._store.visits(site.id, first, last, of_visits, of_events)
        days = calendar(site.zone, first - _MARGIN, last + _MARGIN)
        frame = Frame(segment, days, day_number(start), day_number(period.last))
        names = await naming(self._store, site, asked)
        sorted_by = {one: await names.sorted_by(frame, one, site.threshold) for one in filters}
        marks = _marked(condition, sorted_by, frame)
        view = View(frame, marks, site.threshold, (period.first - start).days)
        return Opened(view, names)

    async def live(self, site: Site, now: int) -> int:
        """Visitors who did something in the last half hour before `now`, in seconds since 1970;
        0 where that is too little."""
        since = now // 60 - live.MINUTES + 1
        columns = ("visit", "visitor", "first", "last", "events"), ("kind", "after")
        segment = await self._store.visits(site.id, since, now // 60, *columns)
        there = await asyncio.to_thread(live.visitors_since, segment, since)
        return there if there >= site.threshold else 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A period that was read: any number of figures of it."""

    view: View
    names: Naming

    async def totals(self) -> Figures:
        """All together."""
        return await asyncio.to_thread(self.view.totals)

    async def series(self, unit: Unit) -> Sequence[Moment]:
        """All together by hour, day, week (from Monday on) or month, in order, none left out."""
        frame, first = self.view.frame, self.view.first
        days = [day_of(frame.first + n) for n in range(frame.days)]
        if unit == "hour":
            groups = await asyncio.to_thread(lambda: self.view.panel(self.view.hours()))
            found = dict(zip(groups.values, groups.figures, strict=True))
            hours = [(day, n * 24 + hour, hour) for n, day in enumerate(days) for hour in range(24)]
            return [
                Moment(datetime.combine(day, time(hour)), found.get(place, NOTHING))
                for day, place, hour in hours[first * 24 :]
            ]
        starts = [_start(day, unit) for day in days]
        names = sorted(set(starts))
        buckets = np.array([names.index(start) for start in starts])
        series = await asyncio.to_thread(self.view.series, buckets)
        shown = sorted(set(starts[first:]))
        return [
            Moment(datetime.combine(start, time()), series[names.index(start)]) for start in shown
        ]

    async def panel(self, dimension: str, most: int | None = None) -> Panel:
        """The values of a dimension, the largest first."""
        values, texts = await self.names.values(self.view.frame, dimension)
        groups = await asyncio.to_thread(self.view.panel, values, most)
        pairs = zip(groups.values, groups.figures, strict=True)
        return Panel(dimension, [Group(texts[n], each) for n, each in pairs], groups.other)

    async def panel_of(self, dimensions: Sequence[str], unit: Unit | None = None) -> Sequence[Cell]:
        """The combinations of values of several dimensions, day by day or week by week or month by
        month, the largest of each first. Raises TooManyCombinationsError."""
        frame = self.view.frame
        found = [await self.names.values(frame, one) for one in dimensions]
        each, texts = [values for values, _ in found], [of_values for _, of_values in found]
        days = [day_of(frame.first + n) for n in range(frame.days)]
        starts = [_start(day, unit) if unit else days[0] for day in days]
        if by_hour := unit == "hour":
            each.insert(0, self.view.hours())
        names = sorted(set(starts))
        buckets = np.array([names.index(start) for start in starts])
        crossed = await asyncio.to_thread(crossing, self.view, each, buckets)
        return [
            cell_of(one, names[one.bucket] if unit else None, texts, by_hour=by_hour)
            for one in crossed
        ]

    async def engagement(self) -> float | None:
        """Seconds of a visit in which pages were looked at: the mean of all visits. None where
        there is nothing to show."""
        total = await self.totals()
        if total == NOTHING:
            return None
        seconds = await asyncio.to_thread(self.view.engaged)
        return seconds / total.visits

    async def conversion(self, goal: Goal) -> Conversion:
        """Who reached a goal. The period was opened with its dimension, `goal:<id>`."""
        frame = self.view.frame
        hit = await self.names.hits(frame, goal)
        values = await asyncio.to_thread(visits_with, frame, goal, hit)
        return await asyncio.to_thread(converted, self.view, values, hit)

    async def funnel(self, steps: Sequence[Goal]) -> Sequence[Figures]:
        """Who came to each step, one goal after the other; NOTHING where that cannot be shown.
        Raises TooManyStepsError."""
        frame = self.view.frame
        hits = [await self.names.hits(frame, goal) for goal in steps]
        came = await asyncio.to_thread(furthest, frame, hits)
        return await asyncio.to_thread(funnel, self.view, came, len(steps))

    async def reading(self) -> Reading:
        """How all pages together were read."""
        values, _ = await self.names.values(self.view.frame, "page")
        return await asyncio.to_thread(reading, self.view, values)

    async def readings(self) -> Mapping[str, Reading]:
        """How each page was read, also of those that `panel` does not show."""
        values, texts = await self.names.values(self.view.frame, "page")
        found = await asyncio.to_thread(readings, self.view, values)
        return dict(zip(texts, found, strict=True))


def _start(day: date, unit: Unit) -> date:
    if unit == "week":
        return week_of(day)
    return day.replace(day=1) if unit == "month" else day


def _marked(condition: Condition, sorted_by: Mapping[Filter, Sorted], frame: Frame) -> Marks:
    amount = 1
    for one in sorted_by.values():
        amount *= one.amount
    if amount > MOST_MARKS:
        raise TooManyError(
            f"the filters name {amount} combinations of values; {MOST_MARKS} can be told apart"
        )
    of_events = any(one.of_events for one in sorted_by.values())
    visit_of = frame.visit_of_event if of_events else None
    return marked(condition, sorted_by, len(frame.segment), visit_of)
