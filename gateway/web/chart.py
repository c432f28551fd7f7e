"""The chart of the dashboard: figures by hour, day, week or month, beside those of before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_datetime

from gateway.figures import Moment, Opened, Unit
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.web.pages import words

# CLDR patterns: of what is read out, and of what stands under a bar.
_LONG: Mapping[Unit, str] = {
    "hour": "EEEE d MMMM, HH:mm",
    "day": "EEEE d MMMM y",
    "week": "d MMMM y",
    "month": "LLLL y",
}
_SHORT: Mapping[Unit, str] = {
    "hour": "HH:mm",
    "day": "d MMM",
    "week": "d MMM",
    "month": "LLL y",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One hour, day, week or month. No figures: nobody, or fewer than the threshold; they look
    alike. `before` is what it is compared with."""

    start: datetime
    label: str
    short: str
    figures: Figures | None
    before: Figures | None
    before_label: str

    @property
    def key(self) -> str:
        """By which rows of the table are known."""
        return self.start.strftime("%Y-%m-%dT%H:%M" if self.start.time().hour else "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Chart:
    """All points, and for those of hours the days they are of."""

    unit: Unit
    points: tuple[Point, ...]
    days: tuple[Point, ...]
    compared: bool

    def of_day(self, day: date) -> tuple[Point, ...]:
        """The hours of a day."""
        return tuple(point for point in self.points if point.start.date() == day)

    def data(self, language: str) -> Mapping[str, object]:
        """What the script draws."""
        t = words(language)["dashboard"]
        return {
            "unit": self.unit,
            "language": language,
            "words": {"shown": t["readout"], "hidden": t["readout_hidden"], "before": t["before"]},
            "compared": self.compared,
            "points": [
                {
                    "start": point.start.isoformat(timespec="minutes"),
                    "label": point.label,
                    "short": point.short,
                    "figures": _drawn(point.figures),
                    "before": _drawn(point.before),
                    "beforeLabel": point.before_label,
                }
                for point in self.points
            ],
        }


def _drawn(figures: Figures | None) -> Mapping[str, int] | None:
    if figures is None:
        return None
    return {"views": figures.views, "visits": figures.visits, "visitors": figures.visitors}


async def chart_of(opened: Opened, before: Opened | None, unit: Unit, language: str) -> Chart:
    """Figures over time; the period before lies under them from its first day on."""
    now = await opened.series(unit)
    then = [] if before is None else await before.series(unit)
    points = _points(now, then, unit, language)
    days = _points(await opened.series("day"), [], "day", language) if unit == "hour" else ()
    return Chart(unit, points, days, before is not None)


def _points(
    now: Sequence[Moment], then: Sequence[Moment], unit: Unit, language: str
) -> tuple[Point, ...]:
    one_day = unit == "hour" and len({moment.start.date() for moment in now}) == 1
    made = []
    for place, moment in enumerate(now):
        midnight = not moment.start.hour and not one_day
        short = _SHORT["day" if unit == "hour" and midnight else unit]
        old = then[place] if place < len(then) else None
        made.append(
            Point(
                moment.start,
                label_of(moment.start, unit, language),
                str(format_datetime(moment.start, short, locale=language)),
                _some(moment.figures),
                None if old is None else _some(old.figures),
                "" if old is None else label_of(old.start, unit, language),
            )
        )
    return tuple(made)


def _some(figures: Figures) -> Figures | None:
    return None if figures == NOTHING else figures


def label_of(start: datetime, unit: Unit, language: str) -> str:
    """An hour, day, week or month in words."""
    said = str(format_datetime(start, _LONG[unit], locale=language))
    return words(language)["dashboard"]["week_of"].format(day=said) if unit == "week" else said
