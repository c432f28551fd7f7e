"""What the SQLite tables hold and refuse."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest

from gateway.errors import LedgerError
from gateway.rules.network import number_of
from gateway.rules.records import Device, Drop, Place, Source
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.events import SqliteEvents
from gateway.stores.sqlite.words import _MOST_KNOWN, Words
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import a_view, appended


@pytest.fixture
async def consents(database: Database) -> SqliteConsents:
    """A log of a consent, a refusal and another consent."""
    made = SqliteConsents(database)
    await made.append([appended(a_choice(id_)) for id_ in ("c1", None, "c2")])
    return made


async def read(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.reading() as db:
        return [tuple(row) for row in await db.execute_fetchall(query)]


async def write(database: Database, statement: str, *values: object) -> None:
    async with database.writing() as db:
        await db.execute(statement, values)


_COLUMNS = {
    "site": "'other'", "seq": "9", "time": "1", "state": "'withdrawn'", "choices": "'{}'",
    "notice": "'n'", "language": "'en'", "action": "'save2'", "layer": "'page'",
    "method": "'api'", "jurisdiction": "'BE'", "valid_until": "1", "consent_id": "'c9'",
    "salt": "'s'", "person": "NULL", "previous": "''", "digest": "''",
}  # fmt: skip


@pytest.mark.parametrize("column", list(_COLUMNS))
async def test_a_consent_record_cannot_be_changed(
    database: Database, consents: SqliteConsents, column: str
) -> None:
    del consents
    before = await read(database, "SELECT * FROM consents")
    for also in (
        "",
        ", consent_id = NULL, salt = NULL" if column not in ("consent_id", "salt") else "",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="a consent record never changes"):
            await write(database, f"UPDATE consents SET {column} = {_COLUMNS[column]}{also}")
    assert await read(database, "SELECT * FROM consents") == before


async def test_every_column_of_a_consent_record_is_tried(database: Database) -> None:
    columns = await read(database, "SELECT name FROM pragma_table_info('consents')")
    assert {name for (name,) in columns} == set(_COLUMNS)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DELETE FROM consents", "a consent record is never removed"),
        ("DELETE FROM consents WHERE consent_id IS NULL", "a consent record is never removed"),
        ("UPDATE notices SET content = '{}'", "a notice never changes"),
        ("UPDATE notices SET first_published = 0", "a notice never changes"),
        ("DELETE FROM notices", "a notice is never removed"),
        ("UPDATE publications SET published = 0", "a publication never changes"),
        ("DELETE FROM publications", "a publication is never removed"),
    ],
)
async def test_nothing_is_removed_from_the_log(
    database: Database, consents: SqliteConsents, statement: str, message: str
) -> None:
    del consents
    with pytest.raises(sqlite3.IntegrityError, match=message):
        await write(database, statement)


async def test_a_notice_cannot_be_replaced(database: Database) -> None:
    """REPLACE deletes without asking the trigger, unless recursive triggers are on."""
    notice = a_notice()
    with pytest.raises(sqlite3.IntegrityError):
        await write(database, "REPLACE INTO notices VALUES (?, 'demo', 0, '{}')", notice.id)
    [(content,)] = await read(database, "SELECT content FROM notices")
    assert content == notice.content


async def test_a_consent_record_cannot_be_replaced(
    database: Database, consents: SqliteConsents
) -> None:
    before = [record async for record in consents.walk("demo")]
    with pytest.raises(sqlite3.IntegrityError):
        await write(
            database,
            "REPLACE INTO consents SELECT site, seq, 1, state, choices, notice, language, action,"
            " layer, method, jurisdiction, valid_until, consent_id, salt, person, previous, digest"
            " FROM consents WHERE seq = 1",
        )
    assert [record async for record in consents.walk("demo")] == before


async def test_only_the_personal_part_may_be_blanked(
    database: Database, consents: SqliteConsents
) -> None:
    before = [record async for record in consents.walk("demo")]
    await write(
        database, "UPDATE consents SET consent_id = NULL, salt = NULL WHERE consent_id = 'c1'"
    )
    after = [record async for record in consents.walk("demo")]
    blank = replace(before[0], salt=None, choice=replace(before[0].choice, consent_id=None))
    assert after == [blank, *before[1:]]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "maybe"), ("choices", "{"), ("choices", "[]"), ("choices", "7"),
        ("choices", '{"analytics": 1}'), ("choices", '{"analytics": 1.5}'),
    ],
)  # fmt: skip
async def test_a_record_that_cannot_be_read_is_named(
    database: Database, consents: SqliteConsents, column: str, value: str
) -> None:
    await write(database, "DROP TRIGGER consents_never_change")
    await write(database, f"UPDATE consents SET {column} = ? WHERE seq = 2", value)
    with pytest.raises(LedgerError) as broken:
        _ = [record async for record in consents.walk("demo")]
    assert (broken.value.site, broken.value.seq) == ("demo", 2)


async def test_every_field_of_an_event_is_kept_under_its_own_name(
    database: Database, consents: SqliteConsents
) -> None:
    del consents
    texts = {"kind": "event", "path": "/pad", "screen": "large", "language": "nl", "name": "apply"}
    event = a_view(
        "c2",
        **texts,
        minute=29_000_001,
        network="203.0.113.0/24",
        source=Source("ref.nl", "referral", "s", "m", "c", "i", "t"),
        place=Place("NL", "GR", "KPN"),
        device=Device("Firefox", "145", "Windows", "desktop"),
        props={"b": "2", "a": "één"},
        seconds=47,
        scroll=83,
        count=2,
    )
    assert list(await SqliteEvents(database).insert([event], NOON)) == [None]
    columns = [row[1] for row in await read(database, "PRAGMA table_info(whole_events)")]
    plain = {"id", "minute", "visitor", "consent_seq", "network", "seconds", "scroll", "count"}
    chosen = ", ".join(
        str(c) if c in plain else f"(SELECT text FROM words WHERE id = {c})" for c in columns
    )
    [row] = await read(database, f"SELECT {chosen} FROM whole_events")
    assert dict(zip(columns, row, strict=True)) == {
        "id": 1, "site": "demo", "minute": 29_000_001, "visitor": 2, "consent_seq": 3,
        "kind": "event", "path": "/pad", "referrer": "ref.nl", "channel": "referral",
        "utm_source": "s", "utm_medium": "m", "utm_campaign": "c", "utm_content": "i",
        "utm_term": "t", "country": "NL", "region": "GR", "network": number_of("203.0.113.0/24"),
        "owner": "KPN", "browser": "Firefox", "browser_major": "145", "system": "Windows",
        "device": "desktop", "screen": "large", "language": "nl", "name": "apply",
        "props": '{"a":"één","b":"2"}', "seconds": 47, "scroll": 83, "count": 2,
    }  # fmt: skip
    assert json.loads(str(row[columns.index("props")])) == event.props


async def test_words_that_look_alike_are_kept_apart(
    database: Database, consents: SqliteConsents
) -> None:
    del consents
    paths = ["/", "", "1", "1.0", "01", "null", "true", "/é", "/e\u0301", "/E", "/😀", '/"\\', "/ "]
    for _ in range(2):  # by the dictionary, and again by what is remembered of it
        views = [a_view("c1", path=path) for path in paths]
        await SqliteEvents(database).insert(views, NOON)
    rows = await read(database, "SELECT w.text FROM events e JOIN words w ON w.id = e.path")
    assert [row[0] for row in rows] == paths * 2


@pytest.mark.parametrize("moment", ["insert", "commit"])
async def test_a_rolled_back_transaction_teaches_no_words(
    database: Database, consents: SqliteConsents, moment: str
) -> None:
    """Its numbers go to other words; remembered, they would give a page another one's name."""
    del consents
    events = SqliteEvents(database)
    await write(
        database,
        "CREATE TABLE owed (word INTEGER REFERENCES words (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    failing = {"insert": "SELECT RAISE(ABORT, 'no')", "commit": "INSERT INTO owed VALUES (-1)"}
    await write(
        database,
        f"CREATE TRIGGER fail BEFORE INSERT ON events WHEN NEW.minute = 7"
        f" BEGIN {failing[moment]}; END",
    )
    with pytest.raises(sqlite3.IntegrityError):
        await events.insert([a_view("c1", path="/een"), a_view("c1", path="/twee", minute=7)], NOON)
    assert await read(database, "SELECT * FROM events") == []
    assert await read(database, "SELECT text FROM words WHERE text LIKE '/%'") == []
    await events.insert([a_view("c1", path=path) for path in ("/drie", "/twee", "/een")], NOON)
    rows = await read(database, "SELECT w.text FROM events e JOIN words w ON w.id = e.path")
    assert [row[0] for row in rows] == ["/drie", "/twee", "/een"]


async def test_a_refused_event_leaves_no_word_behind(
    database: Database, consents: SqliteConsents
) -> None:
    del consents
    refused = a_view("nobody", path="/geheim")
    assert list(await SqliteEvents(database).insert([refused], NOON)) == [Drop.WITHDRAWN]
    assert await read(database, "SELECT * FROM words WHERE text = '/geheim'") == []


async def test_a_word_another_process_learnt_has_the_number_it_got_there(
    database: Database,
) -> None:
    here, elsewhere = Words(), Words()
    [theirs], _ = await database.write(lambda db: elsewhere.encode(db, [("b", "d", "")]))
    [ours], learnt = await database.write(lambda db: here.encode(db, [("d", "a", "b", "c", "")]))
    assert (ours[0], ours[2], ours[4]) == (theirs[1], theirs[0], 0)
    assert learnt == dict(zip("dabc", ours, strict=False))
    rows = await read(database, "SELECT id, text FROM words WHERE text < 'e'")
    assert {row[1]: row[0] for row in rows} == {"": 0, **learnt}


async def test_the_words_remembered_are_bounded(database: Database) -> None:
    words = Words()
    words.confirm({str(number): number for number in range(_MOST_KNOWN + 5)})
    assert len(words._known) <= _MOST_KNOWN
    # Forgotten, and found again.
    assert await database.write(lambda db: words.encode(db, [("",)])) == ([(0,)], {"": 0})
