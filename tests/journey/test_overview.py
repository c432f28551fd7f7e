"""A group of four companies: marketing sees their sites beside each other, in every way there is to
look, and is told why visitors are not added up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journey.pages.axe import faults
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

_FILLED = {"uitzenden": 80, "techniek": 50, "onderwijs": 30}
"""Visitors a day. The fourth site is new: nobody was there."""
_NEW = "solutions"
_WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "forced": {"viewport": DESKTOP, "forced_colors": "active"},
    "phone": {"viewport": PHONE, "has_touch": True},
    "dark phone": {"viewport": PHONE, "color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 568}},
}


def _four(served: Served) -> None:
    """Give each company of the group its own site."""
    folder = served.config.parent / "sites"
    group = (folder / "veldkamp.toml").read_text("utf-8")
    for file in folder.glob("*.toml"):
        file.unlink()
    for site in (*_FILLED, _NEW):
        origin = f'origins = ["https://www.veldkamp-{site}.example"]'
        said = re.sub(r"^origins = \[.*?^\]", origin, group, flags=re.M | re.S)
        said = said.replace('id = "veldkamp"', f'id = "{site}"')
        said = re.sub(r'"Veldkamp (Groep|Group)"', f'"Veldkamp {site.title()}"', said)
        (folder / f"{site}.toml").write_text(said, "utf-8")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Four sites with weeks of visits, and somebody who may look at their figures."""
    served = Served(tmp_path_factory.mktemp("group"))
    _four(served)
    for site, visitors in _FILLED.items():
        served.run("demo", "fill", "--site", site, "--days", "20", "--visitors", str(visitors))
    served.run("user", "add", "anna", "--no-password")
    with served:
        yield served


async def _open(group: Served, chromium: Browser, query: str = "", **how: Any) -> Page:
    context = await chromium.new_context(**{"viewport": DESKTOP, **how})
    page = await context.new_page()
    await page.goto(group.run("user", "link", "anna").strip())
    await page.goto(f"{group.base}/dashboard?{query}")
    return page


async def test_four_sites_stand_beside_each_other_and_one_of_them_is_opened(
    group: Served, chromium: Browser
) -> None:
    page = await _open(group, chromium, "language=en")
    sites = page.locator("tr[data-site]")
    await expect(sites).to_have_count(4)
    await expect(page.locator(f"tr[data-site={_NEW}] .held")).to_have_count(8)
    await expect(page.locator("svg.curve")).to_have_count(3)
    added = await page.locator("tr[data-site] [data-figure=visits]").evaluate_all(
        "(cells) => cells.reduce((sum, cell) => sum + Number(cell.dataset.value), 0)"
    )
    together = page.locator("[data-together]")
    await expect(together.locator("[data-figure=visits]")).to_have_attribute(
        "data-value", str(added)
    )
    await expect(together).to_contain_text("3 of 4 sites")
    await expect(together.locator("[data-figure=visitors]")).to_have_count(0)
    await expect(page.locator("[data-not-joined]")).to_contain_text("Visitors are not added up")

    await page.locator(".when summary").first.click()
    await page.locator("[data-period='7d']").click()
    await expect(page).to_have_url(re.compile("period=7d"))
    visitors = await page.locator("[data-site=uitzenden] [data-figure=visitors]").get_attribute(
        "data-value"
    )
    await page.locator("[data-site=uitzenden] a").click()
    await expect(page.locator("h1")).to_have_text("Veldkamp Uitzenden")
    await expect(page.locator("[data-period='7d']")).to_have_attribute("aria-current", "true")
    await expect(page.locator(".figures [data-figure=visitors]")).to_have_attribute(
        "data-value", str(visitors)
    )


async def test_it_is_sorted_and_taken_along_without_scripts(
    group: Served, chromium: Browser
) -> None:
    page = await _open(group, chromium, "language=nl", java_script_enabled=False)
    await expect(page.locator("tr[data-site]").first).to_have_attribute("data-site", "uitzenden")
    await page.locator("[data-sort=label]").click()
    await expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Site"))
    await expect(page.locator("tr[data-site]").first).to_have_attribute("data-site", "onderwijs")
    await page.locator("[data-by=week]").click()
    await expect(page.locator("svg.curve").first).to_have_attribute(
        "aria-label", re.compile(r"Weergaven per week: van [\d.]+ tot [\d.]+")
    )
    async with page.expect_download() as taken:
        await page.locator(".corner").click()
    assert (await taken.value).suggested_filename.startswith("sites-overview-")


@pytest.mark.parametrize("way", _WAYS)
async def test_no_way_of_looking_has_a_fault(way: str, group: Served, chromium: Browser) -> None:
    """Full, empty and with a problem; nothing is wider than the screen but what scrolls."""
    page = await _open(group, chromium, **_WAYS[way])
    found = {}
    for query in ("period=28d", "from=2020-01-01&to=2020-01-31", "filter=page:is:/&language=en"):
        await page.goto(f"{group.base}/dashboard?{query}")
        await page.evaluate("document.querySelectorAll('.foot details').forEach((d) => d.open = 1)")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= _WAYS[way]["viewport"]["width"]
        found[query] = await faults(page)
    assert {query: one for query, one in found.items() if one} == {}


async def test_the_names_stay_in_sight_on_a_phone(group: Served, chromium: Browser) -> None:
    page = await _open(group, chromium, "language=nl", viewport={"width": 360, "height": 640})
    table = page.get_by_role("region", name=re.compile("Tabel"))
    await table.focus()
    assert await table.evaluate("(one) => one.scrollWidth > one.clientWidth")
    await table.evaluate("(one) => one.scrollLeft = one.scrollWidth")
    for site in (*_FILLED, _NEW):
        box = await page.locator(f"[data-site={site}] a").bounding_box()
        assert box is not None
        assert 0 <= box["x"] < 100


async def test_it_prints_on_one_sheet_with_every_column(group: Served, chromium: Browser) -> None:
    page = await _open(group, chromium, "language=nl")
    printed = await page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 703, "height": 900})  # 186 mm
    table = page.locator(".list")
    assert await table.evaluate("(one) => one.scrollWidth <= one.clientWidth")
