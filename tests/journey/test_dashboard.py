"""Marketing at the dashboard, without a mouse, without a script, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with weeks of visits, and somebody who may look at their figures."""
    served = Served(tmp_path_factory.mktemp("counted"), demo=True)
    served.run("demo", "fill", "--days", "20")
    served.run("user", "add", "anna", "--no-password")
    with served:
        yield served


async def _open(counted: Served, chromium: Browser, **how: object) -> Page:
    context = await chromium.new_context(**{"viewport": DESKTOP, **how})  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(counted.run("user", "link", "anna").strip())
    await page.goto(f"{counted.base}/dashboard/demo?language=en")
    return page


async def _reach(page: Page, wanted: str) -> None:
    """Press Tab until the focus is where it is wanted."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("(one) => document.activeElement.matches(one)", wanted):
            return
    raise AssertionError(f"Tab never came to {wanted}")


async def test_a_period_a_filter_and_a_list_are_chosen_by_keyboard(
    counted: Served, chromium: Browser
) -> None:
    page = await _open(counted, chromium)
    await _reach(page, "details.menu summary")
    await page.keyboard.press("Enter")  # other sites
    await page.keyboard.press("Escape")
    await expect(page.locator("details.menu[open]")).to_have_count(0)
    await _reach(page, ".when details:nth-of-type(1) summary")
    await page.keyboard.press("Enter")
    await _reach(page, "[data-period='7d']")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-period='7d']")).to_have_attribute("aria-current", "true")

    await _reach(page, "#plot")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#readout")).to_have_text(re.compile(r"\w+day \d+ \w+ \d{4}: "))

    await _reach(page, "[data-panel=pages] a.label")
    label = await page.evaluate("document.activeElement.textContent")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-filter]")).to_have_text(re.compile(rf"Page is {label}"))

    await _reach(page, "[data-panel=channels] .corner")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Channels")
    await _reach(page, "[data-sort=label]")
    await page.keyboard.press("Enter")
    await expect(page.locator("[aria-sort=ascending]")).to_have_count(1)


async def test_without_scripts_all_but_the_drawing_is_there(
    counted: Served, chromium: Browser
) -> None:
    page = await _open(counted, chromium, java_script_enabled=False)
    await expect(page.locator("#readout")).to_contain_text("needs JavaScript")
    await page.locator(".as-table summary").click()
    await expect(page.locator("[data-day]")).to_have_count(28)
    await page.locator(".when details:nth-of-type(3) summary").click()
    await page.locator("#filter-dimension").select_option("country")
    await page.locator("#filter-value").fill("Netherlands")
    await page.locator("#filter-value").press("Enter")
    await expect(page.locator("[data-filter]")).to_have_text(re.compile("Country is Netherlands"))
    await page.locator(".when details:nth-of-type(1) summary").click()
    await page.locator("[data-period=yesterday]").click()
    await expect(page.locator("[data-filter]")).to_have_count(1)
    await expect(page).to_have_url(re.compile("period=yesterday"))


async def test_it_prints_on_one_sheet(counted: Served, chromium: Browser) -> None:
    page = await _open(counted, chromium)
    await page.wait_for_selector("canvas")
    printed = await page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("width", [320, PHONE["width"]])
async def test_nothing_is_wider_than_a_phone(
    width: int, counted: Served, chromium: Browser
) -> None:
    page = await _open(counted, chromium, viewport={"width": width, "height": 640})
    for address in ("?period=28d", "?period=7d&by=hour&consent=notice", "/list?dimension=page"):
        await page.goto(f"{counted.base}/dashboard/demo{address}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        for menu in await page.locator(".when > details > summary").all():
            await menu.click()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_page_that_is_on_its_way_says_so(counted: Served, chromium: Browser) -> None:
    page = await _open(counted, chromium)
    busy = await page.evaluate(
        """() => {
            document.querySelector("[data-panel=pages] .corner").click();
            return document.querySelector("main").getAttribute("aria-busy");
        }"""
    )
    assert busy == "true"
    await expect(page.locator("h1")).to_have_text("Pages")
    await page.go_back()
    await expect(page.locator("main")).to_have_attribute("aria-busy", "false")
