"""What every store of figures must do: they can be read while they are made, and people and days
can be taken out of them."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from gateway.aggregate import catch_up
from gateway.rules.figures.panel import Figures
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Deleted, FigureStore, Past
from tests.figures.seen import all_seen, seen
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import Stores, a_view, appended

TODAY = date(2027, 1, 15)
MONTH_AGO = TODAY - timedelta(days=30)
MINUTE = NOON // 60
WHO = ["c1", "c2", "c3"]
TURNS = 33  # after which what they added is put together


@pytest.fixture
async def known(stores: Stores) -> Stores:
    """Three visitors who consented."""
    await stores.consents.append([appended(a_choice(who)) for who in WHO])
    return stores


def visitor(who: str) -> int:
    return visitor_of(b"key", "demo", who)


async def put_together(stores: Stores) -> None:
    """Turns until all there is was put together; they add nothing but views of today by c3."""
    for _ in range(TURNS):
        await stores.events.insert([a_view("c3")], NOON)
        await stores.figures.advance(1000)
    assert await stores.figures.settle()


async def test_who_reads_while_another_process_aggregates_sees_whole_steps(
    known: Stores, sister: Stores
) -> None:
    steps, size = 60, 9
    views = [a_view(WHO[n % 3], path=f"/{n % 7}") for n in range(steps * size)]
    await known.events.insert(views, NOON)
    over = asyncio.Event()

    async def aggregate() -> None:
        while await known.figures.advance(size):
            await known.figures.settle()
        over.set()

    async def read(figures: FigureStore) -> list[int]:
        told = []
        while not over.is_set():
            shown = await seen(figures, TODAY, TODAY, "page")
            told.append(sum(one.views for one in shown.values()))
        return told

    _, *readings = await asyncio.gather(
        aggregate(), read(known.figures), read(sister.figures), read(sister.figures)
    )
    for told in readings:
        assert told == sorted(told)
        assert all(amount % size == 0 for amount in told)
        assert len({*told}) > 1, "nothing was read in between"
    everybody = Figures(3, 3, steps * size, acts=0, bounces=0, minutes=0)
    for one in (known, sister):
        assert await seen(one.figures, TODAY, TODAY) == {"": everybody}


async def test_putting_together_changes_no_figure_at_any_moment(
    known: Stores, sister: Stores
) -> None:
    for turn in range(TURNS):
        minute = MINUTE - 1440 * (8 - turn // 4) + turn
        views = [a_view(who, minute=minute, path=f"/{turn % 4}") for who in WHO]
        await known.events.insert(views, NOON)
        await known.figures.advance(10)
    before = await all_seen(sister.figures, MONTH_AGO, TODAY)

    async def read(figures: FigureStore) -> list[object]:
        return [await all_seen(figures, MONTH_AGO, TODAY) for _ in range(4)]

    # Both at once: what one has put together the other finds done.
    *written, first, second = await asyncio.gather(
        known.figures.settle(),
        sister.figures.settle(),
        read(known.figures),
        read(sister.figures),
    )
    assert sorted(written) == [0, 9]
    assert first + second == [before] * 8
    assert await all_seen(known.figures, MONTH_AGO, TODAY) == before


@pytest.mark.parametrize("together", [False, True])
async def test_who_is_restricted_is_in_no_figure_until_it_is_lifted(
    together: bool, known: Stores, sister: Stores
) -> None:
    """GDPR Art. 18: the data stays, and nothing is done with it. It is the same with what comes
    in meanwhile."""
    views = [a_view("c1"), a_view("c1", minute=MINUTE + 3, path="/b"), a_view("c2")]
    await known.events.insert(views, NOON)
    await catch_up(known.figures)
    if together:
        await put_together(known)
    before = await all_seen(known.figures, MONTH_AGO, TODAY)
    for _ in range(2):
        await known.figures.restrict("demo", visitor("c1"))
    without = await seen(sister.figures, TODAY, TODAY)
    assert without[""].visitors == (2 if together else 1)
    assert without[""].minutes == 0
    assert "/b" not in await seen(sister.figures, TODAY, TODAY, "page")
    await known.events.insert([a_view("c1", minute=MINUTE + 5, path="/b")], NOON)
    await catch_up(known.figures)
    assert await seen(known.figures, TODAY, TODAY) == without
    for _ in range(2):
        await sister.figures.restrict("demo", visitor("c1"), lift=True)
    after = await seen(known.figures, TODAY, TODAY, "page")
    assert after["/b"] == Figures(1, 1, 2, acts=0, bounces=0, minutes=5)
    assert (await all_seen(known.figures, MONTH_AGO, TODAY)).keys() == before.keys()


async def test_a_restriction_is_of_one_visitor_on_one_site(known: Stores) -> None:
    await known.events.insert([a_view(who) for who in WHO], NOON)
    await catch_up(known.figures)
    await known.figures.restrict("other", visitor("c1"))
    await known.figures.restrict("demo", visitor("nobody"))
    everybody = {"": Figures(3, 3, 3, acts=0, bounces=3, minutes=0)}
    assert await seen(known.figures, TODAY, TODAY) == everybody


@pytest.mark.parametrize("together", [False, True])
async def test_of_what_is_past_its_time_whole_visits_go(together: bool, known: Stores) -> None:
    """The last minutes of a visit alone would be another visit: it goes when all of it is past."""
    limit = MINUTE - 8 * 60
    views = [
        a_view("c1", minute=MINUTE - 9 * 1440, path="/old"),
        a_view("c2", minute=limit - 1, path="/over"),
        *(a_view("c3", minute=limit + n, path="/late") for n in range(-130, 10, 10)),
        a_view("c1", path="/new"),
    ]
    await known.events.insert(views, NOON)
    await catch_up(known.figures)
    if together:
        await put_together(known)
    past = Past("demo", 0, 0, 0, limit)
    before = await seen(known.figures, MONTH_AGO, TODAY, "page")
    gone = await known.retention.purge(past, NOON)
    assert list(gone) == [Deleted("statistics", 2)]
    left = {page: figures for page, figures in before.items() if page not in ("/old", "/over")}
    assert await seen(known.figures, MONTH_AGO, TODAY, "page") == left
    assert left["/late"].views == 14
    assert list(await known.retention.purge(past, NOON)) == []


async def test_who_is_restricted_stays_out_when_their_events_are_past_their_time(
    known: Stores,
) -> None:
    await known.events.insert([a_view("c1"), a_view("c2")], NOON)
    await catch_up(known.figures)
    await known.figures.restrict("demo", visitor_of(b"key", "demo", "c1"))
    one = {"": Figures(1, 1, 1, acts=0, bounces=1, minutes=0)}
    assert await seen(known.figures, TODAY, TODAY) == one
    await known.retention.purge(Past("demo", MINUTE + 1, 0, 0, 0), NOON)
    assert await seen(known.figures, TODAY, TODAY) == one
    await known.retention.purge(Past("demo", 0, 0, NOON + 10**9, 0), NOON)  # the consent as well
    assert await seen(known.figures, TODAY, TODAY) == one


async def test_words_are_told_by_their_numbers(known: Stores) -> None:
    await known.events.insert([a_view("c1", path="/één"), a_view("c2", path="/")], NOON)
    await catch_up(known.figures)
    book = await known.figures.words("device")
    numbers = {int(number) for number in book["browser"]} | {10**9}
    texts = await known.figures.texts(numbers)
    assert "Firefox" in texts.values()
    assert 10**9 not in texts
    assert await known.figures.texts([]) == {}
