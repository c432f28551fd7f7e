"""The figures of a group: what they are, how they are written, how much they changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from babel.numbers import format_decimal, format_percent

from gateway.rules.figures.dimension import DIMENSIONS, PROPERTY
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.figures.reading import Reading
from gateway.web.numbers import percent
from gateway.web.pages import words

_MINUTE = 60
_VALUES: Mapping[str, Callable[[Figures], float]] = {
    "visitors": lambda of: of.visitors,
    "visits": lambda of: of.visits,
    "views": lambda of: of.views,
    "times": lambda of: of.acts,
    "views_per_visit": lambda of: round(of.views / of.visits, 2),
    "bounce_rate": lambda of: round(of.bounces / of.visits, 4),
    "visit_duration": lambda of: round(of.minutes * _MINUTE / of.visits),
}
MEASURES = ("visitors", "visits", "views", "views_per_visit", "bounce_rate", "visit_duration")
_OF_ACTS = ("visitors", "visits", "times", "bounce_rate", "visit_duration")
_RATES = ("bounce_rate", "acceptance", "scroll_depth")
_TIMES = ("visit_duration", "engagement", "time_on_page")
READ = ("time_on_page", "scroll_depth")
_MOST_PERCENT = 10
"""Times as much from which on nobody reads percents any more."""


@dataclass(frozen=True, slots=True)
class Change:
    """Against the same figure before: what it was, and by how much it is more or less."""

    before: str
    by: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `value` is None where it is hidden; `text` is how the reader's language writes
    it."""

    name: str
    value: float | None
    text: str
    change: Change | None = None


def value_of(name: str, figures: Figures) -> float | None:
    """A figure; None where nobody was, or where it is hidden."""
    return None if figures == NOTHING or not figures.visits else _VALUES[name](figures)


def measured(dimension: str) -> tuple[str, ...]:
    """The figures that say something of a dimension: a download was never looked at, but done."""
    known = DIMENSIONS.get(dimension)
    if dimension.startswith(PROPERTY) or (known and known.kinds):
        return _OF_ACTS
    return MEASURES


def measures_of(
    figures: Figures, language: str, names: Sequence[str] = MEASURES
) -> tuple[Measure, ...]:
    """The figures of a group."""
    values = ((name, value_of(name, figures)) for name in names)
    return tuple(Measure(name, value, written(name, value, language)) for name, value in values)


def reading_of(of: Reading, language: str) -> tuple[Measure, ...]:
    """How a page was read: how long, and how far down, from 0 to 1."""
    depth = None if of.scroll is None else round(of.scroll / 100, 4)
    return (
        lasting("time_on_page", of.seconds, None, language),
        Measure("scroll_depth", depth, written("scroll_depth", depth, language)),
    )


def compared(now: Figures, before: Figures, language: str) -> tuple[Measure, ...]:
    """All figures, each with what it was where neither is hidden."""
    return tuple(
        Measure(one.name, one.value, one.text, change_of(one, value_of(one.name, before), language))
        for one in measures_of(now, language)
    )


def lasting(name: str, now: float | None, before: float | None, language: str) -> Measure:
    """A time in seconds, with what it was where neither is hidden."""
    one = Measure(name, None if now is None else round(now), written(name, now, language))
    return replace(one, change=change_of(one, before, language))


def written(name: str, value: float | None, language: str) -> str:
    """A figure as people read it."""
    if value is None:
        return ""
    if name in _TIMES:
        return f"{int(value) // _MINUTE}:{int(value) % _MINUTE:02}"
    if name in _RATES:
        return percent(value, language)
    digits = "#,##0.0" if name == "views_per_visit" else "#,##0"
    return str(format_decimal(value, digits, locale=language))


def change_of(now: Measure, before: float | None, language: str) -> Change | None:
    """How much a figure is more or less than before; None where either is hidden."""
    if now.value is None or before is None:
        return None
    was = written(now.name, before, language)
    if now.name in _RATES:
        # Of a part of a hundred "10% more" would have two meanings.
        points = round((now.value - before) * 100, 1)
        said = str(format_decimal(points, _signed("#,##0.#", points), locale=language))
        return Change(was, words(language)["compare"]["points"].format(points=said))
    if not before:
        return None
    if now.value >= _MOST_PERCENT * before:
        times = format_decimal(round(now.value / before), locale=language)
        return Change(was, words(language)["compare"]["times"].format(times=times))
    part = round(now.value / before - 1, 2)
    return Change(was, str(format_percent(part, _signed("#,##0%", part), locale=language)))


def _signed(digits: str, amount: float) -> str:
    return f"+{digits};−{digits}" if amount else digits
