"""How long and how far pages were read, as a count by hand has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.figures import Period, Reader
from gateway.rules.figures.filters import EVERYTHING, Condition, Filter
from gateway.rules.figures.reading import Reading
from gateway.rules.records import Event
from tests.figures import by_hand
from tests.figures.test_crossing import AUTUMN, DAYS, WHO, ZONE, look, opened
from tests.rules.building import a_site
from tests.stores.conftest import a_view

EVENING = AUTUMN + 23 * 60 - 20  # 23:40 there
_EVENTS = st.lists(
    st.builds(
        lambda who, minute, path, kind, seconds, scroll: a_view(
            who,
            minute=minute,
            path=path,
            kind=kind,
            name="x" if kind == "event" else "",
            seconds=seconds if kind == "engagement" else 0,
            scroll=scroll if kind == "engagement" else 0,
        ),
        st.sampled_from(WHO[:4]),
        st.integers(EVENING, EVENING + 90) | st.integers(AUTUMN - 1440, AUTUMN + 3 * 1440),
        st.sampled_from(["/", "/a"]),
        st.sampled_from(["pageview", "pageview", "engagement", "engagement", "event"]),
        st.integers(0, 900),
        st.integers(0, 100),
    ),
    min_size=1,
    max_size=30,
)
_PERIODS = st.sampled_from([DAYS, Period(date(2026, 10, 25), date(2026, 10, 25))])
_CONDITIONS: st.SearchStrategy[Condition] = st.sampled_from(
    [EVERYTHING, Filter("is", "page", ("/a",)), Filter("is", "entry_page", ("/",))]
)
_QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_QUICK
@given(_EVENTS, _PERIODS, _CONDITIONS)
def test_time_in_view_is_added_up_over_all_visits(
    events: list[Event], period: Period, condition: Condition
) -> None:
    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        site = a_site(time_zone=ZONE, threshold=1)
        found = await reader.open(site, period, [], condition, engagement=True)
        zone = ZoneInfo(ZONE)
        told = [
            event["seconds"]
            for visit in by_hand.visits_of(rows)
            for event in visit.events
            if event["kind"] == "engagement"
            and period.first <= by_hand.day_of(event, zone) <= period.last
            and by_hand.holds(condition, visit, event)
        ]
        visits = by_hand.figures(by_hand.chosen(rows, zone, period, condition)).visits
        assert await found.engagement() == (sum(told) / visits if visits else None)

    look(events, check)


def read_by_hand(
    rows: Sequence[by_hand.Row], period: Period, condition: Condition, path: str | None
) -> Reading:
    """Of one page, or of all."""
    zone = ZoneInfo(ZONE)
    seconds: defaultdict[tuple[int, str], int] = defaultdict(int)
    deepest: dict[tuple[int, str], int] = {}
    seen = set()
    for visit in by_hand.visits_of(rows):
        views = [
            (by_hand.day_of(event, zone), event)
            for event in visit.events
            if event["kind"] == "pageview" and path in (None, event["path"])
        ]
        wanted = {
            (day, event["path"])
            for day, event in views
            if period.first <= day <= period.last and by_hand.holds(condition, visit, event)
        }
        seen |= {(visit.number, at) for _, at in wanted}
        for event in visit.events:
            told = by_hand.day_of(event, zone)
            days = [day for day, view in views if day <= told and view["path"] == event["path"]]
            if event["kind"] != "engagement" or not days:
                continue
            if (max(days), event["path"]) in wanted:
                page = (visit.number, event["path"])
                seconds[page] += event["seconds"]
                deepest[page] = max(deepest.get(page, 0), event["scroll"])
    return Reading(
        sum(seconds.values()) / len(seen) if seen else None,
        sum(deepest.values()) / len(deepest) if deepest else None,
    )


@_QUICK
@given(_EVENTS, _PERIODS, _CONDITIONS)
def test_reading_equals_a_count_by_hand(
    events: list[Event], period: Period, condition: Condition
) -> None:
    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, period, ["page"], 1, condition)
        assert await found.reading() == read_by_hand(rows, period, condition, None)
        pages = await found.readings()
        for path in pages:
            assert pages[path] == read_by_hand(rows, period, condition, path), path

    look(events, check)


def test_what_few_have_read_is_not_told() -> None:
    """P9: five saw both pages; only two of them told how far they read the second."""
    events = [a_view(who, minute=AUTUMN, path=path) for who in WHO[:5] for path in ("/", "/a")]
    told = [(who, "/") for who in WHO[:5]] + [(who, "/a") for who in WHO[:2]]
    events += [
        a_view(who, minute=AUTUMN + 1, path=path, kind="engagement", seconds=30, scroll=50)
        for who, path in told
    ]

    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAYS, ["page"], 5)
        pages = await found.readings()
        assert pages == {"/": Reading(30.0, 50.0), "/a": Reading(12.0, None)}
        assert await found.reading() == Reading(21.0, 50.0)
        too_few = await opened(reader, DAYS, ["page"], 6)
        assert set((await too_few.readings()).values()) == {Reading(None, None)}
        assert await too_few.reading() == Reading(None, None)

    look(events, check)


def test_of_no_visits_nothing_was_read() -> None:
    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        before = Period(date(2026, 1, 1), date(2026, 1, 2))
        found = await opened(reader, before, ["page"], 1)
        assert await found.readings() == {}
        assert await found.reading() == Reading(None, None)

    look([a_view("c1", minute=AUTUMN)], check)
