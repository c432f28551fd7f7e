"""On which day of which calendar an event is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.aggregate import calendar

ZONES = sorted(available_timezones())


def minute(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Amsterdam", "2026-11-22 22:59", "2026-11-22"),
        ("Europe/Amsterdam", "2026-11-22 23:00", "2026-11-23"),
        ("Europe/Amsterdam", "2026-06-22 21:59", "2026-06-22"),
        ("Europe/Amsterdam", "2026-06-22 22:00", "2026-06-23"),
        ("Europe/Amsterdam", "2026-10-25 22:59", "2026-10-25"),  # the longest day of the year
        ("Europe/Amsterdam", "2026-10-24 22:00", "2026-10-25"),
        ("Asia/Kathmandu", "2026-11-22 18:14", "2026-11-22"),
        ("Asia/Kathmandu", "2026-11-22 18:15", "2026-11-23"),
        ("America/Paramaribo", "2026-11-22 02:59", "2026-11-21"),
    ],
)
def test_a_day_begins_at_midnight_on_the_site_s_calendar(zone: str, moment: str, day: str) -> None:
    day_of = calendar({"demo": ZoneInfo(zone)})
    assert day_of("demo", minute(moment)) == date.fromisoformat(day).toordinal()


def test_a_site_that_is_no_longer_there_is_counted_in_utc() -> None:
    day_of = calendar({"demo": ZoneInfo("Pacific/Kiritimati")})
    late = minute("2026-11-22 23:59")
    assert day_of("gone", late) == date(2026, 11, 22).toordinal()
    assert day_of("demo", late) == date(2026, 11, 23).toordinal()


@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(minute("2020-01-01"), minute("2040-01-01")), min_size=1, max_size=20),
)
def test_what_is_remembered_of_a_quarter_of_an_hour_holds_for_every_minute_of_it(
    zone: str, minutes: list[int]
) -> None:
    day_of = calendar({"demo": ZoneInfo(zone)})
    for base in minutes:
        for moment in range(base, base + 20):
            there = datetime.fromtimestamp(moment * 60, ZoneInfo(zone)).date()
            assert day_of("demo", moment) == there.toordinal()


def test_what_is_remembered_is_bounded_and_stays_right() -> None:
    day_of = calendar({"demo": ZoneInfo("UTC")})
    for moment in range(0, 15 * 10_100, 15):
        assert day_of("demo", moment) == date(1970, 1, 1).toordinal() + moment // 1440
