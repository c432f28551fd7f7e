"""When a summary of a week or month is due, of which days it is, and what it compares.

It is due at seven in the morning of the first day after its period, on the clock of the site, and
for three days: whoever was away longer would send old news. It can be sent by hand then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.rules.figures.calendar import week_of
from gateway.rules.figures.panel import Figures
from gateway.rules.mailbox import one_line
from gateway.rules.site import Every

HOUR = 7
DUE_DAYS = 3
BACK_OFF = (60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400)
"""Seconds from one attempt to the next, less than `DUE_DAYS` in all; after the last it failed."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days on the calendar of a site, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a summary; None where it is nothing or too little. `change` is against the
    period before: a part of that value, or for rates, which are parts themselves, the difference.
    Durations are seconds."""

    name: str
    value: float | None
    change: float | None
    is_rate: bool = False


def over(every: Every, day: date) -> Span:
    """The last week (Monday to Sunday) or month that is over on a day."""
    if every == "week":
        monday = week_of(day)
        return Span(monday - 7 * _DAY, monday - _DAY)
    last = day.replace(day=1) - _DAY
    return Span(last.replace(day=1), last)


def before(every: Every, span: Span) -> Span:
    """The week or month before one."""
    return over(every, span.first)


def due(every: Every, now: int, zone: ZoneInfo) -> Span | None:
    """The period whose summary is due at a moment (seconds since 1970 UTC); None: none is."""
    # As on the wall: the day begins at seven, however long the night was.
    day = (datetime.fromtimestamp(now, zone).replace(tzinfo=UTC) - timedelta(hours=HOUR)).date()
    span = over(every, day)
    return span if day - span.last <= DUE_DAYS * _DAY else None


def next_try(attempts: int, now: int) -> int | None:
    """When to try again after so many attempts; None: never."""
    return now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def measures(figures: Figures, earlier: Figures) -> Sequence[Measure]:
    """The figures of a period against those of the period before."""
    now, then = _values(figures), _values(earlier)
    return tuple(
        Measure(
            name,
            now.get(name),
            _change(now.get(name), then.get(name), is_rate=name == "bounce_rate"),
            name == "bounce_rate",
        )
        for name in (
            "visitors",
            "visits",
            "views",
            "views_per_visit",
            "bounce_rate",
            "visit_duration",
        )
    )


def _values(figures: Figures) -> Mapping[str, float]:
    if not figures.visits:
        return {}
    # As far as they are written: who compares two mails must find the change that is told.
    return {
        "visitors": figures.visitors,
        "visits": figures.visits,
        "views": figures.views,
        "views_per_visit": round(figures.views / figures.visits, 2),
        "bounce_rate": round(figures.bounces / figures.visits, 4),
        "visit_duration": round(figures.minutes * 60 / figures.visits),
    }


def _change(now: float | None, then: float | None, *, is_rate: bool) -> float | None:
    if now is None or then is None:
        return None
    if is_rate:
        return now - then
    return now / then - 1 if then else None


def joined(days: Iterable[date]) -> Sequence[Span]:
    """Days, in order, as the fewest spans."""
    spans: list[Span] = []
    for day in days:
        if spans and spans[-1].last + _DAY == day:
            spans[-1] = Span(spans[-1].first, day)
        else:
            spans.append(Span(day, day))
    return tuple(spans)


def subject(words: str, site: str, period: str) -> str:
    """The subject line, of `words` with {site} and {period} in it."""
    return one_line(words.format(site=site, period=period))
