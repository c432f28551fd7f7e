"""Signing in: who gets in, who does not, and what is kept of it."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from gateway.access import Access
from gateway.errors import GatewayError
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web.app import Gateway
from tests.visiting import ORIGIN, rows

PASSWORD = "correct horse battery"
OWN = {"origin": ORIGIN}


@pytest.fixture
def access(gateway: Gateway) -> Access:
    return Access(SqliteStaff(gateway.database))


@pytest.fixture
async def anna(access: Access) -> str:
    await access.add_user("anna", PASSWORD, "marketing", int(time.time()))
    return "anna"


def _form(name: str, password: str, onward: str = "") -> dict[str, str]:
    return {"name": name, "password": password, "next": onward}


async def test_name_and_password_open_the_dashboard(client: httpx.AsyncClient, anna: str) -> None:
    answer = await client.post("/login", data=_form(anna, PASSWORD), headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await client.get("/dashboard")).status_code == 200


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("nobody", PASSWORD), ("anna", ""), ("", ""), ("anna", "x" * 5000)],
)
async def test_a_wrong_pair_is_told_without_saying_which_half(
    name: str, password: str, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/login", data=_form(name, password), headers=OWN)
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers
    assert (await client.get("/dashboard")).status_code == 303


async def test_a_link_signs_in_once(client: httpx.AsyncClient, access: Access, anna: str) -> None:
    user = await SqliteStaff(access._staff._database).user(anna)  # type: ignore[attr-defined]
    assert user is not None
    key = await access.link(user, int(time.time()))
    assert (await client.get(f"/login/link?key={key}")).status_code == 303
    assert (await client.get("/dashboard")).status_code == 200
    again = await client.get(f"/login/link?key={key}")
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


async def test_a_link_ends_after_an_hour(access: Access, gateway: Gateway, anna: str) -> None:
    user = await SqliteStaff(gateway.database).user(anna)
    assert user is not None
    key = await access.link(user, 1_000_000)
    assert await access.redeem(key, 1_000_000 + 3600) is None
    assert await access.redeem(key, 1_000_000 + 3599) is not None


async def test_a_session_ends_after_twelve_hours(access: Access, anna: str) -> None:
    key = await access.sign_in(anna, PASSWORD, 1_000_000)
    assert key is not None
    assert await access.who(key, 1_000_000 + 12 * 3600 - 1) is not None
    assert await access.who(key, 1_000_000 + 12 * 3600) is None


async def test_a_link_is_no_session_and_a_session_is_no_link(
    access: Access, gateway: Gateway, anna: str
) -> None:
    user = await SqliteStaff(gateway.database).user(anna)
    assert user is not None
    link = await access.link(user, 0)
    session = await access.sign_in(anna, PASSWORD, 0)
    assert session is not None
    assert await access.who(link, 1) is None
    assert await access.redeem(session, 1) is None


async def test_signing_out_ends_the_session_in_the_store(
    client: httpx.AsyncClient, anna: str
) -> None:
    await client.post("/login", data=_form(anna, PASSWORD), headers=OWN)
    stolen = client.cookies["gw_staff"]
    await client.post("/logout", headers=OWN)
    client.cookies.set("gw_staff", stolen)
    assert (await client.get("/dashboard")).status_code == 303


async def test_neither_password_nor_session_key_is_stored(
    client: httpx.AsyncClient, gateway: Gateway, anna: str
) -> None:
    await client.post("/login", data=_form(anna, PASSWORD), headers=OWN)
    stored = repr(await rows(gateway, "SELECT * FROM users")) + repr(
        await rows(gateway, "SELECT * FROM passes")
    )
    assert "$argon2id$" in stored
    assert PASSWORD not in stored
    assert client.cookies["gw_staff"] not in stored


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/dashboard/demo", "/dashboard/demo"),
        ("https://evil.example", "/dashboard"),
        ("//evil.example", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("/a\r\nset-cookie: x=y", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
    ],
)
async def test_signing_in_leads_to_a_page_of_ours_only(
    asked: str, led: str, client: httpx.AsyncClient, anna: str
) -> None:
    answer = await client.post("/login", data=_form(anna, PASSWORD, asked), headers=OWN)
    assert answer.headers["location"] == led


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}], ids=str
)
async def test_another_website_cannot_sign_anybody_in_or_out(
    headers: dict[str, str], client: httpx.AsyncClient
) -> None:
    for path in ("/login", "/logout"):
        answer = await client.post(path, data=_form("anna", PASSWORD), headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


async def test_a_form_that_is_too_large_or_no_form_is_refused(client: httpx.AsyncClient) -> None:
    large = await client.post("/login", data={"name": "x" * 10_000}, headers=OWN)
    assert large.status_code == 413
    broken = await client.post("/login", content=b"\xff\xfe", headers=OWN)
    assert broken.status_code == 400


async def test_a_page_that_needs_signing_in_is_shown_after_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/dashboard/demo")
    assert answer.status_code == 303
    form = await client.get(answer.headers["location"])
    assert 'value="/dashboard/demo"' in form.text


@pytest.mark.parametrize(
    ("password", "fits"), [("x" * 11, False), ("x" * 12, True), ("x" * 201, False)]
)
async def test_a_password_has_at_least_twelve_characters(
    password: str, fits: bool, access: Access
) -> None:
    if fits:
        await access.add_user("ben", password, "marketing", 0)
        return
    with pytest.raises(GatewayError, match="cannot be used") as raised:
        await access.add_user("ben", password, "marketing", 0)
    assert "12 to 200" in raised.value.hint


async def test_a_user_without_a_password_comes_in_by_link_only(access: Access) -> None:
    await access.add_user("demo", None, "marketing", 0)
    assert await access.sign_in("demo", "", 0) is None


async def test_looking_at_a_link_without_following_it_does_not_use_it_up(
    client: httpx.AsyncClient, access: Access, gateway: Gateway, anna: str
) -> None:
    user = await SqliteStaff(gateway.database).user(anna)
    assert user is not None
    key = await access.link(user, int(time.time()))
    assert "set-cookie" not in (await client.head(f"/login/link?key={key}")).headers
    assert (await client.get(f"/login/link?key={key}")).status_code == 303


async def test_a_flood_of_passwords_is_turned_away_and_the_rest_are_answered(
    client: httpx.AsyncClient, anna: str
) -> None:
    posts = [client.post("/login", data=_form(anna, "wrong"), headers=OWN) for _ in range(40)]
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {403, 503}
    assert (await client.post("/login", data=_form(anna, PASSWORD), headers=OWN)).status_code == 303


async def test_signing_out_without_a_session_writes_nothing(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Else anybody could queue up for the write lock."""
    async with gateway.database.writing():
        answer = await asyncio.wait_for(client.post("/logout", headers=OWN), 4)
    assert answer.status_code == 303
