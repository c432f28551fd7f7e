"""Makes the pictures of the README and the docs from the running demo: `scripts/pictures`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

from tests.journey.conftest import QUIET
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

Scheme = Literal["light", "dark"]
_FADED_IN = 0.5
IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"


async def _page(
    browser: Browser, *, phone: bool = False, scheme: Scheme = "light", locale: str = "nl-NL"
) -> Page:
    context = await browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        color_scheme=scheme,
        locale=locale,
        device_scale_factor=2 if phone else 1,
    )
    return await context.new_page()


async def _banner(browser: Browser, base: str) -> None:
    shots: tuple[tuple[str, bool, Scheme, str], ...] = (
        ("banner-desktop", False, "light", "/en/"),
        ("banner-phone", True, "light", "/"),
        ("banner-phone-dark", True, "dark", "/"),
    )
    for name, phone, scheme, path in shots:
        page = await _page(browser, phone=phone, scheme=scheme)
        await page.goto(base + path)
        await page.wait_for_selector("#gw-banner")
        await asyncio.sleep(_FADED_IN)
        await page.screenshot(path=IMAGES / f"{name}.png")
        if name != "banner-desktop":
            await page.locator("#gw-banner [data-gw-action=settings]").click()
            await asyncio.sleep(_FADED_IN)
            await page.screenshot(path=IMAGES / f"{name.replace('banner', 'preferences')}.png")
        await page.context.close()


async def _receipt(browser: Browser, base: str) -> None:
    page = await _page(browser, phone=True)
    await page.goto(base + "/en/")
    async with page.expect_response(lambda answer: answer.url.endswith("/consent")) as answered:
        await page.locator("#gw-banner [data-gw-action=accept]").click()
    said = await (await answered.value).json()
    await page.goto(said["receipt"])
    await page.screenshot(path=IMAGES / "receipt-phone.png")
    await page.context.close()


async def _dashboard(browser: Browser, served: Served) -> None:
    shots: tuple[tuple[str, bool, Scheme], ...] = (
        ("dashboard-desktop", False, "light"),
        ("dashboard-phone", True, "light"),
        ("dashboard-dark", False, "dark"),
    )
    for name, phone, scheme in shots:
        page = await _page(browser, phone=phone, scheme=scheme, locale="en-GB")
        await page.goto(served.run("user", "link", "demo").strip())
        await page.goto(f"{served.base}/dashboard/demo?period=12mo&compare=none&language=en")
        await page.wait_for_selector("canvas")
        await page.screenshot(path=IMAGES / f"{name}.png", full_page=not phone)
        await page.context.close()


async def _take(served: Served) -> None:
    chromium = shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        await _banner(browser, served.base)
        await _receipt(browser, served.base)
        await _dashboard(browser, served)
        await browser.close()


def main() -> None:
    """Fill a demo in a temporary folder, serve it, and look at it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder), demo=True)
        served.run("geo", "get", "--source", "npm")
        served.run("demo", "fill", "--days", "365")
        served.run("user", "add", "demo", "--no-password")
        with served:
            asyncio.run(_take(served))


if __name__ == "__main__":
    main()
