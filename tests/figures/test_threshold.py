"""P9 by example: what is shown of days, values and filters with few visitors, and what never is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.aggregate import catch_up
from gateway.figures import Period, Reader, TooManyError
from gateway.rules.figures.calendar import day_of
from gateway.rules.figures.filters import EVERYTHING, Both, Condition, Filter
from gateway.rules.figures.panel import NOTHING
from gateway.rules.records import Event, Place
from tests.figures.fresh import fresh
from tests.rules.building import NOON, a_choice, a_notice, a_site
from tests.stores.conftest import a_view, appended, over

FIRST = date(2026, 11, 2)  # a Monday
START = 1_793_577_600 // 60 + 600
SITE = a_site(time_zone="UTC", threshold=5)

Who = Sequence[tuple[str, str]]
"""Visitors and the countries they come from."""


def who(start: int, amount: int, country: str = "NL") -> Who:
    return [(f"v{n}", country) for n in range(start, start + amount)]


def views(days: Mapping[int, Who]) -> list[Event]:
    return [
        a_view(name, minute=START + day * 1440, path=f"/{country}", place=Place(country, "", ""))
        for day, people in sorted(days.items())
        for name, country in people
    ]


@asynccontextmanager
async def reading(folder: Path, days: Mapping[int, Who]) -> AsyncIterator[Reader]:
    """A site that was visited so, `days` counted from FIRST."""
    database = fresh(folder)
    await database.open()
    try:
        stores = over(database)
        await stores.notices.publish(a_notice(), NOON)
        names = {name for people in days.values() for name, _ in people}
        await stores.consents.append([appended(a_choice(name)) for name in sorted(names)])
        await stores.events.insert(views(days), NOON)
        await catch_up(stores.figures)
        yield Reader(stores.figures)
    finally:
        await database.close()


def period(first: int, last: int) -> Period:
    return Period(FIRST + timedelta(days=first), FIRST + timedelta(days=last))


async def total(
    reader: Reader, first: int, last: int, condition: Condition = EVERYTHING
) -> tuple[int, int]:
    """Visitors, and on how many days they are counted."""
    opened = await reader.open(SITE, period(first, last), [], condition)
    figures = await opened.totals()
    return figures.visitors, len(opened.view.counted)


async def shown(
    reader: Reader, first: int, last: int, condition: Condition = EVERYTHING
) -> dict[str, int]:
    """Visitors by country; those of all others under an empty name."""
    opened = await reader.open(SITE, period(first, last), ["country"], condition)
    panel = await opened.panel("country")
    told = {group.text: group.figures.visitors for group in panel.groups}
    return told | ({"": panel.other.visitors} if panel.other else {})


async def test_quiet_days_count_as_soon_as_they_are_enough_together(tmp_path: Path) -> None:
    async with reading(tmp_path, {0: who(0, 2), 1: who(2, 2), 2: who(4, 2)}) as reader:
        assert await total(reader, 0, 1) == (0, 0)
        assert await total(reader, 0, 2) == (6, 3)


async def test_a_day_that_is_not_enough_by_itself_is_in_no_longer_period_either(
    tmp_path: Path,
) -> None:
    """Else the difference of the two periods would be that day."""
    async with reading(tmp_path, {0: who(0, 8), 1: who(8, 1)}) as reader:
        assert await total(reader, 0, 0) == (8, 1)
        assert await total(reader, 0, 1) == (8, 1)


async def test_a_period_that_begins_within_a_block_is_without_it(tmp_path: Path) -> None:
    days = {0: who(0, 1), 1: who(1, 4), 2: who(5, 9)}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 2) == (14, 3)
        assert await total(reader, 1, 2) == (9, 1)


async def test_what_is_open_at_the_end_of_a_month_is_never_shown(tmp_path: Path) -> None:
    last = (date(2026, 11, 30) - FIRST).days
    days = {0: who(0, 5), last: who(5, 4), last + 1: who(9, 4), last + 2: who(13, 1)}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, last) == (5, 1)
        assert await total(reader, 0, last + 2) == (10, 3)


async def test_who_comes_back_is_not_taken_for_enough(tmp_path: Path) -> None:
    days = {day: who(0, 4) for day in range(5)}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 4) == (0, 0)


async def test_the_same_five_on_each_day_are_enough_on_each(tmp_path: Path) -> None:
    days = {day: who(0, 5) for day in range(3)}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 2) == (5, 3)
        assert await total(reader, 2, 2) == (5, 1)


async def test_a_block_over_two_weeks_is_in_neither_of_them(tmp_path: Path) -> None:
    days = {2: who(0, 7), 6: who(7, 3), 7: who(10, 3), 9: who(13, 6)}
    async with reading(tmp_path, days) as reader:
        opened = await reader.open(SITE, period(0, 13), [])
        weeks = [moment.figures.visitors for moment in await opened.series("week")]
        assert weeks == [7, 6]
        assert (await opened.totals()).visitors == 19
        by_day = {
            day_of(opened.view.frame.first + n): figures.visitors
            for n, figures in enumerate(moment.figures for moment in await opened.series("day"))
            if figures != NOTHING
        }
        assert sorted(by_day.values()) == [6, 7]


async def test_a_small_country_is_hidden_with_a_second_one(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 6, "BE"), *who(15, 2, "DE")]}
    async with reading(tmp_path, days) as reader:
        assert await shown(reader, 0, 0) == {"NL": 9, "": 8}


async def test_two_small_countries_are_enough_for_each_other(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 3, "BE"), *who(12, 2, "DE")]}
    async with reading(tmp_path, days) as reader:
        assert await shown(reader, 0, 0) == {"NL": 9, "": 5}


async def test_what_is_left_is_never_too_few(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 2, "BE"), *who(11, 2, "DE")]}
    async with reading(tmp_path, days) as reader:
        assert await shown(reader, 0, 0) == {"": 13}


async def test_a_filter_is_kept_from_telling_the_few_it_leaves_out(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 2, "BE")]}
    dutch = Filter("is", "country", ("NL",))
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 0) == (11, 1)
        assert await total(reader, 0, 0, dutch) == (0, 0)


async def test_a_filter_that_leaves_nobody_or_enough_out_is_answered(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 5, "BE")]}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 0, Filter("is", "country", ("NL",))) == (9, 1)
        assert await total(reader, 0, 0, Filter("is_not", "country", ("NL",))) == (5, 1)
        assert await total(reader, 0, 0, Filter("is", "country", ("NL", "BE"))) == (14, 1)
        assert (await total(reader, 0, 0, Filter("is", "country", ("FR",))))[0] == 0


async def test_each_value_a_filter_names_must_be_enough(tmp_path: Path) -> None:
    days = {0: [*who(0, 9), *who(9, 5, "BE"), *who(14, 1, "DE")]}
    named = Filter("is", "country", ("NL", "DE"))
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 0, named) == (0, 0)


async def test_a_pattern_does_not_see_what_is_rare(tmp_path: Path) -> None:
    """Two patterns that differ by one rare value would tell of it."""
    days = {0: [*who(0, 9), *who(9, 5, "BE"), *who(14, 5, "BG"), *who(19, 1, "BR")]}
    async with reading(tmp_path, days) as reader:
        assert await total(reader, 0, 0, Filter("contains", "page", ("/B",))) == (10, 1)
        assert await total(reader, 0, 0, Filter("matches", "page", ("^/B[EG]$",))) == (10, 1)
        assert await total(reader, 0, 0, Filter("contains_not", "page", ("/B",))) == (10, 1)


async def test_a_question_that_tells_too_much_apart_is_refused(tmp_path: Path) -> None:
    days = {0: [pair for n in range(9) for pair in who(n * 6, 6, f"C{n}")]}
    named = tuple(f"C{n}" for n in range(8))
    both = Both(
        (Filter("is", "country", named), Filter("is", "page", tuple(f"/{c}" for c in named)))
    )
    async with reading(tmp_path, days) as reader:
        with pytest.raises(TooManyError, match="81 combinations"):
            await total(reader, 0, 0, both)
        with pytest.raises(ValueError, match="no regular expression"):
            await total(reader, 0, 0, Filter("matches", "page", ("(",)))


@pytest.mark.parametrize("threshold", [1, 5])
async def test_hours_are_shown_as_far_as_they_are_enough(threshold: int, tmp_path: Path) -> None:
    site = a_site(time_zone="UTC", threshold=threshold)
    async with reading(tmp_path, {0: who(0, 6), 1: who(6, 3)}) as reader:
        opened = await reader.open(site, period(0, 1), [])
        hours = [moment.figures.visitors for moment in await opened.series("hour")]
        assert len(hours) == 48
        assert sorted(hours)[-2:] == ([3, 6] if threshold == 1 else [0, 6])
        assert hours[10] == 6
