"""What is handed over to nobody, not twice, not too late, and not against a choice that stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules import handover
from gateway.web.app import Gateway
from tests.handing import THERE, a_code, ask, redeem, siblings, visitor, with_sibling
from tests.visiting import HEADERS, ORIGIN, choose, count


@pytest.fixture
def config(config: Config) -> Config:
    """Two siblings."""
    return siblings(config)


@pytest.fixture
async def there(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """The same visitor on the other site, to which no cookie of the first one goes."""
    async with visitor(gateway, THERE["origin"]) as made:
        yield made


async def test_a_code_works_once(client: httpx.AsyncClient, there: httpx.AsyncClient) -> None:
    await choose(client)
    code = await a_code(client)
    assert (await redeem(there, code)).status_code == 201
    there.cookies.clear()
    answer = await redeem(there, code)
    assert answer.status_code == 410
    assert "set-cookie" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == THERE["origin"]


async def test_a_code_is_too_old_after_a_minute(
    client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    code = await a_code(client)
    async with gateway.database.writing() as db:
        await db.execute("UPDATE handovers SET expires = expires - 61")
    assert (await redeem(there, code)).status_code == 410


@pytest.mark.parametrize("action", ["accept", "reject"])
async def test_a_choice_that_stands_wins_and_the_code_stays_unused(
    action: str, client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    code = await a_code(client)
    await choose(there, action, site="veldkamp", headers=THERE)
    answer = await redeem(there, code)
    assert answer.status_code == 409
    assert await count(gateway, "handovers") == 1


async def test_after_a_withdrawal_no_code_is_given_out_and_none_works(
    client: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    """P4."""
    token = (await choose(client)).json()["token"]
    code = await a_code(client)
    await client.post("/demo/withdraw", headers=HEADERS)
    assert (await redeem(there, code)).status_code == 410
    assert (await ask(client, token=token)).status_code == 409


async def test_an_erased_consent_is_handed_over_no_more(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    token = (await choose(client)).json()["token"]
    async with gateway.database.writing() as db:
        await db.execute("DELETE FROM standing")
    assert (await ask(client, token=token)).status_code == 409


BODIES: list[tuple[str, dict[str, Any], int]] = [
    ("nothing to hand over", {"to": "veldkamp"}, 400),
    ("both at once", {"to": "veldkamp", "token": "x", "refused": {"until": 2**33}}, 400),
    ("a forged token", {"to": "veldkamp", "token": "x"}, 409),
    ("a refusal that is over", {"to": "veldkamp", "refused": {"until": 1}}, 409),
    ("a refusal without an end", {"to": "veldkamp", "refused": {}}, 400),
    ("a site that is no sibling", {"to": "elsewhere", "refused": {"until": 2**33}}, 403),
]


@pytest.mark.parametrize(
    ("body", "status"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
async def test_what_is_no_choice_gets_no_code(
    body: dict[str, Any], status: int, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await client.post("/demo/handover", json=body, headers=HEADERS)
    assert answer.status_code == status
    assert await count(gateway, "handovers") == 0


REDEMPTIONS: list[tuple[str, dict[str, Any], int]] = [
    ("an unknown code", {"code": "x" * 24}, 410),
    ("no code", {}, 400),
    ("a short one", {"code": "x"}, 400),
    ("an endless one", {"code": "x" * 65}, 400),
]


@pytest.mark.parametrize(
    ("body", "status"), [case[1:] for case in REDEMPTIONS], ids=[case[0] for case in REDEMPTIONS]
)
async def test_what_is_no_code_brings_nothing(
    body: dict[str, Any], status: int, there: httpx.AsyncClient
) -> None:
    answer = await there.post("/veldkamp/handover/redeem", json=body, headers=THERE)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


async def test_a_language_the_site_does_not_speak_is_told(
    client: httpx.AsyncClient, there: httpx.AsyncClient, gateway: Gateway
) -> None:
    await choose(client)
    answer = await redeem(there, await a_code(client), language="fr")
    assert answer.status_code == 400
    assert await count(gateway, "consents") == 1


async def test_only_the_sites_own_pages_may_ask_and_redeem(
    client: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    token = (await choose(client)).json()["token"]
    code = await a_code(client)
    other = {**HEADERS, "origin": "https://elsewhere.example"}
    asked = await client.post(
        "/demo/handover", json={"to": "veldkamp", "token": token}, headers=other
    )
    brought = await there.post("/veldkamp/handover/redeem", json={"code": code}, headers=other)
    assert (asked.status_code, brought.status_code) == (403, 403)
    assert (await redeem(there, code)).status_code == 201


@pytest.mark.parametrize("origin", [None, "null", THERE["origin"], "http://consent.example.nl"])
async def test_a_code_is_given_out_to_pages_of_the_site_only(
    origin: str | None, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """No program has a use for one, nor has a page of the gateway's own host."""
    token = (await choose(client)).json()["token"]
    body = {"to": "veldkamp", "token": token}
    headers = {"host": "consent.example.nl"}
    said = headers if origin is None else headers | {"origin": origin}
    answer = await client.post("/demo/handover", json=body, headers=said)
    assert answer.status_code == 403
    assert await count(gateway, "handovers") == 0


@pytest.mark.parametrize("path", ["/demo/handover", "/demo/handover/redeem"])
async def test_a_browser_that_asks_first_may(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.options(path, headers=HEADERS)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert (await client.options(path.replace("demo", "nobody"))).status_code == 404


async def test_a_full_table_is_told_as_busy(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await choose(client)
    monkeypatch.setattr(handover, "MOST", 1)
    await a_code(client)
    answer = await ask(client, token=client.cookies["gw_consent"])
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_made_up_refusals_keep_no_consent_from_going_along(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can send one: it has no signature (P7)."""
    token = (await choose(client)).json()["token"]
    monkeypatch.setattr(handover, "MOST", 2)
    made_up = [await ask(client, refused={"until": 2**33 + turn}) for turn in range(3)]
    assert [answer.status_code for answer in made_up] == [201, 201, 503]
    assert (await ask(client, token=token)).status_code == 201


async def test_where_nothing_goes_along_the_banner_asks_as_always(config: Config) -> None:
    """Of a consent to marketing alone, which means something else there, nothing is left."""
    purposes = list(config.sites[0].purposes)
    purposes[2] = structs.replace(purposes[2], revision=2)
    changed = Gateway(replace(config, sites=with_sibling(config, purposes=tuple(purposes))))
    async with changed.running():
        async with visitor(changed, ORIGIN) as client:
            await choose(client, "save", choices={"marketing": True})
            code = await a_code(client)
            client.cookies.clear()
            assert (await redeem(client, code)).status_code == 410
        assert await count(changed, "consents") == 1


async def test_siblings_that_parted_take_nothing_over(config: Config) -> None:
    first = Gateway(config)
    async with first.running(), visitor(first, ORIGIN) as client:
        await choose(client)
        code = await a_code(client)
    parted = Gateway(replace(config, sites=with_sibling(config, siblings=())))
    async with parted.running(), visitor(parted, ORIGIN) as client:
        assert (await redeem(client, code)).status_code == 410
