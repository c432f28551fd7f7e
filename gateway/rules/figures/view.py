"""One period of one site under one condition: every figure of it is asked from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from gateway.rules.figures.calendar import DAY, Days
from gateway.rules.figures.filters import Marks
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.measure import grouped, measured
from gateway.rules.figures.panel import NOTHING, Figures, Groups, Told, figures_of, folded
from gateway.rules.figures.segment import ENGAGEMENT, Mask, Places
from gateway.rules.figures.tally import Layout, Tally, tally
from gateway.rules.figures.threshold import Rules, Shown, all_shown, shown, within
from gateway.rules.figures.values import NO_GROUP, Counts, Keys, Values, each_key


@dataclass(frozen=True)
class View:
    """Figures from the day `first` of a frame to its end. The days before it are those of the same
    month: what may be shown of a period is settled from the first of the month on."""

    frame: Frame
    marks: Marks
    threshold: int
    first: int
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _layouts: dict[bool, Layout] = field(default_factory=dict)

    @cached_property
    def everything(self) -> Values:
        """All visits as one value."""
        return each_key(Keys("all", False, np.zeros(len(self.frame.segment), np.intp), 1))

    @cached_property
    def open(self) -> Shown:
        """The days of which all together may be shown."""
        return self._shown(self.everything)

    @property
    def counted(self) -> Sequence[int]:
        """The days, counted from 1970, that the totals are of."""
        return [int(day) + self.frame.first for day in np.flatnonzero(self.open.days)]

    def totals(self) -> Figures:
        """All together; nothing where that is too little."""
        [total] = self._by_day(np.where(self.open.days, 0, NO_GROUP), 1)
        return total if total.visitors >= self.threshold else NOTHING

    def series(self, buckets: Days) -> Sequence[Figures]:
        """All together by day, week or month: `buckets` has the place of each day of the frame.
        Nothing where that is too little, as where nobody was."""
        amount = int(buckets.max(initial=-1)) + 1
        each = self._by_day(self.open.buckets(buckets), amount)
        return [one if one.visitors >= self.threshold else NOTHING for one in each]

    def _by_day(self, groups: Days, amount: int) -> Sequence[Figures]:
        def group_of(day: Places, _: Places) -> Counts:
            return groups[day]

        every = self._tally(self.everything)
        counted = measured(self.frame, every, grouped(every, group_of), amount)
        return [figures_of(counted, group) for group in range(amount)]

    def hours(self) -> Values:
        """The hour of each event, from the first hour of the frame on."""
        every = np.ones(len(self.frame.segment.events["kind"]), bool)
        local = self.frame.calendar.local(self.frame.minutes(every)) - self.frame.first * DAY
        inside = (local >= self.first * DAY) & (local < self.frame.days * DAY)
        codes = np.where(inside, local // 60, -1)
        return each_key(Keys("hour", True, codes, self.frame.days * 24))

    def panel(self, values: Values, most: int | None = None) -> Groups:
        """The figures of each value, the largest first, and of all others together."""
        return folded(self.told(values), self.threshold, most)

    def told(self, values: Values) -> Told:
        """What may be shown of each value."""
        own = self._shown(values)
        if self.threshold > 1:
            own = within(own, self.open)
        days = self.open.days
        return Told(self.frame, self._tally(values), values.of_key, values.amount, own, days)

    def engaged(self) -> int:
        """Seconds that pages were looked at."""
        events, frame = self.frame.segment.events, self.frame
        days = frame.day_of_event
        mine = (events["kind"] == ENGAGEMENT) & (days >= 0) & (days < frame.days)
        mine[mine] = self.open.days[days[mine]]
        marks = self.marks.codes
        mine &= self.marks.wanted[marks if self.marks.of_events else marks[frame.visit_of_event]]
        return int(events["seconds"][mine].sum(dtype=np.int64))

    def _tally(self, values: Values) -> Tally:
        keys = values.keys
        if keys.name not in self._tallies:
            self._tallies[keys.name] = tally(
                self.frame, keys, self.marks, novel=self.threshold > 1, layouts=self._layouts
            )
        return self._tallies[keys.name]

    def _shown(self, values: Values) -> Shown:
        novel = self._tally(values).novel
        if novel is None:
            return all_shown(self.frame.days, values.amount, self.first)
        whole = None if values is self.everything else self.closings
        return shown(novel, values.of_key, values.amount, self.rules, whole)[0]

    @cached_property
    def closings(self) -> Mapping[frozenset[int], Mask]:
        """The days on which blocks of all together are closed, under each set of the filters."""
        every = self.everything
        novel = self._tally(every).novel
        closings = {} if novel is None else shown(novel, every.of_key, 1, self.rules)[1]
        return {each: np.any(days, axis=1)[:, None] for each, days in closings.items()}

    @cached_property
    def rules(self) -> Rules:
        """What is the same for all values."""
        months = self.frame.month_starts
        return Rules(self.threshold, self.first, months, self.marks.parts())
