"""Where the banner stands, how large it is and in which colours, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.journey.looks import LANGUAGES, LAYOUTS, asked, declared, visiting
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 568}
ON_ITS_SIDE = {"width": 844, "height": 390}
LOW = [(480, 320), (568, 320), (640, 360), (320, 480)]
ZOOMED = {"width": 640, "height": 400}
"""A window of 1280 by 800 at 200 %."""

MEASURE = """() => {
    const box = (element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return { left, top, width, height };
    };
    const one = (action) => document.querySelector(`#gw-banner [data-gw-action=${action}]`);
    const seen = (action) => {
        const button = one(action), said = getComputedStyle(button);
        return {
            size: [box(button).width, box(button).height], tag: button.tagName,
            style: [said.fontSize, said.fontWeight, said.color, said.backgroundColor, said.border],
        };
    };
    const buttons = [...document.querySelectorAll("#gw-banner button")];
    const text = document.querySelector("#gw-banner .gw-text");
    return {
        within: box(text),
        banner: box(document.getElementById("gw-banner")),
        accept: seen("accept"), reject: seen("reject"),
        lefts: ["reject", "accept"].map((action) => box(one(action)).left),
        buttons: buttons.map(box),
        spilling: buttons
            .filter((one) => one.scrollWidth > one.clientWidth)
            .map((one) => one.textContent),
        sideways: document.documentElement.scrollWidth - innerWidth,
        text: text.clientHeight,
        wide: text.scrollWidth - text.clientWidth,
    };
}"""


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with declared(tmp_path_factory.mktemp("looks")) as served:
        yield served


async def _measure(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = await page.evaluate(MEASURE)
    return found


def _check_equal(found: Mapping[str, Any], about: str) -> None:
    """R5: both are buttons of one size and one style, to less than a pixel."""
    accept, reject = found["accept"], found["reject"]
    assert accept["size"] == pytest.approx(reject["size"], abs=0.1), about
    assert accept["style"] == reject["style"], about
    assert accept["tag"] == reject["tag"] == "BUTTON"


def _check(found: Mapping[str, Any], size: Mapping[str, int], about: str) -> None:
    """What holds for the first layer wherever it stands (R5, R10)."""
    banner = found["banner"]
    _check_equal(found, about)
    assert found["spilling"] == [], about
    assert found["sideways"] <= 0, about
    assert found["wide"] <= 0, about
    assert found["text"] >= 38, about  # two lines and more to be read at a time
    text = found["within"]
    assert text["top"] >= banner["top"], about
    assert text["top"] + text["height"] <= banner["top"] + banner["height"] + 0.5, about
    for button in found["buttons"]:
        assert button["left"] >= banner["left"], about
        assert button["left"] + button["width"] <= banner["left"] + banner["width"] + 0.5, about
        assert button["top"] >= banner["top"], about
        assert button["top"] + button["height"] <= size["height"] + 0.5, about
        assert button["height"] >= 44, about
    area = banner["width"] * banner["height"] / (size["width"] * size["height"])
    assert area <= 0.5, about


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_each_layout_stands_where_it_should_in_every_language(
    layout: str, looks: Served, chromium: Browser
) -> None:
    """On a wide screen; two equal buttons whatever a language makes of their labels (R5)."""
    async with visiting(chromium, looks, layout) as page:
        await asked(page)
        for language in LANGUAGES:
            await page.evaluate("(language) => window.gateway.speak(language)", language)
            found = await _measure(page)
            _check(found, DESKTOP, f"{layout} {language}")
            box = found["banner"]
            after = DESKTOP["width"] - box["left"] - box["width"]
            below = DESKTOP["height"] - box["top"] - box["height"]
            reject, accept = found["lefts"]
            assert (reject > accept) == (language == "ar")
            if layout == "bar":
                assert (box["left"], after, below) == (0, 0, 0)
                assert box["height"] <= DESKTOP["height"] / 3
            elif layout == "corner":
                assert (after, box["left"])[language == "ar"] == 16
                assert below == 16
            else:
                assert abs(box["left"] - after) <= 1
                assert abs(box["top"] - below) <= 1


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "size",
    [PHONE, SMALL, ON_ITS_SIDE, *({"width": width, "height": height} for width, height in LOW)],
    ids=["phone", "small", "side", *(f"{width}x{height}" for width, height in LOW)],
)
async def test_on_a_phone_every_layout_is_a_bar_of_at_most_a_third(
    layout: str, size: Mapping[str, int], looks: Served, chromium: Browser
) -> None:
    async with visiting(chromium, looks, layout, size=size) as page:
        await asked(page)
        for language in LANGUAGES:
            await page.evaluate("(language) => window.gateway.speak(language)", language)
            found = await _measure(page)
            _check(found, size, f"{layout} {language}")
            box = found["banner"]
            assert (box["left"], box["width"]) == (0, size["width"])
            assert box["top"] + box["height"] == pytest.approx(size["height"], abs=0.5)
            assert box["height"] <= size["height"] / 3 + 1, language


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_the_page_behind_is_read_and_used_as_if_nothing_were_asked(
    layout: str, size: Mapping[str, int], looks: Served, chromium: Browser
) -> None:
    """R10: no layer is modal before somebody opens one."""
    async with visiting(chromium, looks, layout, size=size) as page:
        await asked(page)
        await page.locator("#first").click(timeout=2000)
        assert page.url.endswith("#first")
        await page.mouse.move(40, 40)
        await page.mouse.wheel(0, 100_000)
        await page.wait_for_function("scrollY > 500")
        if layout != "centre" or size is PHONE:
            await page.locator("#last").click(timeout=2000)
            assert page.url.endswith("#last")
        assert await page.evaluate("document.querySelector('dialog[open]')") is None
        await expect(page.locator("#gw-banner [data-gw-action=reject]")).to_be_visible()


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_at_twice_the_size_all_of_it_can_be_reached(
    layout: str, looks: Served, chromium: Browser
) -> None:
    """WCAG 2.2, 1.4.4 and 1.4.10: 200 % on a desktop, and on a phone 195 pixels wide."""
    for size in (ZOOMED, {"width": 195, "height": 422}):
        async with visiting(chromium, looks, layout, size=size, device_scale_factor=2) as page:
            await asked(page)
            for language in LANGUAGES:
                await page.evaluate("(language) => window.gateway.speak(language)", language)
                found = await _measure(page)
                assert found["sideways"] <= 0
                _check_equal(found, f"{layout} {language}")
                if size is ZOOMED:
                    _check(found, size, f"{layout} {language}")
            await page.locator("#gw-banner [data-gw-action=settings]").click()
            await expect(page.locator("dialog [data-gw-action=save]")).to_be_in_viewport()


async def test_the_buttons_of_the_second_layer_hold_their_labels(
    looks: Served, chromium: Browser
) -> None:
    for size in (DESKTOP, PHONE, SMALL):
        async with visiting(chromium, looks, "bar", size=size) as page:
            await asked(page)
            await page.evaluate("window.gateway.open()")
            for language in LANGUAGES:
                await page.evaluate("(language) => window.gateway.speak(language)", language)
                found = await page.evaluate(
                    """() => [...document.querySelectorAll("dialog .gw-foot button")]
                        .map((one) => [`${one.offsetWidth} ${one.offsetHeight}`,
                            one.scrollWidth - one.clientWidth])"""
                )
                assert found[0][0] == found[1][0], language
                assert [spilling for _, spilling in found] == [0, 0, 0], language


@pytest.mark.parametrize("layout", LAYOUTS)
async def test_with_text_twice_as_large_the_buttons_stay_on_the_screen(
    layout: str, looks: Served, chromium: Browser
) -> None:
    """The reader's own text size, as `font: medium` follows it."""
    twice = "#gw-banner { font-size: 32px !important }"
    async with visiting(chromium, looks, layout, size=PHONE, own=twice) as page:
        await asked(page)
        found = await _measure(page)
        assert found["sideways"] <= 0
        _check_equal(found, layout)
        for button in found["buttons"]:
            assert button["top"] + button["height"] <= PHONE["height"] + 0.5
        assert found["banner"]["top"] > 0


async def test_a_page_that_moves_its_body_does_not_move_the_banner(
    looks: Served, chromium: Browser
) -> None:
    """What is fixed in an element that is transformed stands still in that, not in the window."""
    async with visiting(chromium, looks, "bar", own="body { transform: translateZ(0) }") as page:
        await asked(page)
        for selector, room in (("#gw-banner", 0), ("#gw-reopen", 12)):
            box = await page.locator(selector).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] == pytest.approx(DESKTOP["height"] - room, abs=0.5)
            if selector == "#gw-banner":
                await page.locator("#gw-banner [data-gw-action=accept]").click()
                await expect(page.locator("#gw-reopen button").first).to_be_visible()


async def test_nothing_of_it_is_printed(looks: Served, chromium: Browser) -> None:
    async with visiting(chromium, looks, "bar") as page:
        await asked(page)
        await page.emulate_media(media="print")
        await expect(page.locator("#gw-banner")).to_be_hidden()
        await page.emulate_media(media="screen")
        await page.locator("#gw-banner [data-gw-action=reject]").click()
        await expect(page.locator("#gw-reopen button").first).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.locator("#gw-reopen button").first).to_be_hidden()
