"""Steps of aggregation in SQLite: how large they are, and that none is made of what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from itertools import pairwise

import pytest

from gateway.aggregate import catch_up
from gateway.rules.figures.panel import Figures
from gateway.rules.visitor import visitor_of
from gateway.stores.base import FEWEST, Past
from gateway.stores.sqlite import figures as module
from gateway.stores.sqlite import stays
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures.seen import seen
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, a_view, appended, over
from tests.stores.many import strangers

TODAY = date(2027, 1, 15)
WHO = ["c1", "c2", "c3", "c4"]


async def rows_of(database: Database) -> int:
    async with database.reading() as db:
        [row] = await db.execute_fetchall("SELECT count(*) FROM last_visits")
    return int(row[0])


async def totals(figures: SqliteFigures, site: str = "demo") -> tuple[int, int, int]:
    found = (await seen(figures, TODAY, TODAY, site=site))[""]
    return found.views, found.visits, found.visitors


async def test_a_step_with_too_many_rows_is_made_smaller_and_loses_nothing(
    database: Database,
) -> None:
    """No event is written while a step is, and each stranger is a row of it."""
    many, alike = 80_000, 70_000
    await strangers(database, many, alike=alike)
    figures = SqliteFigures(database)
    sizes, rows = [], [0]
    while size := await figures.advance(100_000):
        sizes.append(size)
        rows.append(await rows_of(database))
    assert sum(sizes) == many + alike
    assert sizes[:3] == [10_000, 20_000, 40_000]
    assert all(FEWEST <= size < 80_000 for size in sizes), "80,000 were read, and were too many"
    assert max(after - before for before, after in pairwise(rows)) <= 2 * module._MOST_ROWS
    assert await totals(figures) == (many + alike, many, many)


async def test_each_site_has_its_own_figures(database: Database) -> None:
    await strangers(database, 90, other=3)
    figures = SqliteFigures(database)
    while await figures.advance(7):
        pass
    assert await totals(figures) == (60, 60, 60)
    assert await totals(figures, "other") == (30, 30, 30)


async def test_no_more_is_read_than_there_is(database: Database) -> None:
    figures = SqliteFigures(database)
    assert await figures.advance(10) == 0
    await strangers(database, 25)
    assert [await figures.advance(10) for _ in range(4)] == [10, 10, 5, 0]


async def browsed(stores: Stores) -> None:
    """Four visitors, a page view each, and one that is older."""
    await stores.consents.append([appended(a_choice(who)) for who in WHO])
    await stores.events.insert([a_view("c4", minute=5)], NOON)
    await stores.events.insert([a_view(who) for who in WHO], NOON)


async def made(database: Database) -> module._Step:
    """A step that was read and not written yet."""
    async with database.reading() as db:
        marks = await module._marks(db)
        events = await stays.fresh(db, marks.event, 100)
        led = await stays.lead(db, events, marks.visit)
    return module._step(marks, events, led)


async def written(database: Database, step: module._Step) -> bool:
    return await database.write(lambda db: module._save(db, step))


async def an_erasure(stores: Stores) -> None:
    visitor = visitor_of(b"key", "demo", "c2")
    assert await stores.erasure.erase("demo", "c2", visitor, {}, NOON) is not None


async def a_purge(stores: Stores) -> None:
    assert await stores.retention.purge(Past("demo", 6, 0, 0, 0), NOON)


async def another_step(stores: Stores) -> None:
    assert await stores.figures.advance(2) == 2


@pytest.mark.parametrize(
    ("between", "views"),
    [
        pytest.param(an_erasure, 3, id="a visitor was erased"),
        pytest.param(a_purge, 4, id="old events were deleted"),
        pytest.param(another_step, 4, id="another process was first"),
    ],
)
async def test_a_step_made_of_what_has_changed_meanwhile_is_thrown_away(
    between: Callable[[Stores], Awaitable[None]], views: int, database: Database
) -> None:
    stores = over(database)
    await browsed(stores)
    step = await made(database)
    await between(stores)
    assert await written(database, step) is False
    await catch_up(stores.figures)
    everybody = Figures(views, views, views, acts=0, bounces=views, minutes=0)
    assert await seen(stores.figures, TODAY, TODAY) == {"": everybody}


async def test_a_step_between_which_nothing_happened_is_written_once(database: Database) -> None:
    stores = over(database)
    await browsed(stores)
    step = await made(database)
    assert [await written(database, step) for _ in range(2)] == [True, False]
    assert await stores.figures.advance(100) == 0


async def test_who_is_erased_in_the_middle_of_it_all_is_in_no_figure(database: Database) -> None:
    stores = over(database)
    for turn in range(8):
        names = [f"{who}-{turn}" for who in WHO]
        await stores.consents.append([appended(a_choice(name)) for name in names])
        await stores.events.insert([a_view(name) for name in names] * 3, NOON)
        visitor = visitor_of(b"key", "demo", names[0])
        await asyncio.gather(
            catch_up(stores.figures, 2),
            stores.erasure.erase("demo", names[0], visitor, {}, NOON),
            catch_up(stores.figures, 3),
        )
        await catch_up(stores.figures)
        left = 3 * (turn + 1)
        everybody = Figures(left, left, 3 * left, acts=0, bounces=0, minutes=0)
        assert await seen(stores.figures, TODAY, TODAY) == {"": everybody}
