"""On which day of which calendar an event is counted, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.aggregate import EVERY_SECONDS, Aggregation, calendar
from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import a_view, appended, over

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


async def test_after_a_turn_with_many_events_one_is_left_out(tmp_path: Path) -> None:
    """A few are seen at once; of many, more at a time cost less each."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    try:
        stores = over(database)
        await stores.notices.publish(a_notice(), NOON)
        await stores.consents.append([appended(a_choice("c1"))])
        aggregation = Aggregation(stores.cells, many=3)
        for arriving, added in [(2, 2), (2, 2), (3, 3), (2, 0), (1, 3), (0, 0), (1, 1), (0, 0)]:
            await stores.events.insert([a_view("c1")] * arriving, NOON)
            assert await aggregation.take_turn() == added
    finally:
        await database.close()


def test_figures_lag_less_than_ten_seconds() -> None:
    assert 2 * EVERY_SECONDS < 7  # a step takes less than a second
