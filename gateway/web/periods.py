"""Periods of the dashboard: by their names, by two dates, and what each is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from gateway.figures import Unit

PRESETS = (
    *("today", "yesterday", "7d", "28d", "30d", "91d"),
    *("month", "last_month", "12mo", "year"),
)
DEFAULT = "28d"
CUSTOM = "custom"
COMPARISONS = ("previous", "year", "none")
UNITS: tuple[Unit, ...] = ("hour", "day", "week", "month")
MOST_DAYS = 1_100
"""Days that are counted at once: three years."""

_ROLLING: Mapping[str, int] = {"7d": 7, "28d": 28, "30d": 30, "91d": 91}
_HOURS, _WEEKS, _MONTHS = 7, 14, 32
_DAYS = 400
_EARLIEST = date(2000, 1, 1)
_DAY = timedelta(days=1)

Comparison = Literal["previous", "year", "none"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, and the name of the period they are."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


class PeriodError(ValueError):
    """Two dates that are no period. `reason` names the text that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def span_of(name: str, today: date) -> Span:
    """A period by its name; the usual one for a name that is none. Today is part of what is not
    over yet."""
    if name == "yesterday":
        return Span(name, today - _DAY, today - _DAY)
    if name == "last_month":
        end = today.replace(day=1) - _DAY
        return Span(name, end.replace(day=1), end)
    if name == "today":
        return Span(name, today, today)
    if name == "month":
        return Span(name, today.replace(day=1), today)
    if name == "year":
        return Span(name, today.replace(month=1, day=1), today)
    if name == "12mo":
        return Span(name, _months_before(today.replace(day=1), 11), today)
    name = name if name in _ROLLING else DEFAULT
    return Span(name, today - (_ROLLING[name] - 1) * _DAY, today)


def custom(first: str, last: str, today: date) -> Span:
    """A period by two dates as browsers write them. What is still to come is left off."""
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise PeriodError("dates") from None
    if begins < _EARLIEST:
        raise PeriodError("dates")
    if ends < begins:
        raise PeriodError("order")
    if begins > today:
        raise PeriodError("future")
    found = Span(CUSTOM, begins, min(ends, today))
    if found.days > MOST_DAYS:
        raise PeriodError("long")
    return found


def units(span: Span) -> tuple[Unit, ...]:
    """By what a period can be drawn: neither a handful of bars nor a thousand."""
    offered = {
        "hour": span.days <= _HOURS,
        "day": span.days <= _DAYS,
        "week": span.days >= _WEEKS,
        "month": span.days >= _MONTHS,
    }
    return tuple(unit for unit in UNITS if offered[unit])


def unit_of(span: Span, wanted: str) -> Unit:
    """The unit that was asked for where it is offered, else the usual one."""
    offered = units(span)
    for unit in offered:
        if unit == wanted:
            return unit
    if span.days == 1:
        return "hour"
    if span.days <= _ROLLING["91d"]:
        return "day"
    return "week" if span.days <= 2 * _ROLLING["91d"] else "month"


def comparison_of(span: Span, wanted: str) -> Comparison:
    """What a period is compared with. A day that is not over is not, unless it is asked for: in the
    morning it would always be a bad day."""
    for one in ("previous", "year", "none"):
        if one == wanted:
            return one
    return "none" if span.name == "today" else "previous"


def compared(span: Span, with_: Comparison) -> Span | None:
    """The period that a period is compared with. Calendar months and years go by the calendar, the
    others by their number of days."""
    if with_ == "none":
        return None
    if with_ == "year" or span.name in ("year", "12mo"):
        return replace(span, first=_months_before(span.first, 12), last=_earlier(span, 12))
    if span.name in ("month", "last_month"):
        return replace(span, first=_months_before(span.first, 1), last=_earlier(span, 1))
    return replace(span, first=span.first - span.days * _DAY, last=span.first - _DAY)


def _earlier(span: Span, months: int) -> date:
    """The last day of a period, some months before; a month that is over stays a whole one."""
    if span.name == "last_month":
        return _months_before(span.last.replace(day=1), months - 1) - _DAY
    return _months_before(span.last, months)


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one."""
    place = day.year * 12 + day.month - 1 - months
    first = date(place // 12, place % 12 + 1, 1)
    after = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    return min(first + (day.day - 1) * _DAY, after - _DAY)
