"""The banner by keyboard and by ear: order, focus, names, announcements, and nothing that moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journey.pages.axe import nodes
from tests.journey.pages.own import STANDS, visit
from tests.journey.pages.sites import looking
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

_NARROW = {"width": 320, "height": 568}

# What has the focus: its action or its kind, how it is marked, and whether anything lies over it.
_FOCUSED = """() => {
    const one = document.activeElement;
    const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const inside = box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 &&
        box.right <= innerWidth;
    const ground = getComputedStyle(one.closest("dialog, .gw-first") ?? document.body);
    return {
        what: one.dataset.gwAction ?? one.dataset.gwPurpose ?? one.localName,
        within: one.closest("#gw-preferences, #gw-banner, #gw-reopen, main, footer")?.localName,
        outline: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
        colours: [outlineColor, ground.backgroundColor],
        free: inside && (one === seen || one.contains(seen) || seen?.contains(one)),
    };
}"""


def _contrast(colours: list[str]) -> float:
    def luminance(colour: str) -> float:
        red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
        parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
                 for one in (red, green, blue)]  # fmt: skip
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted(luminance(one) for one in colours)
    return (high + 0.05) / (low + 0.05)


async def _tabbed(page: Page, count: int) -> list[str]:
    """What the next presses of Tab reach; each visibly focused and with nothing over it."""
    reached = []
    for _ in range(count):
        await page.keyboard.press("Tab")
        said: dict[str, Any] = await page.evaluate(_FOCUSED)
        assert said["outline"] >= 2, said
        assert _contrast(said["colours"]) >= 3, said
        assert said["free"], said
        reached.append(said["what"])
    return reached


@pytest.mark.parametrize("screen", [DESKTOP, PHONE, _NARROW], ids=["desktop", "phone", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_tab_reaches_the_first_layer_first_and_in_reading_order(
    screen: dict[str, int], scheme: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, viewport=screen, color_scheme=scheme)
    assert await _tabbed(own.page, 4) == ["a", "reject", "accept", "settings"]
    # And goes on into the page, which is not shut off (R10).
    await own.page.keyboard.press("Tab")
    assert (await own.page.evaluate(_FOCUSED))["within"] == "main"


@pytest.mark.parametrize("layout", ["corner", "centre"])
async def test_the_other_layouts_are_reached_the_same_way(
    layout: str, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> None:
    served = Served(tmp_path_factory.mktemp(layout), demo=True)
    looking(served, layout)
    with served:
        own = await visit(chromium, served, viewport=DESKTOP)
        assert await _tabbed(own.page, 4) == ["a", "reject", "accept", "settings"]


async def test_the_page_behind_the_first_layer_can_be_used(
    served: Served, chromium: Browser
) -> None:
    """R10: no wall. What is under the layer can be scrolled clear of it."""
    body = '<main><h1>Proef</h1><p style="height: 3000px">Lang</p><button id="last">Einde</button>'
    own = await visit(chromium, served, body=body + "</main>", viewport=PHONE)
    page = own.page
    tree = await (await own.context.new_cdp_session(page)).send("Accessibility.getFullAXTree")
    names = {(role, name) for role, name, _ in nodes(tree)}
    assert {("heading", "Proef"), ("button", "Einde")} <= names
    # A real press: it fails when anything else would get it.
    await page.locator("#last").click()
    await page.locator("#last").focus()
    assert (await page.evaluate(_FOCUSED))["free"]


async def test_the_preferences_are_a_modal_dialog_and_give_the_focus_back(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, viewport=DESKTOP)
    page = own.page
    await page.locator("#gw-banner [data-gw-action=settings]").press("Enter")
    dialog = page.locator("dialog#gw-preferences")
    await expect(dialog).to_be_visible()
    assert await dialog.evaluate("(one) => one.matches(':modal')")

    # Tab stays in the dialog: what is behind it is inert. Then it leaves for the browser's own.
    names = set()
    for _ in range(20):
        await page.keyboard.press("Tab")
        names.add((await page.evaluate(_FOCUSED))["within"])
    assert names <= {"dialog", None}
    tree = await (await own.context.new_cdp_session(page)).send("Accessibility.getFullAXTree")
    spoken = {(role, name) for role, name, _ in nodes(tree)}
    assert ("dialog", "Cookievoorkeuren") in spoken
    assert {("checkbox", "Meten"), ("checkbox", "Marketing")} <= spoken
    assert ("heading", "Proef") not in spoken

    await page.keyboard.press("Escape")
    await expect(page.locator("#gw-banner [data-gw-action=settings]")).to_be_focused()
    await own.press("reject")
    await expect(page.locator(STANDS)).to_be_focused()

    for opener in (STANDS, "footer [data-gw-action=open]"):
        await page.locator(opener).press("Enter")
        await expect(dialog).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(opener)).to_be_focused()
    # A choice made in the dialog gives it back to where it was opened from, too.
    await page.locator("footer [data-gw-action=open]").press("Enter")
    await own.press("accept")
    await expect(page.locator("footer [data-gw-action=open]")).to_be_focused()


async def test_everything_in_the_dialog_is_reached_by_tab(
    served: Served, chromium: Browser
) -> None:
    for screen in (DESKTOP, _NARROW):
        own = await visit(chromium, served, viewport=screen)
        await own.settings()
        await expect(own.page.locator("dialog .gw-head button")).to_be_focused()
        assert await _tabbed(own.page, 12) == [
            *("select", "analytics", "summary", "marketing", "summary", "summary"),
            *("a", "a", "a", "reject", "accept", "save"),
        ]


async def test_a_screen_reader_hears_what_is_asked_and_what_was_kept(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, viewport=DESKTOP)
    devtools = await own.context.new_cdp_session(own.page)
    spoken = nodes(await devtools.send("Accessibility.getFullAXTree"))
    named = {(role, name) for role, name, _ in spoken}
    assert {
        ("region", "Cookievoorkeuren"),
        ("link", "Privacyverklaring"),
        ("button", "Alles weigeren"),
        ("button", "Alles accepteren"),
        ("button", "Instellingen"),
    } <= named
    # The region a message will come in is there before the message: else none is spoken.
    assert ("status", "polite") in {(role, said.get("live")) for role, _, said in spoken}

    await own.press("accept")
    await expect(own.page.get_by_role("status")).to_contain_text(["Uw keuze is bewaard"])
    tree = await devtools.send("Accessibility.getFullAXTree")
    text = " ".join(name for role, name, _ in nodes(tree) if role == "StaticText")
    assert "Uw keuze is bewaard" in text


async def test_a_failure_is_said_at_once(served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served, viewport=DESKTOP)
    await own.context.route("**/consent", lambda route: route.abort())
    await own.page.locator("#gw-banner [data-gw-action=accept]").click()
    await expect(own.page.locator("#gw-banner [role=status]")).to_contain_text("opnieuw")
    await expect(own.page.locator("#gw-banner [data-gw-action=accept]")).to_be_visible()


async def test_nothing_is_animated(served: Served, chromium: Browser) -> None:
    """Neither for who asked for less motion, nor for others."""
    own = await visit(chromium, served, viewport=DESKTOP, reduced_motion="reduce")
    moving = "document.getAnimations().length"
    assert await own.page.evaluate(moving) == 0
    await own.settings()
    assert await own.page.evaluate(moving) == 0
    await own.press("accept")
    assert await own.page.evaluate(moving) == 0
    styles = "() => [...document.querySelectorAll('[id^=gw-], [id^=gw-] *')].map(getComputedStyle)"
    timed = ".flatMap((one) => [one.animationName, one.transitionDuration, one.scrollBehavior])"
    assert set(await own.page.evaluate(styles + timed)) == {"none", "0s", "auto"}
