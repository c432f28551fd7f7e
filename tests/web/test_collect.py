"""`POST /{site}/event`: what passes, what is dropped and why, and what is a bad request."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from gateway.rules.token import TokenSigner
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, choose, count, rows, view


def _one_event(**extra: Any) -> bytes:
    return json.dumps({"kind": "pageview", "url": ORIGIN + "/", **extra}).encode()


async def test_a_consented_page_view_is_kept(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await choose(client)
    answer = await view(client)
    assert answer.status_code == 202
    assert answer.json() == {"kept": 1, "dropped": {}}
    assert await count(gateway, "events") == 1


async def test_the_token_may_come_in_the_item_the_header_or_the_cookie(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    token = (await choose(client)).json()["token"]
    await view(client)
    client.cookies.clear()
    await view(client, token=token)
    await view(client, headers={**HEADERS, "authorization": f"Consent {token}"})
    assert await count(gateway, "events") == 3


async def test_a_beacon_sent_as_plain_text_is_read_as_json(client: httpx.AsyncClient) -> None:
    """sendBeacon cannot send application/json without asking first."""
    await choose(client)
    headers = {**HEADERS, "content-type": "text/plain;charset=UTF-8"}
    answer = await client.post("/demo/event", content=_one_event(), headers=headers)
    assert answer.json()["kept"] == 1


async def test_what_was_done_on_a_page_is_kept_as_kind_and_count(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    items: list[dict[str, object]] = [
        {"kind": "engagement", "seconds": 42, "scroll": 80},
        {"kind": "outbound", "target": "https://ander.example/pad?geheim=1"},
        {"kind": "download", "target": ORIGIN + "/brochure.pdf?geheim=1"},
        {"kind": "form", "name": "geheim", "props": {"position": "geheim"}},
        {"kind": "upload", "type": "document", "count": 2, "name": "geheim.pdf"},
        {"kind": "missing"},
    ]
    events = [{"url": ORIGIN + "/a?geheim=1", **item} for item in items]
    answer = await client.post("/demo/event", json={"events": events}, headers=HEADERS)
    assert answer.json() == {"kept": 6, "dropped": {}}
    kept = await rows(
        gateway,
        "SELECT k.text, p.text, n.text, seconds, scroll, count FROM events e"
        " JOIN words k ON k.id = kind JOIN words p ON p.id = path"
        " JOIN words n ON n.id = name ORDER BY e.id",
    )
    assert kept == [
        ("engagement", "/a", "", 42, 80, 0),
        ("outbound", "/a", "ander.example", 0, 0, 0),
        ("download", "/a", "/brochure.pdf", 0, 0, 0),
        ("form", "/a", "", 0, 0, 1),
        ("upload", "/a", "document", 0, 0, 2),
        ("missing", "/a", "", 0, 0, 0),
    ]
    assert await rows(gateway, "SELECT text FROM words WHERE text LIKE '%geheim%'") == []


async def test_several_events_in_one_request_are_each_accounted_for(
    client: httpx.AsyncClient,
) -> None:
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    good = {"kind": "pageview", "url": ORIGIN + "/", "token": token}
    items = [good, good, {**good, "token": None}, {**good, "token": "x.y"}, {"kind": "spell"}, 7]
    answer = await client.post("/demo/event", json={"events": items}, headers=HEADERS)
    assert answer.status_code == 202
    assert answer.json() == {
        "kept": 2,
        "dropped": {"no_consent": 1, "forged_token": 1, "invalid": 2},
    }


async def test_without_a_choice_nothing_is_kept(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    assert (await view(client)).json() == {"kept": 0, "dropped": {"no_consent": 1}}
    assert await count(gateway, "events") == 0


async def test_after_a_refusal_nothing_is_kept(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await choose(client, "reject")
    assert (await view(client)).json() == {"kept": 0, "dropped": {"no_consent": 1}}
    assert [await count(gateway, table) for table in ("events", "standing")] == [0, 0]


async def test_consent_for_marketing_alone_does_not_allow_measuring(
    client: httpx.AsyncClient,
) -> None:
    await choose(client, "save", choices={"marketing": True})
    assert (await view(client)).json() == {"kept": 0, "dropped": {"not_allowed": 1}}


async def test_after_a_withdrawal_the_old_token_is_worth_nothing(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P4: the signature is still good; the state read in the transaction decides."""
    token = (await choose(client)).json()["token"]
    await client.post("/demo/withdraw", headers=HEADERS)
    assert (await view(client, token=token)).json() == {"kept": 0, "dropped": {"withdrawn": 1}}
    assert await count(gateway, "events") == 0


async def test_after_changing_the_choice_the_old_token_does_not_allow_more(
    client: httpx.AsyncClient,
) -> None:
    token = (await choose(client)).json()["token"]
    await choose(client, "save", choices={"marketing": True})
    assert (await view(client, token=token)).json() == {"kept": 0, "dropped": {"withdrawn": 1}}


async def test_an_event_names_the_consent_record_that_allowed_it(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P1: and where the choice was confirmed meanwhile, the newer record."""
    token = (await choose(client)).json()["token"]
    await choose(client, "save", choices={"analytics": True})
    await view(client, token=token)
    assert await rows(gateway, "SELECT consent_seq FROM events") == [(2,)]


@pytest.mark.parametrize("position", [0, 5, -1])
async def test_a_token_with_one_character_changed_is_forged(
    position: int, client: httpx.AsyncClient
) -> None:
    token = list((await choose(client)).json()["token"])
    client.cookies.clear()
    token[position] = "A" if token[position] != "A" else "Q"
    assert (await view(client, token="".join(token))).json()["dropped"] == {"forged_token": 1}


async def test_a_token_signed_with_another_key_is_forged(client: httpx.AsyncClient) -> None:
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    payload = token.partition(".")[0]
    forged = TokenSigner(["guessed"])._signer.sign(payload.encode()).decode()
    assert (await view(client, token=forged)).json()["dropped"] == {"forged_token": 1}


async def test_a_token_of_another_site_is_foreign(client: httpx.AsyncClient) -> None:
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    other = {**HEADERS, "origin": "http://localhost:8000"}
    answer = await view(client, site="veldkamp", headers=other, token=token)
    assert answer.json()["dropped"] == {"foreign_token": 1}


async def test_an_expired_token_is_dropped_as_expired(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    token = (await choose(client)).json()["token"]
    client.cookies.clear()
    read = gateway.tokens.read(token, "demo", 0)
    assert not isinstance(read, str)
    old = gateway.tokens.sign(
        type(read)(read.site, read.consent_id, read.seq, read.choices, read.notice, valid_until=1)
    )
    assert (await view(client, token=old)).json()["dropped"] == {"expired": 1}


async def test_a_crawler_is_dropped_even_with_consent(client: httpx.AsyncClient) -> None:
    await choose(client)
    agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    answer = await view(client, headers={**HEADERS, "user-agent": agent})
    assert answer.json() == {"kept": 0, "dropped": {"bot": 1}}


BAD = {
    "empty": (b"", 400),
    "not json": (b"{", 400),
    "not utf-8": (b'{"kind": "\xff"}', 400),
    "an array": (b"[]", 400),
    "no kind": (b'{"url": "/"}', 400),
    "unknown kind": (_one_event(kind="spell"), 400),
    "no url": (b'{"kind": "pageview"}', 400),
    "url that is no text": (_one_event(url=7), 400),
    "url too long": (_one_event(url="/" + "a" * 5000), 400),
    "too many properties": (_one_event(props={str(n): n for n in range(31)}), 400),
    "nested properties": (_one_event(props={"a": {"b": 1}}), 400),
    "an event without a name": (_one_event(kind="event"), 400),
    "a link to nowhere": (_one_event(kind="outbound"), 400),
    "a file by its name": (_one_event(kind="upload", type="cv-jan.pdf", count=1), 400),
    "no events in the list": (b'{"events": []}', 400),
    "too many events": (b'{"events": [' + b",".join([b"{}"] * 201) + b"]}", 400),
    "too deep": (b'{"a":' * 40_000, 413),
    "deep within the bound": (b'{"kind":' * 5_000, 400),
    "too large": (_one_event(pad="x" * 140_000), 413),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_body_is_refused_with_a_sentence(
    name: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    body, status = BAD[name]
    await choose(client)
    answer = await client.post("/demo/event", content=body, headers=HEADERS)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert len(answer.json()["detail"]) > 20
    assert await count(gateway, "events") == 0


async def test_a_body_that_lies_about_its_length_is_cut_off(
    client: httpx.AsyncClient,
) -> None:
    async def endless() -> Any:
        for _ in range(1000):
            yield b"x" * 1024

    answer = await client.post("/demo/event", content=endless(), headers=HEADERS)
    assert answer.status_code == 413


async def test_an_unknown_site_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await view(client, site="nosuch")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nosuch" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}],
    ids=str,
)
async def test_another_website_cannot_send_events(
    headers: dict[str, str], client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    answer = await view(client, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in answer.headers
    assert await count(gateway, "events") == 0


async def test_a_page_that_hides_its_origin_is_known_by_its_token_alone(
    client: httpx.AsyncClient,
) -> None:
    """A beacon of Firefox looks like a frame of somebody else's, which has the cookie at most."""
    token = (await choose(client)).json()["token"]
    hidden = {**HEADERS, "origin": "null", "sec-fetch-site": "cross-site"}
    by_cookie = await view(client, headers=hidden)
    assert by_cookie.json() == {"kept": 0, "dropped": {"no_consent": 1}}
    by_token = await view(client, headers=hidden, token=token)
    assert by_token.json() == {"kept": 1, "dropped": {}}
    assert "access-control-allow-origin" not in by_token.headers


async def test_only_post_is_taken(client: httpx.AsyncClient) -> None:
    answer = await client.get("/demo/event")
    assert answer.status_code == 405
    assert "POST" in answer.headers["allow"]


async def test_a_browser_that_asks_first_is_told_what_it_may_send(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.options("/demo/event", headers={"origin": ORIGIN})
    assert answer.status_code == 204
    assert "content-type" in answer.headers["access-control-allow-headers"]


async def test_a_full_queue_answers_busy_and_keeps_nothing(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    await gateway._event_buffer.drain()
    answer = await view(client)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert await count(gateway, "events") == 0


async def test_what_is_kept_and_dropped_is_counted(
    client: httpx.AsyncClient, monitor: httpx.AsyncClient
) -> None:
    await view(client)
    await choose(client)
    await view(client)
    text = (await monitor.get("/metrics")).text
    assert 'gateway_events_total{outcome="kept",site="demo"} 1.0' in text
    assert 'gateway_events_total{outcome="no_consent",site="demo"} 1.0' in text
    assert 'gateway_consents_total{outcome="accepted",site="demo"} 1.0' in text
