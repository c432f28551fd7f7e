"""Every figure equals a count by hand over the rows, whatever happened to them on the way."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.figures import Period, Reader
from gateway.rules.figures.calendar import day_of
from gateway.rules.figures.dimension import DIMENSIONS
from gateway.rules.figures.filters import Both, Condition, Either, Filter, Not
from gateway.rules.figures.panel import NOTHING
from gateway.rules.records import Device, Event, Place, Source
from gateway.rules.visitor import visitor_of
from gateway.stores.sqlite import segments
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures import by_hand
from tests.figures.fresh import fresh
from tests.rules.building import NOON, a_choice, a_notice, a_site
from tests.stores.conftest import Stores, a_view, appended, over

WHO = ["c1", "c2", "c3", "c4"]
# Clocks go back in Amsterdam on 25 October 2026 at 3, forward in Apia and Lord Howe at other times.
ZONES = ["Europe/Amsterdam", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"]
SPRING = 1_774_742_400 // 60  # 29 March 2026, midnight UTC: clocks go forward in Europe
AUTUMN = 1_792_886_400 // 60  # 25 October 2026
_MINUTES = st.one_of(
    st.integers(SPRING - 100, SPRING + 200),
    st.integers(AUTUMN - 200, AUTUMN + 300),
    st.integers(AUTUMN - 3 * 1440, AUTUMN + 9 * 1440),
)
_EVENTS = st.builds(
    lambda who, minute, path, kind, name, rest, seconds: a_view(
        who,
        minute=minute,
        path=path,
        kind=kind,
        name="" if kind in ("pageview", "engagement") else name,
        props={"kleur": name} if kind == "event" else {},
        seconds=seconds if kind == "engagement" else 0,
        **rest,
    ),
    st.sampled_from(WHO),
    _MINUTES,
    st.sampled_from(["/", "/a", "/A", "/b"]),
    st.sampled_from(["pageview"] * 4 + ["event", "download", "missing", "engagement"]),
    st.sampled_from(["x", "y"]),
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(
                [Source("", "direct"), Source("nieuws.nl", "referral", utm_campaign="lente")]
            ),
            "place": st.sampled_from([Place("NL", "GR", ""), Place("NL", "", "KPN")]),
            "device": st.sampled_from(
                [
                    Device("Firefox", "145", "Windows", "desktop"),
                    Device("Firefox", "1", "", "phone"),
                ]
            ),
        }
    ),
    st.integers(0, 5400),
)
_FILTERED = ["page", "entry_page", "event", "country", "browser_version", "property:kleur"]
_FILTERS = st.builds(
    lambda dimension, operation, values, case: Filter(operation, dimension, tuple(values), case),
    st.sampled_from(_FILTERED),
    st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"]),
    st.lists(
        st.sampled_from(["/", "/a", "x", "NL", "Firefox 145", "^/.$", "."]),
        min_size=1, max_size=2, unique=True,
    ),
    st.booleans(),
)  # fmt: skip
_CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.just(Both(())),
    _FILTERS,
    st.builds(lambda a, b: Both((a, b)), _FILTERS, _FILTERS),
    st.builds(lambda a, b: Either((a, Not(b))), _FILTERS, _FILTERS),
)
_ASKED = sorted({*DIMENSIONS, "property:kleur"})
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.lists(_EVENTS, min_size=1, max_size=12)),
        st.tuples(st.just("advance"), st.integers(1, 9)),
        st.tuples(st.just("fold"), st.none()),
        st.tuples(st.just("erase"), st.sampled_from(WHO)),
        st.tuples(st.just("restrict"), st.sampled_from(WHO)),
        st.tuples(st.just("lift"), st.sampled_from(WHO)),
    ),
    max_size=9,
)
_PERIODS = st.builds(
    lambda first, days: Period(first, date.fromordinal(first.toordinal() + days)),
    st.dates(date(2026, 10, 22), date(2026, 10, 29)) | st.just(date(2026, 3, 28)),
    st.integers(0, 9) | st.just(230),
)


async def play(stores: Stores, database: Database, steps: list[tuple[str, object]]) -> None:
    for what, with_ in steps:
        visitor = visitor_of(b"key", "demo", str(with_))
        if what == "insert":
            assert isinstance(with_, list)
            await stores.events.insert(with_, NOON)
        elif what == "advance":
            assert isinstance(with_, int)
            await stores.figures.advance(with_)
        elif what == "fold":
            await database.write(lambda db: segments.fold(db, "demo"))
        elif what == "erase":
            await stores.erasure.erase("demo", str(with_), visitor, {}, NOON)
        else:
            await stores.figures.restrict("demo", visitor, lift=what == "lift")


async def compare(
    database: Database, zone: str, period: Period, condition: Condition, dimension: str
) -> None:
    site = a_site(time_zone=zone, threshold=1)
    rows = await by_hand.rows_of(database, "demo")
    pairs = by_hand.chosen(rows, ZoneInfo(zone), period, condition)
    opened = await Reader(SqliteFigures(database)).open(site, period, [dimension], condition)
    assert await opened.totals() == by_hand.figures(pairs)
    panel = await opened.panel(dimension)
    counted = {group.text: group.figures for group in panel.groups}
    assert counted == by_hand.groups(pairs, dimension)
    assert len(counted) == len(panel.groups)
    frame = opened.view.frame
    series = opened.view.series(np.arange(frame.days))
    told = {day_of(frame.first + n): one for n, one in enumerate(series) if one != NOTHING}
    assert told == by_hand.days(pairs, ZoneInfo(zone))


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a case smaller takes minutes
)
@given(
    st.lists(_EVENTS, max_size=25),
    _STEPS,
    st.sampled_from(ZONES),
    _PERIODS,
    _CONDITIONS,
    st.sampled_from(_ASKED),
)
def test_figures_equal_a_count_by_hand(
    events: list[Event],
    steps: list[tuple[str, object]],
    zone: str,
    period: Period,
    condition: Condition,
    dimension: str,
) -> None:
    async def all_of_it(folder: Path) -> None:
        database = fresh(folder)
        await database.open()
        try:
            stores = over(database)
            await stores.notices.publish(a_notice(), NOON)
            await stores.consents.append([appended(a_choice(who)) for who in WHO])
            await stores.events.insert(events, NOON)
            await play(stores, database, steps)
            while await stores.figures.advance(7):
                pass
            await compare(database, zone, period, condition, dimension)
            figures = SqliteFigures(database)
            await figures.rebuild()
            while await figures.advance(1000):
                pass
            await compare(database, zone, period, condition, dimension)
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        asyncio.run(all_of_it(Path(folder)))
