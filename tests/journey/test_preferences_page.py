"""The preference page in a browser without scripts: everything the banner does, and as readable."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journey.person import DESKTOP, PHONE, Person
from tests.journey.test_receipt import _CONTRAST
from tests.serving import Served

pytestmark = pytest.mark.browser

_RECORDS = (
    "SELECT state, choices, notice, language, action, jurisdiction FROM consents ORDER BY seq"
)

_STRUCTURE = """() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const ids = all("[id]").map(({ id }) => id);
    return {
        h1: all("h1").length,
        main: all("main").length,
        levels: all("h1, h2, h3").map(({ tagName }) => tagName),
        title: document.title.trim() !== "",
        lang: document.documentElement.lang,
        twice: ids.filter((id, at) => ids.indexOf(id) !== at),
        astray: all("[aria-describedby], [aria-labelledby]")
            .flatMap((one) => [one.getAttribute("aria-describedby"),
                one.getAttribute("aria-labelledby")])
            .filter((id) => id && !document.getElementById(id)),
        unnamed: all("input:not([type=hidden])").filter(({ labels }) => !labels.length).length,
        silent: all("a, button:not([hidden]), summary")
            .filter(({ textContent }) => !textContent.trim()).length,
        headless: all("table").filter((one) => !one.querySelector("th[scope=col]")).length,
        small: all("button, summary, main a, label")
            .filter((one) => one.checkVisibility() && !one.closest("li:not(nav li)"))
            .filter((one) => one.getBoundingClientRect().height < 43.5)
            .map(({ textContent }) => textContent.trim()),
    };
}"""


async def _page(browser: Browser, served: Served, **how: Any) -> Page:
    settings = {"viewport": DESKTOP, "locale": "nl-NL", "java_script_enabled": False, **how}
    context = await browser.new_context(**settings)
    page = await context.new_page()
    await page.goto(f"{served.base}/demo/preferences")
    return page


async def _cookie(page: Page) -> str | None:
    found = {one.get("name"): one.get("value") for one in await page.context.cookies()}
    assert set(found) <= {"gw_consent"}
    return found.get("gw_consent")


async def _press(page: Page, action: str) -> None:
    await page.locator(f"[data-gw-action={action}]").click()
    await expect(page.locator("#said")).to_contain_text("Uw keuze is bewaard.")


async def _ticked(page: Page) -> list[bool]:
    return [await box.is_checked() for box in await page.locator("[data-gw-purpose]").all()]


def _records(served: Served) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        return db.execute(_RECORDS).fetchall()


async def test_without_scripts_everything_can_be_chosen_and_is_recorded_alike(
    served: Served, chromium: Browser
) -> None:
    """P7, P8, R9: the rows of a form and those of the banner are the same."""
    page = await _page(chromium, served)
    requests: list[str] = []
    page.context.on("request", lambda request: requests.append(request.url))
    assert await _cookie(page) is None
    assert await _ticked(page) == [False, False]
    await expect(page.locator("[data-gw-action=withdraw]")).to_have_count(0)

    await _press(page, "reject")
    assert "." not in (await _cookie(page) or ".")
    assert await _ticked(page) == [False, False]
    await page.context.clear_cookies()
    await page.goto(f"{served.base}/demo/preferences")

    await _press(page, "accept")
    assert await _ticked(page) == [True, True]
    await page.locator("[data-gw-purpose=marketing]").uncheck()
    await _press(page, "save")
    assert await _ticked(page) == [True, False]
    await page.get_by_role("link", name="Bewijs van uw keuze").click()
    await expect(page.locator(".state")).to_contain_text("toestemming gegeven op ")
    await page.go_back()
    await _press(page, "withdraw")
    assert "." not in (await _cookie(page) or ".")
    await expect(page.locator(".stands")).to_contain_text("Uw keuze van ")
    await expect(page.locator("[data-gw-action=withdraw]")).to_have_count(0)
    assert all(url.startswith(served.base) for url in requests)
    by_form = _records(served)

    eva = await Person.arrive(chromium, served.base)
    await eva.read("/")
    await eva.press("reject")
    await eva.context.clear_cookies()
    await eva.read("/")
    await eva.press("accept")
    await eva.page.evaluate("window.gateway.save({ analytics: true })")
    await eva.settle()
    await eva.reopen()
    await eva.press("withdraw")
    assert _records(served)[len(by_form) :] == by_form


async def test_a_choice_on_the_page_holds_on_the_site(served: Served, chromium: Browser) -> None:
    """The same host: the banner finds the cookie and asks no more."""
    eva = await Person.arrive(chromium, served.base)
    await eva.page.goto(f"{served.base}/demo/preferences")
    await _press(eva.page, "accept")
    await eva.page.get_by_role("link", name="Terug naar de website").first.click()
    await eva.settle()
    await expect(eva.page).to_have_url(f"{served.base}/")
    await expect(eva.page.locator("#gw-banner [data-gw-action=accept]")).to_have_count(0)
    assert await eva.page.evaluate("window.gateway.get().choices.analytics") is True


async def test_a_key_that_ticks_a_box_chooses_nothing(served: Served, chromium: Browser) -> None:
    """R2: Enter presses the first button of a form, which would refuse or withdraw."""
    page = await _page(chromium, served)
    await _press(page, "accept")
    records = len(_records(served))
    await page.locator("[data-gw-purpose=analytics]").uncheck()
    async with page.expect_navigation(wait_until="load") as arrived:
        await page.keyboard.press("Enter")
    assert (await arrived.value).status == 200
    await expect(page.locator("#said")).to_have_count(0)
    assert await _ticked(page) == [False, True]
    assert len(_records(served)) == records


async def test_the_whole_way_can_be_gone_by_keyboard(served: Served, chromium: Browser) -> None:
    page = await _page(chromium, served, viewport=PHONE)
    box, save = (page.locator(f"[data-gw-{one}]") for one in ("purpose=marketing", "action=save"))
    for target, key in ((box, "Space"), (save, "Enter")):
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await target.evaluate("one => one === document.activeElement"):
                break
        # What has the focus is not hidden by the buttons that stay in sight (WCAG 2.4.11).
        assert await target.evaluate(
            """one => {
                const { left, top, width, height } = one.getBoundingClientRect();
                const at = document.elementFromPoint(left + width / 2, top + height / 2);
                return one === at || one.contains(at);
            }"""
        )
        await page.keyboard.press(key)
    await expect(page.locator("#said")).to_contain_text("Uw keuze is bewaard.")
    assert await _ticked(page) == [False, True]


async def test_the_buttons_weigh_the_same(served: Served, chromium: Browser) -> None:
    """R5."""
    for viewport in (PHONE, DESKTOP):
        page = await _page(chromium, served, viewport=viewport)
        styles = [
            await page.locator(f"[data-gw-action={action}]").evaluate(
                """(button) => {
                    const { width, height } = button.getBoundingClientRect();
                    const style = getComputedStyle(button);
                    return [button.tagName, Math.round(width), Math.round(height),
                        style.color, style.backgroundColor, style.fontSize,
                        style.fontWeight, style.border];
                }"""
            )
            for action in ("reject", "accept", "save")
        ]
        assert styles[0] == styles[1]
        assert [one[3:] for one in styles] == [styles[0][3:]] * 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_has_a_structure_names_and_contrast(
    scheme: str, served: Served, chromium: Browser
) -> None:
    page = await _page(chromium, served, color_scheme=scheme, java_script_enabled=True)
    await _press(page, "accept")
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await page.evaluate(_STRUCTURE) == {
        "h1": 1,
        "main": 1,
        "levels": ["H1", "H2"],
        "title": True,
        "lang": "nl",
        "twice": [],
        "astray": [],
        "unnamed": 0,
        "silent": 0,
        "headless": 0,
        "small": [],
    }
    assert await page.evaluate(_CONTRAST) == []
    for width in (320, 390, 1280):
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_another_website_cannot_choose(served: Served, chromium: Browser) -> None:
    context = await chromium.new_context()
    page = await context.new_page()
    await page.goto(served.base.replace("127.0.0.1", "localhost") + "/healthz")
    address = f"{served.base}/demo/preferences"
    await page.set_content(
        f"<form method=post action='{address}'><button name=action value=accept>x</button></form>"
    )
    async with page.expect_response(address) as answer:
        await page.get_by_role("button").click()
    assert (await answer.value).status == 403
    assert await page.context.cookies() == []
    assert _records(served) == []


async def test_the_language_can_be_switched_without_a_script(
    served: Served, chromium: Browser
) -> None:
    page = await _page(chromium, served)
    await page.get_by_role("link", name="English").click()
    await expect(page).to_have_url(re.compile(r"\?language=en$"))
    await page.locator("[data-gw-action=reject]").click()
    await expect(page.locator("#said")).to_contain_text("Your choice has been kept.")
    assert _records(served)[0][3] == "en"
