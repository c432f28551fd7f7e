"""The days a question is about, and the rows of its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.figures.reading import Reading
from gateway.rules.querynames import METRICS
from gateway.rules.queryperiod import labels
from gateway.rules.queryrows import Row, Whole, arranged, numbers, page
from tests.rules.test_query import ask, refused


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("day", "2026-11-22", "2026-11-22"),
        ("24h", "2026-11-21", "2026-11-22"),
        ("7d", "2026-11-16", "2026-11-22"),
        ("28d", "2026-10-26", "2026-11-22"),
        ("30d", "2026-10-24", "2026-11-22"),
        ("91d", "2026-08-24", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("6mo", "2026-06-01", "2026-11-30"),
        ("12mo", "2025-12-01", "2026-11-30"),
        ("year", "2026-01-01", "2026-12-31"),
        ("all", "2024-10-24", "2026-11-22"),
        (["2026-02-03", "2026-02-05"], "2026-02-03", "2026-02-05"),
        # Whole days on the calendar of the site: there it is past midnight already.
        (["2026-02-03T23:30:00Z", "2026-02-05T01:00:00-05:00"], "2026-02-04", "2026-02-05"),
        (["2026-02-03T23:30:00", "2026-02-05T01:00:00"], "2026-02-03", "2026-02-05"),
    ],
    ids=str,
)
def test_a_range_is_days_on_the_calendar_of_the_site(asked: Any, first: str, last: str) -> None:
    days = ask(date_range=asked).days
    assert [days.first.isoformat(), days.last.isoformat()] == [first, last]


def test_a_range_by_a_word_can_end_today() -> None:
    trim = {"trim_relative_date_range": True}
    assert ask(date_range="year", include=trim).days.last == date(2026, 11, 22)
    own = ["2026-11-01", "2026-11-30"]
    assert ask(date_range=own, include=trim).days.last == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("fortnight", "`date_range` is none of day, 24h, 7d"),
        (["2026-02-03"], "is no pair"),
        (["2026-02-05", "2026-02-03"], "ends before it begins"),
        (["1999-12-31", "2026-02-03"], "2000 to 2099"),
        (["2026-02-05", "2100-01-01"], "2000 to 2099"),
        (["2000-01-01", "2026-02-03"], "more than 3,700 days"),
        (["yesterday", "2026-02-03"], "holds what is no date"),
        (["0001-01-01T00:00:00+14:00", "2026-02-03"], "holds what is no date"),
    ],
    ids=str,
)
def test_a_range_that_is_none_is_told(asked: Any, said: str) -> None:
    assert said in refused(date_range=asked)


@pytest.mark.parametrize(
    ("asked", "dimension", "unit"),
    [
        ("day", "time", "hour"),
        ("7d", "time", "day"),
        ("91d", "time", "day"),
        ("12mo", "time", "month"),
        ("12mo", "time:week", "week"),
        ("day", "time:month", "month"),
        ("7d", "visit:os", None),
    ],
)
def test_time_goes_by_the_length_of_the_period(
    asked: str, dimension: str, unit: str | None
) -> None:
    assert ask(date_range=asked, dimensions=[dimension]).unit == unit


def test_labels_are_the_starts_of_all_there_are() -> None:
    days = ask(date_range=["2026-10-30", "2026-11-02"]).days
    assert labels(days, "month") == ["2026-10-01", "2026-11-01"]
    assert labels(days, "week") == ["2026-10-26", "2026-11-02"]
    assert labels(days, "day") == ["2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]
    hours = labels(days, "hour")
    assert len(hours) == 4 * 24
    assert hours[25] == "2026-10-31 01:00:00"


def test_metrics_are_rounded_as_people_read_them() -> None:
    figures = Figures(visitors=6, visits=8, views=21, acts=3, bounces=3, minutes=20)
    total = Figures(visitors=9, visits=9, views=9, acts=0, bounces=0, minutes=0)
    all_, alike = replace(total, visitors=60), replace(total, visitors=8)
    made = numbers(METRICS, figures, Whole(total, all_, alike), Reading(42.6, 71.2))
    assert dict(zip(METRICS, made, strict=True)) == {
        "visitors": 6,
        "visits": 8,
        "pageviews": 21,
        "views_per_visit": 2.62,
        "bounce_rate": 38,
        "visit_duration": 150,
        "events": 24,
        "percentage": 66.7,
        "scroll_depth": 71,
        "time_on_page": 43,
        "conversion_rate": 10.0,
        "group_conversion_rate": 75.0,
    }


def test_nothing_has_no_means_and_no_shares() -> None:
    made = numbers(METRICS, NOTHING, Whole(NOTHING))
    assert made == [0, 0, 0, None, None, None, 0, None, None, None, None, None]


ROWS = [
    Row(("2026-11-02", "b"), (3, None)),
    Row(("2026-11-01", "b"), (5, 10)),
    Row(("2026-11-01", "a"), (5, 30)),
    Row(("2026-11-02", "c"), (7, 20)),
]
SHAPE: dict[str, Any] = {
    "metrics": ["visitors", "bounce_rate"],
    "dimensions": ["time:day", "visit:os"],
}


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ([], [2, 1, 3, 0]),
        ([["visitors", "asc"]], [0, 2, 1, 3]),
        ([["bounce_rate", "desc"]], [2, 3, 1, 0]),
        ([["visit:os", "desc"], ["bounce_rate", "asc"]], [3, 0, 1, 2]),
    ],
    ids=str,
)
def test_rows_are_in_the_order_that_was_asked_for(order: list[Any], places: list[int]) -> None:
    made = arranged(ask(**SHAPE, order_by=order), ROWS)
    assert made == [ROWS[place] for place in places]


def test_rows_without_time_begin_with_the_largest() -> None:
    shape = {**SHAPE, "dimensions": ["visit:os", "visit:browser"]}
    assert arranged(ask(**shape), ROWS) == [ROWS[place] for place in (3, 2, 1, 0)]


def test_a_page_of_rows_begins_and_ends_where_it_was_asked_to() -> None:
    assert page(ask(pagination={"limit": 2, "offset": 1}), ROWS) == ROWS[1:3]
    assert page(ask(pagination={"offset": 4}), ROWS) == []
