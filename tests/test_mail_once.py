"""A summary goes out once: also when a mail server, a worker or the whole gateway was away."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.mail import _LEASE
from gateway.rules.summary import BACK_OFF, DUE_DAYS
from gateway.stores.base import Issue
from gateway.stores.sqlite.database import Database
from tests.mailing import FRIDAY, MONDAY, PATIENTLY, MailServer, Office, an_office


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.stop()


@pytest.fixture
async def office(tmp_path: Path, server: MailServer) -> AsyncIterator[Office]:
    async with an_office(tmp_path, server.port) as made:
        yield made


async def test_a_server_that_is_away_is_tried_again_and_then_gets_it_once(
    office: Office, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gateway")
    words = f"nobody answers at 127.0.0.1:{server.port}"
    for attempt, pause in enumerate(BACK_OFF[:2], 1):
        await office.mailer.run_once(PATIENTLY)
        assert await office.outcomes() == [("waiting", words, attempt)]
        office.now += pause
        if attempt == 1:
            office.now -= 1
            await office.mailer.run_once(PATIENTLY)
            assert await office.outcomes() == [("waiting", words, 1)]
            office.now += 1
    server.start()
    await office.mailer.run_once(PATIENTLY)
    office.now += 86_400
    await office.mailer.run_once(PATIENTLY)
    assert len(server.messages) == 1
    assert await office.outcomes() == [("sent", "sent", 3)]
    assert "it is tried again (correct host, port and tls under [mail]" in caplog.text
    assert caplog.messages[-1] == "demo: summary of the week from 2027-01-11 (nl): sent"


async def test_it_is_given_up_before_it_is_old_news(office: Office) -> None:
    for _ in range(len(BACK_OFF) + 1):
        await office.mailer.run_once(PATIENTLY)
        [sending] = await office.sendings()
        office.now = sending.next_try or office.now
    assert sending.status == "failed"
    assert office.now - MONDAY < DUE_DAYS * 86_400


async def test_who_was_away_for_days_sends_no_old_news(office: Office, server: MailServer) -> None:
    server.start()
    office.now += DUE_DAYS * 86_400
    await office.mailer.run_once(PATIENTLY)
    assert (server.messages, await office.outcomes()) == ([], [])


async def test_a_summary_that_cannot_be_made_is_tried_again(
    office: Office, server: MailServer
) -> None:
    server.start()
    async with office.database.writing() as db:
        await db.execute("ALTER TABLE consent_counts RENAME TO mislaid")
    with pytest.raises(sqlite3.OperationalError):
        await office.mailer.run_once(PATIENTLY)
    assert await office.outcomes() == [("waiting", "OperationalError", 1)]
    async with office.database.writing() as db:
        await db.execute("ALTER TABLE mislaid RENAME TO consent_counts")
    office.now += BACK_OFF[0]
    await office.mailer.run_once(PATIENTLY)
    assert await office.outcomes() == [("sent", "sent", 2)]


async def test_two_workers_send_one_mail(
    tmp_path: Path, office: Office, server: MailServer
) -> None:
    server.start()
    second = Database(tmp_path / "gateway.sqlite")
    await second.open()
    other = Office(second, office.account)
    await asyncio.gather(*(one.run_once(PATIENTLY) for one in (office.mailer, other.mailer)))
    for one in (office, other):
        await one.mailer.run_once(PATIENTLY)
        await one.mailer.close()
    assert len(server.messages) == 1
    assert await office.outcomes() == [("sent", "sent", 1)]
    await second.close()


async def test_a_worker_that_dies_before_it_is_handed_over_leaves_it_to_another(
    office: Office, server: MailServer
) -> None:
    server.start()
    issue = Issue("demo", "week", "nl", FRIDAY - timedelta(days=4))
    await office.stores.reports.claim(issue, office.now, _LEASE)
    await office.mailer.run_once(PATIENTLY)
    assert server.messages == []
    office.now += _LEASE
    await office.mailer.run_once(PATIENTLY)
    assert await office.outcomes() == [("sent", "sent", 2)]
    assert len(server.messages) == 1


async def test_what_was_being_handed_over_when_it_stopped_is_never_sent_again(
    office: Office, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The server may have taken it, and here it did."""
    server.ponder = 3
    server.start()
    await office.mailer.run_once()
    await asyncio.to_thread(server.asked.wait, PATIENTLY)
    [sending] = await office.sendings()
    assert sending.status == "handing"
    await office.mailer.close()
    office.mailer = office.another()
    office.now += _LEASE
    await office.mailer.run_once(PATIENTLY)
    assert [status for status, *_ in await office.outcomes()] == ["unsure"]
    assert "ended while it was handed over (see `gateway mail list`" in caplog.text
    office.now += 3_600
    await office.mailer.run_once(PATIENTLY)
    server.stop()
    assert len(server.messages) <= 1
