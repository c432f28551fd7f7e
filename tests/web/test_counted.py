"""What is counted of showings and choices: the class of device, and nothing of the device (R27)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.web.app import Gateway
from tests.visiting import FIREFOX, HEADERS, ORIGIN, choose, count, current_notice, rows

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
TABLET = (
    "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
COUNTED = "SELECT device, outcome, count FROM consent_counts ORDER BY device, outcome"


def on(agent: str) -> dict[str, str]:
    return {**HEADERS, "user-agent": agent}


async def show(client: httpx.AsyncClient, agent: str) -> None:
    body = {"notice": await current_notice(client), "language": "nl"}
    answer = await client.post("/demo/shown", json=body, headers=on(agent))
    assert answer.status_code == 204


@pytest.mark.parametrize(
    ("agent", "device"),
    [(PHONE, "phone"), (FIREFOX, "desktop"), (TABLET, "tablet"), (ROBOT, "other"), ("", "other")],
)
async def test_a_showing_and_a_choice_are_counted_by_the_class_of_device(
    agent: str, device: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await show(client, agent)
    await choose(client, headers=on(agent))
    assert await rows(gateway, COUNTED) == [(device, "accepted", 1), (device, "shown", 1)]


async def test_a_withdrawal_is_counted_on_the_device_it_was_made_on(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    given = (await choose(client, headers=on(PHONE))).json()
    await client.post("/demo/withdraw", headers=on(FIREFOX))
    await choose(client, headers=on(TABLET))
    form = {**on(PHONE), "sec-fetch-site": "same-origin"}
    await client.post("/demo/preferences", data={"action": "withdraw"}, headers=form)
    assert given["state"] == "given"
    assert await rows(gateway, COUNTED) == [
        ("desktop", "withdrawn", 1),
        ("phone", "accepted", 1),
        ("phone", "withdrawn", 1),
        ("tablet", "accepted", 1),
    ]


async def test_a_yes_after_a_withdrawal_elsewhere_is_counted_on_its_device(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """A change of a consent that ended in the same moment is a new consent."""
    given = await choose(client, headers=on(FIREFOX))
    standing = await gateway.consents.standing("demo", given.json()["consent_id"])
    assert standing is not None
    [record] = await gateway.consents.history("demo", standing.consent_id)
    await client.post("/demo/withdraw", headers=on(FIREFOX))
    site = gateway.sites["demo"]
    entry = gateway.recorder.entry(site, record.choice, known=True, device="tv")
    await gateway.consents.append([entry])
    assert ("tv", "accepted", 1) in await rows(gateway, COUNTED)


async def test_a_refusal_by_the_browser_is_counted_apart(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Nobody was asked: among the refusals it would say of the banner what is not so."""
    headers = {**on(PHONE), "sec-gpc": "1"}
    await choose(client, "reject", headers=headers, signal="gpc", layer="page")
    assert await rows(gateway, COUNTED) == [("phone", "signalled", 1)]


async def test_nothing_of_who_was_counted_is_written(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P7: a refusal and a showing leave a class of device, and no user agent, in no file."""
    agent = PHONE.replace("15E148", "15Z148") + " Marked/81726354"
    await show(client, agent)
    await choose(client, "reject", headers=on(agent))
    await choose(client, "accept", headers=on(agent))
    await client.post("/demo/withdraw", headers=on(agent))
    said = await rows(gateway, "SELECT * FROM consents") + await rows(gateway, COUNTED)
    assert {row[0] for row in await rows(gateway, COUNTED)} == {"phone"}
    await gateway.database.overwrite()
    written = b"".join(
        file.read_bytes() for file in gateway.database.path.parent.rglob("*") if file.is_file()
    )
    assert b"consent_counts" in written
    for mark in ("Mozilla", "iPhone", "15Z148", "81726354"):
        assert mark.encode() not in written
        assert mark not in str(said)
    assert await count(gateway, "events") == 0


async def test_a_language_nobody_was_shown_is_no_row_of_its_own(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Free text in a count would be a place for anything."""
    body: dict[str, Any] = {"notice": await current_notice(client), "language": "me@x.example"}
    answer = await client.post("/demo/shown", json=body, headers={"origin": ORIGIN})
    assert answer.status_code == 400
    assert (await choose(client, language="me@x.example")).status_code == 400
    assert await count(gateway, "consent_counts") == 0
