"""Panels of the dashboard: their tabs, their rows, and what the figures on them say."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from gateway.rules.figures.panel import NOTHING, Figures
from gateway.web.app import Gateway
from gateway.web.measures import MEASURES, compared, measured, measures_of
from gateway.web.numbers import percent
from gateway.web.pages import words
from gateway.web.panels import groups_of
from tests.dashboards import figure, panel, signed_in, visit
from tests.visiting import HEADERS

_EVENT = {"kind": "event", "name": "Gebeld", "props": {"kind": "vast"}}


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


def test_figures_are_written_as_the_reader_writes_them() -> None:
    figures = Figures(visitors=1234, visits=2000, views=5000, acts=0, bounces=102, minutes=4500)
    dutch = [one.text for one in measures_of(figures, "nl")]
    assert dutch == ["1.234", "2.000", "5.000", "2,5", "5,1%", "2:15"]
    assert measures_of(figures, "en")[0].text == "1,234"
    assert {one.value for one in measures_of(NOTHING, "nl")} == {None}
    assert [percent(part, "nl") for part in (0, 0.004, 0.5, 1)] == ["0%", "0,4%", "50%", "100%"]


def test_a_change_is_told_in_percent_and_of_parts_in_points() -> None:
    now = Figures(visitors=12, visits=20, views=30, acts=0, bounces=10, minutes=20)
    before = Figures(visitors=10, visits=20, views=40, acts=0, bounces=5, minutes=20)
    changes = [one.change.by if one.change else None for one in compared(now, before, "en")]
    assert changes == ["+20%", "0%", "−25%", "−25%", "+25 percentage points", "0%"]
    assert {one.change for one in compared(now, NOTHING, "en")} == {None}
    assert {one.change for one in compared(NOTHING, before, "en")} == {None}
    still = Figures(visitors=1, visits=20, views=1, acts=0, bounces=0, minutes=0)
    [visitors, *_, duration] = compared(now, still, "en")
    assert (visitors.change and visitors.change.by, duration.change) == ("12 times as many", None)


def test_what_is_done_has_times_and_no_views() -> None:
    assert measured("page") == measured("country") == MEASURES
    for dimension in ("event", "download", "missing", "property:kind"):
        assert "views" not in measured(dimension)
        assert "times" in measured(dimension)


async def test_one_tab_of_each_group_is_open_and_the_others_are_links(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, "/vacatures", referrer="https://www.google.nl/")
    page = (await staff.get("/dashboard/demo?language=en&period=7d")).text
    assert re.findall(r'data-panel="([^"]+)"', page) == [
        *("pages", "channels", "countries", "devices", "event", "returning"),
        *("goals", "funnel", "consent"),
    ]
    [tab] = re.findall(r'<a href="([^"]+)">Referrers</a>', page)
    opened = await staff.get(html.unescape(tab))
    assert panel(opened.text, "referrers") == {"google.nl": 6}
    assert 'data-period="7d" aria-current="true"' in opened.text
    assert 'data-panel="channels"' not in opened.text


async def test_every_tab_can_be_opened(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    more: list[dict[str, Any]] = [
        _EVENT,
        {"kind": "download", "target": "https://files.example/gids.pdf"},
        {"kind": "outbound", "target": "https://elders.example/"},
        {"kind": "form"},
        {"kind": "missing"},
        {"kind": "upload", "type": "document", "count": 1},
    ]
    headers = {**HEADERS, "accept-language": "nl-NL"}
    await visit(gateway, 6, "/gids", more=more, headers=headers, screen=1900)
    found = {}
    for group, tabs in groups_of(gateway.sites["demo"]).items():
        for tab in tabs:
            page = (await staff.get(f"/dashboard/demo?{group}={tab}&language=nl")).text
            assert figure(page, "visitors") == "6"
            [panel_id] = re.findall(rf'data-panel="([^"]+)" id="panel-{group}"', page)
            found[tab] = list(panel(page, panel_id))
    assert found["page"] == found["entry_page"] == found["exit_page"] == found["form"] == ["/gids"]
    assert found["missing"] == ["/gids"]
    assert (found["channel"], found["referrer"]) == (["Direct"], ["Direct"])
    assert found["utm_campaign"] == ["Zonder"]
    assert (found["device"], found["browser"]) == (["Computer"], ["Firefox"])
    assert found["event"] == ["Gebeld"]
    assert found["outbound"] == ["elders.example"]
    assert found["upload"] == ["Documenten"]
    assert found["property:kind"] == ["vast"]
    assert found["property:position"] == []
    assert found["returning"] == ["Nieuw"]
    assert all(found[tab] for tab in ("download", "screen", "system", "language", "country"))


async def test_a_tab_that_is_none_is_the_first(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visit(gateway, 6)
    page = (await staff.get("/dashboard/demo?sources=shoe-size")).text
    assert panel(page, "channels") == {"Direct": 6}


async def test_how_often_an_event_was_told_stands_beside_its_visitors(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, more=[_EVENT, _EVENT])
    page = (await staff.get("/dashboard/demo?language=en")).text
    part = page.partition('data-panel="event"')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="col" class="views">(\w+)<', part) == ["times"]
    assert re.findall(r'<td class="second views">(\d+)<', part) == ["12"]


async def test_a_panel_shows_nine_rows_and_the_rest(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    for n in range(11):
        await visit(gateway, 5, f"/vacatures/{chr(97 + n)}")
    page = (await staff.get("/dashboard/demo")).text
    rows = panel(page, "pages")
    assert len(rows) == 10
    assert rows[""] == 10


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_each_figure_says_what_it_means(language: str, staff: httpx.AsyncClient) -> None:
    page = (await staff.get(f"/dashboard/demo?language={language}")).text
    foot = html.unescape(page.partition('id="meaning"')[2])
    for name in MEASURES:
        assert words(language)["explain"][name] in foot
    assert 'href="#meaning"' in page


async def test_without_visits_the_page_says_what_to_do_next(staff: httpx.AsyncClient) -> None:
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert "data-empty" in page
    assert "banner.js" in page
    assert 'id="points"' not in page
