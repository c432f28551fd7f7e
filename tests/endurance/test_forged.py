"""A forged token is seen through by its signature: a million of them make the database look up
nothing."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

import httpx
import pytest

from gateway.config import Config
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, PEER, choose, view

REQUESTS = 300
# Jobs of the gateway's own clock may look in between.
_OTHERS = 10
_LOOKED_UP = re.compile(r"\b(standing|visitors|words|consents)\b", re.IGNORECASE)


class Statements(list[str]):
    """Every statement that any connection made since ran, in any thread."""

    def look_ups(self) -> int:
        """How many of them read or wrote what belongs to visitors, from now on."""
        found = sum(bool(_LOOKED_UP.search(one)) for one in self)
        self.clear()
        return found


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    """What is asked of SQLite, told by SQLite itself."""
    told = Statements()
    connect = sqlite3.connect

    def tracing(*arguments: Any, **options: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(*arguments, **options)
        made.set_trace_callback(told.append)
        return made

    monkeypatch.setattr(sqlite3, "connect", tracing)
    return told


def _forgeries(token: str) -> list[str]:
    payload, _, signature = token.partition(".")
    return [
        f"{payload}.{signature[::-1]}",
        f"{payload[:-4]}AAAA.{signature}",
        f"{payload}.",
        f"{payload}.{signature}x",
        f"e30.{signature}",
        "x" * 4_000 + f".{signature}",
    ]


async def test_forged_tokens_cost_no_look_up(config: Config, statements: Statements) -> None:
    gateway = Gateway(config)
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        token = (await choose(client)).json()["token"]
        client.cookies.clear()
        forged = _forgeries(token)

        statements.look_ups()
        for n in range(REQUESTS):
            answer = await view(client, f"/{n}", token=token)
            assert answer.json()["kept"] == 1
        assert statements.look_ups() >= REQUESTS  # the yardstick sees what there is to see

        for n in range(REQUESTS):
            text = forged[n % len(forged)]
            answer = await view(client, f"/{n}", token=text)
            assert answer.json() == {"kept": 0, "dropped": {"forged_token": 1}}
            cookie = {**HEADERS, "cookie": f"gw_consent={text}"}
            assert (await view(client, f"/{n}", headers=cookie)).json()["kept"] == 0
        assert statements.look_ups() <= _OTHERS


async def test_a_forged_token_is_told_so_by_every_route_without_a_look_up(
    config: Config, statements: Statements
) -> None:
    gateway = Gateway(config)
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        token = (await choose(client)).json()["token"]
        client.cookies.clear()
        forged = _forgeries(token)
        statements.look_ups()
        for n in range(REQUESTS):
            said = {**HEADERS, "authorization": f"Consent {forged[n % len(forged)]}"}
            assert (await client.post("/demo/withdraw", headers=said)).status_code == 401
            assert (await client.get("/demo/consent", headers=said)).status_code == 401
        assert statements.look_ups() <= _OTHERS
