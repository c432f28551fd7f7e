"""The receipt in a real browser: from the banner to the code, and with the code elsewhere."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from gateway.rules import proof
from tests.journey.person import DESKTOP, PHONE, Person
from tests.receipting import faults
from tests.serving import Served
from tests.visiting import browser as client_of
from tests.visiting import choose

pytestmark = pytest.mark.browser

_CONTRAST = """() => {
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
            const value = Number(part) / 255;
            return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return colour;
        }
    };
    return [...document.querySelectorAll("h1, h2, h3, p, dt, dd, th, td, a, button, span, label")]
        .filter((element) => element.checkVisibility() && element.innerText.trim())
        .map((element) => {
            const pair = [getComputedStyle(element).color, ground(element)].map(luminance);
            return [(Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05), element.innerText];
        })
        .filter(([contrast]) => contrast < 4.5);
}"""


async def _receipt(served: Served, site: str = "demo", **extra: Any) -> str:
    """The address of the receipt of somebody who accepted."""
    origin = served.base.replace("127.0.0.1", "localhost" if site == "veldkamp" else "127.0.0.1")
    async with client_of(served.base) as client:
        said = await choose(client, site=site, headers={"origin": origin}, **extra)
    return str(said.json()["receipt"])


async def _opened(browser: Browser, address: str, **how: Any) -> Page:
    context = await browser.new_context(**{"viewport": DESKTOP, "locale": "nl-NL", **how})
    page = await context.new_page()
    await page.goto(address)
    return page


async def test_from_the_choice_to_its_receipt_and_back_on_another_device(
    served: Served, chromium: Browser
) -> None:
    eva = await Person.arrive(chromium, served.base)
    await eva.read("/")
    async with eva.page.expect_response(re.compile("/demo/consent$")) as answer:
        await eva.page.locator("[data-gw-action=accept]:visible").first.click()
    address = (await (await answer.value).json())["receipt"]

    # On her phone, with nothing but the code, typed as people type.
    phone = await _opened(chromium, f"{served.base}/demo/receipts", viewport=PHONE)
    code = address.rpartition("/")[2]
    await phone.get_by_label("Code").fill(code.lower().replace("-", " "))
    await phone.keyboard.press("Enter")
    await expect(phone).to_have_url(re.compile(rf"/demo/receipts/{code}\?language=nl$"))
    await expect(phone.locator(".code")).to_have_text(code)
    await expect(phone.locator(".state")).to_contain_text("U hebt toestemming gegeven op ")
    await expect(phone.locator(".holds")).to_contain_text("het klopt")
    assert await phone.context.cookies() == []

    # The file she keeps proves itself.
    async with phone.expect_download() as download:
        await phone.get_by_role("link", name="Bestand bewaren").click()
    file = await (await download.value).path()
    made = json.loads(await asyncio.to_thread(file.read_text, "utf-8"))
    async with client_of(served.base) as client:
        keys = (await client.get("/demo/log")).json()["keys"]
    assert proof.check(made, {key["key"]: bytes.fromhex(key["public_key"]) for key in keys}) == []
    assert faults(made) == []

    # One press there; her computer measures nothing any more.
    await phone.get_by_role("button", name="Toestemming intrekken").click()
    await expect(phone.locator(".state")).to_contain_text("ingetrokken op")
    await expect(phone.get_by_role("button", name="Toestemming intrekken")).to_have_count(0)
    assert await phone.context.cookies() == []
    async with eva.page.expect_response(re.compile("/demo/event$")) as event:
        await eva.read("/vacatures")
    assert (await (await event.value).json())["kept"] == 0
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        assert db.execute("SELECT method FROM consents ORDER BY seq DESC").fetchone() == ("page",)


async def test_withdrawn_in_the_browser_that_chose_the_site_does_not_go_on(
    served: Served, chromium: Browser
) -> None:
    eva = await Person.arrive(chromium, served.base)
    await eva.read("/")
    async with eva.page.expect_response(re.compile("/demo/consent$")) as answer:
        await eva.page.locator("[data-gw-action=accept]:visible").first.click()
    await eva.page.goto((await (await answer.value).json())["receipt"])
    await eva.page.get_by_role("button", name="Toestemming intrekken").click()
    await expect(eva.page.locator(".state")).to_contain_text("ingetrokken op")
    sent = eva.sent("/event"), eva.sent("/marketing.js")
    await eva.read("/over-ons")
    assert (eva.sent("/event"), eva.sent("/marketing.js")) == sent
    await expect(eva.page.locator("#gw-banner [data-gw-action=accept]")).to_have_count(0)


@pytest.mark.parametrize("site", ["demo", "veldkamp"])
async def test_it_prints_on_one_page_and_fits_a_phone(
    site: str, served: Served, chromium: Browser
) -> None:
    address = await _receipt(served, site)
    page = await _opened(chromium, address)
    printed = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    for width in (320, 390):
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_without_a_mouse_a_script_or_good_eyes(
    scheme: str, served: Served, chromium: Browser
) -> None:
    address = await _receipt(served)
    requests: list[str] = []
    context = await chromium.new_context(color_scheme=scheme, java_script_enabled=False)  # type: ignore[arg-type]
    context.on("request", lambda request: requests.append(request.url))
    page = await context.new_page()
    await page.goto(address)
    assert all(url.startswith(served.base) for url in requests)
    button = page.get_by_role("button", name="Toestemming intrekken")
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await button.evaluate("one => one === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator(".state")).to_contain_text("ingetrokken op")
    for shown in (address, f"{served.base}/demo/receipts"):
        seen = await _opened(chromium, shown, color_scheme=scheme)
        assert await seen.evaluate(_CONTRAST) == []


async def test_a_page_the_receipt_links_to_does_not_learn_its_address(
    served: Served, chromium: Browser
) -> None:
    address = await _receipt(served)
    page = await _opened(chromium, address)
    await page.get_by_role("link", name="Privacyverklaring").click()
    await expect(page).to_have_url(f"{served.base}{urlsplit(served.base).path}/privacy")
    assert await page.evaluate("document.referrer") == ""


async def test_another_website_cannot_withdraw_with_a_code_it_learnt(
    served: Served, chromium: Browser
) -> None:
    address = await _receipt(served)
    page = await _opened(chromium, served.base.replace("127.0.0.1", "localhost") + "/healthz")
    form = (
        f"<form method=post action='{address}'><button name=action value=withdraw>x</button></form>"
    )
    await page.set_content(form)
    async with page.expect_response(address) as answer:
        await page.get_by_role("button").click()
    assert (await answer.value).status == 403
    await page.goto(address)
    await expect(page.locator(".state")).to_contain_text("U hebt toestemming gegeven op ")
