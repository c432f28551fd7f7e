"""Global Privacy Control: a refusal the browser says, until the visitor says otherwise (R29)."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from gateway.web.app import Gateway
from tests.visiting import HEADERS, choose, count, rows

GPC = {**HEADERS, "sec-gpc": "1"}


async def test_global_privacy_control_is_recorded_as_a_refusal_like_any_other(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """R29, P7: only the method tells it from a refusal by button."""
    said = await choose(client, "reject", headers=GPC, signal="gpc", layer="page")
    assert (said.status_code, said.json()["state"]) == (201, "refused")
    signalled = said.headers["set-cookie"].partition(";")[0]
    client.cookies.clear()
    pressed = await choose(client, "reject")
    assert signalled == pressed.headers["set-cookie"].partition(";")[0]
    assert await rows(gateway, "SELECT method, consent_id FROM consents ORDER BY seq") == [
        ("gpc", None),
        ("button", None),
    ]


async def test_an_explicit_choice_wins_over_the_signal(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Whoever accepts with the signal on has accepted; and it is not taken back by the browser."""
    accepted = await choose(client, "accept", headers=GPC)
    assert accepted.json()["state"] == "given"
    later = await choose(client, "reject", headers=GPC, signal="gpc")
    assert later.status_code == 409
    assert await rows(gateway, "SELECT state, method FROM consents") == [("given", "button")]


@pytest.mark.parametrize(
    ("header", "action"),
    [(None, "reject"), ("0", "reject"), ("true", "reject"), ("1, 1", "reject"), ("1", "accept")],
)
async def test_a_signal_that_the_browser_does_not_send_is_none(
    header: str | None, action: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    headers = HEADERS if header is None else {**HEADERS, "sec-gpc": header}
    answer = await choose(client, action, headers=headers, signal="gpc")
    assert answer.status_code == 400
    assert await count(gateway, "consents") == 0


async def test_sites_say_that_the_signal_is_honoured(client: httpx.AsyncClient) -> None:
    answer = await client.get("/.well-known/gpc.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["gpc"] is True
    assert date.fromisoformat(answer.json()["lastUpdate"]) >= date(2026, 11, 23)
