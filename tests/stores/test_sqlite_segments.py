"""Segments in SQLite: when they are put together, how they are cut, and that none stays behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gateway.aggregate import catch_up
from gateway.errors import BusyError
from gateway.rules.figures.panel import Figures
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures.seen import seen
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, a_view, appended, over
from tests.stores.many import strangers

TODAY = date(2027, 1, 15)
UTC_DAY = NOON // 86_400


@pytest.fixture
async def stores(database: Database) -> Stores:
    """Two visitors who consented, over the same database."""
    made = over(database)
    await made.consents.append([appended(a_choice(who)) for who in ("c1", "c2")])
    return made


async def read(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.reading() as db:
        return [tuple(row) for row in await db.execute_fetchall(query)]


async def counted(database: Database, table: str) -> int:
    [(amount,)] = await read(database, f"SELECT count(*) FROM {table}")
    assert isinstance(amount, int)
    return amount


async def test_what_many_turns_added_is_put_together_after_the_last_of_them(
    database: Database, stores: Stores
) -> None:
    for turn in range(1, 34):
        await stores.events.insert([a_view("c1"), a_view("c2")], NOON)
        assert await stores.figures.advance(10) == 2
        before = await seen(stores.figures, TODAY, TODAY)
        assert before == {"": Figures(2, 2, 2 * turn, 0, 2 if turn == 1 else 0, 0)}
        assert await stores.figures.settle() == (turn == 33)
        assert await counted(database, "fresh") == turn % 33
        assert await counted(database, "segments") == turn // 33
        assert await seen(stores.figures, TODAY, TODAY) == before
    assert await stores.figures.settle() == 0


async def test_what_a_few_large_turns_added_is_put_together_at_once(database: Database) -> None:
    figures = SqliteFigures(database)
    await strangers(database, 200_000)
    await catch_up(figures)
    assert await counted(database, "fresh") < 32
    assert await counted(database, "segments") == 0
    before = await seen(figures, TODAY, TODAY)
    await strangers(database, 1, later=1)  # the first of them once more
    await catch_up(figures)
    assert await counted(database, "fresh") == 0
    after = await seen(figures, TODAY, TODAY)
    assert (before[""].visitors, before[""].views) == (200_000, 200_000)
    assert after == {"": Figures(200_000, 200_000, 200_001, 0, 199_999, 1)}


async def test_a_busy_day_has_several_segments_and_adding_to_it_writes_only_some(
    database: Database,
) -> None:
    """16,384 visits each, so that no turn has to write the whole day again."""
    figures = SqliteFigures(database)
    await strangers(database, 40_000)
    while await figures.advance(100_000):
        pass
    for turn in range(33):
        await strangers(database, 1, later=turn + 1)
        await figures.advance(1)
    assert await figures.settle() == 3
    days = "SELECT day, bucket, visits, events, starts, ends FROM segments ORDER BY bucket"
    noon = NOON // 60
    assert await read(database, days) == [
        (UTC_DAY, 0, 16_383, 16_416, noon, noon + 33),
        (UTC_DAY, 1, 16_384, 16_384, noon, noon),
        (UTC_DAY, 2, 7_233, 7_233, noon, noon),
    ]
    for turn in range(33):
        await strangers(database, 1, later=turn + 40)
        await figures.advance(1)
    assert await figures.settle() == 1
    whole = Figures(40_000, 40_000, 40_066, 0, 39_999, 72)
    assert await seen(figures, TODAY, TODAY) == {"": whole}
    assert await seen(figures, TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == {}


async def test_a_visit_that_goes_on_is_found_by_every_minute_of_it(stores: Stores) -> None:
    """Its segment is that of the day it began on; part of it came in later, part of it late."""
    noon = NOON // 60
    midnight = noon + 16 * 60  # of UTC; in Amsterdam it is one o'clock
    minutes = [midnight - 20, midnight + 5, midnight + 30, midnight - 90]
    seen_on = []
    for minute in minutes:
        await stores.events.insert([a_view("c1", minute=minute)], NOON)
        for _ in range(33):  # in segments, each time
            await stores.events.insert([a_view("c2", minute=noon)], NOON)
            await stores.figures.advance(10)
        assert await stores.figures.settle() > 0
        both = await seen(stores.figures, TODAY, TODAY + timedelta(days=1), "page")
        seen_on.append(both["/"].minutes)
    assert seen_on == [0, 25, 50, 50]
    tomorrow = TODAY + timedelta(days=1)
    assert (await seen(stores.figures, TODAY, TODAY))[""].views == 4 * 33 + 1
    assert await seen(stores.figures, tomorrow, tomorrow) == {"": Figures(1, 1, 3, 0, 0, 50)}


async def test_of_who_is_erased_no_segment_stays_behind(database: Database, stores: Stores) -> None:
    """A segment that was theirs alone goes, with all of its columns; so does a restriction."""
    item = appended(a_choice("c1"))
    assert item.visitor is not None
    day_before = NOON // 60 - 1440
    await stores.events.insert([a_view("c1", minute=day_before), a_view("c1"), a_view("c2")], NOON)
    await stores.figures.advance(10)
    await stores.figures.restrict("demo", item.visitor)
    gone = await stores.erasure.erase("demo", "c1", item.visitor, {}, NOON)
    assert gone is not None
    assert (gone.events, gone.visits) == (2, 2)
    assert await counted(database, "fresh") == 0
    assert await read(database, "SELECT day, visits, events FROM segments") == [(UTC_DAY, 1, 1)]
    orphans = "segment_columns WHERE segment NOT IN (SELECT id FROM segments)"
    assert await counted(database, orphans) == 0
    assert await counted(database, "restricted") == 0
    [(numbers,)] = await read(database, "SELECT group_concat(visitor) FROM last_visits")
    assert numbers == "2"


async def test_a_file_that_cannot_be_read_now_is_told_as_such(
    database: Database, stores: Stores
) -> None:
    """Somebody is putting it back from a backup, say: who asks is asked to come again."""
    away = database.path.rename(database.path.with_suffix(".away"))
    with pytest.raises(BusyError, match="cannot be read now"):
        await seen(stores.figures, TODAY, TODAY)
    away.rename(database.path)
    assert await seen(stores.figures, TODAY, TODAY) == {}
