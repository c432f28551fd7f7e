"""Verifying the consent log: what was done to it behind the gateway's back is named (P5, P6)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.errors import LedgerError
from gateway.rules.ledger import START
from gateway.stores.base import Append
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.upkeep import Verified, verify
from gateway.upkeep.walk import SLACK_SECONDS
from tests.rules.building import NOON, a_choice, a_notice

SECOND = a_notice(NOON + 5, text="Iets anders.")
_VISITORS = {"c1": 1, "c2": 2}
_TRIGGERS = ("notices_never_change", "notices_stay", "consents_stay", "consents_never_change")


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A log of five records under two notices, closed."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    notices = SqliteNotices(database)
    await notices.publish(a_notice(), NOON)
    await notices.publish(SECOND, NOON + 5)
    choices = [a_choice(id_) for id_ in ("c1", None, "c2")]
    choices += [a_choice(id_, notice=SECOND.id) for id_ in ("c1", None)]
    items = [
        Append(choice, _VISITORS.get(choice.consent_id or ""), 740_000, f"salt {n}")
        for n, choice in enumerate(choices)
    ]
    await SqliteConsents(database).append(items)
    await database.close()
    return database.path


def damage(path: Path, *statements: str) -> None:
    """What somebody with the file can do who first takes the triggers away."""
    with closing(sqlite3.connect(path)) as other:
        for trigger in _TRIGGERS:
            other.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            other.execute(statement)
        other.commit()


async def walk(path: Path, site: str = "demo", counted: list[int] | None = None) -> Verified:
    database = Database(path)
    await database.open()
    try:
        consents, notices = SqliteConsents(database), SqliteNotices(database)
        if counted is None:
            return await verify(site, consents, notices)
        return await verify(site, consents, notices, None, counted.append)
    finally:
        await database.close()


async def test_a_log_as_it_was_written_adds_up(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        [(head,)] = other.execute("SELECT digest FROM consents WHERE seq = 5")
    counted: list[int] = []
    assert await walk(path, counted=counted) == Verified("demo", 5, 2, 0, head)
    assert counted == [1, 2, 3, 4, 5]


async def test_an_empty_log_adds_up(path: Path) -> None:
    assert await walk(path, "other") == Verified("other", 0, 0, 0, START)


async def test_a_log_in_which_somebody_was_erased_adds_up(path: Path) -> None:
    """Without dropping a trigger: this is the one change they allow."""
    before = await walk(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE consents SET consent_id = NULL, salt = NULL WHERE consent_id = 'c1'")
        other.execute("DELETE FROM standing WHERE consent_id = 'c1'")
        other.commit()
    assert await walk(path) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE standing SET state = 'withdrawn' WHERE state = 'given'",
        "UPDATE standing SET analytics = 1 - analytics",
        "UPDATE standing SET valid_until = valid_until + 1",
        "UPDATE standing SET seq = 1",
        "UPDATE standing SET consent_id = 'other' WHERE seq = (SELECT max(seq) FROM standing)",
    ],
)
async def test_a_current_state_that_the_log_does_not_say_is_found(path: Path, change: str) -> None:
    """P1: every event is let in by it, so nobody may mend it past the log."""
    with closing(sqlite3.connect(path)) as other:
        other.execute(change)
        other.commit()
    with pytest.raises(LedgerError, match="current state"):
        await walk(path)


_COPY = """INSERT INTO consents SELECT site, {seq}, time, state, choices, notice, language, action,
    layer, method, jurisdiction, valid_until, consent_id, salt, person, previous, digest
    FROM consents WHERE seq = 3"""


@pytest.mark.parametrize(
    ("statements", "seq", "message"),
    [
        (["UPDATE consents SET " + change + " WHERE seq = 3"], 3, "does not match")
        for change in (
            "time = time + 1", "state = 'withdrawn'", "notice = notice || 'x'", "language = 'en'",
            """choices = '{"analytics":true,"marketing":true}'""", "action = 'accept'",
            "layer = 'page'", "method = 'api'", "jurisdiction = 'BE'", "salt = 'x'", "salt = NULL",
            "valid_until = valid_until + 1", "consent_id = 'c9'", "person = NULL", "digest = 'x'",
        )
    ],
    ids=lambda value: value[0][20:40] if isinstance(value, list) else "",
)  # fmt: skip
async def test_a_changed_record_is_named(
    path: Path, statements: list[str], seq: int, message: str
) -> None:
    damage(path, *statements)
    with pytest.raises(LedgerError, match=message) as broken:
        await walk(path)
    assert (broken.value.site, broken.value.seq) == ("demo", seq)
    assert "keep the database file as it is" in broken.value.hint


@pytest.mark.parametrize(
    ("statements", "seq", "message"),
    [
        pytest.param(
            ["DELETE FROM consents WHERE seq = 3"], 3,
            "record 3 is missing; record 4 stands in its place", id="one removed",
        ),
        pytest.param(
            ["DELETE FROM consents WHERE seq = 1"], 1, "record 1 is missing", id="first removed"
        ),
        pytest.param(
            ["DELETE FROM consents WHERE seq = 3", "UPDATE consents SET seq = 3 WHERE seq = 4",
             "UPDATE consents SET seq = 4 WHERE seq = 5"],
            3, "does not follow", id="one removed, the rest renumbered",
        ),
        pytest.param(
            ["UPDATE consents SET seq = 99 WHERE seq = 2",
             "UPDATE consents SET seq = 2 WHERE seq = 3",
             "UPDATE consents SET seq = 3 WHERE seq = 99"],
            2, "does not follow", id="two swapped",
        ),
        pytest.param([_COPY.format(seq=6)], 6, "does not follow", id="one put in at the end"),
        pytest.param([_COPY.format(seq=0)], 1, "record 0 stands", id="one put in before the first"),
        pytest.param([_COPY.format(seq=-7)], 1, "record -7 stands", id="one hidden below zero"),
        pytest.param(
            ["UPDATE consents SET site = 'other' WHERE seq = 2"], 2, "record 2 is missing",
            id="one given to another site",
        ),
        pytest.param(
            ["UPDATE consents SET previous = digest WHERE seq = 4"], 4, "does not follow",
            id="a link bent",
        ),
        pytest.param(
            ["UPDATE consents SET consent_id = NULL WHERE seq = 1"], 1, "a salt is left",
            id="half a personal part",
        ),
        pytest.param(
            ["UPDATE consents SET consent_id = 'c9', salt = 's' WHERE seq = 2"], 2,
            "personal part does not match", id="a refusal given to somebody",
        ),
        pytest.param(
            ["UPDATE consents SET state = 'maybe' WHERE seq = 2"], 2, "cannot be read",
            id="a state there is not",
        ),
        pytest.param(
            ["UPDATE consents SET choices = 'x' WHERE seq = 2"], 2, "cannot be read",
            id="choices that are none",
        ),
        pytest.param(
            ["""UPDATE consents SET choices = '{"\\ud800":true}' WHERE seq = 2"""], 2,
            "cannot be read", id="half a character",
        ),
        pytest.param(
            ["UPDATE consents SET choices = '" + "[" * 5000 + "' WHERE seq = 2"], 2,
            "cannot be read", id="choices without a bottom",
        ),
        pytest.param(
            ["UPDATE consents SET consent_id = CAST(x'ff' AS TEXT) WHERE seq = 3"], 3,
            "cannot be read", id="text that is none",
        ),
        pytest.param(
            ["UPDATE notices SET content = replace(content, 'anders', 'liefs')"],
            4, "the notice it names was changed", id="a notice changed",
        ),
        pytest.param(
            ["DELETE FROM notices WHERE content LIKE '%anders%'"], 4,
            "the notice it names is missing", id="a notice removed",
        ),
        pytest.param(
            ["UPDATE notices SET site = 'other' WHERE content LIKE '%anders%'"], 4,
            "the notice it names is missing", id="a notice given to another site",
        ),
    ],
)  # fmt: skip
async def test_a_damaged_log_is_named_where_it_breaks(
    path: Path, statements: list[str], seq: int, message: str
) -> None:
    damage(path, *statements)
    with pytest.raises(LedgerError, match=message) as broken:
        await walk(path)
    assert (broken.value.site, broken.value.seq) == ("demo", seq)


_OLDER = "UPDATE notices SET first_published = first_published + {} WHERE content LIKE '%anders%'"


async def test_a_record_that_is_older_than_its_notice_is_named(path: Path) -> None:
    """P6: nobody can have seen it. A clock that was set back a little is no reason to say so."""
    damage(path, _OLDER.format(SLACK_SECONDS - 5))
    assert (await walk(path)).records == 5
    with closing(sqlite3.connect(path)) as other:
        other.execute(_OLDER.format(1))
        other.commit()
    with pytest.raises(LedgerError, match="it is older than the notice it names") as broken:
        await walk(path)
    assert broken.value.seq == 4


async def test_a_log_cut_off_at_its_end_has_another_head(path: Path) -> None:
    """Walking cannot see this; the head that was published before it (`/{site}/log`) can."""
    whole = await walk(path)
    damage(path, "DELETE FROM consents WHERE seq = 5")
    cut = await walk(path)
    assert cut.records == 4
    assert cut.head != whole.head
