"""Recipients are told that a consent ended, each in its own time; nobody waits for them (R22)."""

from __future__ import annotations

import asyncio
import logging
import time
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import gateway.webhooks
from gateway import upkeep
from gateway.rules.message import BACK_OFF
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.notices import SqliteNotices
from tests.receiving import Receiver, without_proxies
from tests.rules.building import NOON, a_notice
from tests.telling import SEAL, Desk


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    without_proxies(monkeypatch)
    monkeypatch.setattr(gateway.webhooks, "_GRACE", 0.2)
    with Receiver() as made:
        yield made


@pytest.fixture
async def desk(tmp_path: Path, receiver: Receiver) -> AsyncIterator[Desk]:
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    await SqliteNotices(database).publish(a_notice(), NOON)
    made = Desk(database, {"crm": f"{receiver.base}/hook?key=secret"})
    yield made
    await made.deliverer.close()
    await database.close()


async def test_a_recipient_is_told_and_can_check_who_says_so(
    desk: Desk, receiver: Receiver
) -> None:
    await desk.withdraw()
    desk.now += 3
    assert await desk.deliverer.run_once() == 1
    [heard] = receiver.heard
    assert (heard.method, heard.path) == ("POST", "/hook?key=secret")
    assert (heard.said["consent_id"], heard.said["time"]) == ("c1", "2027-01-15T08:00:00Z")
    said = heard.headers
    assert said["content-type"] == "application/json"
    assert said["webhook-timestamp"] == str(NOON + 3)
    version, _, signature = said["webhook-signature"].partition(",")
    signed = f"{said['webhook-id']}.{said['webhook-timestamp']}.".encode() + heard.content
    key = Ed25519PublicKey.from_public_bytes(SEAL.public[said["webhook-key"]])
    key.verify(b64decode(signature), signed)
    assert version == "v1a"
    assert await desk.outcomes() == [("delivered", "204", 1)]
    assert (await desk.log())[0].consent_id is None
    assert await desk.deliverer.run_once() == 0


async def test_one_that_fails_is_told_later_under_the_same_id(
    desk: Desk, receiver: Receiver
) -> None:
    await desk.withdraw()
    receiver.answer = 500
    await desk.deliverer.run_once()
    assert await desk.outcomes() == [("waiting", "500", 1)]
    desk.now += BACK_OFF[0] - 1
    assert await desk.deliverer.run_once() == 0
    receiver.answer = 200
    desk.now += 1
    assert await desk.deliverer.run_once() == 1
    first, second = receiver.heard
    assert first.content == second.content
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert await desk.outcomes() == [("delivered", "200", 2)]


async def test_after_the_last_attempt_it_is_given_up_and_an_operator_can_retry(
    desk: Desk, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.withdraw()
    receiver.answer = 500
    for wait in (*BACK_OFF, 0):
        assert await desk.deliverer.run_once() == 1
        desk.now += wait
    assert await desk.outcomes() == [("failed", "500", len(BACK_OFF) + 1)]
    desk.now += 999_999
    assert await desk.deliverer.run_once() == 0
    [kept] = await desk.log()
    assert "gave up message" in caplog.text
    assert await desk.deliveries.retry(kept.id, desk.now)
    receiver.answer = 200
    assert await desk.deliverer.run_once() == 1
    assert await desk.outcomes() == [("delivered", "200", 1)]


async def test_a_recipient_that_is_gone_or_no_longer_configured_is_not_asked_again(
    desk: Desk, receiver: Receiver
) -> None:
    desk.hooks["old"] = "http://127.0.0.1:9/"
    await desk.withdraw()
    del desk.hooks["old"]
    receiver.answer = 410
    assert await desk.deliverer.run_once() == 2
    assert await desk.outcomes() == [("failed", "410", 1), ("failed", "no such webhook", 1)]


async def test_a_recipient_may_ask_for_more_time(desk: Desk, receiver: Receiver) -> None:
    await desk.withdraw()
    receiver.answer, receiver.headers = 503, {"Retry-After": "70"}
    await desk.deliverer.run_once()
    assert (await desk.log())[0].next_try == NOON + 70


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(desk: Desk, receiver: Receiver, status: int) -> None:
    """The consent id goes to the address that was configured and to no other."""
    with Receiver() as other:
        await desk.withdraw()
        receiver.answer, receiver.headers = status, {"Location": f"{other.base}/"}
        await desk.deliverer.run_once()
        assert await desk.outcomes() == [("waiting", str(status), 1)]
        assert (len(receiver.heard), other.heard) == (1, [])


async def test_what_was_erased_meanwhile_is_told_to_nobody(desk: Desk, receiver: Receiver) -> None:
    await desk.withdraw()
    async with desk.database.writing() as db:
        await db.execute("UPDATE deliveries SET consent_id = NULL")
    await desk.deliverer.run_once()
    assert await desk.outcomes() == [("failed", "the consent was erased", 1)]
    assert receiver.heard == []


async def test_who_hangs_holds_up_neither_the_others_nor_the_next_run(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answer = receiver.hang
    with Receiver() as swift:
        desk.hooks["swift"] = swift.base
        for number in range(20):
            await desk.withdraw(f"c{number}")
        began = time.monotonic()
        await desk.deliverer.run_once()
        assert len(swift.heard) == 20
        await desk.withdraw("late")
        await desk.deliverer.run_once()
        assert len(swift.heard) == 21
        assert time.monotonic() - began < 5
        assert (len(receiver.heard), receiver.most_at_once) == (2, 2)
        assert swift.most_at_once <= 2


async def test_an_attempt_ends_however_slowly_it_is_answered(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.webhooks, "_LONGEST", 0.3)
    receiver.answer = receiver.drip
    await desk.withdraw()
    began = time.monotonic()
    await desk.deliverer.run_once()
    assert await desk.outcomes() == [("waiting", "timeout", 1)]
    assert time.monotonic() - began < 3


async def test_a_stop_waits_for_no_recipient_and_the_message_is_tried_again(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answer = receiver.hang
    await desk.withdraw()
    await desk.deliverer.run_once()
    began = time.monotonic()
    await desk.deliverer.close()
    assert time.monotonic() - began < 2
    assert await desk.outcomes() == [("waiting", "cut off: the gateway stopped", 1)]
    receiver.answer = 204
    desk.now += BACK_OFF[0]
    desk.deliverer = desk.another()
    await desk.deliverer.run_once()
    assert await desk.outcomes() == [("delivered", "204", 2)]


async def test_a_worker_that_dies_loses_no_message(desk: Desk, receiver: Receiver) -> None:
    """It had claimed it, and nobody knows whether it was sent: it is, after the lease."""
    await desk.withdraw()
    await desk.deliveries.claim(desk.now, 60, 8)
    assert await desk.deliverer.run_once() == 0
    desk.now += 60
    assert await desk.deliverer.run_once() == 1
    assert await desk.outcomes() == [("delivered", "204", 2)]
    assert len(receiver.heard) == 1


async def test_a_run_ends_although_there_is_more_and_the_next_goes_on(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that is stopped waits for its jobs."""
    monkeypatch.setattr(gateway.webhooks, "_RUN", 0.1)
    for number in range(60):
        await desk.withdraw(f"c{number}")
    receiver.answer = receiver.ponder
    runs: list[int] = []
    while not runs or runs[-1]:
        runs.append(await desk.deliverer.run_once())
    assert sum(runs) == 60
    assert max(runs) < 30


async def test_two_workers_send_each_message_once(desk: Desk, receiver: Receiver) -> None:
    for number in range(40):
        await desk.withdraw(f"c{number}")
    other = desk.another()
    began = await asyncio.gather(desk.deliverer.run_once(), other.run_once())
    assert sum(began) == 40
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 40
    assert len(receiver.heard) == 40
    await other.close()


async def test_the_end_that_time_makes_is_told_too(desk: Desk, receiver: Receiver) -> None:
    site = desk.site
    await desk.record("c1", valid_until=NOON + 10)
    await desk.record("c2", valid_until=NOON + 9_999_999)
    desk.now += 11
    assert await upkeep.expire(site, desk.consents, desk.recorder, desk.now) == 1
    renewed = {a_notice().id: frozenset({"marketing"})}
    assert await upkeep.invalidate(site, renewed, desk.consents, desk.recorder, desk.now) == 1
    await desk.deliverer.run_once()
    said = {heard.said["consent_id"]: heard.said for heard in receiver.heard}
    assert (said["c1"]["state"], said["c1"]["purposes"]) == ("expired", ["analytics", "marketing"])
    assert (said["c2"]["state"], said["c2"]["purposes"]) == ("invalidated", ["marketing"])


async def test_an_operator_hears_of_trouble_once_and_never_of_whom_it_is_about(
    desk: Desk, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "gateway")
    receiver.answer = 500
    for consent_id in ("visitor-1", "visitor-2"):
        await desk.withdraw(consent_id)
    await desk.deliverer.run_once()
    desk.now += BACK_OFF[0]
    receiver.answer = 204
    await desk.deliverer.run_once()
    assert [record.getMessage() for record in caplog.records if record.name.startswith("gat")] == [
        "demo: webhook crm: 500; it is tried again",
        "demo: webhook crm takes messages again",
    ]
    assert not any(word in caplog.text for word in ("visitor-1", "secret"))
    counted = desk.metrics.text().decode()
    assert 'gateway_deliveries_total{site="demo",status="waiting"} 2.0' in counted
    assert 'gateway_deliveries_total{site="demo",status="delivered"} 2.0' in counted
