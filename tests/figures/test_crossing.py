"""Several dimensions at once: as a count by hand has it, and telling nothing that one by one do
not."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.figures import Opened, Period, Reader, Unit
from gateway.rules.figures import crossing
from gateway.rules.figures.cell import Cell
from gateway.rules.figures.filters import EVERYTHING, Condition, Filter
from gateway.rules.figures.panel import Figures
from gateway.rules.records import Device, Event, Place, Source
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures import by_hand
from tests.figures.fresh import fresh
from tests.rules.building import NOON, a_choice, a_notice, a_site
from tests.stores.conftest import a_view, appended, over

WHO = [f"c{n}" for n in range(9)]
ZONE = "Europe/Amsterdam"
AUTUMN = 1_792_886_400 // 60  # 25 October 2026, midnight UTC: clocks go back that night
DAY = Period(date(2026, 10, 25), date(2026, 10, 25))
DAYS = Period(date(2026, 10, 20), date(2026, 11, 4))
_DIMENSIONS = ["page", "event", "country", "channel", "browser", "entry_page", "property:kleur"]


def _events(minutes: st.SearchStrategy[int]) -> st.SearchStrategy[list[Event]]:
    def one(who: str, minute: int, path: str, name: str, rest: dict[str, Any]) -> Event:
        kind = "event" if name else "pageview"
        props = {"kleur": name} if name else {}
        return a_view(who, minute=minute, path=path, kind=kind, name=name, props=props, **rest)

    rest = st.fixed_dictionaries(
        {
            "source": st.sampled_from([Source("", "direct"), Source("nieuws.nl", "referral")]),
            "place": st.sampled_from([Place("NL", "", ""), Place("BE", "", "")]),
            "device": st.sampled_from(
                [Device("Firefox", "1", "", "phone"), Device("", "", "", "")]
            ),
        }
    )
    event = st.builds(
        one,
        st.sampled_from(WHO),
        minutes,
        st.sampled_from(["/", "/a"]),
        st.sampled_from(["", "", "x", "y"]),
        rest,
    )
    return st.lists(event, min_size=1, max_size=40)


_ON_ONE_DAY = _events(st.integers(AUTUMN, AUTUMN + 20 * 60))
_OVER_DAYS = _events(st.integers(AUTUMN - 5 * 1440, AUTUMN + 9 * 1440))
_SEVERAL = st.lists(st.sampled_from(_DIMENSIONS), min_size=1, max_size=3, unique=True)
_CONDITIONS: st.SearchStrategy[Condition] = st.sampled_from(
    [EVERYTHING, Filter("is", "page", ("/a",)), Filter("is_not", "channel", ("direct",))]
)
_QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Look = Callable[[Reader, Sequence[by_hand.Row]], Awaitable[None]]


def look(events: Sequence[Event], check: Look) -> None:
    """Write a history and look at it."""

    async def all_of_it(folder: Path) -> None:
        database = fresh(folder)
        await database.open()
        try:
            stores = over(database)
            await stores.notices.publish(a_notice(), NOON)
            await stores.consents.append([appended(a_choice(who)) for who in WHO])
            await stores.events.insert(events, NOON)
            while await stores.figures.advance(1000):
                pass
            await check(Reader(SqliteFigures(database)), await by_hand.rows_of(database, "demo"))
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        asyncio.run(all_of_it(Path(folder)))


async def opened(
    reader: Reader,
    period: Period,
    dimensions: Sequence[str],
    threshold: int,
    condition: Condition = EVERYTHING,
) -> Opened:
    site = a_site(time_zone=ZONE, threshold=threshold)
    return await reader.open(site, period, dimensions, condition, reading=True)


def start_of(event: by_hand.Row, unit: Unit | None) -> datetime | None:
    local = datetime.fromtimestamp(event["minute"] * 60, ZoneInfo(ZONE)).replace(tzinfo=None)
    day = local.date()
    match unit:
        case None:
            return None
        case "hour":
            return local.replace(minute=0)
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = day.replace(day=1)
    return datetime.combine(day, time())


Pairs = Sequence[tuple[by_hand.Visit, by_hand.Row]]


def split(
    pairs: Pairs, dimensions: Sequence[str], unit: Unit | None = None
) -> Mapping[tuple[datetime | None, tuple[str, ...]], Pairs]:
    """The events of each combination that occurs."""
    found = defaultdict(list)
    for visit, event in pairs:
        values = tuple(by_hand.value_of(one, visit, event) for one in dimensions)
        told = tuple(value for value in values if value is not None)
        if len(told) == len(dimensions):
            found[start_of(event, unit), told].append((visit, event))
    return found


def by_name(cells: Sequence[Cell]) -> Mapping[tuple[datetime | None, tuple[str, ...]], Figures]:
    named = {(one.start, one.texts): one.figures for one in cells}
    assert len(named) == len(cells)
    return named


@_QUICK
@given(
    _OVER_DAYS,
    _SEVERAL,
    st.sampled_from([None, "hour", "day", "week", "month"]),
    _CONDITIONS,
)
def test_combinations_equal_a_count_by_hand(
    events: list[Event], dimensions: list[str], unit: Unit | None, condition: Condition
) -> None:
    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAYS, dimensions, 1, condition)
        pairs = by_hand.chosen(rows, ZoneInfo(ZONE), DAYS, condition)
        counted = split(pairs, dimensions, unit)
        cells = await found.panel_of(dimensions, unit)
        assert by_name(cells) == {key: by_hand.figures(mine) for key, mine in counted.items()}

    look(events, check)


@_QUICK
@given(_OVER_DAYS, st.sampled_from(_DIMENSIONS), st.sampled_from([2, 3]), _CONDITIONS)
def test_one_dimension_shows_what_its_panel_shows(
    events: list[Event], dimension: str, threshold: int, condition: Condition
) -> None:
    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAYS, [dimension], threshold, condition)
        panel = await found.panel(dimension)
        cells = await found.panel_of([dimension])
        shown = [(one.texts[0], one.figures) for one in cells]
        assert shown == [(one.text, one.figures) for one in panel.groups]

    look(events, check)


@_QUICK
@given(_OVER_DAYS, _SEVERAL, st.sampled_from(["day", "week", "month"]), st.sampled_from([2, 3]))
def test_each_bucket_shows_what_it_would_show_if_asked_for_alone(
    events: list[Event], dimensions: list[str], unit: Unit, threshold: int
) -> None:
    """P9: else the one could be subtracted from the other."""

    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAYS, dimensions, threshold)
        cells = await found.panel_of(dimensions, unit)
        for moment in await found.series(unit):
            first = moment.start.date()
            last = {"day": first, "week": first + timedelta(days=6)}.get(
                unit, (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            )
            alone = Period(max(first, DAYS.first), min(last, DAYS.last))
            asked = await opened(reader, alone, dimensions, threshold)
            shown = {one.texts: one.figures for one in await asked.panel_of(dimensions)}
            assert {one.texts: one.figures for one in cells if one.start == moment.start} == shown

    look(events, check)


@_QUICK
@given(_ON_ONE_DAY, _SEVERAL, st.sampled_from([None, "hour"]), st.sampled_from([2, 3, 4]))
def test_no_combination_can_be_told_from_those_beside_it(
    events: list[Event], dimensions: list[str], unit: Unit | None, threshold: int
) -> None:
    """P9: what fewer dimensions show, less the combinations of it that are shown, is nobody or
    several combinations with as many visitors as the threshold asks."""

    async def check(reader: Reader, rows: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAY, dimensions, threshold)
        cells = by_name(await found.panel_of(dimensions, unit))
        assert all(one.visitors >= threshold for one in cells.values())
        pairs = by_hand.chosen(rows, ZoneInfo(ZONE), DAY, EVERYTHING)
        counted = split(pairs, dimensions, unit)
        assert set(cells) <= set(counted)
        for left_out in range(len(dimensions)):
            kept = [n for n in range(len(dimensions)) if n != left_out]
            margins = await found.panel_of([dimensions[n] for n in kept], unit) if kept else []
            known = by_name(margins) if kept else {(None, ()): await found.totals()}
            for (start, texts), figures in known.items():
                if not figures.visitors:
                    continue
                hidden = {
                    key: mine
                    for key, mine in counted.items()
                    if key not in cells
                    and key[0] == start
                    and tuple(key[1][n] for n in kept) == texts
                }
                who = {visit.visitor for mine in hidden.values() for visit, _ in mine}
                assert len(hidden) != 1 or not _some(cells, start, kept, texts)
                assert not who or len(who) >= threshold or not _some(cells, start, kept, texts)

    look(events, check)


def _some(
    cells: Mapping[tuple[datetime | None, tuple[str, ...]], Figures],
    start: datetime | None,
    kept: Sequence[int],
    texts: tuple[str, ...],
) -> bool:
    return any(at == start and tuple(own[n] for n in kept) == texts for at, own in cells)


def test_more_combinations_than_can_be_told_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "MOST", 3)
    events = [a_view("c1", minute=AUTUMN, path=f"/{n}") for n in range(4)]

    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        for unit in (None, "day"):
            found = await opened(reader, DAY, ["page"], 1)
            with pytest.raises(crossing.TooManyCombinationsError, match="fewer dimensions"):
                await found.panel_of(["page"], unit)

    look(events, check)


def test_more_hours_than_can_be_told_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "MOST", 3)
    events = [a_view("c1", minute=AUTUMN + 1440 * n) for n in range(4)]

    async def check(reader: Reader, _: Sequence[by_hand.Row]) -> None:
        found = await opened(reader, DAYS, ["page"], 1)
        with pytest.raises(crossing.TooManyCombinationsError):
            await found.panel_of(["page"], "day")

    look(events, check)
