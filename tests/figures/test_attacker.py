"""P9 against somebody who asks many questions and subtracts the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.aggregate import catch_up
from gateway.figures import Opened, Period, Reader
from gateway.rules.figures.filters import EVERYTHING, Both, Condition, Filter, Not
from gateway.rules.figures.rows import rows_of
from gateway.rules.figures.segment import Mask, Places
from gateway.rules.figures.tally import wanted_rows
from gateway.rules.figures.values import NO_GROUP, Counts, Grouping, Values
from gateway.rules.records import Device, Event, Place
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures.fresh import fresh
from tests.rules.building import NOON, a_choice, a_notice, a_site
from tests.stores.conftest import a_view, appended, over

WHO = [f"c{n}" for n in range(9)]
FEW = 3
FIRST = date(2026, 10, 27)  # the period has the end of a month in it
START = 1_793_059_200 // 60
SITE = a_site(time_zone="UTC", threshold=FEW)

_EVENTS = st.lists(
    st.builds(
        lambda who, day, hour, country, browser, path: a_view(
            who,
            minute=START + day * 1440 + hour * 60,
            path=path,
            place=Place(country, "", ""),
            device=Device(browser, "", "", ""),
        ),
        st.sampled_from(WHO),
        st.integers(0, 9),
        st.sampled_from([0, 6, 12, 23]),
        st.sampled_from(["NL", "NL", "NL", "BE", "DE"]),
        st.sampled_from(["Firefox", "Firefox", "Safari"]),
        st.sampled_from(["/", "/", "/a", "/b"]),
    ),
    min_size=10,
    max_size=60,
)
_DUTCH = Filter("is", "country", ("NL",))
_FOX = Filter("is", "browser", ("Firefox",))
CONDITIONS: Mapping[str, tuple[Condition, set[str]]] = {
    "all": (EVERYTHING, set()),
    "Dutch": (_DUTCH, {"NL"}),
    "not Dutch": (Not(_DUTCH), {"NL"}),
    "Dutch or Belgian": (Filter("is", "country", ("NL", "BE")), {"NL", "BE"}),
    "with Firefox": (_FOX, {"Firefox"}),
    "Dutch with Firefox": (Both((_DUTCH, _FOX)), {"NL", "Firefox"}),
    "Dutch without Firefox": (
        Both((_DUTCH, Filter("is_not", "browser", ("Firefox",)))),
        {"NL", "Firefox"},
    ),
}
"""What can be asked, and the values that are named in it."""
PERIODS = [
    Period(FIRST + timedelta(days=first), FIRST + timedelta(days=last))
    for first, last in [(0, 9), (0, 8), (1, 9), (0, 4), (0, 3), (3, 5), (5, 9), (6, 9)]
]

Told = frozenset[tuple[int, int, int]]
"""What an answer is of: visitor, visit and day."""


def told(opened: Opened, values: Values, group_of: Grouping, group: int) -> Told:
    """The visits on the days and keys of a group."""
    frame, marks = opened.view.frame, opened.view.marks
    rows = wanted_rows(rows_of(frame, values.keys, marks)[0], marks)
    mine = rows.only(group_of(rows.day, rows.key) == group)
    visits = frame.segment.visits
    return frozenset(
        (int(visits["visitor"][visit]), int(visits["visit"][visit]), int(day) + frame.first)
        for visit, day in zip(mine.visit, mine.day, strict=True)
    )


def on(days: Mask) -> Grouping:
    """Everything on the days that are marked."""

    def group_of(day: Places, _: Places) -> Counts:
        return np.where(days[day], 0, NO_GROUP)

    return group_of


@dataclass(frozen=True)
class Answer:
    """Whom an answer is of, and what is known of it: the values it names, and the days it counts,
    which asking for each day alone tells."""

    of: Told
    named: frozenset[str]
    days: frozenset[int]

    def holds(self, other: Answer) -> bool:
        """Whether it is certain beforehand that the other is a part of this one: it is of some of
        these days, and names all that this one does. "Dutch or Belgian" is less than either."""
        related = self.named - {"BE"} <= other.named
        return other.days <= self.days and related and other.of < self.of


def known(days: Mask, first: int) -> frozenset[int]:
    """The days that are counted."""
    return frozenset(int(day) + first for day in np.flatnonzero(days))


async def answers(reader: Reader, dimension: str) -> dict[str, Answer]:
    """Every total and every group that is shown."""
    found: dict[str, Answer] = {}
    for name, (condition, named) in CONDITIONS.items():
        for period in PERIODS:
            opened = await reader.open(SITE, period, [dimension], condition)
            view, when = opened.view, f"{period.first.day}-{period.last.day}"
            first = view.frame.first
            if (await opened.totals()).visitors:
                every = told(opened, view.everything, on(view.open.days), 0)
                found[f"{name} {when}"] = Answer(
                    every, frozenset(named), known(view.open.days, first)
                )
            values, texts = await opened.names.values(view.frame, dimension)
            panel, groups = view.panel(values), view.told(values).value_of
            for group, figures in zip(panel.values, panel.figures, strict=True):
                shown = told(opened, values, groups, group)
                assert visitors(shown) == figures.visitors >= FEW
                text, blocks = texts[group], view.told(values).shown
                days = known(blocks.starts[:, blocks.columns[group]] >= 0, first)
                found[f"{name} of {text} {when}"] = Answer(shown, frozenset({*named, text}), days)
    return found


def subtracted(found: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """What two answers to one question tell of the days between two periods."""
    pairs = [
        (one, other)
        for one, other in permutations(found, 2)
        if one.rpartition(" ")[0] == other.rpartition(" ")[0] and found[one].holds(found[other])
    ]
    return {
        f"({one} less {other})": Answer(
            found[one].of - found[other].of,
            found[one].named,
            found[one].days - found[other].days,
        )
        for one, other in pairs
    }


def visitors(of: Told) -> int:
    return len({visitor for visitor, _, _ in of})


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a case smaller takes minutes
)
@given(_EVENTS, st.sampled_from(["country", "browser"]))
def test_no_two_answers_differ_by_a_few_visitors(events: list[Event], dimension: str) -> None:
    async def attack(folder: Path) -> None:
        database = fresh(folder)
        await database.open()
        try:
            stores = over(database)
            await stores.notices.publish(a_notice(), NOON)
            await stores.consents.append([appended(a_choice(who)) for who in WHO])
            ordered = sorted(events, key=lambda event: event.minute)
            await stores.events.insert(ordered, NOON)
            await catch_up(stores.figures)
            asked = await answers(Reader(SqliteFigures(database)), dimension)
        finally:
            await database.close()
        every = {**asked, **subtracted(asked)}
        for (larger, more), (smaller, less) in permutations(every.items(), 2):
            if more.holds(less):
                assert visitors(more.of - less.of) >= FEW, f"{larger} less {smaller}"

    with TemporaryDirectory() as folder:
        asyncio.run(attack(Path(folder)))
