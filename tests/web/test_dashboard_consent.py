"""What the dashboard shows of the banner: how often it was shown, and what was chosen."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from gateway.web.app import Gateway
from tests.dashboards import answered, signed_in, visit


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


def _consent(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-consent="(\w+)" data-value="(\d*)"', page))


async def test_showings_and_choices_are_counted_with_what_they_come_to(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=90, accepted=30, partly=10, refused=20)
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert _consent(page) == {
        "shown": "90", "ignored": "30", "accepted": "30", "partly": "10", "refused": "20",
        "withdrawn": "",
    }  # fmt: skip
    assert 'data-acceptance="0.5"' in page
    part = page.partition('data-panel="consent"')[2].partition("</section>")[0]
    assert re.findall(r'<td class="second">([^<]+)</td>', part) == ["50%", "17%", "33%"]


async def test_a_day_counts_when_it_is_over(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    """P9: in one that still grows, two looks would tell a single choice."""
    await visit(gateway, 9)
    await answered(gateway, 0, shown=30, accepted=9)
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert set(_consent(page).values()) == {""}


async def test_a_number_below_the_threshold_is_not_there(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9."""
    await answered(gateway, 10, shown=30, accepted=4, partly=3, refused=2)
    page = (await staff.get("/dashboard/demo?language=en")).text
    shown = {name: value for name, value in _consent(page).items() if value}
    assert shown == {"shown": "30"}
    assert "data-acceptance" not in page


async def test_it_is_told_by_day_notice_language_and_device(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=60, accepted=20, refused=20)
    await answered(gateway, 10, "en", shown=30, accepted=10, refused=10)
    notice = gateway.notices["demo"].id
    expected = {
        "notice": {notice: "90"},
        "language": {"nl": "60", "en": "30"},
        "device": {"phone": "90"},
    }
    page = (await staff.get("/dashboard/demo?language=en")).text
    days = _rows(page, "day")
    assert len(days) == 28
    assert [count for count in days.values() if count] == ["90"]
    tabs = dict(re.findall(r'<a href="([^"]+)">By (\w+)</a>', page))
    for href, tab in tabs.items():
        opened = (await staff.get(html.unescape(href))).text
        assert _rows(opened, tab) == expected[tab]


def _rows(page: str, tab: str) -> dict[str, str]:
    """How often the banner was shown, by the key of each row; "" where that is hidden."""
    rows = re.findall(rf'<tr data-consent-{tab}="([^"]*)".*?<td>(?:(\d+)|<span)', page, re.S)
    return dict(rows)


async def test_it_says_of_which_days_it_is_and_that_filters_do_not_hold(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=60, accepted=20, refused=20)
    page = (await staff.get("/dashboard/demo?language=en")).text
    assert re.search(r"What people did with the banner, from \d+ \w+ \d+ to \d+ \w+ \d+\.", page)
    assert "Filters do not hold here" not in page
    page = (await staff.get("/dashboard/demo?language=en&filter=page:is:/")).text
    assert "Filters do not hold here" in page
    today = (await staff.get("/dashboard/demo?language=en&period=today")).text
    assert "A day counts here when it is over" in today


async def test_a_long_period_shows_the_last_days_and_the_file_has_all(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=60)
    page = (await staff.get("/dashboard/demo?language=en&period=91d")).text
    assert len(_rows(page, "day")) == 62
    assert "The last 62 days." in page
    file = await staff.get("/dashboard/demo/csv?dimension=consent_day&period=91d")
    assert len(file.text.splitlines()) == 92
