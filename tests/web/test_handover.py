"""A choice that goes along to a sibling site: what is asked, answered, recorded, left behind."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules.site import Recipient
from gateway.web.app import Gateway
from tests.handing import THERE, a_code, ask, redeem, siblings, visitor, with_sibling
from tests.visiting import HEADERS, ORIGIN, choose, count, rows

BOTH = {"analytics": True, "marketing": True}
DAY = 86_400


@pytest.fixture
def config(config: Config) -> Config:
    """Two siblings."""
    return siblings(config)


@pytest.fixture
async def there(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """The same visitor on the other site, to which no cookie of the first one goes."""
    async with visitor(gateway, THERE["origin"]) as made:
        yield made


async def test_a_consent_holds_on_the_sibling_too(
    client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    first = (await choose(client)).json()
    answer = await ask(client, token=first["token"])
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["expires_in"] == 60
    assert len(said["code"]) >= 22

    answer = await redeem(there, said["code"])
    second = answer.json()
    assert (answer.status_code, second["state"], second["choices"]) == (201, "given", BOTH)
    assert there.cookies["gw_consent"] == second["token"]
    assert answer.headers["access-control-allow-origin"] == THERE["origin"]
    assert (await there.get("/veldkamp/consent")).json()["state"] == "given"
    assert await rows(
        gateway, "SELECT site, layer, method, action FROM consents ORDER BY site"
    ) == [
        ("demo", "first", "button", "accept"),
        ("veldkamp", "handover", "button", "accept"),
    ]


async def test_nothing_that_is_kept_links_the_two_visitors(
    client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    first = (await choose(client)).json()
    second = (await redeem(there, await a_code(client))).json()
    assert second["consent_id"] != first["consent_id"]
    assert await count(gateway, "handovers") == 0
    [one, other] = await rows(gateway, "SELECT visitor, consent_id, receipt FROM standing")
    assert not set(one) & set(other)


async def test_the_consent_taken_over_can_be_measured_by_and_withdrawn(
    client: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    await choose(client)
    await redeem(there, await a_code(client))
    event = {"kind": "pageview", "url": THERE["origin"] + "/", "referrer": ""}
    kept = await there.post("/veldkamp/event", json=event, headers=THERE)
    assert kept.json()["kept"] == 1
    ended = await there.post("/veldkamp/withdraw", headers=THERE)
    assert ended.json()["state"] == "withdrawn"
    assert (await client.get("/demo/consent")).json()["state"] == "given"


async def test_a_refusal_holds_too_and_nobody_can_be_known_by_it(
    client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P7, R15: refusing is as easy, on the way to a sibling too."""
    await choose(client, "reject")
    until = (int(time.time()) // DAY + 90) * DAY
    answer = await redeem(there, await a_code(client, refused={"until": until}))
    said = answer.json()
    assert (answer.status_code, said["state"], said["consent_id"]) == (201, "refused", None)
    assert said["token"] is None
    assert (await there.get("/veldkamp/consent")).json()["state"] == "refused"
    ages = [part for part in answer.headers["set-cookie"].split("; ") if "Max-Age" in part]
    assert 88 * DAY < int(ages[0].partition("=")[2]) <= 90 * DAY
    assert await rows(
        gateway, "SELECT site, state, layer, consent_id FROM consents ORDER BY site"
    ) == [("demo", "refused", "first", None), ("veldkamp", "refused", "handover", None)]
    assert await count(gateway, "standing") == 0


async def test_between_domains_of_one_site_the_same_consent_goes_on(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    first = (await choose(client)).json()
    code = await a_code(client, "demo")
    client.cookies.clear()
    body = {"code": code, "language": "nl"}
    answer = await client.post("/demo/handover/redeem", json=body, headers=HEADERS)
    assert answer.status_code == 201
    assert answer.json()["token"] == first["token"]
    assert await count(gateway, "consents") == 1


async def test_between_domains_of_one_site_a_refusal_is_recorded_once(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client, "reject")
    code = await a_code(client, "demo", refused={"until": int(time.time()) + 90 * DAY})
    client.cookies.clear()
    answer = await client.post("/demo/handover/redeem", json={"code": code}, headers=HEADERS)
    assert (answer.status_code, answer.json()["state"]) == (201, "refused")
    assert await count(gateway, "consents") == 1


async def test_the_cookie_lasts_no_longer_than_the_consent(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """R17: counted from the choice, a handover late in its life would make it last twice."""
    await choose(client)
    [(until,)] = await rows(gateway, "SELECT valid_until FROM standing")
    code = await a_code(client, "demo")
    client.cookies.clear()
    answer = await client.post("/demo/handover/redeem", json={"code": code}, headers=HEADERS)
    age = int(answer.headers["set-cookie"].partition("Max-Age=")[2].partition(";")[0])
    assert abs(time.time() + age - until) < 5


PAGES: list[tuple[str, str, str, list[str]]] = [
    ("http", "http://localhost:8000", "", [""]),
    ("https", "https://www.b.example", "", ["; Secure"]),
    (
        "its domain",
        "https://www.b.example",
        "b.example",
        ["; Secure", "; Secure; Domain=b.example"],
    ),
    ("another domain", "https://www.c.example", "b.example", ["; Secure"]),
]


@pytest.mark.parametrize(
    ("origin", "domain", "ends"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES]
)
async def test_the_page_is_told_the_cookies_it_writes_where_the_gateways_does_not_reach(
    origin: str, domain: str, ends: list[str], config: Config
) -> None:
    """One of its host alone would be read first: where there is a domain's, that one is ended."""
    demo, veldkamp = with_sibling(
        config, origins=("https://www.b.example", "https://www.c.example", THERE["origin"])
    )
    moved = structs.replace(veldkamp, cookie_domain=domain)
    gateway = Gateway(replace(config, sites=(demo, moved)))
    async with gateway.running(), visitor(gateway, ORIGIN) as client:
        token = (await choose(client)).json()["token"]
        code = await a_code(client)
        client.cookies.clear()
        said = (await redeem(client, code, origin)).json()
    *ended, kept = said["cookies"]
    assert [one.partition("SameSite=Lax")[2] for one in said["cookies"]] == ends
    assert ended == ["gw_consent=; Max-Age=0; Path=/; SameSite=Lax; Secure"] * (len(ends) - 1)
    assert kept.startswith(f"gw_consent={said['token']}; Max-Age=")
    assert token not in kept


async def test_the_refusal_of_another_site_on_the_same_host_is_none_here(
    client: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    """Sites can share the gateway's host, and with it the cookie."""
    await choose(client, "reject")
    there.cookies.set("gw_consent", client.cookies["gw_consent"])
    client.cookies.clear()
    await choose(client)
    assert (await redeem(there, await a_code(client))).status_code == 201


async def test_an_explicit_yes_goes_along_although_the_browser_says_no(
    client: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    """R29: a choice the visitor made wins over Global Privacy Control."""
    await choose(client)
    there.headers["sec-gpc"] = "1"
    assert (await redeem(there, await a_code(client))).json()["state"] == "given"


async def test_what_the_sibling_asks_besides_it_asks_itself(config: Config) -> None:
    """R18: a purpose with another meaning there is not among the choices."""
    purposes = list(config.sites[0].purposes)
    purposes[2] = structs.replace(purposes[2], revision=2)
    changed = Gateway(replace(config, sites=with_sibling(config, purposes=tuple(purposes))))
    async with changed.running(), visitor(changed, ORIGIN) as client:
        await choose(client)
        code = await a_code(client)
        client.cookies.clear()
        said = (await redeem(client, code)).json()
    assert said["choices"] == {"analytics": True}


@pytest.mark.parametrize("to", ["veldkamp", "demo"])
async def test_what_a_new_notice_switched_off_is_asked_on_the_other_page_too(
    to: str, config: Config
) -> None:
    """R18: to what the timer did the visitor never said no; to what they refused, they did."""
    demo, veldkamp = config.sites
    chosen = Gateway(config)
    async with chosen.running(), visitor(chosen, ORIGIN) as client:
        token = (await choose(client)).json()["token"]
    more = Recipient("Adverteerder", "US")
    purposes = tuple(
        structs.replace(one, recipients=(*one.recipients, more)) if one.id == "marketing" else one
        for one in demo.purposes
    )
    sites = (
        structs.replace(demo, purposes=purposes),
        structs.replace(veldkamp, purposes=purposes),
    )
    renewed = Gateway(replace(config, sites=sites))
    async with renewed.running(), visitor(renewed, ORIGIN) as client:
        await renewed.jobs._end()
        code = await a_code(client, to, token=token)
        headers = THERE if to == "veldkamp" else HEADERS
        answer = await client.post(f"/{to}/handover/redeem", json={"code": code}, headers=headers)
        said = answer.json()
        assert (answer.status_code, said["choices"]) == (201, {"analytics": True})
        carried = said["token"].partition(".")[0]
        told = json.loads(base64.urlsafe_b64decode(carried + "=" * (-len(carried) % 4)))
        assert told["choices"] == {"analytics": True}
        client.cookies.clear()
        answered = await choose(
            client, "save", choices={"marketing": False}, asked=["marketing"], token=token
        )
        refused = answered.json()["token"]
        code = await a_code(client, to, token=refused)
        client.cookies.clear()
        answer = await client.post(f"/{to}/handover/redeem", json={"code": code}, headers=headers)
        assert answer.json()["choices"] == {"analytics": True, "marketing": False}
