"""R22: who received data on a consent is told that it ended, by a gateway as it is run; that is
logged, and the visitor never waits for it."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.receiving import Heard, Receiver, without_proxies
from tests.serving import Served
from tests.visiting import browser, choose

PARTLY = {"analytics": True, "marketing": False}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with pytest.MonkeyPatch.context() as patch, Receiver() as made:
        without_proxies(patch)
        yield made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("told"))
    site = made.config.parent / "sites" / "demo.toml"
    with site.open("a", encoding="utf-8") as file:
        for name, purpose in (("crm", "marketing"), ("stats", "analytics")):
            url = f"{receiver.base}/{name}"
            file.write(
                f'\n[[webhooks]]\nname = "{name}"\nurl = "{url}"\npurposes = ["{purpose}"]\n'
            )
    with made:
        yield made


@pytest.fixture
async def client(served: Served, receiver: Receiver) -> AsyncIterator[httpx.AsyncClient]:
    receiver.answer = 204
    async with browser(served.base, headers={"origin": served.base}) as made:
        yield made


async def _choose(client: httpx.AsyncClient, action: str, **extra: Any) -> str | None:
    """Click; the consent id that the page is told."""
    answer = await choose(client, action, headers={"origin": str(client.base_url)}, **extra)
    assert answer.status_code == 201, answer.text
    named: str | None = answer.json()["consent_id"]
    return named


async def _until(found: int, receiver: Receiver, consent_id: str | None) -> list[Heard]:
    for _ in range(200):
        heard = [one for one in receiver.heard if one.said["consent_id"] == consent_id]
        if len(heard) >= found:
            return sorted(heard, key=lambda one: one.path)
        await asyncio.sleep(0.05)
    raise AssertionError(f"recipients heard {len(heard)} of {found} messages")


async def _everything_was_said(client: httpx.AsyncClient, receiver: Receiver) -> None:
    """What comes later is heard, so what was not heard by now was never said."""
    client.cookies.clear()
    later = await _choose(client, "accept")
    await client.post("/demo/withdraw")
    await _until(2, receiver, later)


async def test_each_recipient_is_told_of_its_own_purposes_and_can_check_it(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    """With nothing but what is published: there is no secret to share."""
    consent_id = await _choose(client, "accept")
    await client.post("/demo/withdraw")
    crm, stats = await _until(2, receiver, consent_id)
    assert (crm.path, crm.said["purposes"]) == ("/crm", ["marketing"])
    assert (stats.path, stats.said["purposes"]) == ("/stats", ["analytics"])
    keys = (await client.get("/demo/log")).json()["keys"]
    public = {key["key"]: bytes.fromhex(key["public_key"]) for key in keys}
    for heard in (crm, stats):
        assert heard.said["state"] == "withdrawn"
        head = heard.headers
        signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + heard.content
        key = Ed25519PublicKey.from_public_bytes(public[head["webhook-key"]])
        key.verify(b64decode(head["webhook-signature"].removeprefix("v1a,")), signed)


async def test_whoever_takes_back_a_part_is_heard_by_whom_it_concerns(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    consent_id = await _choose(client, "accept")
    assert await _choose(client, "save", choices=PARTLY) == consent_id
    [crm] = await _until(1, receiver, consent_id)
    assert (crm.path, crm.said["state"], crm.said["purposes"]) == ("/crm", "given", ["marketing"])
    await _everything_was_said(client, receiver)
    assert len(await _until(1, receiver, consent_id)) == 1


async def test_nobody_is_told_of_a_refusal_or_of_a_choice_that_only_adds(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    before = len(receiver.heard)
    assert await _choose(client, "reject") is None
    await _choose(client, "save", choices=PARTLY)
    await _choose(client, "accept")
    await _everything_was_said(client, receiver)
    assert len(receiver.heard) == before + 2


async def test_no_visitor_waits_for_a_recipient_that_hangs(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.answer = receiver.hang
    hung = []
    for _ in range(5):
        client.cookies.clear()
        hung.append(await _choose(client, "accept"))
        began = time.monotonic()
        assert (await client.post("/demo/withdraw")).json()["state"] == "withdrawn"
        assert time.monotonic() - began < 1
    await _until(1, receiver, hung[0])
    receiver.answer = 204  # it comes to its senses
    receiver.over.set()
    receiver.over.clear()


async def test_it_is_logged_who_was_told_and_of_whom_is_forgotten(
    client: httpx.AsyncClient, receiver: Receiver, served: Served
) -> None:
    consent_id = str(await _choose(client, "accept"))
    await client.post("/demo/withdraw")
    ids = [heard.headers["webhook-id"] for heard in await _until(2, receiver, consent_id)]
    assert len(set(ids)) == 2
    listed = await _listed(served, "delivered", 2)
    head, first, *_ = listed
    assert "next try" in head
    for word in ("demo", "withdrawn", "delivered", "204"):
        assert word in first
    assert consent_id not in "\n".join(listed)
    assert consent_id not in served.log.read_text("utf-8")


async def test_what_a_killed_gateway_owed_is_told_by_the_next(
    client: httpx.AsyncClient, receiver: Receiver, served: Served
) -> None:
    receiver.answer = 500
    consent_id = await _choose(client, "accept")
    await client.post("/demo/withdraw")
    first = await _until(2, receiver, consent_id)
    await _listed(served, "500", 2)
    await asyncio.to_thread(served.kill)
    receiver.answer = 204
    await asyncio.to_thread(served.start)
    heard = await _until(4, receiver, consent_id)
    assert {one.headers["webhook-id"] for one in heard} == {
        one.headers["webhook-id"] for one in first
    }
    assert {json.dumps(one.said) for one in heard} == {json.dumps(one.said) for one in first}


async def _listed(served: Served, word: str, count: int) -> list[str]:
    """What `gateway webhook list` says, once its newest lines hold the word."""
    for _ in range(20):
        said = await asyncio.to_thread(served.run, "webhook", "list", "--site", "demo")
        lines = said.splitlines()
        if all(word in line for line in lines[1 : count + 1]):
            return lines
        await asyncio.sleep(0.2)
    raise AssertionError(f"not {word}:\n{said}")
