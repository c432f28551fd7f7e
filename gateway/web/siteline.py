"""One site beside others: its figures, what changed in them, and what all can be added up to.

Visits and page views are added up, visitors never are: each site knows them by a key of its own, so
who was on two sites cannot be told, and is a visitor of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from gateway.figures import Unit
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.web import csvfile
from gateway.web.measures import MEASURES, Measure, change_of, compared, value_of, written
from gateway.web.pages import words
from gateway.web.periods import Span

ACCEPTANCE = "acceptance"
COLUMNS = (*MEASURES, ACCEPTANCE)
_ADDED = ("visits", "views")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was read of one site over one period. `figures` is None below its threshold, as each of
    `views`, by hour, day, week or month, may be. `until`: as on the page of the site."""

    figures: Figures | None
    views: tuple[int | None, ...]
    acceptance: float | None
    until: date | None

    def value(self, name: str) -> float | None:
        """One figure of the table."""
        return self.acceptance if name == ACCEPTANCE else value_of(name, self.figures or NOTHING)


@dataclass(frozen=True, slots=True)
class Line:
    """One site. `period` is its own, where its clock makes it another than that of the page."""

    site_id: str
    label: str
    href: str
    span: Span
    period: str
    now: Counted
    before: Counted | None
    measures: tuple[Measure, ...]
    curve: tuple[str, ...]
    curve_said: str


@dataclass(frozen=True, slots=True)
class Together:
    """What can be added up of sites that show something, and of how many that is."""

    sites: int
    measures: tuple[Measure, ...]


def measures_of(now: Counted, before: Counted | None, language: str) -> tuple[Measure, ...]:
    """All figures of a site, each with what it was where neither is hidden."""
    then = NOTHING if before is None or before.figures is None else before.figures
    said = written(ACCEPTANCE, now.acceptance, language)
    accepts = Measure(ACCEPTANCE, now.acceptance, said)
    change = None if before is None else change_of(accepts, before.acceptance, language)
    figures = compared(now.figures or NOTHING, then, language)
    return (*figures, replace(accepts, change=change))


def curve_said(views: Sequence[int | None], unit: Unit, language: str) -> str:
    """What is read out for a curve; nothing where all of it is hidden."""
    known = [value for value in views if value is not None]
    if not known:
        return ""
    t = words(language)
    least, most = (written("views", value, language) for value in (min(known), max(known)))
    return t["overview"]["curve"].format(unit=t["units"][unit], least=least, most=most)


def together(lines: Sequence[Line], language: str) -> Together | None:
    """Only of figures that are shown, so nothing of a site that is hidden is part of it. What it
    was before is told where all of them tell it: else it would be of fewer sites."""
    shown = [line for line in lines if line.now.figures is not None]
    if not shown:
        return None
    return Together(len(shown), tuple(_added(shown, name, language) for name in _ADDED))


def _added(shown: Sequence[Line], name: str, language: str) -> Measure:
    total = sum(line.now.value(name) or 0 for line in shown)
    then = [None if line.before is None else line.before.value(name) for line in shown]
    known = [value for value in then if value is not None]
    measure = Measure(name, total, written(name, total, language))
    before = sum(known) if len(known) == len(shown) else None
    return replace(measure, change=change_of(measure, before, language))


def cells(line: Line) -> Sequence[csvfile.Cell]:
    """A line of a file: the site, its days, and all figures, with those before where asked for."""
    counted = [line.now] if line.before is None else [line.now, line.before]
    figures = [_cell(each.value(name)) for each in counted for name in COLUMNS]
    days = (line.span.first.isoformat(), line.span.last.isoformat())
    return [line.site_id, line.label, *days, *figures]


def _cell(value: float | None) -> csvfile.Cell:
    return None if value is None else round(value, 4)


def ranked(lines: Sequence[Line], sort: str, order: str) -> tuple[Line, ...]:
    """Lines by one figure. What is hidden stays in its order, last: its place would tell of it."""
    known = [line for line in lines if line.now.value(sort) is not None]
    hidden = [line for line in lines if line.now.value(sort) is None]
    by = sorted(known, key=lambda line: line.now.value(sort) or 0, reverse=order == "desc")
    return (*by, *hidden)
