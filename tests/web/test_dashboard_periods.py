"""Periods of the dashboard: which days they are, how they are drawn, and beside what."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

import httpx
import pytest

from gateway.rules.moment import local_day
from gateway.web.app import Gateway
from gateway.web.periods import (
    COMPARISONS,
    PRESETS,
    Comparison,
    PeriodError,
    Span,
    compared,
    comparison_of,
    custom,
    span_of,
    unit_of,
    units,
)
from tests.dashboards import figure, signed_in, visit, visited

TODAY = date(2026, 11, 23)


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


def _days(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("7d", "2026-11-17", "2026-11-23"),
        ("28d", "2026-10-27", "2026-11-23"),
        ("30d", "2026-10-25", "2026-11-23"),
        ("91d", "2026-08-25", "2026-11-23"),
        ("month", "2026-11-01", "2026-11-23"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("12mo", "2025-12-01", "2026-11-23"),
        ("year", "2026-01-01", "2026-11-23"),
        ("no such period", "2026-10-27", "2026-11-23"),
    ],
)
def test_a_period_is_days_up_to_today(name: str, first: str, last: str) -> None:
    span = span_of(name, TODAY)
    assert (span.first, span.last) == _days(first, last)
    assert span.name in PRESETS


@pytest.mark.parametrize(
    ("name", "previous", "year"),
    [
        ("7d", ("2026-11-10", "2026-11-16"), ("2025-11-17", "2025-11-23")),
        ("month", ("2026-10-01", "2026-10-23"), ("2025-11-01", "2025-11-23")),
        ("last_month", ("2026-09-01", "2026-09-30"), ("2025-10-01", "2025-10-31")),
        ("12mo", ("2024-12-01", "2025-11-23"), ("2024-12-01", "2025-11-23")),
        ("year", ("2025-01-01", "2025-11-23"), ("2025-01-01", "2025-11-23")),
    ],
)
def test_a_period_is_compared_with_as_much_before(
    name: str, previous: tuple[str, str], year: tuple[str, str]
) -> None:
    span = span_of(name, TODAY)
    wanted: dict[Comparison, tuple[str, str]] = {"previous": previous, "year": year}
    for with_, days in wanted.items():
        found = compared(span, with_)
        assert found is not None
        assert (found.first, found.last) == _days(*days)
    assert compared(span, "none") is None


def test_days_that_a_month_does_not_have_are_its_last() -> None:
    leap = compared(custom("2024-02-29", "2024-02-29", TODAY), "year")
    assert leap is not None
    assert (leap.first, leap.last) == _days("2023-02-28", "2023-02-28")
    month = compared(span_of("month", date(2026, 3, 31)), "previous")
    assert month is not None
    assert (month.first, month.last) == _days("2026-02-01", "2026-02-28")
    whole = compared(span_of("last_month", date(2025, 3, 1)), "year")
    assert whole is not None
    assert (whole.first, whole.last) == _days("2024-02-01", "2024-02-29")


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("", "2026-11-01", "dates"),
        ("1 november", "2026-11-01", "dates"),
        ("0001-01-01", "2026-11-01", "dates"),
        ("2026-11-02", "2026-11-01", "order"),
        ("2026-11-24", "2026-11-30", "future"),
        ("2023-01-01", "2026-11-01", "long"),
    ],
)
def test_two_dates_that_are_no_period_are_told_apart(first: str, last: str, reason: str) -> None:
    with pytest.raises(PeriodError) as told:
        custom(first, last, TODAY)
    assert told.value.reason == reason


def test_what_is_still_to_come_is_left_off() -> None:
    assert custom("2026-11-20", "2026-12-31", TODAY).last == TODAY


@pytest.mark.parametrize(
    ("days", "offered", "usual"),
    [
        (1, ("hour", "day"), "hour"),
        (7, ("hour", "day"), "day"),
        (8, ("day",), "day"),
        (28, ("day", "week"), "day"),
        (91, ("day", "week", "month"), "day"),
        (120, ("day", "week", "month"), "week"),
        (366, ("day", "week", "month"), "month"),
        (1_000, ("week", "month"), "month"),
    ],
)
def test_it_is_drawn_by_what_can_be_read(days: int, offered: tuple[str, ...], usual: str) -> None:
    span = Span("custom", TODAY - timedelta(days=days - 1), TODAY)
    assert (units(span), unit_of(span, "")) == (offered, usual)
    assert [unit_of(span, unit) for unit in offered] == list(offered)
    assert unit_of(span, "minute") == usual


def test_a_day_that_is_not_over_is_compared_only_when_asked() -> None:
    assert comparison_of(span_of("today", TODAY), "") == "none"
    assert comparison_of(span_of("today", TODAY), "previous") == "previous"
    assert comparison_of(span_of("7d", TODAY), "nonsense") == "previous"


@pytest.mark.parametrize("period", PRESETS)
async def test_every_period_can_be_chosen(
    period: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    today = local_day(int(time.time()), gateway.sites["demo"].zone)
    page = (await staff.get("/dashboard/demo?language=en")).text
    [href] = re.findall(rf'<a href="([^"]+)" data-period="{period}"', page)
    chosen = (await staff.get(href.replace("&amp;", "&"))).text
    span = span_of(period, today)
    assert f'name="from" type="date" value="{span.first}"' in chosen
    assert f'name="to" type="date" value="{span.last}"' in chosen
    assert re.search(rf'data-period="{period}" aria-current="true"', chosen)


async def test_two_dates_of_ones_own_are_a_period(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    for days_ago in (1, 2, 3):
        await visited(gateway, days_ago, 6)
    today = local_day(int(time.time()), gateway.sites["demo"].zone)
    first, last = today - timedelta(days=2), today - timedelta(days=1)
    page = (await staff.get(f"/dashboard/demo?from={first}&to={last}&compare=none&by=day")).text
    assert len(re.findall(r"data-day=", page)) == 2
    assert figure(page, "visits") == "12"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=x&to=y", "Fill in two dates"),
        ("from=2026-02-02&to=2026-02-01", "The last day is before the first"),
        ("from=2999-01-01&to=2999-01-02", "still to come"),
        ("from=2001-01-01&to=2026-01-01", "More than 1100 days"),
    ],
)
async def test_dates_that_are_no_period_are_told_in_a_sentence(
    query: str, sentence: str, staff: httpx.AsyncClient
) -> None:
    page = (await staff.get(f"/dashboard/demo?{query}&language=en")).text
    [said] = re.findall(r'role="alert">([^<]+)<', page)
    assert sentence in said
    assert 'data-period="28d" aria-current="true"' in page


async def test_a_day_is_drawn_by_hours_under_its_total(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6)
    page = (await staff.get("/dashboard/demo?period=today&by=hour")).text
    assert len(re.findall(r'data-hour="', page)) == 24
    assert len(re.findall(r'data-day="\d{4}-\d\d-\d\d" data-visitors="6"', page)) == 1
    shown = re.findall(r'data-hour="[^"]+" data-visitors="(\d+)"', page)
    assert shown == ["6"]


async def test_weeks_and_months_have_the_figures_of_their_days(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visited(gateway, 0, 6)
    for unit in ("week", "month"):
        page = (await staff.get(f"/dashboard/demo?period=91d&by={unit}")).text
        assert re.findall(rf'data-{unit}="[^"]+" data-visitors="(\d+)"', page) == ["6"]


@pytest.mark.parametrize("with_", COMPARISONS)
async def test_figures_stand_beside_those_of_before(
    with_: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visited(gateway, 1, 12)
    await visited(gateway, {"previous": 2, "year": 366}.get(with_, 2), 8)
    yesterday = (
        await staff.get(f"/dashboard/demo?period=yesterday&language=en&compare={with_}")
    ).text
    changes = re.findall(r'data-change="visitors">(\S+) <span class="before">([^<]+)', yesterday)
    assert changes == ([] if with_ == "none" else [("+50%", "was 8")])
    assert ("visitors before" in yesterday) == (with_ != "none")


async def test_what_is_hidden_has_nothing_beside_it(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: neither of both may be worked out from the other."""
    await visited(gateway, 1, 8)
    await visited(gateway, 2, 4)
    page = (await staff.get("/dashboard/demo?period=yesterday&language=en")).text
    assert "data-change" not in page
    assert '"before": {' not in page


async def test_that_the_last_days_are_not_counted_is_said(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visited(gateway, 3, 8)
    page = (await staff.get("/dashboard/demo?period=7d&language=en")).text
    today = local_day(int(time.time()), gateway.sites["demo"].zone)
    assert f'data-counted-until="{today - timedelta(days=3)}"' in page
    assert "after that there were not yet 5 visitors" in page
    await visited(gateway, 0, 8)
    page = (await staff.get("/dashboard/demo?period=7d&language=en")).text
    assert "data-counted-until" not in page


async def test_the_zone_of_the_site_is_named(staff: httpx.AsyncClient) -> None:
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert "(Europe/Amsterdam)</span>" in page
