"""What can be chosen on the dashboard: periods, what they are compared with, and by what drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from gateway.web.pages import words
from gateway.web.periods import COMPARISONS, CUSTOM, MOST_DAYS, PRESETS, Span, units
from gateway.web.question import Question


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, as a link."""

    key: str
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menus:
    """The choices, and what goes along with the forms beside them."""

    period: str
    periods: tuple[Choice, ...]
    today: date
    along_period: tuple[tuple[str, str], ...]
    comparison: str
    comparisons: tuple[Choice, ...]
    units: tuple[Choice, ...]
    along_filter: tuple[tuple[str, str], ...]
    most_days: int = MOST_DAYS


def menus_of(question: Question, today: date, language: str) -> Menus:
    """All choices that can be made from here."""
    address, span, t = question.address, question.span, words(language)
    periods = tuple(
        Choice(
            name,
            t["periods"][name],
            # What it is drawn by goes with the period: hours of a year are none.
            address.to(changes={"from": None, "to": None, "by": None, "period": name}),
            name == span.name,
        )
        for name in PRESETS
    )
    comparisons = tuple(
        Choice(name, t["compare"][name], address.to(changes={"compare": name}), _is(question, name))
        for name in COMPARISONS
    )
    drawn = tuple(
        Choice(
            unit,
            t["units"][unit],
            address.to(changes={"by": unit}, fragment="chart"),
            unit == question.unit,
        )
        for unit in units(span)
    )
    own = span.name == CUSTOM
    return Menus(
        between(span, language) if own else t["periods"][span.name],
        periods,
        today,
        address.but("from", "to", "period", "by"),
        t["compare"][question.comparison],
        comparisons,
        drawn,
        address.but(),
    )


def _is(question: Question, name: str) -> bool:
    return question.comparison == name


def between(span: Span, language: str) -> str:
    """A period by its days."""
    first, last = (
        str(format_date(day, "d MMM y", locale=language)) for day in (span.first, span.last)
    )
    if first == last:
        return first
    return words(language)["dashboard"]["range"].format(first=first, last=last)
