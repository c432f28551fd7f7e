"""Figures equal a count by hand over the rows, however they were made and again after a rebuild."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.rules.records import Drop, Event, Source
from gateway.rules.visits import VISIT_DIMENSIONS, Cell
from gateway.stores.sqlite.cells import SqliteCells
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.events import SqliteEvents
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import DAY_OF, a_view, appended, over

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2027, 1, 14)
ALL_DAYS = [FIRST + timedelta(days=n) for n in range(5)]
MIDNIGHT = 1_800_054_000 // 60  # in Amsterdam

_ROWS = st.lists(
    st.builds(
        lambda who, minute, path, kind, host, seconds: a_view(
            who,
            minute=minute,
            path=path,
            kind=kind,
            seconds=seconds if kind == "engagement" else 0,
            source=Source(referrer=host, channel="referral" if host else "direct"),
        ),
        st.sampled_from(["c1", "c2", "c3", "nobody"]),
        st.integers(MIDNIGHT - 90, MIDNIGHT + 90) | st.integers(MIDNIGHT, MIDNIGHT + 3000),
        st.sampled_from(["/", "/a", "/b"]),
        st.sampled_from(["pageview", "pageview", "event", "download", "engagement"]),
        st.sampled_from(["", "nieuws.nl"]),
        st.integers(0, 5400),
    ),
    max_size=30,
)

Counted = dict[tuple[str, date, str], tuple[int, int, int]]


async def by_hand(database: Database) -> Counted:
    """Page views, visits and visitors for each dimension, day and value, read from the rows."""
    async with database.reading() as db:
        rows = await db.execute_fetchall(
            "SELECT e.minute, e.visitor, e.seconds, k.text, p.text, r.text, c.text, n.text, d.text,"
            " b.text, s.text FROM whole_events e"
            " JOIN words k ON k.id = e.kind JOIN words p ON p.id = e.path"
            " JOIN words r ON r.id = e.referrer JOIN words c ON c.id = e.channel"
            " JOIN words n ON n.id = e.country JOIN words d ON d.id = e.device"
            " JOIN words b ON b.id = e.browser JOIN words s ON s.id = e.system ORDER BY e.id"
        )
    seen: dict[tuple[str, date, str], list[tuple[bool, int, int]]] = defaultdict(list)
    stays: dict[int, tuple[int, int, Sequence[str]]] = {}  # visitor: number, latest, words
    number = 0
    for minute, visitor, seconds, kind, page, *words in rows:
        stay, spent = stays.get(visitor), kind == "engagement"
        if stay is None or minute - seconds // 60 - stay[1] > 30:
            if spent:
                continue
            number += 1
            stay = (number, minute, words)
        stays[visitor] = stay = (stay[0], max(stay[1], minute), stay[2])
        if spent:
            continue
        day = datetime.fromtimestamp(minute * 60, UTC).astimezone(AMSTERDAM).date()
        viewed = kind == "pageview"
        where = [("all", ""), *zip(VISIT_DIMENSIONS, stay[2], strict=True)]
        for dimension, value in [*where, ("page", page)] if viewed else where:
            seen[dimension, day, value].append((viewed, stay[0], visitor))
    return {
        key: (sum(v for v, _, _ in hits), len({s for _, s, _ in hits}), len({p for *_, p in hits}))
        for key, hits in seen.items()
    }


async def figures(cells: SqliteCells) -> Counted:
    """The same, from the cells."""

    def numbers(cell: Cell) -> tuple[int, int, int]:
        return cell.views, len(cell.visits), len(cell.visitors)

    by_day = await cells.days("demo", ALL_DAYS[0], ALL_DAYS[-1])
    found = {("all", day, ""): numbers(cell) for day, cell in by_day.items()}
    for day in ALL_DAYS:
        for dimension in ("page", *VISIT_DIMENSIONS):
            groups = await cells.groups("demo", dimension, day, day)
            found |= {(dimension, day, value): numbers(c) for value, c in groups.items()}
    return found


async def visits(database: Database) -> list[tuple[int, ...]]:
    async with database.reading() as db:
        rows = await db.execute_fetchall("SELECT * FROM visits ORDER BY id")
    return [tuple(row) for row in rows]


async def play(folder: Path, rows: Sequence[Event], inserts: list[int], steps: list[int]) -> None:
    database = Database(folder / "gateway.sqlite")
    await database.open()
    try:
        stores = over(database)
        await stores.notices.publish(a_notice(), NOON)
        await stores.consents.append([appended(a_choice(f"c{n}")) for n in (1, 2, 3)])
        rest = list(rows)
        for turn in range(len(rest)):
            size = inserts[turn % len(inserts)]
            batch, rest = rest[:size], rest[size:]
            await SqliteEvents(database).insert(batch, NOON)
            # In between, or not at all: aggregation keeps no pace with what comes in.
            if steps[turn % len(steps)]:
                await stores.cells.advance(steps[turn % len(steps)])
        while await stores.cells.advance(steps[0] + 1):
            pass
        cells = SqliteCells(database, DAY_OF)
        counted, made = await by_hand(database), await visits(database)
        assert await figures(cells) == counted
        await cells.rebuild()
        assert await figures(cells) == {}
        while await cells.advance(7):
            pass
        assert await figures(cells) == counted
        assert await visits(database) == made
    finally:
        await database.close()


@settings(max_examples=40, deadline=None)
@given(
    _ROWS,
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
)
def test_figures_equal_a_count_over_the_rows(
    rows: list[Event], inserts: list[int], steps: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), rows, inserts, steps))


def test_a_refused_event_is_no_row() -> None:
    """What the property above rests on: `nobody` never chose."""

    async def insert(folder: Path) -> Sequence[Drop | None]:
        database = Database(folder / "gateway.sqlite")
        await database.open()
        try:
            return await SqliteEvents(database).insert([a_view("nobody")], NOON)
        finally:
            await database.close()

    with TemporaryDirectory() as folder:
        assert asyncio.run(insert(Path(folder))) == [Drop.WITHDRAWN]
