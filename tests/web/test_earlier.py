"""A page that was open over a change of the notice goes on in the words it began with (P6)."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules.notice import GRACE_SECONDS, publish
from gateway.rules.records import Notice
from gateway.rules.site import Recipient
from gateway.web import earlier
from gateway.web.app import Gateway
from tests.handing import visitor
from tests.visiting import ORIGIN, choose, rows

FOREVER = "public, max-age=31536000, immutable"


def changed(config: Config) -> Config:
    """Marketing has another name, and data goes to one more."""
    site = config.sites[0]
    *others, marketing = site.purposes
    said = {
        language: structs.replace(text, name=f"{text.name} plus")
        for language, text in marketing.texts.items()
    }
    more = (*marketing.recipients, Recipient("Adverteerder", "US"))
    purposes = (*others, structs.replace(marketing, texts=said, recipients=more))
    return replace(config, sites=(structs.replace(site, purposes=purposes), *config.sites[1:]))


@asynccontextmanager
async def restarted(config: Config) -> AsyncIterator[tuple[Gateway, httpx.AsyncClient]]:
    gateway = Gateway(config)
    async with gateway.running(), visitor(gateway, ORIGIN) as client:
        yield gateway, client


@pytest.fixture
async def before(config: Config) -> AsyncIterator[Notice]:
    """The notice of a page that is open when the configuration changes."""
    async with restarted(config) as (gateway, _):
        yield gateway.notices["demo"]


async def told(client: httpx.AsyncClient, version: str, part: str = "first") -> httpx.Response:
    return await client.get(f"/demo/texts/nl/{part}.json?v={version}")


def names(answer: httpx.Response) -> Sequence[str]:
    return [one["name"] for one in answer.json()["purposes"]]


async def test_a_visitor_reads_and_chooses_under_the_notice_the_page_began_with(
    before: Notice, config: Config
) -> None:
    async with restarted(changed(config)) as (gateway, client):
        now = gateway.notices["demo"].id
        assert now != before.id
        for part in ("first", "all"):
            answer = await told(client, before.id[:8], part)
            assert answer.json()["notice"] == before.id
            assert names(answer)[-1] == "Marketing"
            assert answer.headers["cache-control"] == FOREVER
            fresh = await told(client, now[:8], part)
            assert fresh.json()["notice"] == now
            assert names(fresh)[-1] == "Marketing plus"
            assert fresh.headers["cache-control"] == FOREVER
        said = await choose(client, notice=before.id)
        assert (said.status_code, said.json()["notice"]) == (201, before.id)
        assert await rows(gateway, "SELECT notice FROM consents WHERE method = 'button'") == [
            (before.id,)
        ]


@pytest.mark.parametrize("version", ["", "0" * 8, "7", "x" * 70])
async def test_a_version_that_is_none_gets_the_words_of_today(
    version: str, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    answer = await told(client, version)
    assert answer.json()["notice"] == gateway.notices["demo"].id
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_notice_of_another_site_is_none_of_this_one(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    answer = await told(client, gateway.notices["veldkamp"].id[:8])
    assert answer.json()["notice"] == gateway.notices["demo"].id


async def test_the_words_of_a_notice_go_when_it_takes_no_choices_any_more(
    before: Notice, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever chose on them would be told so: they read the new ones instead."""
    async with restarted(changed(config)) as (gateway, client):
        clock = time.time
        for later, kept in ((GRACE_SECONDS - 60, True), (GRACE_SECONDS + 60, False)):
            with monkeypatch.context() as moved:
                moved.setattr(time, "time", lambda later=later: clock() + later)
                answer = await told(client, before.id[:8])
                chosen = await choose(client, notice=before.id)
            wanted = before if kept else gateway.notices["demo"]
            assert answer.json()["notice"] == wanted.id
            assert answer.headers["cache-control"] == (FOREVER if kept else "no-cache")
            assert chosen.status_code == (201 if kept else 409)


async def test_a_worker_with_the_older_configuration_tells_the_newer_words(
    config: Config,
) -> None:
    """While workers are restarted one by one, a page of the new one asks the old one too."""
    async with restarted(config) as (_, client), restarted(changed(config)) as (new, _):
        notice = new.notices["demo"].id
        answer = await told(client, notice[:8])
        assert answer.json()["notice"] == notice
        assert (await choose(client, notice=notice)).status_code == 201


LACKING: list[tuple[str, Any]] = [
    ("a word of today", lambda said: said["texts"]["nl"].pop("allow_once")),
    ("cookies", lambda said: said["purposes"][1].pop("cookies")),
    ("the authority", lambda said: said.pop("authority")),
    ("the language", lambda said: said.update(languages=["en"])),
    ("texts of the language", lambda said: said["texts"].pop("nl")),
    ("the shape of today", lambda said: said["texts"].update(nl=["Wij gebruiken cookies."])),
]


@pytest.mark.parametrize("lacks", [case[1] for case in LACKING], ids=[case[0] for case in LACKING])
async def test_a_notice_from_before_an_upgrade_that_lacks_words_gives_way_to_today(
    lacks: Any, before: Notice, config: Config
) -> None:
    """All of it: half a notice would be read under the id of the other."""
    async with restarted(config) as (gateway, client):
        said = json.loads(before.content)
        lacks(said)
        old = publish(said, int(time.time()))
        await gateway.published.publish(old, int(time.time()))
    async with restarted(changed(config)) as (gateway, client):
        for part in ("corner", "held", "first", "all"):
            answer = await told(client, old.id[:8], part)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-cache"
            if part in ("first", "all"):
                assert answer.json()["notice"] == gateway.notices["demo"].id


async def test_only_a_few_of_them_are_held(
    before: Notice, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "_KEPT", 2)
    said = json.loads(before.content)
    async with restarted(config) as (gateway, _):
        made = [publish({**said, "edition": n}, int(time.time())) for n in range(2, 6)]
        for notice in made:
            await gateway.published.publish(notice, int(time.time()))
        held = earlier.Earlier(gateway.published)
        for notice in (*made, made[-1]):
            now = int(time.time())
            packed = await held.part("demo", notice.id[:8], "nl", "first", now)
            assert packed
            assert json.loads(packed.plain)["notice"] == notice.id
        assert list(held._kept) == [made[2].id, made[3].id]


async def test_there_is_no_part_of_another_name_or_language(before: Notice, config: Config) -> None:
    async with restarted(changed(config)) as (_, client):
        for path in ("xx/first", "nl/second"):
            answer = await client.get(f"/demo/texts/{path}.json?v={before.id[:8]}")
            assert answer.status_code == 404
