"""What the banner says when and in which language, and where the keyboard is afterwards."""

from __future__ import annotations

import asyncio
import json
import tomllib
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from tests.journey.pages.own import ASKS, STANDS, Own, visit
from tests.serving import SHIPPED, Served

pytestmark = pytest.mark.browser

_SLOW_SECONDS = 0.6
_UNDO = "#gw-reopen [data-gw-action=withdraw]"


def _text(language: str, key: str) -> str:
    file = SHIPPED / "texts" / f"{language}.toml"
    return str(tomllib.loads(file.read_text("utf-8"))["banner"][key])


def _begins(language: str, key: str) -> str:
    """A text up to where the site's own words are put in."""
    return _text(language, key).partition("{")[0]


async def _with_slow_english(served: Served, chromium: Browser) -> tuple[Own, Locator]:
    """Somebody in the preferences, in Dutch; and the switch to another language."""
    own = await visit(chromium, served)

    async def slow(route: Route) -> None:
        await asyncio.sleep(_SLOW_SECONDS)
        await route.continue_()

    await own.context.route("**/texts/en/**", slow)
    await own.settings()
    return own, own.page.locator("#gw-preferences select")


async def _recorded(own: Own) -> str:
    """Accepts in the preferences; under which language."""
    async with own.page.expect_request(lambda one: one.url.endswith("/consent")) as asked:
        await own.page.locator("#gw-preferences [data-gw-action=accept]").click()
    return str(json.loads((await asked.value).post_data or "{}")["language"])


async def test_of_two_languages_that_were_picked_the_last_one_stays(
    served: Served, chromium: Browser
) -> None:
    own, switch = await _with_slow_english(served, chromium)
    async with own.page.expect_response("**/texts/en/all.json*"):
        await switch.select_option("en")
        await switch.select_option("nl")
    await asyncio.sleep(0.3)
    await expect(own.page.locator("#gw-title")).to_have_text(_text("nl", "preferences"))
    await expect(switch).to_have_value("nl")
    assert await _recorded(own) == "nl"


async def test_a_choice_is_recorded_in_the_language_that_was_read(
    served: Served, chromium: Browser
) -> None:
    """R25: also while the words of another one, just picked, are still on their way."""
    own, switch = await _with_slow_english(served, chromium)
    await switch.select_option("en")
    await expect(own.page.locator("#gw-title")).to_have_text(_text("nl", "preferences"))
    assert await _recorded(own) == "nl"


async def test_a_choice_made_in_the_preferences_is_said_to_be_kept(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served)
    # In the language of the banner, which need not be the page's.
    await own.page.evaluate("gateway.speak('en')")
    await own.settings()
    await own.press("save")
    said = own.page.locator("#gw-said")
    await expect(said).to_contain_text(_begins("en", "saved"))
    await expect(said).to_have_attribute("role", "status")
    await expect(said).to_have_attribute("lang", "en")
    # In the page, not in what is closed: no screen reader tells of that.
    assert await said.evaluate("(one) => one.closest('dialog, [hidden]')") is None


async def test_after_a_withdrawal_by_keyboard_the_focus_is_on_the_button_beside_it(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served)
    await own.press("accept")
    await own.page.locator(_UNDO).focus()
    async with own.page.expect_response("**/withdraw"):
        await own.page.keyboard.press("Enter")
    await expect(own.page.locator(_UNDO)).to_be_hidden()
    await expect(own.page.locator(STANDS)).to_be_focused()


@pytest.mark.parametrize("gone", ["{banner,texts}", "texts"], ids=["no code", "no words"])
async def test_who_withdraws_when_nothing_can_be_fetched_gets_the_page_without_scripts(
    gone: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, locale="nl-NL")
    await own.press("accept")
    await own.page.reload()
    await own.settle()
    for path in (f"**/demo/{gone}/**", "**/demo/withdraw"):
        await own.context.route(path, lambda route: route.abort())
    async with own.context.expect_page() as opened:
        await own.page.locator(_UNDO).click()
    page = await opened.value
    await page.wait_for_url("**/demo/preferences")
    await expect(page.get_by_role("button", name=_text("nl", "withdraw"))).to_be_visible()
    # And here it holds already (R20).
    assert await own.choices() == {"analytics": False, "marketing": False}
    assert len(own.context.pages) == 2


async def test_after_a_choice_the_focus_is_on_the_pages_own_button_where_that_is_the_one(
    tmp_path: Path, chromium: Browser
) -> None:
    served = Served(tmp_path, demo=True)
    with (served.config.parent / "sites" / "demo.toml").open("a", encoding="utf-8") as file:
        file.write('\n[look]\nreopen = "link"\n')
    buttons = "".join(
        f'<button type="button" data-gw-action="{action}">{action}</button>'
        for action in ("open", "withdraw")
    )
    with served:
        menu = f"<nav hidden>{buttons}</nav>"  # not yet unfolded
        body = f"{menu}<main>Proef</main><footer>{buttons}</footer>"
        own = await visit(chromium, served, body=body)
        await own.page.locator(ASKS).focus()
        async with own.page.expect_response("**/consent"):
            await own.page.keyboard.press("Enter")
        await expect(own.page.locator("footer [data-gw-action=open]")).to_be_focused()
        await expect(own.page.locator(STANDS)).to_be_hidden()
