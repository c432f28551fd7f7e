"""How events stand in the SQLite file: each names the record that allowed it, and the account book
grows with them in one transaction."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import BusyError
from gateway.rules.records import ConsentState, Drop, Dropped, Event
from gateway.stores.sqlite.accounts import SqliteAccounts
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.events import SqliteEvents
from tests.rules.building import NOON, a_choice
from tests.stores.conftest import a_view, appended

GONE = Drop.WITHDRAWN


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.reading() as db:
        return [tuple(row) for row in await db.execute_fetchall(query)]


async def paths(database: Database) -> list[str]:
    found = await rows(
        database, "SELECT text FROM events e JOIN words w ON w.id = e.path ORDER BY e.id"
    )
    return [row[0] for row in found]


pytestmark = pytest.mark.usefixtures("consents")


@pytest.fixture
async def consents(database: Database) -> SqliteConsents:
    """A log in which two visitors said yes."""
    store = SqliteConsents(database)
    await store.append([appended(a_choice(id_)) for id_ in ("c1", "c2")])
    return store


async def test_the_record_named_is_the_last_word_and_not_the_token_s(
    database: Database, consents: SqliteConsents
) -> None:
    await consents.append([appended(a_choice("c1"))])
    await SqliteEvents(database).insert([a_view("c1", consent_seq=1), a_view("c2")], NOON)
    assert await rows(database, "SELECT consent_seq FROM events") == [(3,), (2,)]


@pytest.mark.parametrize("amount", [1, 2, 7, 512, 513, 1_100])
async def test_a_batch_of_any_size_is_written_whole_and_in_order(
    database: Database, amount: int
) -> None:
    wanted = [f"/{'abcdefghij'[n % 10]}/{n}" for n in range(amount)]
    events = SqliteEvents(database)
    stored = await events.insert([a_view("c1", path=path) for path in wanted], NOON)
    assert (list(stored), await paths(database)) == ([None] * amount, wanted)


async def test_what_is_refused_in_a_batch_takes_nothing_else_with_it(
    database: Database, consents: SqliteConsents
) -> None:
    events, who = SqliteEvents(database), ["c1", "c9", "c2", "c1"]
    batch = [a_view(id_, path=f"/{n}") for n, id_ in enumerate(who)]
    assert list(await events.insert(batch, NOON)) == [None, GONE, None, None]
    assert await paths(database) == ["/0", "/2", "/3"]
    # Also of those who were let in before.
    await consents.append([appended(a_choice("c1", state=ConsentState.WITHDRAWN))])
    assert list(await events.insert(batch, NOON)) == [GONE, GONE, None, GONE]
    assert await paths(database) == ["/0", "/2", "/3", "/2"]


async def test_of_who_is_refused_no_key_is_kept(
    database: Database, consents: SqliteConsents
) -> None:
    """P7: nor of who never asked for anything."""
    stood = "SELECT visitor FROM standing ORDER BY visitor"
    before = await rows(database, stood)
    await consents.append([appended(a_choice("c1", state=ConsentState.WITHDRAWN))])
    await SqliteEvents(database).insert([a_view("c1"), a_view("c9"), a_view("c2")], NOON)
    assert await rows(database, stood) == before
    who = "SELECT s.visitor FROM events e JOIN standing s ON s.number = e.visitor"
    assert await rows(database, who) == [(a_view("c2").visitor,)]


async def test_a_visitor_whose_number_was_forgotten_gets_one_that_nobody_had(
    database: Database, consents: SqliteConsents
) -> None:
    """Retention takes the number of a visitor none of whose rows is left; their consent may stand,
    and figures that are kept longer still hold the number."""
    await consents.append([appended(a_choice("c3"))])
    events, numbers = SqliteEvents(database), "SELECT number FROM standing WHERE number IS NOT NULL"
    given = set(await rows(database, numbers))
    await events.insert([a_view("c1")], NOON)
    async with database.writing() as db:
        await db.execute("DELETE FROM events")
        await db.execute("UPDATE standing SET number = NULL")
    batch = [a_view("c1"), a_view("c2"), a_view("c1")]
    assert list(await events.insert(batch, NOON)) == [None, None, None]
    who = "SELECT s.visitor FROM events e JOIN standing s ON s.number = e.visitor ORDER BY e.id"
    assert await rows(database, who) == [(item.visitor,) for item in batch]
    assert given.isdisjoint(await rows(database, numbers))


async def test_a_visitor_keeps_the_number_of_the_first_consent_to_measuring(
    database: Database, consents: SqliteConsents
) -> None:
    of = "SELECT number FROM standing WHERE consent_id = 'c7'"
    await consents.append([appended(a_choice("c7", choices={"analytics": False}))])
    assert await rows(database, of) == [(None,)]
    await consents.append([appended(a_choice("c7"))])
    [first] = await rows(database, of)
    await consents.append([appended(a_choice("c7", state=ConsentState.WITHDRAWN))])
    await consents.append([appended(a_choice("c7"))])
    assert await rows(database, of) == [first] != [(None,)]


async def test_every_item_is_in_the_account_book_once(database: Database) -> None:
    events, book = SqliteEvents(database), SqliteAccounts(database)
    batch: list[Event | Dropped] = [
        a_view("c1"),
        Dropped("demo", Drop.BOT),
        a_view("c9"),
        Dropped("other", Drop.EXPIRED),
    ]
    for _ in range(2):
        assert list(await events.insert(batch, NOON)) == [None, Drop.BOT, GONE, Drop.EXPIRED]
    assert await book.totals() == {
        "demo": {"kept": 2, "bot": 2, "withdrawn": 2},
        "other": {"expired": 2},
    }
    assert await rows(database, "SELECT count(*) FROM events") == [(2,)]


async def test_what_could_not_be_written_is_neither_there_nor_in_the_book(
    database: Database,
) -> None:
    """And a word that was learnt on the way is not taken for known."""
    events, book = SqliteEvents(database), SqliteAccounts(database)
    [(pages,)] = await rows(database, "PRAGMA page_count")
    async with database.writing() as db:
        await db.execute(f"PRAGMA max_page_count = {pages}")
    batch = [a_view("c1", path="/" + "x" * 290 + str(n)) for n in range(100)]
    with pytest.raises(BusyError):
        await events.insert(batch, NOON)
    assert (await paths(database), await book.totals()) == ([], {})
    async with database.writing() as db:
        await db.execute("PRAGMA max_page_count = 100000")
    await events.insert(batch, NOON)
    assert await paths(database) == [event.path for event in batch]
    assert await book.totals() == {"demo": {"kept": 100}}
