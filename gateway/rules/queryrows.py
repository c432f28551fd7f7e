"""Figures as the rows of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.figures.reading import Reading
from gateway.rules.query import Query

Number = int | float | None
_UNREAD = Reading(None, None)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer."""

    dimensions: Sequence[str]
    metrics: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a group is a part of: all visitors, and without the goals of the filters all visitors
    and those of the same group."""

    total: Figures
    unfiltered: Figures = NOTHING
    alike: Figures = NOTHING


def numbers(
    metrics: Sequence[str], figures: Figures, whole: Whole, reading: Reading = _UNREAD
) -> Sequence[Number]:
    """The metrics of one group, rounded as people read them. None where there is nothing that a
    mean or a share could be of."""
    return [_number(name, figures, whole, reading) for name in metrics]


def _number(name: str, figures: Figures, whole: Whole, reading: Reading) -> Number:
    match name:
        case "conversion_rate":
            return _ratio(100 * figures.visitors, whole.unfiltered.visitors, 1)
        case "group_conversion_rate":
            return _ratio(100 * figures.visitors, whole.alike.visitors, 1)
        case "visitors":
            return figures.visitors
        case "visits":
            return figures.visits
        case "pageviews":
            return figures.views
        case "events":
            return figures.views + figures.acts
        case "views_per_visit":
            return _ratio(figures.views, figures.visits, 2)
        case "bounce_rate":
            return _whole(_ratio(100 * figures.bounces, figures.visits, 0))
        case "visit_duration":
            return _whole(_ratio(60 * figures.minutes, figures.visits, 0))
        case "percentage":
            return _ratio(100 * figures.visitors, whole.total.visitors, 1)
        case "time_on_page":
            return _whole(reading.seconds)
    return _whole(reading.scroll)


def _ratio(part: int, whole: int, digits: int) -> float | None:
    return round(part / whole, digits) if whole else None


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def arranged(query: Query, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows in the order that was asked for; of equal ones the order is always the same."""
    ordered = list(rows)
    for place, turned in reversed(query.order):
        ordered.sort(key=lambda row: _rank(row, place), reverse=turned)
    return ordered


def _rank(row: Row, place: int) -> tuple[bool, Number | str]:
    """What a row is ordered by. What is not known is less than any number."""
    value = [*row.dimensions, *row.metrics][place]
    return (value is not None, 0 if value is None else value)


def page(query: Query, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows that were asked for."""
    start = query.asked.pagination.offset
    return rows[start : start + query.asked.pagination.limit]
