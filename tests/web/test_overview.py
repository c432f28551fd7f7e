"""The sites beside each other: the figures of each, and what is never added up or given away."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from gateway.rules.moment import local_day
from gateway.web.app import Gateway
from tests.beside import FILE, PAGE, changes, house, order_of, row_of, visited, walked
from tests.dashboards import answered, figure, signed_in
from tests.visiting import rows


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


@pytest.mark.parametrize("path", [PAGE, FILE])
async def test_nobody_sees_it_without_signing_in(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


async def test_one_site_alone_is_shown_at_once(config_folder: Path) -> None:
    async with house(config_folder, "demo") as (_, staff):
        answer = await staff.get(PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/demo")


async def test_each_site_has_its_own_figures(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    """Those of its own page."""
    await walked(gateway, 6, "demo")
    await walked(gateway, 8, "veldkamp")
    page = (await staff.get(f"{PAGE}?period=7d")).text
    for site, visitors in (("demo", "6"), ("veldkamp", "8")):
        own = (await staff.get(f"/dashboard/{site}?period=7d")).text
        row = row_of(page, f'data-site="{site}"')
        assert row["visitors"] == visitors
        names = [name for name in row if name != "acceptance"]
        assert [row[name] for name in names] == [figure(own, name) for name in names]
    assert page.count("<polyline") == 2


async def test_a_site_opens_with_the_same_period(staff: httpx.AsyncClient) -> None:
    address = f"{PAGE}?from=2026-01-01&to=2026-02-10&compare=year&by=week&sort=views&language=en"
    page = (await staff.get(address)).text
    assert (
        '<a class="label" href="/dashboard/demo?from=2026-01-01&amp;to=2026-02-10&amp;by=week&amp;'
        'compare=year&amp;language=en"'
    ) in page


async def test_who_was_on_two_sites_is_a_visitor_of_each_and_never_joined(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Nothing that is kept of one site is found again on another, so the visitors of both can be
    neither counted once nor added up; the page says why."""
    await walked(gateway, 6, "demo", "veldkamp")
    seen = await rows(gateway, "SELECT DISTINCT site, visitor FROM events")
    assert len(seen) == len({visitor for _, visitor in seen}) == 12
    page = (await staff.get(f"{PAGE}?language=en")).text
    assert [row_of(page, f'data-site="{one}"')["visitors"] for one in order_of(page)] == ["6", "6"]
    assert row_of(page, "data-together") == {"visits": "12", "views": "12"}
    assert "Visitors are not added up" in page


async def test_a_site_below_its_threshold_is_hidden_and_in_no_sum(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: four visitors look like none, in the row, in the sum and in the file."""
    await walked(gateway, 6, "demo")
    moment = re.compile(r"\d{1,2}[:.]\d\d")
    empty = (await staff.get(PAGE)).text, (await staff.get(FILE)).text
    await walked(gateway, 4, "veldkamp")
    few = (await staff.get(PAGE)).text, (await staff.get(FILE)).text
    assert [moment.sub("", one) for one in few] == [moment.sub("", one) for one in empty]
    assert set(row_of(few[0], 'data-site="veldkamp"').values()) == {""}
    assert row_of(few[0], 'data-together="1"') == {"visits": "6", "views": "6"}
    assert "Samen (1 van 2 sites)" in few[0]
    assert "verborgen" in few[0].partition('data-site="veldkamp"')[2].partition("</tr>")[0]


async def test_the_threshold_is_that_of_each_site(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    gateway.sites["veldkamp"] = replace(gateway.sites["veldkamp"], threshold=9)
    await walked(gateway, 7, "demo", "veldkamp")
    page = (await staff.get(f"{PAGE}?language=en")).text
    assert row_of(page, 'data-site="demo"')["visitors"] == "7"
    assert row_of(page, 'data-site="veldkamp"')["visitors"] == ""
    assert "(5 to 9)" in page


async def test_where_nothing_is_shown_nothing_is_added_up(staff: httpx.AsyncClient) -> None:
    page = (await staff.get(f"{PAGE}?language=en")).text
    assert "data-empty" in page
    assert "data-together" not in page
    assert "<polyline" not in page
    assert len(order_of(page)) == 2


async def test_each_figure_is_beside_that_of_before(config_folder: Path) -> None:
    async with house(config_folder, "demo", "klein") as (gateway, staff):
        for days_ago, visitors in ((1, 12), (8, 6)):
            await visited(gateway, "demo", days_ago, visitors)
            await visited(gateway, "klein", days_ago, 6, views=2)
        page = (await staff.get(f"{PAGE}?period=7d&language=en")).text
        assert changes(page, 'data-site="demo"')[:3] == ["+100%", "+100%", "+100%"]
        assert changes(page, 'data-site="klein"')[:3] == ["0%", "0%", "0%"]
        assert changes(page, "data-together") == ["+50%", "+33%"]
        alone = (await staff.get(f"{PAGE}?period=7d&compare=none")).text
        assert 'class="change"' not in alone


async def test_a_sum_is_beside_that_of_the_same_sites_only(config_folder: Path) -> None:
    """One that was hidden before would make the others look as if they had grown."""
    async with house(config_folder, "demo", "nieuw") as (gateway, staff):
        await visited(gateway, "demo", 1, 6)
        await visited(gateway, "demo", 8, 6)
        await visited(gateway, "nieuw", 1, 6)
        page = (await staff.get(f"{PAGE}?period=7d&language=en")).text
        assert row_of(page, 'data-together="2"')["visits"] == "12"
        assert changes(page, "data-together") == []
        assert changes(page, 'data-site="demo"')[0] == "0%"


async def test_acceptance_is_that_of_the_page_of_the_site(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=60, accepted=30, refused=10)
    page = (await staff.get(f"{PAGE}?language=en")).text
    own = (await staff.get("/dashboard/demo")).text
    [acceptance] = re.findall(r'data-acceptance="([^"]+)"', own)
    assert float(row_of(page, 'data-site="demo"')["acceptance"]) == float(acceptance) == 0.75
    assert row_of(page, 'data-site="veldkamp"')["acceptance"] == ""


async def test_acceptance_changes_in_points(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await answered(gateway, 10, shown=60, accepted=30, refused=10)
    await answered(gateway, 80, shown=60, accepted=20, refused=20)
    page = (await staff.get(f"{PAGE}?period=30d&compare=none&language=en")).text
    assert changes(page, 'data-site="demo"') == []
    compared = (await staff.get(f"{PAGE}?period=91d&language=en")).text
    assert row_of(compared, 'data-site="demo"')["acceptance"] == "0.625"
    today = local_day(int(time.time()), gateway.sites["demo"].zone)
    days = [(today - timedelta(days=ago)).isoformat() for ago in (45, 0)]
    halves = (await staff.get(f"{PAGE}?from={days[0]}&to={days[1]}&language=en")).text
    assert changes(halves, 'data-site="demo"') == ["+25 percentage points"]


async def test_the_page_obeys_its_own_policy(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await walked(gateway, 6, "demo")
    answer = await staff.get(PAGE)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert not re.search(r"\sstyle=|\son\w+=", answer.text)
    assert "no-store" in answer.headers["cache-control"]
