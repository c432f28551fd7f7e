"""The days a program asks about, on the calendar of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.rules.figures.calendar import week_of
from gateway.rules.querynames import QueryError, Unit

_DAYS: Mapping[str, int] = MappingProxyType(
    {"day": 1, "24h": 2, "7d": 7, "28d": 28, "30d": 30, "91d": 91}
)
"""Today is among them, as on the dashboard."""
_MONTHS: Mapping[str, int] = MappingProxyType({"month": 1, "6mo": 6, "12mo": 12})
RANGES = (*_DAYS, *_MONTHS, "year", "all")
_MOST_DAYS = 3_700
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
_DAILY = 91
"""Days of the longest period of which `time` means days."""


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date

    @property
    def amount(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


def days_of(
    asked: str | Sequence[str], today: date, zone: ZoneInfo, kept: int, *, trimmed: bool
) -> Days:
    """The days of a `date_range`; `kept` is for how many days the site keeps its figures. `trimmed`
    ends a range that is named by a word with today. Raises QueryError."""
    if not isinstance(asked, str):
        return _between(asked, zone)
    if asked in _DAYS:
        return Days(today - timedelta(days=_DAYS[asked] - 1), today)
    if asked in _MONTHS:
        first = _month(today, _MONTHS[asked] - 1)
        last = _month(today, -1) - timedelta(days=1)
    elif asked == "year":
        first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    elif asked == "all":
        first, last = today - timedelta(days=kept - 1), today
    else:
        raise QueryError(
            f"`date_range` is none of {', '.join(RANGES)}: use one of them, or [from, to]"
        )
    return Days(first, min(last, today) if trimmed else last)


def unit_of(days: Days) -> Unit:
    """What `time` stands for."""
    if days.amount == 1:
        return "hour"
    return "day" if days.amount <= _DAILY else "month"


def label(start: datetime, unit: Unit) -> str:
    """How a program reads the start of an hour, a day, a week or a month."""
    return f"{start:%Y-%m-%d %H:%M:%S}" if unit == "hour" else f"{start:%Y-%m-%d}"


def labels(days: Days, unit: Unit) -> Sequence[str]:
    """All of them in a period."""
    every = [days.first + timedelta(days=n) for n in range(days.amount)]
    if unit == "hour":
        starts = [datetime.combine(day, time(hour)) for day in every for hour in range(24)]
    else:
        starts = [datetime.combine(start_of(day, unit), time()) for day in every]
    return list(dict.fromkeys(label(start, unit) for start in starts))


def start_of(day: date, unit: Unit) -> date:
    """The first day of the day, the week or the month that a day is in."""
    if unit == "week":
        return week_of(day)
    return day.replace(day=1) if unit == "month" else day


def _month(day: date, back: int) -> date:
    """The first of the month that many months before."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


def _between(asked: Sequence[str], zone: ZoneInfo) -> Days:
    if len(asked) != 2:
        raise QueryError("`date_range` is no pair: write [from, to]")
    first, last = (_day(text, zone) for text in asked)
    if first > last:
        raise QueryError("`date_range` ends before it begins: write [from, to]")
    if first < _EARLIEST or last > _LATEST:
        raise QueryError("`date_range` reaches out of 2000 to 2099: ask within these years")
    days = Days(first, last)
    if days.amount > _MOST_DAYS:
        raise QueryError(f"`date_range` has more than {_MOST_DAYS:,} days: ask for fewer")
    return days


def _day(text: str, zone: ZoneInfo) -> date:
    """The day there of a date, or of a date and time. Whole days, because small groups are hidden
    by whole days: hours of one would be the difference of two answers."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(zone)
    except (ValueError, OverflowError):
        raise QueryError(
            "`date_range` holds what is no date: write [from, to] as 2026-11-22, or with a time as"
            " 2026-11-22T15:00:00+01:00"
        ) from None
    return moment.date()
