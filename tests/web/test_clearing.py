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


async def test_a_readable_cookie_is_left_to_the_banner(client: httpx.AsyncClient) -> None:
    assert ended(await choose(client, "reject")) == set()
