"""R20: cookies no script can read are ended by the gateway's own answer when their purpose is no
longer allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gateway import config as configuration
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, PEER, choose

SESSION = 'texts = { nl = "Van het filmhuis.", en = "Of the film host." }\nlifetime_days = 1'
COOKIES = f"""
[[purposes.cookies]]
name = "film_sid"
http_only = true
path = "/films"
{SESSION}

[[purposes.cookies]]
name = "film_*"
http_only = true
{SESSION}
"""


@pytest.fixture
async def visitor(config_folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    file = config_folder / "sites" / "demo.toml"
    file.write_text(file.read_text("utf-8") + COOKIES, "utf-8")
    gateway = Gateway(configuration.load(config_folder / "gateway.toml"))
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield client


def ended(answer: httpx.Response) -> set[str]:
    """Name and path of every cookie the answer ends."""
    lines = [line for line in answer.headers.get_list("set-cookie") if "Max-Age=0" in line]
    assert all("HttpOnly" in line for line in lines)
    parts = [dict(p.strip().partition("=")[::2] for p in line.split(";")) for line in lines]
    return {f"{next(iter(part))} {part['Path']}" for part in parts}


async def test_they_stay_while_they_are_allowed_and_go_with_the_consent(
    visitor: httpx.AsyncClient,
) -> None:
    assert ended(await choose(visitor)) == set()
    sent = HEADERS | {"cookie": "film_seen=1; other=2; film_last=3"}
    token = visitor.cookies["gw_consent"]
    visitor.cookies.clear()
    answer = await visitor.post("/demo/withdraw", json={"token": token}, headers=sent)
    assert ended(answer) == {"film_sid /films", "film_last /", "film_seen /"}


async def test_they_go_with_a_refusal_and_with_a_choice_that_leaves_them_out(
    visitor: httpx.AsyncClient,
) -> None:
    assert ended(await choose(visitor, "reject")) == {"film_sid /films"}
    kept = {"analytics": True, "marketing": False}
    assert ended(await choose(visitor, "save", choices=kept)) == {"film_sid /films"}


async def test_our_own_cookie_is_never_ended_by_a_pattern(visitor: httpx.AsyncClient) -> None:
    await choose(visitor)
    answer = await visitor.post("/demo/withdraw", headers=HEADERS)
    assert ended(answer) == {"film_sid /films"}
    assert visitor.cookies["gw_consent"]


NAMES = ["film_[1]", "film_ 2", "film_,3", 'film_"4', "film_(5)", "film_\u00e9"]


@pytest.mark.parametrize("name", NAMES)
async def test_whatever_a_browser_calls_a_cookie_a_withdrawal_is_answered(
    name: str, visitor: httpx.AsyncClient
) -> None:
    """R20: it was recorded, and then told as a fault of the gateway, so that the page went on."""
    await choose(visitor)
    token = visitor.cookies["gw_consent"]
    visitor.cookies.clear()
    sent = {**HEADERS, "cookie": f"{name}=7".encode("latin-1")}
    answer = await visitor.post("/demo/withdraw", json={"token": token}, headers=sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert ended(answer) == {"film_sid /films", f"{name} /"}
    assert visitor.cookies["gw_consent"]


async def test_what_no_header_can_say_is_left_and_the_refusal_recorded(
    visitor: httpx.AsyncClient,
) -> None:
    sent = {**HEADERS, "cookie": b"film_\x017=7; film_8=8"}
    answer = await choose(visitor, "reject", headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == 201
    assert ended(answer) == {"film_sid /films", "film_8 /"}


async def test_a_readable_cookie_is_left_to_the_banner(client: httpx.AsyncClient) -> None:
    assert ended(await choose(client, "reject")) == set()
