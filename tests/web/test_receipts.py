"""The receipt over HTTP: every story of a consent as JSON and as a page, and what is not told."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway import config as configuration
from gateway import upkeep
from gateway.rules import proof
from gateway.rules.receipt import digest_of, read
from gateway.rules.records import Choice, ConsentState
from gateway.web.app import Gateway
from tests.receipting import Receipt, faults
from tests.visiting import HEADERS, ORIGIN, PEER, choose

PAGE = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DUTCH = PAGE | {"accept-language": "nl-NL,nl;q=0.9"}
ENGLISH = PAGE | {"accept-language": "en-GB"}
ORIGINS = {"demo": ORIGIN, "veldkamp": "http://localhost:8000"}
PARTLY = {"analytics": True, "marketing": False}
DAY = 86_400


async def given(client: httpx.AsyncClient, action: str = "accept", **extra: Any) -> str:
    """Choose, and the path of the receipt that comes back."""
    site = extra.get("site", "demo")
    if action == "save":
        extra.setdefault("choices", PARTLY)
    answer = await choose(client, action, headers=HEADERS | {"origin": ORIGINS[site]}, **extra)
    return str(urlsplit(answer.json()["receipt"]).path)


async def receipt_at(client: httpx.AsyncClient, path: str) -> Receipt:
    answer = await client.get(path)
    assert answer.status_code == 200
    made: Receipt = answer.json()
    return made


def sound(made: Receipt, gateway: Gateway) -> None:
    """It fits its schema and adds up."""
    assert faults(made) == []
    assert proof.check(made, gateway.seal.public) == []


def states(made: Receipt) -> list[str]:
    return [event["event_state"] for event in made["receipt"]["record"]["events"]]


async def _given(_: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    return await given(client, **how)


async def _partly(_: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    return await given(client, "save", **how)


async def _changed(_: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    await given(client, **how)
    token = client.cookies["gw_consent"]
    client.cookies.clear()
    await given(client, **how)  # somebody else, in between
    client.cookies.clear()
    return await given(client, "save", token=token, **how)


async def _withdrawn(_: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    path = await given(client, **how)
    await client.post(f"/{how['site']}/withdraw", headers={"origin": ORIGINS[how["site"]]})
    return path


async def _expired(gateway: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    path = await given(client, **how)
    site = gateway.sites[how["site"]]
    later = int(time.time()) + 190 * DAY
    assert await upkeep.expire(site, gateway.consents, gateway.recorder, later) == 1
    return path


async def _invalidated(gateway: Gateway, client: httpx.AsyncClient, how: dict[str, Any]) -> str:
    path = await given(client, **how)
    site = gateway.sites[how["site"]]
    renewed = {gateway.notices[site.id].id: frozenset(["marketing"])}
    now = int(time.time())
    assert await upkeep.invalidate(site, renewed, gateway.consents, gateway.recorder, now) == 1
    return path


STORIES = {
    _given: (["given"], "U hebt toestemming gegeven op ", "You gave consent on "),
    _partly: (["given"], "U hebt voor een deel toestemming ", "You gave consent to a part on "),
    _changed: (["given"] * 2, "U hebt voor een deel toestemming ", "You gave consent to a part on"),
    _withdrawn: (["given", "withdrawn"], " ingetrokken op ", "You withdrew your consent of "),
    _expired: (["given", "expired"], "is verlopen op ", "ended by itself on "),
    _invalidated: (["given", "invalidated"], "nog voor een deel", "holds for a part only"),
}


@pytest.mark.parametrize("site", ORIGINS)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__.strip("_"))
async def test_every_story_has_a_receipt_that_adds_up_and_a_page(
    story: Any, language: str, site: str, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    expected, *sentences = STORIES[story]
    path = await story(gateway, client, {"site": site, "language": language})
    made = await receipt_at(client, path)
    sound(made, gateway)
    assert states(made) == expected
    assert made["receipt"]["record"]["pii_processing"]["language"] == language
    code = read(path.rpartition("/")[2])
    assert code is not None
    assert made["receipt"]["receipt_id"] == digest_of(code)
    assert code not in json.dumps(made).replace("-", "")
    # In the language of the record, whatever that of the browser.
    page = await client.get(path, headers=ENGLISH if language == "nl" else DUTCH)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-language"] == language
    assert sentences[language == "en"] in page.text
    assert ("zojuist nagerekend: het klopt", "just checked this: it adds up")[
        language == "en"
    ] in page.text
    button = 'value="withdraw"' in page.text
    assert button is (expected[-1] in ("given", "invalidated"))
    for party in made["receipt"]["record"]["parties"]:
        assert party["party_name"] in page.text


async def test_what_it_says_is_what_was_shown_and_not_what_is_configured_now(
    config_folder: Path,
) -> None:
    file = config_folder / "sites" / "demo.toml"
    for turn in ("before", "after"):
        gateway = Gateway(configuration.load(config_folder / "gateway.toml"))
        transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
        async with (
            gateway.running(),
            httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
        ):
            if turn == "before":
                path = await given(client)
                first = (await client.get(path)).content
            else:
                assert (await client.get(path)).content == first
                page = await client.get(path, headers=PAGE)
                assert "Filmhuis Voorbeeld (Nederland)" in page.text
                assert "Anderhuis" not in page.text
        file.write_text(file.read_text("utf-8").replace("Filmhuis Voorbeeld", "Anderhuis"), "utf-8")


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (PAGE["accept"], True),
        ("text/html", True),
        ("application/xhtml+xml", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html, application/json", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html;q=0, */*", False),
        ("text/html;q=oops, */*", False),
        ("image/png", False),
    ],
)
async def test_a_page_for_who_asks_for_html_first(
    accept: str, page: bool, client: httpx.AsyncClient
) -> None:
    path = await given(client)
    kind = (await client.get(path, headers={"accept": accept})).headers["content-type"]
    assert kind == ("text/html; charset=utf-8" if page else "application/json")


async def test_the_file_to_keep_is_named_without_the_code(client: httpx.AsyncClient) -> None:
    path = await given(client)
    answer = await client.get(f"{path}?format=json", headers=PAGE)
    assert answer.headers["content-disposition"] == 'attachment; filename="receipt-demo.json"'
    assert answer.json() == await receipt_at(client, path)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_no_answer_is_kept_indexed_or_passed_on(
    accept: str, client: httpx.AsyncClient
) -> None:
    path = await given(client)
    for address in (path, "/demo/receipts/K7QM-2XWP-9TRD"):
        headers = (await client.get(address, headers={"accept": accept})).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in headers
        assert "access-control-allow-origin" not in headers
        if accept == "text/html":
            assert headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_consent_with_more_than_a_hundred_records_shows_the_newest_hundred(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path = await given(client)
    for turn in range(104):
        await given(client, "accept" if turn % 2 else "save", layer="preferences")
    made = await receipt_at(client, path)
    sound(made, gateway)
    events = made["receipt"]["record"]["events"]
    assert [event["seq"] for event in events] == list(range(6, 106))
    assert (await client.get(path, headers=PAGE)).status_code == 200


async def test_a_log_that_was_tampered_with_shows_on_the_page(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path = await given(client)
    async with gateway.database.writing() as db:
        await db.execute("DROP TRIGGER consents_never_change")
        await db.execute("UPDATE consents SET layer = 'preferences'")
    page = await client.get(path, headers=PAGE)
    assert "het klopt niet" in page.text
    assert "its content does not match its digest" in page.text
    assert proof.check(await receipt_at(client, path), gateway.seal.public)


async def test_a_consent_whose_time_is_over_says_so_before_the_timer_does(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    now = int(time.time())
    choice = Choice(
        site="demo",
        consent_id="0" * 32,
        state=ConsentState.GIVEN,
        choices={"analytics": True, "marketing": True},
        notice=gateway.notices["demo"].id,
        language="nl",
        action="accept",
        layer="first",
        method="button",
        jurisdiction="NL",
        time=now - 190 * DAY,
        valid_until=now - 9,
    )
    await gateway.consents.append([gateway.recorder.entry(gateway.sites["demo"], choice)])
    path = f"/demo/receipts/{gateway.recorder.code('demo', '0' * 32)}"
    page = await client.get(path, headers=PAGE)
    assert "is verlopen op " in page.text
    assert 'value="withdraw"' not in page.text
    answer = await client.post(path, data={"action": "withdraw"})
    assert answer.json()["state"] == "expired"
    assert states(await receipt_at(client, path)) in (["given"], ["given", "expired"])


@pytest.mark.parametrize("host", ["evil.example/x", "a b", "<script>", ""])
async def test_a_host_that_is_none_is_not_signed(host: str, client: httpx.AsyncClient) -> None:
    path = await given(client)
    assert (await client.get(path, headers={"host": host})).status_code == 400
