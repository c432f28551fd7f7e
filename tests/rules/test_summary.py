"""When a summary is due, of which days, and what it compares."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.site import Every
from gateway.rules.summary import (
    BACK_OFF,
    DUE_DAYS,
    Measure,
    Span,
    before,
    due,
    joined,
    measures,
    next_try,
    over,
    subject,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("every", "day", "period"),
    [
        ("week", "2026-12-14", span("2026-12-07", "2026-12-13")),
        ("week", "2026-12-20", span("2026-12-07", "2026-12-13")),
        ("week", "2027-01-05", span("2026-12-28", "2027-01-03")),
        ("month", "2026-12-01", span("2026-11-01", "2026-11-30")),
        ("month", "2026-12-31", span("2026-11-01", "2026-11-30")),
        ("month", "2028-03-01", span("2028-02-01", "2028-02-29")),
        ("month", "2027-01-10", span("2026-12-01", "2026-12-31")),
    ],
)
def test_the_last_period_that_is_over(every: Every, day: str, period: Span) -> None:
    assert over(every, date.fromisoformat(day)) == period
    assert period.days == (period.last - period.first).days + 1


def test_the_period_before_ends_where_this_one_begins() -> None:
    assert before("week", span("2026-12-07", "2026-12-13")) == span("2026-11-30", "2026-12-06")
    assert before("month", span("2027-01-01", "2027-01-31")) == span("2026-12-01", "2026-12-31")


WEEK, MONTH = span("2026-12-07", "2026-12-13"), span("2026-10-01", "2026-10-31")


@pytest.mark.parametrize(
    ("every", "moment", "period"),
    [
        ("week", "2026-12-14 06:59:59", None),
        ("week", "2026-12-14 07:00:00", WEEK),
        ("week", "2026-12-17 06:59:59", WEEK),
        ("week", "2026-12-17 07:00:00", None),
        ("month", "2026-11-01 06:59:59", None),
        ("month", "2026-11-01 07:00:00", MONTH),
        ("month", "2026-11-04 06:59:59", MONTH),
        ("month", "2026-11-04 07:00:00", None),
    ],
)
def test_it_is_due_at_seven_and_for_three_days(
    every: Every, moment: str, period: Span | None
) -> None:
    assert due(every, at(moment), AMSTERDAM) == period


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/St_Johns", "UTC"])
def test_seven_is_that_of_the_site(zone: str) -> None:
    place = ZoneInfo(zone)
    assert due("week", at("2026-12-14 07:00:00", place), place) == WEEK
    assert due("week", at("2026-12-14 06:59:00", place), place) is None


def test_a_night_of_another_length_changes_nothing() -> None:
    """1 November 2026 follows the change of clocks in New York that very night."""
    place = ZoneInfo("America/New_York")
    assert due("month", at("2026-11-01 06:59:00", place), place) is None
    assert due("month", at("2026-11-01 07:00:00", place), place) == MONTH


def test_it_is_tried_again_ever_later_until_it_is_old_news() -> None:
    assert [next_try(n, 1000) for n in (1, 2)] == [1000 + BACK_OFF[0], 1000 + BACK_OFF[1]]
    assert next_try(len(BACK_OFF), 0) == BACK_OFF[-1]
    assert next_try(len(BACK_OFF) + 1, 0) is None
    assert list(BACK_OFF) == sorted(BACK_OFF)
    assert sum(BACK_OFF) < DUE_DAYS * 86_400


NOW = Figures(visitors=30, visits=50, views=200, acts=9, bounces=10, minutes=100)
THEN = Figures(visitors=20, visits=40, views=80, acts=0, bounces=20, minutes=80)


def test_every_figure_is_against_the_same_of_the_period_before() -> None:
    assert measures(NOW, THEN) == (
        Measure("visitors", 30, 0.5),
        Measure("visits", 50, 0.25),
        Measure("views", 200, 1.5),
        Measure("views_per_visit", 4, 1.0),
        Measure("bounce_rate", 0.2, -0.3, is_rate=True),
        Measure("visit_duration", 120, 0.0),
    )


@pytest.mark.parametrize(("now", "then"), [(NOW, NOTHING), (NOTHING, THEN), (NOTHING, NOTHING)])
def test_with_nothing_on_one_side_there_is_no_change(now: Figures, then: Figures) -> None:
    """Nothing stands for too little as well."""
    found = measures(now, then)
    assert {one.change for one in found} == {None}
    assert all((one.value is None) == (now == NOTHING) for one in found)


def test_what_was_none_before_has_no_change_in_parts() -> None:
    still = Figures(visitors=5, visits=5, views=5, acts=0, bounces=0, minutes=0)
    found = {one.name: one.change for one in measures(NOW, still)}
    assert (found["visit_duration"], found["bounce_rate"]) == (None, 0.2)


def test_days_in_a_row_are_one_span() -> None:
    days = [date(2026, 11, n) for n in (1, 2, 3, 7, 9, 10)]
    assert [(one.first.day, one.last.day) for one in joined(days)] == [(1, 3), (7, 7), (9, 10)]
    assert joined([]) == ()


def test_a_subject_is_one_line_whatever_the_site_is_called() -> None:
    made = subject("{site}: figures of {period}", "Veldkamp\r\nBcc: x@y.nl", "May")
    assert made == "Veldkamp Bcc: x@y.nl: figures of May"
