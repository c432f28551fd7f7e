"""What time makes of consents: they expire, and a notice that asks more ends them for that much.

R17, R18: the record is appended by the service itself, the other purposes stay, and whoever
chooses meanwhile is not overruled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import config as configuration
from gateway import upkeep
from gateway.rules import consent
from gateway.stores.base import Append
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, PEER, choose, rows, view

HALF_A_YEAR = 190 * 86_400
RECIPIENT = '[[purposes.recipients]]\nname = "Filmhuis Voorbeeld"'
ANOTHER = '[[purposes.recipients]]\nname = "Adverteerder"\ncountry = "US"\n\n' + RECIPIENT


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[Gateway, httpx.AsyncClient]]:
    gateway = Gateway(configuration.load(folder / "gateway.toml"))
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield gateway, client


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "sites" / "demo.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


async def expire(gateway: Gateway, later: int) -> int:
    now = int(time.time()) + later
    return await upkeep.expire(gateway.sites["demo"], gateway.consents, gateway.recorder, now)


async def invalidate(gateway: Gateway) -> int:
    site, now = gateway.sites["demo"], int(time.time())
    renewed = await upkeep.renewals(gateway.notices["demo"], gateway.published, now)
    return await upkeep.invalidate(site, renewed, gateway.consents, gateway.recorder, now)


LOG = "SELECT state, method, choices FROM consents ORDER BY seq"
YES = '{"analytics":true,"marketing":true}'
NO = '{"analytics":false,"marketing":false}'


async def test_a_consent_whose_time_is_over_is_recorded_as_expired(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await choose(client)
    assert await expire(gateway, 0) == 0
    assert await expire(gateway, HALF_A_YEAR) == 1
    assert await expire(gateway, HALF_A_YEAR) == 0
    assert await rows(gateway, LOG) == [("given", "button", YES), ("expired", "timer", NO)]
    assert (await upkeep.verify("demo", gateway.consents, gateway.published)).records == 2


async def test_a_refusal_and_a_withdrawal_do_not_expire_again(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await choose(client, "reject")
    await choose(client)
    await client.post("/demo/withdraw", headers={"origin": ORIGIN})
    assert await expire(gateway, HALF_A_YEAR) == 0


async def test_an_expired_consent_lets_no_event_in_even_with_a_token_that_lasts(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    token = (await choose(client)).json()["token"]
    await expire(gateway, HALF_A_YEAR)
    assert (await view(client, token=token)).json()["dropped"] == {"withdrawn": 1}


async def test_whoever_chose_meanwhile_is_not_overruled_by_the_timer(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    said = (await choose(client)).json()
    standing = await gateway.consents.standing("demo", said["consent_id"])
    assert standing is not None
    ended = consent.expire(standing, jurisdiction="NL", now=int(time.time()))
    item = gateway.recorder.entry(gateway.sites["demo"], ended, after=standing.seq)
    await choose(client)
    stranger = Append(ended, 12345, 740_000, "salt", after=1)
    assert await gateway.consents.append([item, stranger]) == [None, None]
    assert [row[0] for row in await rows(gateway, LOG)] == ["given", "given"]


async def test_a_new_recipient_ends_the_consent_for_its_purpose_only(config_folder: Path) -> None:
    async with running(config_folder) as (gateway, client):
        accepted = (await choose(client)).json()
        client.cookies.clear()
        await choose(client, "save", choices={"analytics": True, "marketing": False})
        client.cookies.clear()
        await choose(client, "reject")
    edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)  # the timer may have been first
        assert (await rows(gateway, LOG))[3:] == [
            ("invalidated", "timer", '{"analytics":true,"marketing":false}')
        ]
        assert await invalidate(gateway) == 0
        # Measuring goes on, under the same consent and its old token.
        kept = await view(client, token=accepted["token"])
        assert kept.json() == {"kept": 1, "dropped": {}}
        stands = await client.get(
            "/demo/consent", headers={"authorization": f"Consent {accepted['token']}"}
        )
        assert stands.json()["state"] == "invalidated"
        assert stands.json()["choices"] == {"analytics": True, "marketing": False}
        assert (await upkeep.verify("demo", gateway.consents, gateway.published)).records == 4


@pytest.mark.parametrize(
    ("answer", "state", "choices"),
    [(True, "given", YES), (False, "given", '{"analytics":true,"marketing":false}')],
    ids=["yes", "no"],
)
async def test_what_is_asked_again_is_answered_alone(
    answer: bool, state: str, choices: str, config_folder: Path
) -> None:
    async with running(config_folder) as (gateway, client):
        first = (await choose(client)).json()
        edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)
        again: Mapping[str, Any] = {
            "asked": ["marketing"],
            "choices": {"marketing": answer},
            "layer": "renewal",
            "token": first["token"],
        }
        said = await choose(client, "accept" if answer else "reject", **again)
        assert said.status_code == 201
        assert said.json()["consent_id"] == first["consent_id"]
        assert said.json()["receipt"] == first["receipt"]
        log = await rows(gateway, "SELECT state, choices, layer, action FROM consents")
        assert log[-1] == (state, choices, "renewal", "accept" if answer else "reject")
        assert await invalidate(gateway) == 0


async def test_asking_again_needs_a_consent_that_stands(client: httpx.AsyncClient) -> None:
    again: Mapping[str, Any] = {"asked": ["marketing"], "choices": {"marketing": True}}
    said = await choose(client, "accept", **again)
    assert said.status_code == 409
    await choose(client)
    assert (await choose(client, "accept", **{**again, "asked": ["nosuch"]})).status_code == 400
    wider: Mapping[str, Any] = {"asked": ["marketing"], "choices": {"analytics": True}}
    assert (await choose(client, "accept", **wider)).status_code == 400


async def test_a_material_change_of_wording_asks_again_and_another_does_not(
    config_folder: Path,
) -> None:
    async with running(config_folder) as (gateway, client):
        token = (await choose(client)).json()["token"]
    edit(config_folder, "Tellen hoe deze site", "Bijhouden hoe deze site")
    async with running(config_folder) as (gateway, client):
        assert await invalidate(gateway) == 0
        assert (await view(client, token=token)).json()["kept"] == 1
    edit(config_folder, 'id = "analytics"', 'id = "analytics"\nrevision = 2')
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)
        assert (await view(client, token=token)).json()["dropped"] == {"withdrawn": 1}
        assert (await rows(gateway, LOG))[-1] == (
            "invalidated", "timer", '{"analytics":false,"marketing":true}',
        )  # fmt: skip


async def test_the_page_is_told_what_an_earlier_notice_covers_no_more(config_folder: Path) -> None:
    async with running(config_folder) as (gateway, client):
        old = gateway.notices["demo"].id
        assert b'"renew"' not in (await client.get("/demo/banner.json")).content
    edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        said = f'"renew":{{"{old[:16]}":["marketing"]}}'
        assert said.encode() in (await client.get("/demo/banner.js")).content


async def test_the_timer_does_it_by_itself(config_folder: Path) -> None:
    async with running(config_folder) as (gateway, client):
        await choose(client)
    edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        for _ in range(400):
            if len(await rows(gateway, LOG)) == 2:
                break
            await asyncio.sleep(0.02)
        assert (await rows(gateway, LOG))[-1][:2] == ("invalidated", "timer")


async def test_an_answer_about_one_purpose_does_not_prolong_the_others(
    config_folder: Path,
) -> None:
    """R17: else analytics would go on for ever by one question about marketing a year."""
    async with running(config_folder) as (gateway, client):
        first = (await choose(client)).json()
        edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)
        standing = await gateway.consents.standing("demo", first["consent_id"])
        assert standing is not None
        notice, again = gateway.notices["demo"], frozenset(["marketing"])
        for yes in (True, False):
            answer = consent.Answer(
                notice.id, {"marketing": yes}, "save", "nl", "renewal", "button", again
            )
            later = consent.choose(
                answer, notice, standing, new_id="x", jurisdiction="NL", months=6,
                now=int(time.time()) + 150 * 86_400,
            )  # fmt: skip
            assert later.valid_until == standing.valid_until
            assert later.choices == {"analytics": True, "marketing": yes}


async def test_a_withdrawal_is_not_undone_by_an_answer_that_crosses_it(
    config_folder: Path,
) -> None:
    async with running(config_folder) as (gateway, client):
        first = (await choose(client)).json()
        edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)
        again: Mapping[str, Any] = {
            "asked": ["marketing"], "choices": {"marketing": False}, "layer": "renewal",
            "token": first["token"],
        }  # fmt: skip
        withdrawn, answered = await asyncio.gather(
            client.post("/demo/withdraw", json={"token": first["token"]}, headers=HEADERS),
            choose(client, "reject", **again),
        )
        assert withdrawn.json()["state"] == "withdrawn"
        assert answered.status_code in (201, 409)
        last = (await rows(gateway, LOG))[-1]
        assert last[0] == "withdrawn"
        assert await rows(gateway, "SELECT count(*) FROM standing WHERE analytics") == [(0,)]


async def test_a_notice_that_is_taken_back_asks_again_whom_it_ended(config_folder: Path) -> None:
    """The page must not go on with what the log says has ended: a recipient was added by mistake,
    and the file put back as it was."""
    async with running(config_folder) as (gateway, client):
        await choose(client)
        first = gateway.notices["demo"].id
    edit(config_folder, RECIPIENT, ANOTHER)
    async with running(config_folder) as (gateway, client):
        await invalidate(gateway)
    edit(config_folder, ANOTHER, RECIPIENT)
    for _ in range(2):  # and a restart makes no further edition
        async with running(config_folder) as (gateway, client):
            again = gateway.notices["demo"]
            assert again.id != first
            assert '"edition":2' in again.content
            said = f'"{first[:16]}":["marketing"]'
            assert said.encode() in (await client.get("/demo/banner.js")).content
            assert (await choose(client)).json()["notice"] == again.id
            assert len(await gateway.published.listed("demo")) == 3


async def test_a_run_ends_at_its_next_step_when_the_gateway_stops(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await choose(client)
    site, later = gateway.sites["demo"], int(time.time()) + HALF_A_YEAR
    made = await upkeep.expire(site, gateway.consents, gateway.recorder, later, lambda: True)
    assert made == 0
    assert await expire(gateway, HALF_A_YEAR) == 1


async def test_consents_from_before_there_were_receipts_get_theirs(config_folder: Path) -> None:
    async with running(config_folder) as (gateway, client):
        said = (await choose(client)).json()
        async with gateway.database.writing() as db:
            await db.execute("UPDATE standing SET receipt = NULL")
    async with running(config_folder) as (gateway, client):
        for _ in range(400):
            if (await client.get(said["receipt"])).status_code == 200:
                break
            await asyncio.sleep(0.02)
        assert (await client.get(said["receipt"])).status_code == 200
        recorder = gateway.recorder
        assert await upkeep.verify_receipts("demo", gateway.consents, recorder) == 1
