"""Goals, funnels and how long pages were in view, on the dashboard."""

from __future__ import annotations

import csv
import html
import io
import re

import httpx
import pytest

from gateway.web.app import Gateway
from tests.dashboards import figure, signed_in, visit

HERE = "/dashboard/demo?period=7d&language=nl"
APPLY = {"kind": "pageview", "url": "http://localhost:8000/solliciteren"}
SEND = {"kind": "form", "url": "http://localhost:8000/solliciteren"}
VACANCY = "/vacatures/lasser"


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


def goals(page: str) -> dict[str, str]:
    """The visitors of each goal; nothing where they are hidden."""
    return dict(re.findall(r'data-goal="([^"]+)" data-visitors="(\d*)"', page))


def steps(page: str) -> list[str]:
    return re.findall(r'data-step="\d" data-visitors="(\d*)"', page)


async def test_goals_show_who_reached_them_and_which_part_that_is(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, VACANCY, more=[APPLY, SEND, SEND])
    await visit(gateway, 6, "/over-ons")
    page = (await staff.get(HERE)).text
    assert goals(page) == {"vacature": "6", "formulier": "6", "sollicitatie": "6", "brochure": ""}
    assert 'data-goal="sollicitatie" data-visitors="6" data-times="12"' in page
    assert page.partition('data-goal="sollicitatie"')[2].partition("</tr>")[0].count("50%") == 1


async def test_a_goal_that_a_few_did_not_reach_is_hidden(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, VACANCY)
    await visit(gateway, 2, "/over-ons")
    assert goals((await staff.get(HERE)).text)["vacature"] == ""


async def test_a_funnel_shows_where_people_stopped(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 5, VACANCY)
    await visit(gateway, 6, VACANCY, more=[APPLY])
    await visit(gateway, 7, VACANCY, more=[APPLY, SEND])
    await visit(gateway, 5, "/solliciteren", more=[SEND])  # not by the first step
    page = (await staff.get(HERE)).text
    assert steps(page) == ["18", "13", "7"]
    funnel = page.partition('data-panel="funnel"')[2].partition("</section>")[0]
    assert re.findall(r">([\d,]+%)<", funnel) == ["100%", "72%", "28%", "39%", "46%"]


async def test_a_step_at_which_a_few_stopped_hides_the_funnel(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 2, VACANCY)
    await visit(gateway, 6, VACANCY, more=[APPLY])
    await visit(gateway, 7, VACANCY, more=[APPLY, SEND])
    assert steps((await staff.get(HERE)).text) == ["", "", ""]


async def test_a_click_on_a_goal_leaves_the_visits_that_reached_it(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, VACANCY)
    await visit(gateway, 7, "/over-ons")
    page = (await staff.get(HERE)).text
    row = page.partition('data-goal="vacature"')[2].partition("</tr>")[0]
    [href] = re.findall(r'href="([^"]+)"', row)
    narrowed = (await staff.get(html.unescape(href))).text
    assert figure(narrowed, "visitors") == "6"
    assert "doel vacature" in narrowed
    assert "bereikt" in narrowed


async def test_goals_and_funnels_come_as_files(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visit(gateway, 6, VACANCY)
    await visit(gateway, 6, VACANCY, more=[APPLY])
    answer = await staff.get("/dashboard/demo/csv?dimension=goals&period=7d&language=en")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == {
        **{"goal": "vacature", "label": "Vacancy viewed", "visitors": "12", "visits": "12"},
        **{"times": "12", "conversion_rate": "1.0"},
    }
    assert [row["visitors"] for row in rows] == ["12", "6", "", ""]
    answer = await staff.get(
        "/dashboard/demo/csv?dimension=funnel:solliciteren&period=7d&language=nl"
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["visitors"] for row in rows] == ["12", "6", ""]
    missing = await staff.get("/dashboard/demo/csv?dimension=funnel:geheim&period=7d")
    assert missing.status_code == 404


async def test_time_in_view_stands_beside_the_other_figures(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    looked = {"kind": "engagement", "seconds": 90, "scroll": 80}
    await visit(gateway, 6, VACANCY, more=[looked])
    page = (await staff.get(HERE)).text
    assert 'data-figure="engagement" data-value="90"' in page
    listed = (await staff.get("/dashboard/demo/list?dimension=page&period=7d&language=nl")).text
    row = listed.partition("<tbody>")[2].partition("</tr>")[0]
    assert "<td>1:30</td>" in row
    assert "<td>80%</td>" in row
