"""What every store of notices and staff must do."""

from __future__ import annotations

import pytest

from gateway.errors import StoreError
from gateway.stores.base import Publication, Served
from tests.rules.building import NOON, a_notice
from tests.stores.conftest import Stores

FIRST = a_notice()  # published by the fixture at NOON
SECOND = a_notice(NOON + 10, text="Iets anders.")


async def test_a_notice_is_published_once(stores: Stores) -> None:
    assert await stores.notices.publish(FIRST, NOON + 5) is False
    assert await stores.notices.listed("demo") == [Publication(FIRST.id, NOON, True)]


async def test_a_notice_is_got_back_word_for_word(stores: Stores) -> None:
    assert await stores.notices.get("demo", FIRST.id) == FIRST


@pytest.mark.parametrize(("site", "name"), [("demo", "0" * 64), ("other", FIRST.id)])
async def test_a_notice_is_got_only_by_its_own_site_and_name(
    stores: Stores, site: str, name: str
) -> None:
    assert await stores.notices.get(site, name) is None
    with pytest.raises(KeyError):
        await stores.notices.served_until(site, name)


async def test_notices_are_listed_oldest_first_with_one_current(stores: Stores) -> None:
    assert await stores.notices.publish(SECOND, NOON + 10) is True
    assert await stores.notices.listed("demo") == [
        Publication(FIRST.id, NOON, False, NOON + 10),
        Publication(SECOND.id, NOON + 10, True),
    ]
    assert await stores.notices.listed("other") == []


async def test_a_notice_was_served_until_the_next_took_its_place(stores: Stores) -> None:
    assert await stores.notices.served_until("demo", FIRST.id) is None
    await stores.notices.publish(SECOND, NOON + 10)
    assert await stores.notices.served_until("demo", FIRST.id) == NOON + 10
    assert await stores.notices.served_until("demo", SECOND.id) is None


async def test_a_notice_that_came_back_is_current_and_not_made_anew(stores: Stores) -> None:
    await stores.notices.publish(SECOND, NOON + 10)
    assert await stores.notices.publish(a_notice(NOON + 20), NOON + 20) is True
    assert await stores.notices.get("demo", FIRST.id) == FIRST
    assert await stores.notices.served_until("demo", FIRST.id) is None
    assert await stores.notices.served_until("demo", SECOND.id) == NOON + 20
    assert [p.current for p in await stores.notices.listed("demo")] == [True, False]


async def test_another_site_s_notice_takes_no_place(stores: Stores) -> None:
    await stores.notices.publish(a_notice(id="other"), NOON + 10)
    assert await stores.notices.served_until("demo", FIRST.id) is None


async def test_a_user_is_found_by_name(stores: Stores) -> None:
    user = await stores.staff.add_user("Anna", "digest", "officer", NOON)
    assert (user.name, user.password, user.role) == ("Anna", "digest", "officer")
    assert await stores.staff.user("Anna") == user
    assert await stores.staff.user("anna") is None


async def test_a_name_is_taken_once(stores: Stores) -> None:
    user = await stores.staff.add_user("Anna", None, "admin", NOON)
    with pytest.raises(StoreError, match="there is a user 'Anna' already") as refusal:
        await stores.staff.add_user("Anna", "x", "marketing", NOON)
    assert refusal.value.hint == "choose another name"
    assert await stores.staff.user("Anna") == user


async def test_a_pass_lets_its_holder_in_until_it_expires(stores: Stores) -> None:
    user = await stores.staff.add_user("Anna", None, "admin", NOON)
    await stores.staff.grant(user, "session", "d1", NOON + 60, NOON)
    assert await stores.staff.holder("session", "d1", NOON + 59) == user
    assert await stores.staff.holder("session", "d1", NOON + 60) is None
    assert await stores.staff.holder("link", "d1", NOON) is None
    assert await stores.staff.holder("session", "d2", NOON) is None


async def test_a_pass_is_revoked_once(stores: Stores) -> None:
    user = await stores.staff.add_user("Anna", None, "admin", NOON)
    await stores.staff.grant(user, "link", "d1", NOON + 60, NOON)
    assert await stores.staff.revoke("d1") is True
    assert await stores.staff.revoke("d1") is False
    assert await stores.staff.holder("link", "d1", NOON) is None


async def test_granting_a_pass_forgets_those_that_expired(stores: Stores) -> None:
    user = await stores.staff.add_user("Anna", None, "admin", NOON)
    await stores.staff.grant(user, "session", "old", NOON + 60, NOON)
    await stores.staff.grant(user, "session", "held", NOON + 61, NOON)
    await stores.staff.grant(user, "session", "new", NOON + 999, NOON + 60)
    assert await stores.staff.revoke("old") is False
    assert await stores.staff.revoke("held") is True


async def test_every_script_a_notice_was_served_in_is_remembered(stores: Stores) -> None:
    assert await stores.notices.publish(FIRST, NOON + 5, "a" * 64) is True
    assert await stores.notices.publish(FIRST, NOON + 6, "a" * 64) is False
    await stores.notices.publish(SECOND, NOON + 10, "b" * 64)
    assert await stores.notices.served("demo", FIRST.id) == [
        Served(NOON, ""),
        Served(NOON + 5, "a" * 64),
    ]
    assert await stores.notices.served_until("demo", FIRST.id) == NOON + 10
    assert await stores.notices.served("other", FIRST.id) == []
