"""The choice over HTTP: what is recorded, what is answered, what the visitor is left with."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, choose, count, rows


def _read(cookie: str) -> dict[str, object]:
    payload = cookie.partition(".")[0]
    padded = payload + "=" * (-len(payload) % 4)
    said: dict[str, object] = json.loads(base64.urlsafe_b64decode(padded))
    return said


async def test_accepting_is_recorded_and_answered_with_a_token(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await choose(client, "accept")
    said = answer.json()
    assert answer.status_code == 201
    assert said["state"] == "given"
    assert said["choices"] == {"analytics": True, "marketing": True}
    assert client.cookies["gw_consent"] == said["token"]
    assert _read(said["token"])["id"] == said["consent_id"]
    assert await rows(gateway, "SELECT seq, state, method, layer, action FROM consents") == [
        (1, "given", "button", "first", "accept")
    ]


async def test_the_cookie_can_be_read_by_the_page_and_lasts_as_long_as_the_choice(
    client: httpx.AsyncClient,
) -> None:
    header = (await choose(client)).headers["set-cookie"]
    assert "HttpOnly" not in header
    assert "SameSite=lax" in header
    assert "Path=/" in header
    assert "Secure" not in header
    seconds = int(header.partition("Max-Age=")[2].partition(";")[0])
    assert 180 * 86_400 < seconds < 185 * 86_400


async def test_behind_a_proxy_that_speaks_https_the_cookie_is_secure(gateway: Gateway) -> None:
    transport = httpx.ASGITransport(gateway.asgi, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as proxied:
        answer = await choose(proxied, headers={**HEADERS, "x-forwarded-proto": "https"})
    assert "Secure" in answer.headers["set-cookie"]


async def test_where_the_domains_cookie_is_used_the_hosts_own_is_ended(
    config: Config,
) -> None:
    """R20: read first, an old yes would outlive a new no."""
    site = structs.replace(
        config.sites[0], origins=("http://www.example.nl",), cookie_domain="example.nl"
    )
    moved = Gateway(replace(config, sites=(site,)))
    async with moved.running():
        transport = httpx.ASGITransport(moved.asgi)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://privacy.example.nl"
        ) as visitor:
            answer = await choose(visitor, "reject", headers={"origin": "http://www.example.nl"})
    ended, kept = answer.headers.get_list("set-cookie")
    assert "Domain" not in ended
    assert "Max-Age=0" in ended
    assert "Domain=example.nl" in kept


async def test_cookies_that_come_in_two_headers_are_both_read(client: httpx.AsyncClient) -> None:
    """HTTP/2 splits them, and some proxies pass them on so."""
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    split = [("cookie", "a=b"), ("cookie", f"gw_consent={token}")]
    assert (await client.get("/demo/consent", headers=split)).json()["state"] == "given"


async def test_an_accept_that_leaves_a_purpose_out_is_recorded_as_picking(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """R24: "accept" in the record means that everything was accepted."""
    await choose(client, "accept", choices={"analytics": True})
    assert await rows(gateway, "SELECT action FROM consents") == [("save",)]


async def test_refusing_leaves_no_identifier_anywhere(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P7: not in the answer, the cookie or the log, and the cookie is everyone's of that day."""
    first = await choose(client, "reject")
    client.cookies.clear()
    second = await choose(client, "reject")
    said = first.json()
    assert (said["state"], said["consent_id"], said["token"]) == ("refused", None, None)
    assert (
        first.headers["set-cookie"].partition(";")[0]
        == (second.headers["set-cookie"].partition(";")[0])
    )
    cookie = first.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert set(_read(cookie)) == {"state", "notice", "date", "until"}
    assert await rows(gateway, "SELECT consent_id, salt, person FROM consents") == [
        (None, None, None),
        (None, None, None),
    ]
    assert await count(gateway, "standing") == 0


async def test_a_refusal_lasts_as_long_as_a_consent(client: httpx.AsyncClient) -> None:
    """R15: the same durability."""
    given = (await choose(client, "accept")).headers["set-cookie"]
    client.cookies.clear()
    refused = (await choose(client, "reject")).headers["set-cookie"]
    ages = [int(h.partition("Max-Age=")[2].partition(";")[0]) for h in (given, refused)]
    assert abs(ages[0] - ages[1]) <= 1


async def test_choosing_some_purposes_allows_those_only(client: httpx.AsyncClient) -> None:
    said = (await choose(client, "save", choices={"analytics": True, "marketing": False})).json()
    assert said["state"] == "given"
    assert said["choices"] == {"analytics": True, "marketing": False}


async def test_a_purpose_that_is_not_named_is_not_allowed(client: httpx.AsyncClient) -> None:
    """R2: silence is no consent."""
    said = (await choose(client, "save", choices={"analytics": True})).json()
    assert said["choices"]["marketing"] is False


async def test_saving_with_nothing_ticked_is_a_refusal(client: httpx.AsyncClient) -> None:
    said = (await choose(client, "save", choices={})).json()
    assert (said["state"], said["consent_id"]) == ("refused", None)


async def test_changing_a_choice_keeps_its_id_and_adds_a_record(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    before = (await choose(client)).json()
    after = (await choose(client, "save", choices={"analytics": True})).json()
    assert after["consent_id"] == before["consent_id"]
    assert await count(gateway, "consents") == 2


async def test_rejecting_after_accepting_is_recorded_as_a_withdrawal(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """R23: a new record that ends the old one, which stays."""
    await choose(client)
    said = (await choose(client, "reject")).json()
    assert (said["state"], said["consent_id"]) == ("refused", None)
    assert await rows(gateway, "SELECT state FROM consents ORDER BY seq") == [
        ("given",),
        ("withdrawn",),
    ]


async def test_withdrawing_ends_the_consent_at_once(client: httpx.AsyncClient) -> None:
    token = (await choose(client)).json()["token"]
    answer = await client.post("/demo/withdraw", headers=HEADERS)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["consent_id"]) == ("withdrawn", None)
    assert "." not in client.cookies["gw_consent"]
    old = {"authorization": f"Consent {token}"}
    assert (await client.get("/demo/consent", headers=old)).json()["state"] == "withdrawn"


async def test_withdrawing_twice_writes_one_record(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    token = (await choose(client)).json()["token"]
    for _ in range(2):
        answer = await client.post("/demo/withdraw", json={"token": token}, headers=HEADERS)
        assert answer.json()["state"] == "withdrawn"
    assert await count(gateway, "consents") == 2


async def test_withdrawing_without_a_consent_changes_nothing(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await client.post("/demo/withdraw", headers=HEADERS)
    assert (answer.status_code, answer.json()["state"]) == (200, "none")
    assert await count(gateway, "consents") == 0


async def test_after_a_withdrawal_a_new_consent_has_a_new_id(client: httpx.AsyncClient) -> None:
    first = (await choose(client)).json()["consent_id"]
    await client.post("/demo/withdraw", headers=HEADERS)
    assert (await choose(client)).json()["consent_id"] != first


async def test_the_state_can_be_asked_by_cookie_and_by_token(client: httpx.AsyncClient) -> None:
    assert (await client.get("/demo/consent")).json()["state"] == "none"
    token = (await choose(client)).json()["token"]
    assert (await client.get("/demo/consent")).json()["state"] == "given"
    client.cookies.clear()
    asked = await client.get("/demo/consent", headers={"authorization": f"Consent {token}"})
    assert asked.json()["choices"] == {"analytics": True, "marketing": True}
    await choose(client, "reject")
    assert (await client.get("/demo/consent")).json()["state"] == "refused"


async def test_a_forged_token_is_told_apart_from_none(client: httpx.AsyncClient) -> None:
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    for forged in (token[:-2] + "xx", "nonsense", token.replace(".", "x.")):
        asked = {"authorization": f"Consent {forged}"}
        assert (await client.get("/demo/consent", headers=asked)).status_code == 401
        assert (await client.post("/demo/withdraw", headers=asked)).status_code == 401


async def test_a_consent_of_one_site_says_nothing_on_another(client: httpx.AsyncClient) -> None:
    token = (await choose(client)).json()["token"]
    asked = {"authorization": f"Consent {token}"}
    assert (await client.get("/veldkamp/consent", headers=asked)).status_code == 401
    await client.post("/veldkamp/withdraw", headers={"origin": "http://localhost:8000"})
    assert (await client.get("/demo/consent", headers=asked)).json()["state"] == "given"


async def test_a_refusal_of_one_site_says_nothing_on_another(client: httpx.AsyncClient) -> None:
    """Both can be on the gateway's host, and the cookie names no site."""
    await choose(client, "reject")
    assert (await client.get("/demo/consent")).json()["state"] == "refused"
    assert (await client.get("/veldkamp/consent")).json()["state"] == "none"


@pytest.mark.parametrize("notice", ["\\ud800", "\\u0000", "x", "0" * 64])
async def test_a_refusal_of_a_notice_that_never_was_is_none(
    notice: str, client: httpx.AsyncClient
) -> None:
    said = f'{{"state":"refused","notice":"{notice}","until":{2**31}}}'
    cookie = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    answer = await client.get("/demo/consent", headers={"cookie": f"gw_consent={cookie}"})
    assert (answer.status_code, answer.json()["state"]) == (200, "none")
