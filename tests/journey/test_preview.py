"""The officer's preview in a real browser: the real banner, which acts on nothing."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from gateway.rules.look import DARK
from gateway.web.frames import STATES
from tests.journey.looks import declared
from tests.serving import Served

pytestmark = pytest.mark.browser

WALL = {"width": 1500, "height": 3000}
"""High enough that all frames are seen, and so loaded."""

SHOWN = {
    "first": "#gw-banner.gw-first [data-gw-action=accept]",
    "again": "#gw-banner.gw-first [data-gw-action=accept]",
    "preferences": "dialog[open] [data-gw-action=save]",
    "chosen": "dialog[open] [data-gw-action=withdraw]",
    "buttons": "#gw-reopen [data-gw-action=withdraw]",
    "placeholder": ".gw-blocked",
}
_TABLES = ("consents", "shown", "events")


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = declared(tmp_path_factory.mktemp("looks"))
    served.run("user", "add", "olga", "--no-password", "--role", "officer")
    with served:
        yield served


@asynccontextmanager
async def _officer(browser: Browser, served: Served, **context: Any) -> AsyncIterator[Page]:
    """An officer who has signed in; what the browser complains of fails the test."""
    made = await browser.new_context(viewport=WALL, locale="en-GB", **context)  # type: ignore[arg-type]
    page = await made.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    await page.goto(served.run("user", "link", "olga").strip())
    yield page
    await made.close()
    assert wrong == []


def _frame(page: Page, state: str) -> FrameLocator:
    return page.frame_locator(f"figure[data-state={state}] iframe")


async def _press(page: Page, state: str, selector: str) -> None:
    """With the mouse, where it is seen: Playwright's own click does not know that a frame with
    another origin is shown smaller."""
    target = _frame(page, state).locator(selector).first
    await expect(target).to_be_visible()
    outer = await page.locator(f"figure[data-state={state}] iframe").bounding_box()
    assert outer
    x, y, width = await target.evaluate(
        """(one) => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return [left + width / 2, top + height / 2, innerWidth];
        }"""
    )
    scale = outer["width"] / width
    await page.mouse.click(outer["x"] + x * scale, outer["y"] + y * scale)


def _kept(served: Served) -> dict[str, int]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        named = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in _TABLES
            if table in named
        }


@pytest.mark.parametrize("width", ["phone", "desktop"])
async def test_every_moment_is_shown_at_once(width: str, looks: Served, chromium: Browser) -> None:
    async with _officer(chromium, looks) as page:
        await page.goto(f"{looks.base}/preview/corner?width={width}&spoken=de")
        for state in STATES:
            frame = _frame(page, state)
            await expect(frame.locator(SHOWN[state])).to_be_visible()
            assert await frame.locator("html").get_attribute("lang") == "de"
            assert "undefined" not in await frame.locator("body").inner_text()
        first = _frame(page, "first").locator("#gw-banner")
        await expect(first).to_have_class("gw-first gw-corner")
        await expect(first.locator("[data-gw-action=reject]")).to_have_text("Alle ablehnen")
        seen = await first.evaluate("() => [innerWidth, innerHeight]")
        assert seen == ([390, 844] if width == "phone" else [1280, 800])
        boxes = _frame(page, "chosen").locator("[data-gw-purpose]")
        assert [await box.is_checked() for box in await boxes.all()] == [True, False]
        again = _frame(page, "again").locator("#gw-banner li")
        await expect(again).to_have_count(1)


async def test_nothing_that_is_pressed_leaves_the_preview(looks: Served, chromium: Browser) -> None:
    """No choice is recorded, no showing counted, no cookie written, nothing even sent."""
    before = _kept(looks)
    assert before
    async with _officer(chromium, looks) as page:
        written: list[str] = []
        page.context.on(
            "request", lambda one: written.append(one.url) if one.method != "GET" else None
        )
        await page.goto(f"{looks.base}/preview/bar?width=phone")
        for state, action in (
            ("first", "accept"),
            ("again", "reject"),
            ("chosen", "withdraw"),
            ("preferences", "save"),
        ):
            frame = _frame(page, state)
            await expect(frame.locator(SHOWN[state])).to_be_visible()
            await _press(page, state, f"#gw-banner [data-gw-action={action}]")
            await expect(frame.locator("#note")).to_contain_text("not recorded")
        await _press(page, "placeholder", ".gw-blocked button")
        film = _frame(page, "placeholder").locator("iframe[data-consent]")
        await expect(film).to_have_attribute("src", re.compile("film"))
        await _press(page, "buttons", "#gw-reopen [data-gw-action=withdraw]")
        await expect(_frame(page, "buttons").locator("#note")).to_contain_text("not recorded")
        await page.mouse.move(60, 900)
        await page.goto("about:blank")
        assert written == []
        assert {one["name"] for one in await page.context.cookies()} == {"gw_staff"}
    assert _kept(looks) == before


async def test_a_frame_opened_by_itself_still_has_no_cookie_and_no_storage(
    looks: Served, chromium: Browser
) -> None:
    async with _officer(chromium, looks) as page:
        await page.goto(f"{looks.base}/preview/bar?width=desktop&state=first")
        await page.locator("figcaption a").click()
        await expect(page.locator(SHOWN["first"])).to_be_visible()
        assert await page.evaluate("window.origin") == "null"
        refused = """() => {
            try { return localStorage.length } catch (error) { return error.name }
        }"""
        assert await page.evaluate(refused) == "SecurityError"


@pytest.mark.parametrize("own", ["light", "dark"])
async def test_day_and_night_are_shown_whatever_the_officers_own_screen_is(
    own: Any, looks: Served, chromium: Browser
) -> None:
    surface = "rgb(" + ", ".join(str(int(DARK.surface[at : at + 2], 16)) for at in (1, 3, 5)) + ")"
    async with _officer(chromium, looks, color_scheme=own) as page:
        for scheme in ("light", "dark"):
            await page.goto(f"{looks.base}/preview/bar?width=phone&state=first&scheme={scheme}")
            banner = _frame(page, "first").locator("#gw-banner.gw-first")
            found = await banner.evaluate("(one) => getComputedStyle(one).backgroundColor")
            assert (found == surface) == (scheme == "dark")
            assert found in (surface, "rgb(255, 255, 255)")


async def test_a_signal_of_the_officers_browser_does_not_answer_for_the_visitor(
    looks: Served, chromium: Browser
) -> None:
    """A browser with Global Privacy Control would refuse, and show no question."""
    async with _officer(chromium, looks) as page:
        await page.context.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl',"
            " { get: () => true, configurable: true })"
        )
        await page.goto(f"{looks.base}/preview/bar?width=phone&state=first")
        await expect(_frame(page, "first").locator(SHOWN["first"])).to_be_visible()


async def test_a_site_with_links_of_its_own_is_shown_with_them(
    looks: Served, chromium: Browser
) -> None:
    async with _officer(chromium, looks) as page:
        await page.goto(f"{looks.base}/preview/links?width=phone&state=buttons")
        frame = _frame(page, "buttons")
        await expect(frame.locator("footer [data-gw-action=withdraw]")).to_be_visible()
        await expect(frame.locator("#gw-reopen [data-gw-action]").first).to_be_hidden()


async def test_an_arabic_frame_runs_the_other_way(looks: Served, chromium: Browser) -> None:
    async with _officer(chromium, looks) as page:
        await page.goto(
            f"{looks.base}/preview/corner?width=desktop&state=first&spoken=ar&layout=corner"
        )
        box = _frame(page, "first").locator("#gw-banner.gw-corner")
        assert await box.evaluate("(one) => one.getBoundingClientRect().left") == 16


async def test_the_form_works_without_scripts(looks: Served, chromium: Browser) -> None:
    """The frames need them; choosing which ones to see does not."""
    async with _officer(chromium, looks, java_script_enabled=False) as page:
        await page.goto(f"{looks.base}/preview/bar")
        await page.get_by_label("Place", exact=True).select_option("Corner")
        await page.get_by_label("Moment", exact=True).select_option("First question")
        await page.get_by_label("Colours", exact=True).select_option("Dark")
        await page.get_by_label("Screen", exact=True).select_option("Phone")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator("iframe")).to_have_attribute(  # and there is no second one
            "src", "/preview/bar/page?layout=corner&spoken=nl&state=first&scheme=dark&language=en"
        )
        await page.get_by_role("link", name="All languages").click()
        await expect(page.locator("iframe")).to_have_count(5)


async def test_ready_to_print_it_shows_no_controls_and_breaks_no_frame(
    looks: Served, chromium: Browser
) -> None:
    async with _officer(chromium, looks) as page:
        await page.goto(f"{looks.base}/preview/bar?width=phone")
        await page.get_by_role("button", name="Make ready to print").click()
        await expect(page.locator("form.selects")).to_be_hidden()
        for state in STATES:
            await expect(_frame(page, state).locator(SHOWN[state])).to_be_visible()
        assert len(await page.pdf(format="A4")) > 20_000


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_page_itself_fits_every_screen(
    width: int, looks: Served, chromium: Browser
) -> None:
    async with _officer(chromium, looks) as page:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(f"{looks.base}/preview/bar")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


async def test_a_dialog_in_a_frame_takes_neither_the_focus_nor_the_place_on_the_page(
    looks: Served, chromium: Browser
) -> None:
    async with _officer(chromium, looks) as page:
        await page.set_viewport_size({"width": 1280, "height": 700})
        await page.goto(f"{looks.base}/preview/bar?print=1")
        for state in ("preferences", "chosen"):
            for frame in await page.locator(f"figure[data-state={state}] iframe").all():
                dialog = frame.content_frame.locator("dialog[open]")
                await expect(dialog).to_have_count(1)
                assert await dialog.evaluate("(one) => one.inert") is False
        assert await page.evaluate("[scrollY, document.activeElement.tagName]") == [0, "BODY"]
