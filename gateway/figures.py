"""Figures of a site over a period, under a condition: read from the store, counted in `rules`.

Whoever shows figures (pages, programs, mail) gets them here, so the threshold is kept in one place
(P9). Counting runs in another thread: the loop has visitors.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import numpy as np

from gateway.rules.figures import live
from gateway.rules.figures.calendar import calendar, day_number, day_of, midnight, week_of
from gateway.rules.figures.cell import Cell, cell_of
from gateway.rules.figures.crossing import crossing
from gateway.rules.figures.dimension import (
    DIMENSIONS,
    PROPERTY,
    RETURNING,
    Named,
    named,
    needed,
    renamed,
)
from gateway.rules.figures.filters import (
    EVERYTHING,
    MOST_MARKS,
    Condition,
    Filter,
    Marks,
    Sorted,
    filters_in,
    marked,
    named_by,
    sorted_by_name,
)
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.measure import common
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.figures.reading import Reading, reading, readings
from gateway.rules.figures.segment import Columns
from gateway.rules.figures.values import Values
from gateway.rules.figures.view import View
from gateway.rules.site import Site
from gateway.stores.base import FigureStore

_VISITS = frozenset(("visit", "visitor", "first", "last", "before", "views", "acts", "events"))
_EVENTS = frozenset(("kind", "after"))
_JOINT = {"region": "-", "browser_version": " "}
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
    ) -> Opened:
        """Read what figures by these dimensions need, and `readings` if asked for. Raises
        ValueError for a condition that cannot be kept."""
        filters = filters_in(condition)
        asked = {*dimensions, *(one.dimension for one in filters)}
        of_visits, of_events = set(_VISITS), {*_EVENTS, *(_READING if reading else ())}
        for dimension in asked:
            visits, events = needed(dimension)
            of_visits |= visits
            of_events |= events
        start = period.first.replace(day=1) if site.threshold > 1 else period.first
        first = midnight(start, site.zone)
        last = midnight(period.last + timedelta(days=1), site.zone) - 1
        segment = await self._store.visits(site.id, first, last, of_visits, of_events)
        days = calendar(site.zone, first - _MARGIN, last + _MARGIN)
        frame = Frame(segment, days, day_number(start), day_number(period.last))
        book = await self._book(asked)
        sorted_by = {one: await self._sorted(frame, one, book, site.threshold) for one in filters}
        marks = _marked(condition, sorted_by, frame)
        view = View(frame, marks, site.threshold, (period.first - start).days)
        return Opened(self, view, book)

    async def live(self, site: Site, now: int) -> int:
        """Visitors who did something in the last half hour before `now`, in seconds since 1970;
        0 where that is too little."""
        since = now // 60 - live.MINUTES + 1
        columns = ("visit", "visitor", "first", "last", "events"), ("kind", "after")
        segment = await self._store.visits(site.id, since, now // 60, *columns)
        there = await asyncio.to_thread(live.visitors_since, segment, since)
        return there if there >= site.threshold else 0

    async def _book(self, dimensions: Collection[str]) -> Columns:
        groups = {
            DIMENSIONS[one].column
            for one in dimensions
            if one in DIMENSIONS and DIMENSIONS[one].words
        }
        book: dict[str, Columns] = {group: await self._store.words(group) for group in groups}
        return {name: column for words in book.values() for name, column in words.items()}

    async def _sorted(self, frame: Frame, filter_: Filter, book: Columns, threshold: int) -> Sorted:
        values, texts = await self.values(frame, filter_.dimension, book)
        known = dict(enumerate(texts))
        if filter_.operation not in ("is", "is_not") and threshold > 1:
            # Else two patterns that differ by one rare value would show it.
            often = await asyncio.to_thread(common, frame, values, threshold)
            known = {code: text for code, text in known.items() if often[code]}
        return sorted_by_name(values, named_by(filter_, known))

    async def values(
        self, frame: Frame, dimension: str, book: Columns
    ) -> tuple[Values, Sequence[str]]:
        """The values of a dimension, and the text of each."""
        found = await asyncio.to_thread(named, frame, dimension, book)
        if dimension == "returning":
            return found.values, RETURNING
        texts = await self.texts(dimension, found)
        if dimension.startswith(PROPERTY):
            name = dimension.removeprefix(PROPERTY)
            return renamed(found, [_property(text, name) for text in texts], dimension)
        return found.values, texts

    async def texts(self, dimension: str, found: Named) -> Sequence[str]:
        """The text of each value."""
        words = await self._store.texts({word for each in found.words for word in each})
        joint = _JOINT.get(dimension, "")
        return [joint.join(filter(None, (words[word] for word in each))) for each in found.words]


@dataclass(frozen=True, slots=True)
class Opened:
    """A period that was read: any number of figures of it."""

    reader: Reader
    view: View
    book: Columns

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
        values, texts = await self.reader.values(self.view.frame, dimension, self.book)
        groups = await asyncio.to_thread(self.view.panel, values, most)
        pairs = zip(groups.values, groups.figures, strict=True)
        return Panel(dimension, [Group(texts[n], each) for n, each in pairs], groups.other)

    async def panel_of(self, dimensions: Sequence[str], unit: Unit | None = None) -> Sequence[Cell]:
        """The combinations of values of several dimensions, day by day or week by week or month by
        month, the largest of each first. Raises TooManyCombinationsError."""
        frame = self.view.frame
        found = [await self.reader.values(frame, one, self.book) for one in dimensions]
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

    async def reading(self) -> Reading:
        """How all pages together were read."""
        values, _ = await self.reader.values(self.view.frame, "page", self.book)
        return await asyncio.to_thread(reading, self.view, values)

    async def readings(self) -> Mapping[str, Reading]:
        """How each page was read, also of those that `panel` does not show."""
        values, texts = await self.reader.values(self.view.frame, "page", self.book)
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


def _property(text: str, name: str) -> str | None:
    if not text:
        return None
    value = json.loads(text).get(name)
    return None if value is None else str(value)
