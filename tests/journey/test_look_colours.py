"""In which colours the banner stands, and on which pages its small buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from gateway.rules.look import DARK, LIGHT
from tests.journey.looks import asked, declared, visiting
from tests.serving import Served

pytestmark = pytest.mark.browser

HOOKS = (
    '<footer><button data-gw-action="open">Cookies</button>'
    '<button data-gw-action="withdraw">Withdraw</button></footer>'
)


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with declared(tmp_path_factory.mktemp("looks")) as served:
        yield served


_SHOWN = """() => [...document.querySelectorAll("#gw-reopen button")]
    .filter((button) => button.checkVisibility()).length"""


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        (HOOKS, 0),
        ('<button data-gw-action="open">Cookies</button>', 2),
        ('<button data-gw-action="withdraw">Withdraw</button>', 2),
        ("", 2),
    ],
    ids=["both", "no withdrawing", "no opening", "none"],
)
async def test_a_page_with_its_own_buttons_shows_no_floating_ones(
    more: str, shown: int, looks: Served, chromium: Browser
) -> None:
    """R19: only where both acts have a button of the page."""
    async with visiting(chromium, looks, "links", more=more) as page:
        await asked(page)
        await _consent(page, looks.base, "links")
        assert await page.evaluate(_SHOWN) == shown
        await page.evaluate("window.gateway.open()")
        await expect(page.locator("dialog[open]")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#gw-preferences")).to_have_count(0)
        assert await page.evaluate(_SHOWN) == shown


async def test_a_site_that_asks_for_no_links_shows_its_buttons_on_any_page(
    looks: Served, chromium: Browser
) -> None:
    async with visiting(chromium, looks, "bar", more=HOOKS) as page:
        await asked(page)
        assert await page.evaluate(_SHOWN) == 0  # not beside the question itself
        await _consent(page, looks.base, "bar")
        assert await page.evaluate(_SHOWN) == 2


async def test_a_failure_is_told_where_the_floating_buttons_are_hidden(
    looks: Served, chromium: Browser
) -> None:
    async with visiting(chromium, looks, "links", more=HOOKS) as page:
        await asked(page)
        await _consent(page, looks.base, "links")
        await page.route("**/withdraw", lambda route: route.abort())
        await page.locator("footer [data-gw-action=withdraw]").click()
        await expect(page.locator("#gw-said.gw-wrong")).to_be_visible()


async def _consent(page: Page, base: str, site: str) -> None:
    """As if the gateway had taken a consent: this page is none of the site's."""
    token = await page.evaluate(_TOKEN, site)
    await page.context.add_cookies([{"name": "gw_consent", "value": token, "url": base}])
    await page.reload()
    await page.wait_for_function("document.querySelector('#gw-reopen button')?.textContent")


_TOKEN = """(site) => {
    const said = { state: "given", site, id: "x", notice: "", until: Date.now() / 1000 + 9e6,
        choices: { analytics: false, marketing: true } };
    return `${btoa(JSON.stringify(said)).replace(/=/g, "")}.signature`;
}"""

_COLOURS = """() => {
    const of = (selector, ...names) => {
        const said = getComputedStyle(document.querySelector(selector));
        return names.map((name) => said[name]);
    };
    return {
        accept: of("#gw-banner [data-gw-action=accept]", "backgroundColor", "color"),
        reject: of("#gw-banner [data-gw-action=reject]", "backgroundColor", "color"),
        layer: of("#gw-banner", "backgroundColor", "color"),
        settings: of("#gw-banner [data-gw-action=settings]", "borderTopColor"),
    };
}"""


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_sites_colours_stand_by_day_and_by_night(
    scheme: Literal["light", "dark"], looks: Served, chromium: Browser
) -> None:
    async with visiting(chromium, looks, "colours", color_scheme=scheme) as page:
        await asked(page)
        found = await page.evaluate(_COLOURS)
        assert found.pop("reject") == found["accept"]
        assert found == (
            {
                "accept": [_rgb("#8a1c5b"), _rgb(LIGHT.on_accent)],
                "layer": [_rgb("#fff8f0"), _rgb(LIGHT.ink)],
                "settings": [_rgb(LIGHT.edge)],
            }
            if scheme == "light"
            else {
                "accept": [_rgb(DARK.accent), _rgb(DARK.on_accent)],
                "layer": [_rgb(DARK.surface), _rgb("#ffe0c0")],
                "settings": [_rgb("#c08060")],
            }
        )


async def test_a_colour_of_the_day_is_not_that_of_the_night(
    looks: Served, chromium: Browser
) -> None:
    """What was checked for the night is the default."""
    async with visiting(chromium, looks, "day", color_scheme="dark") as page:
        await asked(page)
        assert (await page.evaluate(_COLOURS))["accept"] == [
            _rgb(DARK.accent),
            _rgb(DARK.on_accent),
        ]


async def test_a_page_may_still_say_another_colour(looks: Served, chromium: Browser) -> None:
    async with visiting(chromium, looks, "colours", own=":root { --gw-accent: #004400 }") as page:
        await asked(page)
        assert (await page.evaluate(_COLOURS))["accept"][0] == _rgb("#004400")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("site", ["bar", "colours"])
async def test_forced_colours_are_those_of_the_reader(
    site: str, scheme: Literal["light", "dark"], looks: Served, chromium: Browser
) -> None:
    """A button still has an edge, and both are the same."""
    async with visiting(chromium, looks, site, color_scheme=scheme, forced_colors="active") as page:
        await asked(page)
        colours = await page.evaluate(_COLOURS)
        assert _rgb("#8a1c5b") not in colours["accept"]
        assert colours["accept"] == colours["reject"]
        assert colours["layer"][0] in ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
        assert colours["layer"][0] != colours["layer"][1]
        assert colours["settings"][0] != colours["layer"][0]
        assert colours["accept"] == colours["reject"]
