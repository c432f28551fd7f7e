"""Links to figures: what opens one, for how long, and how often a password may be guessed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.errors import BusyError
from gateway.sharing import (
    DAY_SECONDS,
    MOST_OPEN,
    MOST_WRONG,
    PASS_SECONDS,
    WRONG_SECONDS,
    ShareError,
    Sharing,
    Wait,
)
from gateway.stores.base import Share
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.shares import SqliteShares

NOW = 1_800_000_000
RIGHT = "twaalf rozen"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(tmp_path / "gateway.sqlite")
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def sharing(database: Database) -> Sharing:
    return Sharing(SqliteShares(database))


@pytest.fixture
async def locked(sharing: Sharing) -> tuple[Share, str]:
    """A link with a password."""
    return await sharing.share("demo", "agency", "anna", RIGHT, 30, NOW)


async def _pass(sharing: Sharing, locked: tuple[Share, str], now: int = NOW) -> str:
    given = await sharing.enter(*locked, RIGHT, now)
    assert isinstance(given, str)
    return given


async def test_a_key_opens_its_link_until_the_last_second(sharing: Sharing) -> None:
    share, key = await sharing.share("demo", "agency", "anna", None, 7, NOW)
    assert share.expires == NOW + 7 * DAY_SECONDS
    assert await sharing.opened_by(key, share.expires - 1) == share
    assert await sharing.opened_by(key, share.expires) is None
    assert sharing.lets_in(share, key, "", NOW)


@pytest.mark.parametrize("key", ["", "x", "a" * 43, "a" * 42 + "é", "a" * 5000, "../" + "a" * 40])
async def test_another_key_opens_nothing(key: str, sharing: Sharing) -> None:
    await sharing.share("demo", "agency", "anna", None, 7, NOW)
    assert await sharing.opened_by(key, NOW) is None


async def test_neither_key_nor_password_nor_pass_is_kept(
    sharing: Sharing, locked: tuple[Share, str], database: Database
) -> None:
    given = await _pass(sharing, locked)
    async with database.reading() as db:
        [row] = await db.execute_fetchall("SELECT * FROM shares")
    stored = repr(tuple(row))
    assert "$argon2id$" in stored
    for secret in (locked[1], RIGHT, given, given.partition(".")[2]):
        assert secret not in stored


@pytest.mark.parametrize(
    ("name", "days", "password", "reason"),
    [
        ("", 30, None, "name"),
        ("   ", 30, None, "name"),
        ("a\nb", 30, None, "name"),
        ("n" * 81, 30, None, "name"),
        ("agency", 0, None, "days"),
        ("agency", 367, None, "days"),
        ("agency", -1, None, "days"),
        ("agency", 30, "", "password"),
        ("agency", 30, "seven77", "password"),
        ("agency", 30, "x" * 201, "password"),
    ],
)
async def test_a_link_that_cannot_be_is_told_and_not_made(
    name: str, days: int, password: str | None, reason: str, sharing: Sharing
) -> None:
    with pytest.raises(ShareError) as raised:
        await sharing.share("demo", name, "anna", password, days, NOW)
    assert raised.value.reason == reason
    assert raised.value.hint
    assert await sharing.open_of("demo", NOW) == []


@pytest.mark.parametrize("days", [1, 366])
async def test_a_link_is_open_for_a_day_to_a_year(days: int, sharing: Sharing) -> None:
    share, _ = await sharing.share("demo", "n" * 80, "", "x" * 200, days, NOW)
    assert share.expires - share.created == days * DAY_SECONDS


async def test_a_site_has_at_most_a_hundred_open_links(sharing: Sharing) -> None:
    for _ in range(MOST_OPEN):
        await sharing.share("demo", "agency", "anna", None, 1, NOW)
    with pytest.raises(ShareError, match="has 100 links already"):
        await sharing.share("demo", "agency", "anna", None, 1, NOW)
    await sharing.share("demo", "agency", "anna", None, 1, NOW + DAY_SECONDS)
    assert len(await sharing.open_of("demo", NOW + DAY_SECONDS)) == 1


async def test_a_link_is_ended_by_its_own_site_only(sharing: Sharing) -> None:
    share, key = await sharing.share("demo", "agency", "anna", None, 30, NOW)
    assert await sharing.end("veldkamp", share.id, NOW) is None
    assert await sharing.opened_by(key, NOW) == share
    assert await sharing.end("demo", share.id, NOW) == share
    assert await sharing.opened_by(key, NOW) is None
    assert await sharing.end("demo", share.id, NOW) is None


async def test_the_right_password_lets_in_for_twelve_hours(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    given = await _pass(sharing, locked)
    assert sharing.lets_in(*locked, given, NOW + PASS_SECONDS - 1)
    assert not sharing.lets_in(*locked, given, NOW + PASS_SECONDS)


@pytest.mark.parametrize("password", ["", "twaalf roze", "Twaalf rozen", "x" * 4000])
async def test_a_wrong_password_lets_nobody_in(
    password: str, sharing: Sharing, locked: tuple[Share, str]
) -> None:
    assert await sharing.enter(*locked, password, NOW) is None
    assert not sharing.lets_in(*locked, "", NOW)


async def test_a_pass_is_for_one_link_only(sharing: Sharing, locked: tuple[Share, str]) -> None:
    """Also where two links have the same password."""
    given = await _pass(sharing, locked)
    other = await sharing.share("demo", "agency", "anna", RIGHT, 30, NOW)
    assert not sharing.lets_in(*other, given, NOW)
    assert not sharing.lets_in(locked[0], other[1], given, NOW)
    assert not sharing.lets_in(other[0], locked[1], given, NOW)


async def test_a_pass_that_was_changed_lets_nobody_in(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    given = await _pass(sharing, locked)
    until, _, signature = given.partition(".")
    for made_up in (
        f"{int(until) + 1}.{signature}",
        f"{until}.{'0' * 64}",
        f"{until}.{signature[:-1]}",
        f"-{given}",
        f"{until}.",
        until,
        "9" * 5000 + "." + signature,
    ):
        assert not sharing.lets_in(*locked, made_up, NOW)
    assert sharing.lets_in(*locked, given, NOW)


async def test_after_ten_wrong_passwords_none_is_looked_at_for_a_while(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    for second in range(MOST_WRONG):
        assert await sharing.enter(*locked, "wrong", NOW + second) is None
    later = NOW + MOST_WRONG
    assert await sharing.enter(*locked, RIGHT, later) == Wait(WRONG_SECONDS - MOST_WRONG)
    assert await sharing.enter(*locked, RIGHT, NOW + WRONG_SECONDS - 1) == Wait(1)
    await _pass(sharing, locked, NOW + WRONG_SECONDS)


async def test_a_pass_holds_while_others_guess(sharing: Sharing, locked: tuple[Share, str]) -> None:
    given = await _pass(sharing, locked)
    for _ in range(MOST_WRONG + 1):
        await sharing.enter(*locked, "wrong", NOW)
    assert sharing.lets_in(*locked, given, NOW)


async def test_guesses_at_one_link_lock_no_other(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    other = await sharing.share("demo", "agency", "anna", RIGHT, 30, NOW)
    for _ in range(MOST_WRONG + 1):
        await sharing.enter(*locked, "wrong", NOW)
    await _pass(sharing, other)


async def test_right_passwords_are_never_too_many(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    for _ in range(MOST_WRONG + 2):
        await _pass(sharing, locked)


async def test_of_guesses_sent_at_once_no_more_are_looked_at(
    sharing: Sharing, locked: tuple[Share, str]
) -> None:
    answers = await asyncio.gather(*(sharing.enter(*locked, "wrong", NOW) for _ in range(40)))
    assert answers.count(None) == MOST_WRONG
    assert answers.count(Wait(WRONG_SECONDS)) == 30


async def test_a_password_nobody_looked_at_is_not_counted(sharing: Sharing) -> None:
    """A flood at some links is no wrong password at another."""
    links = [await sharing.share("demo", "agency", "anna", RIGHT, 30, NOW) for _ in range(4)]
    flood = [sharing.enter(*link, "wrong", NOW) for link in links[:3] for _ in range(10)]
    others = [sharing.enter(*links[3], "wrong", NOW) for _ in range(MOST_WRONG)]
    answers = await asyncio.gather(*flood, *others, return_exceptions=True)
    assert any(isinstance(one, BusyError) for one in answers)
    assert {one for one in answers if not isinstance(one, BusyError)} == {None}
    await _pass(sharing, links[3])


async def test_what_was_guessed_is_forgotten(sharing: Sharing) -> None:
    """What is remembered does not grow with the links there ever were."""
    for number in range(3):
        link = await sharing.share("demo", "agency", "anna", RIGHT, 30, NOW)
        await sharing.enter(*link, "wrong", NOW + number * WRONG_SECONDS)
    assert len(sharing._tries._wrong) == 1
    await _pass(sharing, link, NOW + 9 * WRONG_SECONDS)
    assert len(sharing._tries._wrong) == 0
