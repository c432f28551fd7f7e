"""Figures that were forgotten are made anew from the events, and are the same."""

from __future__ import annotations

from datetime import date

from gateway.aggregate import catch_up
from gateway.rules.figures.panel import NOTHING
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures.seen import all_seen
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import a_view, appended, over

FIRST, LAST = date(2027, 1, 10), date(2027, 1, 20)


async def numbers(database: Database) -> set[int]:
    async with database.reading() as db:
        return {row[0] for row in await db.execute_fetchall("SELECT visit FROM last_visits")}


async def test_a_rebuild_forgets_all_and_then_makes_the_same(database: Database) -> None:
    """Also where some of it was put together and some was not; and no number is given twice."""
    stores = over(database)
    await stores.consents.append([appended(a_choice(who)) for who in ("c1", "c2")])
    figures = SqliteFigures(database)
    for turn in range(40):
        minute = NOON // 60 + turn * 20
        await stores.events.insert([a_view("c1", minute=minute), a_view("c2")], NOON)
        await catch_up(figures)
    before, given = await all_seen(figures, FIRST, LAST), await numbers(database)
    await figures.rebuild()
    assert (await all_seen(figures, FIRST, LAST))[""] == NOTHING
    while await figures.advance(7):
        pass
    assert await all_seen(figures, FIRST, LAST) == before
    assert not given & await numbers(database)
