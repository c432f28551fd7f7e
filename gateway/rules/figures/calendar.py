"""Minutes of UTC as days, weeks and months on the calendar of a site.

A day has 23 or 25 hours where clocks change, and zones have been a quarter of an hour apart:
so every minute is moved by the offset that held then, for a whole column at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from gateway.rules.figures.segment import Column

DAY = 24 * 60
EPOCH = date(1970, 1, 1).toordinal()
_STEP = 6 * 60
"""No zone changes its clocks twice within six hours."""

Days = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a zone between two minutes. Days are counted from 1970."""

    changes: Sequence[tuple[int, int]]  # a minute of UTC, and how much clocks moved then
    offset: int  # minutes before the first change

    def local(self, minutes: Column) -> Days:
        """Minutes as clocks there showed them."""
        shown = minutes.astype(np.int64) + self.offset
        for minute, moved in self.changes:
            shown += moved * (minutes >= minute)
        return shown

    def days(self, minutes: Column) -> Days:
        """The day on which each minute is."""
        return self.local(minutes) // DAY


def calendar(zone: ZoneInfo, first: int, last: int) -> Calendar:
    """The calendar that holds from one minute of UTC to another."""
    changes = []
    offset = before = _offset(zone, first)
    for low in range(first, last + 1, _STEP):
        high = min(low + _STEP, last)
        after = _offset(zone, high)
        if after != before:
            changes.append((_change(zone, low, high), after - before))
            before = after
    return Calendar(tuple(changes), offset)


def _offset(zone: ZoneInfo, minute: int) -> int:
    moved = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).utcoffset()
    # Until the 1970s some zones had an offset of seconds.
    return 0 if moved is None else int(moved.total_seconds() // 60)


def _change(zone: ZoneInfo, low: int, high: int) -> int:
    """The first minute with another offset than `low` has."""
    before = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> date:
    """The date of a day that is counted from 1970."""
    return date.fromordinal(number + EPOCH)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first minute, since 1970 UTC, of a day there."""
    # Where clocks are put forward at midnight itself, the day begins with the hour after it.
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) // 60


def week_of(day: date) -> date:
    """The Monday of a week (ISO 8601)."""
    return day - timedelta(days=day.weekday())
