"""The table of the sites: its order, its pages, its days, and the same as a file."""

from __future__ import annotations

import html
import re
import time
from pathlib import Path

import httpx
import pytest

from gateway.rules.moment import local_day
from gateway.web.app import Gateway
from gateway.web.overview import MOST_SITES
from tests.beside import FILE, PAGE, file_rows, house, order_of, row_of, visited, walked
from tests.dashboards import signed_in


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["meer", "demo", "anders", "leeg"]),
        ("sort=visitors&order=asc", ["anders", "demo", "meer", "leeg"]),
        ("sort=views", ["anders", "meer", "demo", "leeg"]),
        ("sort=views_per_visit&order=asc", ["demo", "meer", "anders", "leeg"]),
        ("sort=label", ["anders", "demo", "leeg", "meer"]),
        ("sort=label&order=desc", ["meer", "leeg", "demo", "anders"]),
        ("sort=acceptance", ["anders", "demo", "leeg", "meer"]),
        ("sort=shoe-size&order=up", ["meer", "demo", "anders", "leeg"]),
    ],
)
async def test_it_is_sorted_by_any_column(
    query: str, order: list[str], config_folder: Path
) -> None:
    """P9: what is hidden stands last, whichever way it is turned."""
    async with house(config_folder, "meer", "demo", "leeg", "anders") as (gateway, staff):
        await visited(gateway, "demo", 1, 7)
        await visited(gateway, "meer", 1, 8)
        await visited(gateway, "anders", 1, 5, views=4)
        await visited(gateway, "leeg", 1, 4, views=9)
        assert order_of((await staff.get(f"{PAGE}?{query}")).text) == order
        assert [row["site"] for row in file_rows(await staff.get(f"{FILE}?{query}"))] == order


async def test_a_column_is_sorted_by_its_link(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await walked(gateway, 6, "demo")
    await walked(gateway, 7, "veldkamp")
    page = (await staff.get(f"{PAGE}?period=7d")).text
    assert re.findall(r'aria-sort="(\w+)"><a [^>]*data-sort="(\w+)"', page) == [
        ("descending", "visitors")
    ]
    [href] = re.findall(r'<a href="([^"]+)" data-sort="visitors"', page)
    turned = (await staff.get(html.unescape(href))).text
    assert order_of(turned) == ["demo", "veldkamp"]
    assert 'aria-sort="ascending"' in turned
    assert "period=7d" in href


async def test_a_file_has_the_figures_of_the_page(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """And no line of what they are together, which would be counted twice."""
    await walked(gateway, 6, "demo")
    await walked(gateway, 8, "veldkamp")
    page = (await staff.get(f"{PAGE}?period=7d&language=en")).text
    [href] = re.findall(r'href="(/dashboard/csv[^"]+)" download', page)
    answer = await staff.get(html.unescape(href))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    found = file_rows(answer)
    assert [row["site"] for row in found] == ["veldkamp", "demo"]
    for row in found:
        shown = row_of(page, f'data-site="{row["site"]}"')
        assert {name: row[name] for name in shown} == shown
        assert row["visitors_before"] == ""
    assert found[0]["label"] == "Veldkamp Group"
    without = file_rows(await staff.get(f"{FILE}?period=7d&compare=none"))
    assert "visitors_before" not in without[0]


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=2026-02-02&to=2026-01-01", "filter=page:is:/vacatures"]
)
async def test_what_cannot_be_read_is_told_and_is_no_file(
    query: str, staff: httpx.AsyncClient
) -> None:
    page = await staff.get(f"{PAGE}?{query}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert not re.search(r'href="/dashboard[^"]*filter', page.text)
    answer = await staff.get(f"{FILE}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_days_of_a_site_are_those_of_its_own_clock(config_folder: Path) -> None:
    """Between these two there are 25 hours: it is never the same day."""
    zones = {"voor": "Pacific/Kiritimati", "achter": "Pacific/Pago_Pago"}
    async with house(config_folder, "voor", "achter", **zones) as (gateway, staff):
        now = int(time.time())
        today = {site: local_day(now, gateway.sites[site].zone) for site in zones}
        await visited(gateway, "voor", 0, 6)
        await visited(gateway, "achter", 0, 6)
        found = {row["site"]: row for row in file_rows(await staff.get(f"{FILE}?period=today"))}
        assert {site: row["first"] for site, row in found.items()} == {
            site: day.isoformat() for site, day in today.items()
        }
        assert [row["visitors"] for row in found.values()] == ["6", "6"]
        page = (await staff.get(f"{PAGE}?period=today&language=en")).text
        assert "each site by its own clock" in page
        assert page.count("Here: ") == 1
        latest = today["voor"].isoformat()
        ahead = (await staff.get(f"{PAGE}?from={latest}&to={latest}")).text
        assert 'role="alert"' not in ahead
        assert row_of(ahead, 'data-site="voor"')["visitors"] == "6"
        assert row_of(ahead, 'data-site="achter"')["visitors"] == ""


async def test_many_sites_have_pages(config_folder: Path) -> None:
    names = [f"s{n:03}" for n in range(MOST_SITES + 3)]
    async with house(config_folder, *reversed(names)) as (gateway, staff):
        await visited(gateway, "s001", 1, 6)
        await visited(gateway, "s051", 1, 7)
        first = (await staff.get(f"{PAGE}?language=en")).text
        assert order_of(first) == ["s001", "s000", *names[2:MOST_SITES]]
        assert f"1 to {MOST_SITES} of {MOST_SITES + 3}" in first
        assert "Sorted within this page" in first
        assert f"Together (1 of {MOST_SITES} sites)" in first
        assert row_of(first, "data-together")["visits"] == "6"
        [href] = re.findall(r'<a href="([^"]+)" rel="next"', first)
        second = (await staff.get(html.unescape(href))).text
        assert order_of(second) == ["s051", "s050", "s052"]
        assert 'rel="next"' not in second
        [file] = re.findall(r'href="(/dashboard/csv[^"]+)" download', second)
        assert [row["site"] for row in file_rows(await staff.get(html.unescape(file)))] == order_of(
            second
        )
        for page in ("0", "-1", "x", "99999999"):
            assert (await staff.get(f"{PAGE}?page={page}")).status_code == 200
        beyond = (await staff.get(f"{PAGE}?page=9&sort=label&order=desc&language=en")).text
        assert order_of(beyond) == ["s002", "s001", "s000"]
        assert "Sorted within" not in beyond
