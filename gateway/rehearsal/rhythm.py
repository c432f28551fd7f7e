"""How busy a staffing company's site is: by the hour, the weekday, the season and the year, and on
the days when something happens. Nothing here is drawn by lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.rehearsal.chance import Odds

_WEEK = (1.12, 1.08, 1.0, 0.98, 0.82, 0.42, 0.5)
"""Monday to Sunday; five working days have an average of one."""

_SEASON = (1.38, 1.14, 1.06, 1.0, 0.97, 0.92, 0.7, 0.8, 1.12, 1.05, 1.0, 0.86)
"""January to December, in the middle of each month: good intentions, holidays, a new season."""

_FEASTS = frozenset(((1, 1), (4, 27), (12, 25), (12, 26)))
_FEAST, _BETWEEN_YEARS = 0.3, 0.5

_GROWTH = 0.25
"""What a year adds, as a share of an average day."""

_NIGHT = (0.5, 0.3, 0.15, 0.1, 0.15, 0.5)
_WORKDAY = Odds.of(
    enumerate((*_NIGHT, 1.5, 3.5, 6, 7.5, 8, 7.5, 7.2, 7, 7, 6.5, 6, 4.5, 4, 5.5, 6.5, 5.5, 3, 1.2))
)
_WEEKEND = Odds.of(
    enumerate((*_NIGHT, 0.6, 1, 2.5, 4.5, 6.5, 7, 6.5, 6.5, 6.5, 6, 6, 5, 5, 6.5, 7.5, 6.5, 4, 1.5))
)
"""Hours of the site's own clock."""
_DOWN = range(9, 18)
_OUTAGE = Odds.of(
    (hour, 0.0 if hour in _DOWN else after - before)
    for hour, (before, after) in enumerate(
        zip((0.0, *_WORKDAY.sums[:-1]), _WORKDAY.sums, strict=True)
    )
)

_CAMPAIGN, _NEWSLETTER = 0.5, (0.7, 0.3, 0.12)
_BACK_TO_CAMPAIGNS = (17, 199)
_BACK_TO_OUTAGE = 45
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Of the time up to `last`, the last day that is played."""

    last: date

    def busy(self, day: date) -> float:
        """How many come, where an average working day has one."""
        before = (self.last - day).days / 365
        year = 1 + _GROWTH * (0.5 - before)
        down = 0.4 if self.is_outage(day) else 1.0
        return year * season(day) * _WEEK[day.weekday()] * _feast(day) * down

    def more(self, day: date) -> Mapping[str, float]:
        """What brings more people that day, by its name, as a share of those who come anyway."""
        found = {"campaign": _CAMPAIGN if self.campaign(day) else 0.0}
        tuesday = newsletter_day(day)
        late = (day - tuesday).days
        found["newsletter"] = _NEWSLETTER[late] if 0 <= late < len(_NEWSLETTER) else 0.0
        return {name: share for name, share in found.items() if share}

    def campaign(self, day: date) -> str:
        """The campaign that runs that week, or nothing."""
        for back in _BACK_TO_CAMPAIGNS:
            then = self.last - timedelta(days=back)
            monday = then - timedelta(days=then.weekday())
            if 0 <= (day - monday).days < 7:
                return f"werkweek-{_MONTHS[monday.month - 1]}"
        return ""

    def is_outage(self, day: date) -> bool:
        """Whether the site was down during working hours."""
        then = self.last - timedelta(days=_BACK_TO_OUTAGE)
        return day == then - timedelta(days=max(0, then.weekday() - 3))

    def hours(self, day: date) -> Odds[int]:
        """In which hour who comes that day comes."""
        if self.is_outage(day):
            return _OUTAGE
        return _WEEKEND if day.weekday() >= 5 else _WORKDAY


def season(day: date) -> float:
    """What the time of year does, without a step from one month to the next."""
    place = day.month - 1 + (day.day - 15) / 30.5
    before = int(place // 1)
    share = place - before
    return _SEASON[before % 12] * (1 - share) + _SEASON[(before + 1) % 12] * share


def newsletter(day: date) -> str:
    """The newsletter that was sent last."""
    return f"nieuwsbrief-{_MONTHS[newsletter_day(day).month - 1]}"


def newsletter_day(day: date) -> date:
    """When the newsletter of that month is sent: on its first Tuesday."""
    first = day.replace(day=1)
    return first + timedelta(days=(1 - first.weekday()) % 7)


def _feast(day: date) -> float:
    if (day.month, day.day) in _FEASTS:
        return _FEAST
    return _BETWEEN_YEARS if day.month == 12 and day.day >= 24 else 1.0
