"""The dashboard: who sees it, that its figures are right, and what it never shows."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from msgspec.structs import replace

from gateway.access import Access
from gateway.aggregate import catch_up
from gateway.rules import consent
from gateway.rules.moment import local_day
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web.app import Gateway
from tests.made import an_event
from tests.visiting import HEADERS, ORIGIN, choose, current_notice, view


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    access = Access(SqliteStaff(gateway.database))
    now = int(time.time())
    user = await access.add_user("anna", None, "marketing", now)
    await client.get(f"/login/link?key={await access.link(user, now)}")
    return client


async def _visitors(gateway: Gateway, n: int, path: str = "/vacatures") -> None:
    transport = httpx.ASGITransport(gateway.asgi, client=("203.0.113.77", 4711))
    for _ in range(n):
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            await choose(visitor)
            await view(visitor, path)
    await catch_up(gateway.cells)


def _total(page: str, figure: str) -> str:
    return str(re.findall(rf'data-figure="{figure}" data-value="(\d*)"', page)[0])


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/demo", "/dashboard/nosuch"])
async def test_nobody_sees_figures_without_signing_in(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


async def test_the_overview_names_every_site(staff: httpx.AsyncClient) -> None:
    page = (await staff.get("/dashboard?language=en")).text
    assert "/dashboard/demo" in page
    assert "Veldkamp Group" in page


async def test_a_site_that_does_not_exist_is_told_on_a_page(staff: httpx.AsyncClient) -> None:
    answer = await staff.get("/dashboard/nosuch")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


async def test_figures_are_those_of_the_visits(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await _visitors(gateway, 6)
    page = (await staff.get("/dashboard/demo?period=7d")).text
    assert [_total(page, f) for f in ("visitors", "visits", "views")] == ["6", "6", "6"]
    assert re.search(r'data-label="/vacatures" data-visitors="6"', page)
    assert re.search(r'data-consent="accepted" data-value="6"', page)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_below_the_threshold_there_is_nothing_to_see(
    language: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: four visitors look like none."""
    empty = (await staff.get(f"/dashboard/demo?language={language}")).text
    await _visitors(gateway, 4)
    few = (await staff.get(f"/dashboard/demo?language={language}")).text
    assert _total(few, "visitors") == ""
    moment = re.compile(r"\d{1,2}[:.]\d\d")
    assert moment.sub("", few) == moment.sub("", empty)


async def test_a_page_few_have_seen_is_part_of_other(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: and a second one with it, so that the total gives neither away."""
    await _visitors(gateway, 9, "/vacatures")
    await _visitors(gateway, 6, "/over-ons")
    await _visitors(gateway, 2, "/secret-landing")
    page = (await staff.get("/dashboard/demo")).text
    assert "/secret-landing" not in page
    assert 'data-label="/over-ons"' not in page
    assert re.search(r'data-label="/vacatures" data-visitors="9"', page)
    assert re.search(r'data-label="" data-visitors="8"', page)


async def test_what_is_hidden_is_hidden_in_every_language(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: equal groups are ranked alike whatever they are called, or a page in Dutch and the
    same page in English would together show what each of them hides."""
    transport = httpx.ASGITransport(gateway.asgi, client=("203.0.113.77", 4711))
    sources = {"": 6, "https://zusje.example/": 6, "https://broer.example/": 6, "https://x.com/": 1}
    for referrer, n in sources.items():
        for _ in range(n):
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
                await choose(visitor)
                await view(visitor, referrer=referrer)
    await catch_up(gateway.cells)
    shown = []
    for language in ("nl", "en"):
        page = (await staff.get(f"/dashboard/demo?language={language}")).text
        panel = page.partition('data-panel="channels"')[2].partition("</section>")[0]
        shown.append(re.findall(r'data-visitors="(\d+)" data-visits="\d+" data-views', panel))
    assert shown[0] == shown[1]
    assert len(shown[0]) == 2


async def test_a_day_that_is_hidden_is_hidden_in_every_period(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: the day that is hidden with a small one must not show in a shorter period."""
    now = int(time.time())
    for days_ago, visitors in ((20, 3), (2, 6), (1, 7), (0, 8)):
        for n in range(visitors):
            await _visitor_on(gateway, now - days_ago * 86_400, f"{days_ago}-{n}")
    await catch_up(gateway.cells)
    hidden = []
    for period in ("28d", "7d"):
        page = (await staff.get(f"/dashboard/demo?period={period}")).text
        found = dict(re.findall(r'data-day="([\d-]+)"[^>]*?data-visitors="(\d*)"', page))
        hidden.append({day for day, visitors in list(found.items())[-7:] if not visitors})
    assert hidden[0] == hidden[1]


async def _visitor_on(gateway: Gateway, when: int, name: str) -> None:
    site, notice = gateway.sites["demo"], gateway.notices["demo"]
    answer = consent.Answer(notice.id, {"analytics": True}, "save", "nl", "first", "button")
    choice = consent.choose(
        answer, notice, None, new_id=name, jurisdiction="NL", months=6, now=when
    )
    visitor = visitor_of(b"key", "demo", name)
    day = local_day(when, site.zone).toordinal()
    [record] = await gateway.consents.append([Append(choice, visitor, day, "salt")])
    assert record is not None
    event = replace(an_event(), visitor=visitor, minute=when // 60, consent_seq=record.seq)
    await gateway.events.insert([event], when)


async def test_the_page_obeys_its_own_policy(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await _visitors(gateway, 6)
    answer = await staff.get("/dashboard/demo")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son\w+=", answer.text)
    assert "no-store" in answer.headers["cache-control"]


async def test_the_language_is_the_browsers_or_the_one_asked_for(
    staff: httpx.AsyncClient,
) -> None:
    dutch = await staff.get("/dashboard", headers={"accept-language": "nl-NL,nl;q=0.9"})
    english = await staff.get("/dashboard", headers={"accept-language": "fr, en;q=0.5"})
    asked = await staff.get("/dashboard?language=nl", headers={"accept-language": "en"})
    other = await staff.get("/dashboard", headers={"accept-language": "fr"})
    langs = [re.findall(r'<html lang="(\w+)"', a.text)[0] for a in (dutch, english, asked, other)]
    assert langs == ["nl", "en", "nl", "nl"]


@pytest.mark.parametrize("period", ["today", "7d", "28d", "91d", "nonsense"])
async def test_each_period_has_a_row_for_each_of_its_days(
    period: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await _visitors(gateway, 5)
    page = (await staff.get(f"/dashboard/demo?period={period}")).text
    days = {"today": 1, "7d": 7, "28d": 28, "91d": 91, "nonsense": 28}[period]
    assert len(re.findall(r'data-day="\d{4}-\d\d-\d\d"', page)) == days


async def test_a_refusal_counts_under_consent_and_nowhere_else(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    transport = httpx.ASGITransport(gateway.asgi, client=("203.0.113.77", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
        for _ in range(7):
            visitor.cookies.clear()
            body = {"notice": await current_notice(visitor), "language": "nl"}
            await visitor.post("/demo/shown", json=body, headers=HEADERS)
            await choose(visitor, "reject")
            await view(visitor)
    await catch_up(gateway.cells)
    page = (await staff.get("/dashboard/demo")).text
    assert _total(page, "visitors") == ""
    figures = dict(re.findall(r'data-consent="(\w+)" data-value="(\d+)"', page))
    assert figures == {
        "shown": "7", "accepted": "0", "partly": "0", "refused": "7", "withdrawn": "0",
    }  # fmt: skip
