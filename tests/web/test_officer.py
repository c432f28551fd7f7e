"""The officer's page: who sees it, and the account book on it."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import httpx
import pytest

from gateway.access import Access
from gateway.config import Config
from gateway.rules.records import Drop
from gateway.stores.base import Role
from gateway.stores.sqlite.accounts import count
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web.app import Gateway
from gateway.web.pages import words

LINES = ("received", "kept", *(drop.value for drop in Drop))


async def _sign_in(client: httpx.AsyncClient, gateway: Gateway, role: Role) -> None:
    access = Access(SqliteStaff(gateway.database))
    now = int(time.time())
    user = await access.add_user("olga", None, role, now)
    await client.get(f"/login/link?key={await access.link(user, now)}")


@pytest.fixture
async def officer(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    await _sign_in(client, gateway, "officer")
    return client


async def _write(gateway: Gateway, site: str, days_ago: int, **tally: int) -> None:
    day = int(time.time()) // 86_400 - days_ago
    lines = {(site, day, outcome): n for outcome, n in tally.items()}
    await gateway.database.write(lambda db: count(db, lines))


def _book(page: str) -> dict[str, dict[str, tuple[int, ...]]]:
    """Site ("" for all) -> outcome -> today, 30 days, in all."""
    return {
        site: {
            outcome: tuple(int(n) for n in re.findall(r'data-value="(\d+)"', row))
            for outcome, row in re.findall(r'<tr data-outcome="(\w+)">(.*?)</tr>', table, re.S)
        }
        for site, table in re.findall(r'<table [^>]*data-site="(\w*)">(.*?)</table>', page, re.S)
    }


async def test_who_is_not_signed_in_is_asked_to(client: httpx.AsyncClient) -> None:
    answer = await client.get("/officer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/officer")


async def test_it_is_not_for_marketing(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await _sign_in(client, gateway, "marketing")
    answer = await client.get("/officer")
    assert answer.status_code == 403
    assert "<table" not in answer.text


async def test_it_is_for_administrators_too(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await _sign_in(client, gateway, "admin")
    assert (await client.get("/officer")).status_code == 200


async def test_an_empty_book_has_every_line_for_every_site(officer: httpx.AsyncClient) -> None:
    book = _book((await officer.get("/officer")).text)
    assert list(book) == ["", "demo", "veldkamp"]
    for lines in book.values():
        assert lines == dict.fromkeys(LINES, (0, 0, 0))


async def test_each_period_counts_its_days_and_all_sites_are_added_up(
    officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    await _write(gateway, "demo", 0, kept=5, bot=1)
    await _write(gateway, "demo", 29, kept=10, no_consent=2)
    await _write(gateway, "demo", 30, kept=100)
    await _write(gateway, "veldkamp", 1, kept=1_000)
    book = _book((await officer.get("/officer")).text)
    assert book["demo"]["kept"] == (5, 15, 115)
    assert book["demo"]["no_consent"] == (0, 2, 2)
    assert book["demo"]["received"] == (6, 18, 118)
    assert book["veldkamp"]["received"] == (0, 1_000, 1_000)
    assert book[""]["kept"] == (5, 1_015, 1_115)
    assert book[""]["received"] == (6, 1_018, 1_118)


async def test_a_site_that_only_the_book_still_knows_and_its_old_words_are_shown(
    officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    await _write(gateway, "oldshop", 100, kept=7, once_a_reason=2)
    book = _book((await officer.get("/officer")).text)
    assert book["oldshop"]["received"] == (0, 0, 9)
    assert book["oldshop"]["once_a_reason"] == (0, 0, 2)


async def test_one_site_is_not_added_up_with_itself(config: Config) -> None:
    gateway = Gateway(replace(config, sites=config.sites[:1]))
    async with gateway.running():
        transport = httpx.ASGITransport(gateway.asgi, client=("127.0.0.1", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await _sign_in(client, gateway, "officer")
            assert list(_book((await client.get("/officer")).text)) == ["demo"]


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_every_outcome_has_a_name_and_a_meaning(
    language: str, officer: httpx.AsyncClient
) -> None:
    """The test of the texts sees to it that both languages have the same."""
    told = words(language)
    assert tuple(told["outcomes"]) == tuple(told["meanings"]) == LINES
    page = (await officer.get(f"/officer?language={language}")).text
    for outcome in LINES:
        assert f"<dt>{told['outcomes'][outcome]}</dt>" in page
        assert f"<dd>{told['meanings'][outcome]}</dd>" in page


@pytest.mark.parametrize(("language", "number"), [("nl", "1.234.567"), ("en", "1,234,567")])
async def test_numbers_are_written_as_the_reader_writes_them(
    language: str, number: str, officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    await _write(gateway, "demo", 0, kept=1_234_567)
    assert f">{number}</td>" in (await officer.get(f"/officer?language={language}")).text


async def test_it_leads_to_what_there_is_for_officers(officer: httpx.AsyncClient) -> None:
    page = (await officer.get("/officer?language=en")).text
    links = set(re.findall(r'<li><a href="([^"]+)"', page))
    assert links == {
        f"/{path}"
        for site in ("demo", "veldkamp")
        for path in (
            f"preview/{site}?language=en", f"dashboard/{site}?language=en",
            f"{site}/notices", f"{site}/log",
        )
    }  # fmt: skip
    for link in links:
        assert (await officer.get(link)).status_code == 200
