"""Visits as a period sees them: on which of its days, and how often seen before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gateway.rules.figures.calendar import Calendar, Days, day_of
from gateway.rules.figures.segment import ENGAGEMENT, PAGEVIEW, Column, Mask, Places, Segment


@dataclass(frozen=True)
class Frame:
    """Segments between two days on the calendar of a site, both included. Days of rows are counted
    from the first one. Visits may reach over its edges: what they did there does not count, but how
    long a visit was and where it began is said of the whole visit."""

    segment: Segment
    calendar: Calendar
    first: int  # since 1970
    last: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last - self.first + 1

    @cached_property
    def month_starts(self) -> Days:
        """For each day the first day of its month, below 0 where that is before the frame."""
        dates = (day_of(day) for day in range(self.first, self.last + 1))
        return np.array([n - date.day + 1 for n, date in enumerate(dates)], np.int64)

    @cached_property
    def begins(self) -> Days:
        """The day on which each visit begins."""
        return self.calendar.days(self.segment.visits["first"]) - self.first

    @cached_property
    def over(self) -> Mask:
        """Visits that are not over by the midnight after they began."""
        ends = self.calendar.days(self.segment.visits["last"]) - self.first
        # What came late may be of the day before the visit's first event.
        over: Mask = (ends != self.begins) | self._late
        return over

    @cached_property
    def _late(self) -> Mask:
        late = np.zeros(len(self.segment), bool)
        after = self.segment.events["after"]
        if after.dtype.kind == "i" and len(after) and after.min() < 0:
            late[self.visit_of_event[after < 0]] = True
        return late

    @cached_property
    def visit_of_event(self) -> Places:
        """The place of each event's visit."""
        return np.repeat(np.arange(len(self.segment)), self.segment.visits["events"])

    @cached_property
    def day_of_event(self) -> Days:
        """The day of each event; those outside of the frame are below 0 or above its days."""
        days = np.repeat(self.begins, self.segment.visits["events"])
        if self.over.any():
            moved = np.repeat(self.over, self.segment.visits["events"])
            days[moved] = self.calendar.days(self.minutes(moved)) - self.first
        return days

    def minutes(self, events: Mask) -> Column:
        """The minutes, of UTC, of the events that are marked."""
        visits = self.visit_of_event[events]
        return self.segment.visits["first"][visits].astype(np.int64) + self.segment.events["after"][
            events
        ].astype(np.int64)

    @cached_property
    def seen(self) -> Days:
        """The day on which the visitor of each visit was last there before it."""
        return self.calendar.days(self.segment.visits["before"]) - self.first

    @cached_property
    def alone(self) -> Mask:
        """Visits whose visitor has no other one in the frame: nobody to be counted twice."""
        visitors = self.segment.visits["visitor"]
        came_back = np.zeros(int(visitors.max(initial=0)) + 1, bool)
        came_back[visitors[self.seen >= 0]] = True
        return ~came_back[visitors]

    @cached_property
    def bounced(self) -> Mask:
        """Visits in which one thing was done."""
        visits = self.segment.visits
        bounced: Mask = visits["views"].astype(np.int64) + visits["acts"] == 1
        return bounced

    @cached_property
    def minutes_long(self) -> Column:
        """From the first event of each visit to its last."""
        visits = self.segment.visits
        return visits["last"].astype(np.int64) - visits["first"]

    def new_on(self, visit: Places, day: Days) -> tuple[Mask, Mask]:
        """Which rows of visits on days are of visitors who are certainly counted by no other such
        row of that day, and which by no other of that month."""
        seen, begins, month = self.seen[visit], self.begins[visit], self.month_starts[day]
        # A visit that goes on for days is one visitor on the first of them only.
        first = (begins == day) | ((begins < month) & (day == month))
        return seen < day, (seen < month) & first

    @cached_property
    def new_stays(self) -> tuple[Mask, Mask]:
        """The same of `stays`."""
        return self.new_on(self.stays.visit, self.stays.day)

    @cached_property
    def stays(self) -> Stays:
        """Every visit on every day on which something was done in it."""
        visits = self.segment.visits
        whole = np.flatnonzero(~self.over & (self.begins >= 0) & (self.begins < self.days))
        cut = self._cut
        if not len(cut.visit):
            return Stays(whole, self.begins[whole], visits["views"][whole], visits["acts"][whole])
        return Stays(
            np.concatenate([whole, cut.visit]),
            np.concatenate([self.begins[whole], cut.day]),
            np.concatenate([visits["views"][whole], cut.views]),
            np.concatenate([visits["acts"][whole], cut.acts]),
        )

    @property
    def _cut(self) -> Stays:
        """Those of visits over midnight, read from their events."""
        over = np.repeat(self.over, self.segment.visits["events"])
        kinds = self.segment.events["kind"]
        places = np.flatnonzero(over & (kinds != ENGAGEMENT))
        days = self.day_of_event[places]
        inside = (days >= 0) & (days < self.days)
        places, days = places[inside], days[inside]
        key = self.visit_of_event[places] * np.int64(self.days) + days
        stays, which = np.unique(key, return_inverse=True)
        viewed = kinds[places] == PAGEVIEW
        return Stays(
            stays // self.days,
            stays % self.days,
            np.bincount(which[viewed], minlength=len(stays)),
            np.bincount(which[~viewed], minlength=len(stays)),
        )


@dataclass(frozen=True, slots=True)
class Stays:
    """Visits on days: the place of the visit, the day, page views and other things done."""

    visit: Places
    day: Days
    views: Column
    acts: Column
