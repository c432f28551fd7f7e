"""Staff share the figures with an agency, which looks at them without an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.journey.pages.axe import faults
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

PASSWORD = "twaalf rozen"
NARROW = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with weeks of visits, and somebody who may look at their figures."""
    served = Served(tmp_path_factory.mktemp("counted"), demo=True)
    served.run("demo", "fill", "--days", "20")
    served.run("user", "add", "anna", "--no-password")
    with served:
        yield served


async def _open(chromium: Browser, **how: object) -> Page:
    """A browser in which nobody has been."""
    context = await chromium.new_context(**{"viewport": DESKTOP, "locale": "en", **how})  # type: ignore[arg-type]
    return await context.new_page()


async def _staff(counted: Served, chromium: Browser, **how: object) -> Page:
    page = await _open(chromium, **how)
    await page.goto(counted.run("user", "link", "anna").strip())
    await page.goto(f"{counted.base}/dashboard/demo?language=en")
    await page.locator("[data-links]").click()
    await expect(page.locator("h1")).to_have_text("Share the figures")
    return page


async def _make(page: Page, name: str, password: str = "") -> str:
    """Fill in the form; the address it shows."""
    await page.get_by_label("What for").fill(name)
    await page.get_by_label("Password, if you want one").fill(password)
    await page.get_by_role("button", name="Make the link").click()
    return await page.get_by_label("Address of the link").input_value()


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8-sig").splitlines()


async def _enter(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Show the figures").click()
    await expect(page.locator("[data-shared]")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_an_agency_looks_at_what_staff_share_until_they_end_it(
    script: bool, counted: Served, chromium: Browser
) -> None:
    staff = await _staff(counted, chromium, java_script_enabled=script)
    address = await _make(staff, f"Bureau {script}", PASSWORD)

    agency = await _open(chromium, java_script_enabled=script)
    sent: list[str] = []
    agency.on("request", lambda request: sent.append(request.headers.get("referer", "")))
    await agency.goto(address)
    await expect(agency.locator("[data-figure]")).to_have_count(0)
    await agency.get_by_label("Password").fill("een gok")
    await agency.get_by_role("button", name="Show the figures").click()
    await expect(agency.get_by_role("alert")).to_contain_text("not right")
    await _enter(agency, address)
    await expect(agency.locator("[data-shared]")).to_contain_text("Shared by anna until")
    await expect(agency.locator("[data-figure=visitors]")).to_have_text(re.compile(r"\d+"))
    await expect(agency.locator("[data-links], form[action='/logout']")).to_have_count(0)

    await agency.locator(".when details:nth-of-type(3) summary").click()
    await agency.locator("#filter-dimension").select_option("device")
    await agency.locator("#filter-value").fill("Phone")
    await agency.locator("#filter-value").press("Enter")
    await expect(agency.locator("[data-filter]")).to_have_text(re.compile("Device is Phone"))
    await agency.locator(".when details:nth-of-type(1) summary").click()
    await agency.locator("[data-period='7d']").click()
    await expect(agency).to_have_url(re.compile("/shared/.*filter=device.*period=7d"))
    async with agency.expect_download() as waiting:
        await agency.locator("[data-panel=pages] [download]").click()
    lines = _lines(await (await waiting.value).path())
    assert lines[0].startswith("page,label,visitors,")
    assert len(lines) > 2
    await agency.locator("[data-panel=pages] .corner").first.click()
    await expect(agency.locator("h1")).to_have_text("Pages")
    # Not even to ourselves: the address stands in no log of a proxy a second time.
    assert set(sent) == {""}

    row = staff.locator("[data-link]", has_text=f"Bureau {script}")
    await expect(row).to_contain_text("anna")
    await row.get_by_role("button").click()
    await expect(staff.locator("[data-ended]")).to_be_visible()
    await expect(row).to_have_count(0)
    answer = await agency.reload()
    assert isinstance(answer, Response)
    assert answer.status == 404
    await expect(agency.locator("h1")).to_have_text("There is nothing to see here")


async def test_a_link_without_a_password_opens_at_once_and_all_by_keyboard(
    counted: Served, chromium: Browser
) -> None:
    staff = await _staff(counted, chromium)
    await staff.get_by_label("What for").focus()
    await staff.keyboard.type("Klant")
    await staff.keyboard.press("Enter")
    shown = staff.get_by_label("Address of the link")
    await expect(shown).to_be_focused()
    page = await _open(chromium)
    await page.goto(await shown.input_value())
    await expect(page.locator("[data-shared]")).to_be_visible()
    await page.wait_for_selector("canvas")


WAYS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "phone": {"viewport": PHONE},
    "narrow": {"viewport": NARROW},
}


@pytest.mark.parametrize("way", WAYS)
async def test_no_page_of_sharing_has_a_fault_or_is_wider_than_its_screen(
    way: str, counted: Served, chromium: Browser
) -> None:
    staff = await _staff(counted, chromium, **WAYS[way])
    found = {"form": await _seen(staff)}
    address = await _make(staff, "Bureau met een lange naam en nog meer " + way, PASSWORD)
    found["made"] = await _seen(staff)
    await staff.goto(f"{counted.base}/dashboard/demo/links?language=nl&ended=1")
    found["listed"] = await _seen(staff)
    await staff.goto(f"{counted.base}/dashboard/demo?language=nl")
    found["dashboard"] = await _seen(staff)
    page = await _open(chromium, **WAYS[way])
    await page.goto(address)
    found["password"] = await _seen(page)
    await page.get_by_label("Password").fill("een gok")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    found["wrong"] = await _seen(page)
    await _enter(page, address)
    found["figures"] = await _seen(page)
    await page.goto(f"{counted.base}/shared/nothing")
    found["gone"] = await _seen(page)
    assert {name: one for name, one in found.items() if one} == {}


async def _seen(page: Page) -> list[str]:
    """What is wrong with a page as it is shown."""
    wide, screen = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [*await faults(page), *([f"{wide} on {screen}"] if wide > screen else [])]
