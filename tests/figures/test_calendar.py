"""On which day of which calendar a minute is: the same as by arithmetic with dates, everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.figures.calendar import (
    DAY,
    calendar,
    day_number,
    day_of,
    midnight,
    week_of,
)

ZONES = sorted(available_timezones())
FEW = [
    *("Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"),
    *("Africa/Casablanca", "Asia/Gaza", "America/Havana", "Pacific/Apia", "Antarctica/Troll"),
]


def minute(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) // 60


FIRST, LAST = minute("2024-01-01"), minute("2044-01-01")
_MINUTES = st.integers(FIRST, LAST)


def there(zone: str, moment: int) -> datetime:
    """What clocks in a zone show."""
    return datetime.fromtimestamp(moment * 60, ZoneInfo(zone)).replace(tzinfo=None)


def shown(zone: str, first: int, last: int, minutes: list[int]) -> list[datetime]:
    """What the calendar says that they show."""
    local = calendar(ZoneInfo(zone), first, last).local(np.array(minutes, np.int64))
    return [datetime(1970, 1, 1) + timedelta(minutes=int(one)) for one in local]  # noqa: DTZ001


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
    asked = minute(moment)
    made = calendar(ZoneInfo(zone), asked - 3 * DAY, asked + 3 * DAY)
    [found] = made.days(np.array([asked]))
    assert day_of(int(found)) == date.fromisoformat(day)


@given(st.sampled_from(ZONES), _MINUTES, st.integers(0, 800 * DAY), st.data())
def test_every_minute_is_shown_as_clocks_there_show_it(
    zone: str, first: int, long: int, data: st.DataObject
) -> None:
    asked = data.draw(st.lists(st.integers(first, first + long), min_size=1, max_size=50))
    assert shown(zone, first, first + long, asked) == [there(zone, one) for one in asked]


@pytest.mark.parametrize("zone", FEW)
def test_around_every_change_of_clocks_no_minute_is_another(zone: str) -> None:
    """Clocks go forward and back in them by an hour, by half of one or by two, at night or at
    midnight itself, and in one of them around Ramadan."""
    changes = [moment for moment, _ in calendar(ZoneInfo(zone), FIRST, LAST).changes]
    near = [one for moment in changes for one in range(moment - 130, moment + 131)]
    assert shown(zone, FIRST, LAST, near) == [there(zone, one) for one in near]
    quarters = [*range(FIRST, LAST, 15 * 7)]  # and nobody forgot one
    assert shown(zone, FIRST, LAST, quarters) == [there(zone, one) for one in quarters]


@pytest.mark.parametrize("amount", [0, 1, 359, 360, 361, 720])
def test_a_calendar_holds_from_its_first_minute_to_its_last(amount: int) -> None:
    """However near to either the clocks change, and however short it is."""
    change = minute("2026-03-29 01:00")
    for first in range(change - amount - 2, change + 3):
        every = [*range(first, first + amount + 1)]
        found = shown("Europe/Amsterdam", first, first + amount, every)
        assert found == [there("Europe/Amsterdam", one) for one in every]


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2044, 1, 1)))
def test_midnight_is_the_first_minute_of_a_day(zone: str, day: date) -> None:
    """Also where the day begins at one o'clock, because clocks were put forward at midnight."""
    start = midnight(day, ZoneInfo(zone))
    assert there(zone, start).date() == day
    assert there(zone, start - 1).date() == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Havana", "2026-03-08", "2026-03-08 05:00"),  # 0:00 is skipped
        ("America/Havana", "2026-11-01", "2026-11-01 04:00"),  # 0:00 comes twice
        ("Europe/Amsterdam", "2026-03-29", "2026-03-28 23:00"),
    ],
)
def test_a_midnight_there_is_twice_or_not_at_all(zone: str, day: str, start: str) -> None:
    assert midnight(date.fromisoformat(day), ZoneInfo(zone)) == minute(start)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_and_its_number_are_the_same(day: date) -> None:
    assert day_of(day_number(day)) == day
    assert day_number(day) == (day - date(1970, 1, 1)).days


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = week_of(day)
    assert monday.isocalendar()[:2] == day.isocalendar()[:2]
    assert monday.isocalendar().weekday == 1
