"""The dashboard: who sees it, that its figures are right, and what it never shows."""

from __future__ import annotations

import re

import httpx
import pytest

from gateway.web.app import Gateway
from tests.dashboards import answered, figure, panel, signed_in, visit, visited
from tests.visiting import HEADERS, ORIGIN, PEER, choose, current_notice, view


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


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
    await visit(gateway, 6)
    page = (await staff.get("/dashboard/demo?period=7d")).text
    assert [figure(page, f) for f in ("visitors", "visits", "views")] == ["6", "6", "6"]
    assert [figure(page, f) for f in ("views_per_visit", "bounce_rate")] == ["1.0", "1.0"]
    assert re.search(r'data-label="/vacatures" data-visitors="6"', page)


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_below_the_threshold_there_is_nothing_to_see(
    language: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: four visitors look like none."""
    empty = (await staff.get(f"/dashboard/demo?language={language}")).text
    await visit(gateway, 4)
    few = (await staff.get(f"/dashboard/demo?language={language}")).text
    assert figure(few, "visitors") == ""
    moment = re.compile(r"\d{1,2}[:.]\d\d")
    assert moment.sub("", few) == moment.sub("", empty)


async def test_a_page_few_have_seen_is_part_of_other(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: and a second one with it, so that the total gives neither away."""
    await visit(gateway, 9, "/vacatures")
    await visit(gateway, 6, "/over-ons")
    await visit(gateway, 2, "/secret-landing")
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
    sources = {"": 6, "https://zusje.example/": 6, "https://broer.example/": 6, "https://x.com/": 1}
    for referrer, n in sources.items():
        await visit(gateway, n, referrer=referrer)
    shown = []
    for language in ("nl", "en"):
        page = (await staff.get(f"/dashboard/demo?language={language}")).text
        shown.append(list(panel(page, "channels").values()))
    assert shown[0] == shown[1]
    assert len(shown[0]) == 2


async def test_a_day_that_is_hidden_is_hidden_in_every_period(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: the day that is hidden with a small one must not show in a shorter period."""
    for days_ago, visitors in ((20, 3), (2, 6), (1, 7), (0, 8)):
        await visited(gateway, days_ago, visitors)
    hidden = []
    for period in ("28d", "7d"):
        page = (await staff.get(f"/dashboard/demo?period={period}")).text
        found = dict(re.findall(r'data-day="([\d-]+)"[^>]*?data-visitors="(\d*)"', page))
        hidden.append({day for day, visitors in list(found.items())[-7:] if not visitors})
    assert hidden[0] == hidden[1]


async def test_the_page_obeys_its_own_policy(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visit(gateway, 6)
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
    await visit(gateway, 5)
    page = (await staff.get(f"/dashboard/demo?period={period}")).text
    days = {"today": 1, "7d": 7, "28d": 28, "91d": 91, "nonsense": 28}[period]
    assert len(re.findall(r'data-day="\d{4}-\d\d-\d\d"', page)) == days


async def test_a_refusal_counts_under_consent_and_nowhere_else(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
        for _ in range(7):
            visitor.cookies.clear()
            body = {"notice": await current_notice(visitor), "language": "nl"}
            await visitor.post("/demo/shown", json=body, headers=HEADERS)
            await choose(visitor, "reject")
            await view(visitor)
    await answered(gateway, 10, shown=9, refused=7)
    page = (await staff.get("/dashboard/demo")).text
    assert figure(page, "visitors") == ""
    figures = dict(re.findall(r'data-consent="(\w+)" data-value="(\d*)"', page))
    assert figures == {
        "shown": "9", "ignored": "", "accepted": "", "partly": "", "refused": "7", "withdrawn": "",
    }  # fmt: skip


async def test_who_is_there_now_is_counted_and_nobody_below_the_threshold(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9."""
    await visit(gateway, 4)
    assert "data-live" not in (await staff.get("/dashboard/demo?language=en")).text
    await visit(gateway, 2)
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert 'data-live="6">6 visitors in the last 30 minutes<' in page
