"""P1 no consent, no event; P4 a withdrawal works now; P7 a refusal leaves no identifier."""

from __future__ import annotations

import asyncio
import hashlib
import json

import httpx
import pytest
from msgspec.structs import replace

from gateway.rules.records import ConsentState
from gateway.web.app import Gateway
from tests.made import an_event
from tests.visiting import HEADERS, ORIGIN, PEER, choose, count, current_notice, rows, view


def _visitor(gateway: Gateway) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


ALLOWED = """
SELECT count(*) FROM events e
JOIN words w ON w.id = e.site
JOIN consents c ON c.site = w.text AND c.seq = e.consent_seq
WHERE c.state = 'given' AND c.choices ->> 'analytics' AND c.valid_until > e.minute * 60
    AND c.time <= e.minute * 60 + 60"""


async def test_every_event_names_a_record_that_allowed_it(gateway: Gateway) -> None:
    """P1, by joining what is stored: not one row without its consent."""
    async with _visitor(gateway) as visitor:
        for action in ("accept", "reject", "accept"):
            await choose(visitor, action)
            await view(visitor)
        await choose(visitor, "save", choices={"marketing": True})
        await view(visitor)
    assert await count(gateway, "events") == 2
    assert await rows(gateway, ALLOWED) == [(2,)]


FORGERIES = ["copied payload", "no signature", "refusal as token", "empty", "unsigned json", "nul"]


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_nothing_but_a_signed_consent_opens_the_gate(forgery: str, gateway: Gateway) -> None:
    async with _visitor(gateway) as visitor:
        token = (await choose(visitor)).json()["token"]
        visitor.cookies.clear()
        payload, _, signature = token.partition(".")
        refused = (await choose(visitor, "reject")).headers["set-cookie"]
        visitor.cookies.clear()
        sent = {
            "copied payload": f"{payload[:-4]}AAAA.{signature}",
            "no signature": payload,
            "refusal as token": refused.partition("=")[2].partition(";")[0],
            "empty": "",
            "unsigned json": json.dumps({"state": "given", "site": "demo"}),
            "nul": "\x00.\x00",
        }[forgery]
        assert (await view(visitor, token=sent)).json()["kept"] == 0
        await view(visitor, headers={**HEADERS, "cookie": f"gw_consent={sent}".strip("\x00")})
    assert await count(gateway, "events") == 0


async def test_events_in_flight_while_their_visitor_withdraws_never_land_afterwards(
    gateway: Gateway,
) -> None:
    """P1 and P4: 40 visitors each send 12 page views and withdraw in the middle of them."""

    async def one() -> int:
        async with _visitor(gateway) as visitor:
            token = (await choose(visitor)).json()["token"]
            early = [asyncio.create_task(view(visitor, token=token)) for _ in range(6)]
            ended = asyncio.create_task(visitor.post("/demo/withdraw", headers=HEADERS))
            late = [asyncio.create_task(view(visitor, token=token)) for _ in range(6)]
            await ended
            after = await view(visitor, token=token)
            assert after.json() == {"kept": 0, "dropped": {"withdrawn": 1}}
            answers = await asyncio.gather(*early, *late)
            return sum(answer.json()["kept"] for answer in answers)

    kept = sum(await asyncio.gather(*(one() for _ in range(40))))
    assert await count(gateway, "events") == kept
    assert await rows(gateway, ALLOWED) == [(kept,)]


async def test_a_yes_that_crosses_a_withdrawal_does_not_bring_the_old_consent_back(
    gateway: Gateway,
) -> None:
    """P4: accept and two withdrawals at once. The old id ends once and for good; its token too."""
    for _ in range(20):
        async with _visitor(gateway) as visitor:
            first = (await choose(visitor)).json()
            notice = await current_notice(visitor)
            body = {"token": first["token"]}
            again = {
                "notice": notice,
                "action": "accept",
                "choices": {"analytics": True, "marketing": True},
            }
            posts = [
                visitor.post("/demo/withdraw", json=body, headers=HEADERS),
                visitor.post("/demo/consent", json={**again, **body}, headers=HEADERS),
                visitor.post("/demo/withdraw", json=body, headers=HEADERS),
            ]
            _, accepted, _ = await asyncio.gather(*posts)
            await visitor.post("/demo/withdraw", json=body, headers=HEADERS)
            visitor.cookies.clear()
            old = await view(visitor, token=first["token"])
            assert old.json() == {"kept": 0, "dropped": {"withdrawn": 1}}
            if accepted.json()["consent_id"] != first["consent_id"]:
                new = await view(visitor, token=accepted.json()["token"])
                assert new.json()["kept"] == 1
    endings = await rows(
        gateway,
        "SELECT count(*) FROM consents WHERE state = 'withdrawn' GROUP BY consent_id",
    )
    assert endings == [(1,)] * 20
    counted = await rows(gateway, "SELECT count FROM consent_counts WHERE outcome = 'withdrawn'")
    assert counted == [(20,)]


async def test_consent_that_runs_out_between_the_door_and_the_disk_is_not_kept(
    gateway: Gateway,
) -> None:
    """P1, second check: the event was admitted, the moment of writing decides."""
    async with _visitor(gateway) as visitor:
        await choose(visitor)
    [(site, visitor_key, until)] = await rows(
        gateway, "SELECT site, visitor, valid_until FROM standing"
    )
    event = replace(an_event(), site=site, visitor=visitor_key)
    assert await gateway.events.insert([event], until) == ["withdrawn"]
    assert await gateway.events.insert([event], until - 1) == [None]


async def test_a_refusing_visitor_cannot_be_told_from_another(gateway: Gateway) -> None:
    """P7: thirty refusals, each after its own page views. Their rows differ in nothing but their
    place in the chain, and nothing of the visitors stands anywhere in the database."""
    for n in range(30):
        async with _visitor(gateway) as visitor:
            headers = {**HEADERS, "user-agent": f"Mozilla/5.0 Refuser/{n}"}
            await view(visitor, headers=headers)
            await choose(visitor, "reject", headers=headers)
            await view(visitor, headers=headers)
    distinct = await rows(
        gateway,
        "SELECT DISTINCT site, state, choices, notice, language, action, layer, method, person,"
        " salt, consent_id FROM consents",
    )
    assert len(distinct) == 1
    assert distinct[0][1] == ConsentState.REFUSED
    for table in ("standing", "events", "last_visits", "fresh", "segments"):
        assert await count(gateway, table) == 0


async def test_a_consent_id_cannot_be_found_from_the_visitor_value(gateway: Gateway) -> None:
    """The value stored with events is keyed: a plain digest of the consent id does not give it."""
    async with _visitor(gateway) as visitor:
        consent_id = (await choose(visitor)).json()["consent_id"]
        await view(visitor)
    [(stored,)] = await rows(gateway, "SELECT visitor FROM standing")
    for guess in (consent_id, f"demo\0{consent_id}", f"demo{consent_id}"):
        plain = hashlib.sha256(guess.encode()).digest()[:8]
        assert int.from_bytes(plain, "big", signed=True) != stored
