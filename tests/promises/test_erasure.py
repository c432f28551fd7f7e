"""Erasing a person: their consent records become nobody's, the chain and everybody else's receipt
stay valid (P5), and what is left equals a gateway they never visited."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway import upkeep
from gateway.aggregate import catch_up
from gateway.rules.receipt import digest_of, read
from gateway.rules.records import ConsentState
from gateway.stores.base import Erased
from gateway.stores.sqlite.erasure import SqliteErasure
from gateway.web.app import Gateway
from tests.figures.seen import all_seen, near_now, seen
from tests.serving import Served
from tests.visiting import HEADERS, browser, choose, rows, view

PATHS = ("/", "/vacatures", "/over-ons")


async def erase(gateway: Gateway, consent_id: str) -> Erased | None:
    site, store = gateway.sites["demo"], SqliteErasure(gateway.database)
    return await upkeep.erase(site, consent_id, store, gateway.recorder, int(time.time()))


async def visitors(client: httpx.AsyncClient, n: int) -> list[str]:
    ids = []
    for number in range(n):
        client.cookies.clear()
        said = (await choose(client)).json()
        ids.append(said["consent_id"])
        for path in PATHS[: 1 + number % 3]:
            await view(client, path, token=said["token"])
    return ids


async def test_what_is_left_is_what_would_be_there_without_them(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    ids = await visitors(client, 6)
    await catch_up(gateway.figures)
    gone = await erase(gateway, ids[2])
    assert gone == Erased(records=1, events=3, visits=1)
    left = await all_seen(gateway.figures, *near_now())
    await gateway.figures.rebuild()
    await catch_up(gateway.figures)
    assert left == await all_seen(gateway.figures, *near_now())
    assert (await rows(gateway, "SELECT count(DISTINCT visitor) FROM events"))[0] == (5,)


async def test_events_that_are_not_in_the_figures_yet_are_gone_as_well(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    ids = await visitors(client, 2)
    await catch_up(gateway.figures)
    await gateway.jobs.stop()
    await choose(client)  # the second one's consent, still in the jar
    await view(client, "/vacatures")
    await erase(gateway, ids[1])
    await catch_up(gateway.figures)
    assert (await seen(gateway.figures, *near_now()))[""].views == 1


async def test_the_log_adds_up_and_every_other_receipt_stays_valid(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    ids = await visitors(client, 5)
    await upkeep.seal("demo", gateway.heads, gateway.seal, int(time.time()))
    kept = {one: (await gateway.consents.history("demo", one))[0] for one in ids if one != ids[1]}
    await erase(gateway, ids[1])
    signed = upkeep.Signed(await gateway.heads.all("demo"), gateway.seal.public)
    proof = await upkeep.verify("demo", gateway.consents, gateway.published, signed)
    assert (proof.records, proof.heads) == (5, 1)
    for consent_id, before in kept.items():
        assert list(await gateway.consents.history("demo", consent_id)) == [before]
        digest = digest_of(gateway.recorder.code("demo", consent_id))
        assert await gateway.consents.by_receipt("demo", digest) is not None
    digest = digest_of(gateway.recorder.code("demo", ids[1]))
    assert await gateway.consents.by_receipt("demo", digest) is None
    assert await gateway.consents.history("demo", ids[1]) == []


async def test_an_erased_consent_lets_nothing_in_and_cannot_be_erased_twice(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    said = (await choose(client)).json()
    assert await erase(gateway, said["consent_id"]) is not None
    assert (await view(client)).json() == {"kept": 0, "dropped": {"withdrawn": 1}}
    assert (await client.get("/demo/consent")).json()["state"] == "none"
    assert await erase(gateway, said["consent_id"]) is None
    assert await rows(gateway, "SELECT class, count FROM deletions") == [("erasure", 1)]


async def test_a_code_of_a_receipt_erases_and_no_byte_of_the_id_is_left(tmp_path: Path) -> None:
    with Served(tmp_path) as served:
        async with browser(served.base) as client:
            headers = {"origin": served.base, "user-agent": "Mozilla/5.0 Firefox/145.0"}
            said = (await choose(client, headers=headers)).json()
            event = {"kind": "pageview", "url": served.base + "/", "token": said["token"]}
            await client.post("/demo/event", json=event, headers=headers)
        code = said["receipt"].rpartition("/")[2]
        assert read(code)
        told = served.run("erase", "--site", "demo", "--receipt", code.lower(), "--yes")
        assert "1 events" in told
        assert "1 consent records" in told
        # While it runs: the write-ahead log would keep the old pages for as long as it is quiet.
        stored = b"".join(file.read_bytes() for file in served.data.glob("gateway.sqlite*"))
        assert said["consent_id"].encode() not in stored
        assert "add up" in served.run("verify")
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        assert db.execute("SELECT state, consent_id, salt FROM consents").fetchall() == [
            ("given", None, None)
        ]


async def test_an_erased_consent_does_not_come_back_by_a_choice_that_crosses_it(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """What was read before the erasure must not be written after it under the old id."""
    for action in ("withdraw", "accept"):
        client.cookies.clear()
        said = (await choose(client)).json()
        other = (
            client.post("/demo/withdraw", json={"token": said["token"]}, headers=HEADERS)
            if action == "withdraw"
            else choose(client, action)
        )
        await asyncio.gather(erase(gateway, said["consent_id"]), other)
        if await gateway.consents.history("demo", said["consent_id"]):
            await erase(gateway, said["consent_id"])  # the choice was first
        kept = "SELECT count(*) FROM {} WHERE consent_id = '" + said["consent_id"] + "'"
        assert await rows(gateway, kept.format("consents")) == [(0,)]
        assert await rows(gateway, kept.format("standing")) == [(0,)]


@pytest.mark.parametrize("known", [True, False])
async def test_a_choice_about_an_erased_consent_gives_way_to_a_new_one(
    known: bool, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    said = (await choose(client)).json()
    [record] = await gateway.consents.history("demo", said["consent_id"])
    await erase(gateway, said["consent_id"])
    item = gateway.recorder.entry(gateway.sites["demo"], record.choice, known=known)
    [made] = await gateway.consents.append([item])
    assert made is not None
    assert (made.choice.consent_id == said["consent_id"]) is not known
    withdrawn = replace(record.choice, state=ConsentState.WITHDRAWN)
    await erase(gateway, str(made.choice.consent_id))
    item = gateway.recorder.entry(gateway.sites["demo"], withdrawn, known=True)
    assert await gateway.consents.append([item]) == [None]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--receipt", "K7QM-2XWP-9TRD"), "nothing is known"),
        (("--receipt", "no code"), "nothing is known"),
        (("--consent", "00"), "nothing is known"),
        ((), "one of the two"),
        (("--receipt", "x", "--consent", "y"), "one of the two"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_erases_nothing(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    served = Served(tmp_path)
    assert said in served.fail("erase", "--site", "demo", "--yes", *arguments)
