"""A choice that is made while another is under way, that cannot be recorded, or that the page's own
code makes: what stands in the end, and what the page is told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from tests.journey.pages.own import ASKS, BODY, FILM, STANDS, Own, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

NOTHING = {"analytics": False, "marketing": False}
_SCRIPT = """<script type="text/plain" data-consent="marketing">window.ran = true</script>
<script type="text/plain" data-consent="analytics">window.ran = true</script>"""


async def _slowly(own: Own) -> None:
    """The gateway takes its time to record a choice."""

    async def slow(route: Route) -> None:
        await asyncio.sleep(0.5)
        await route.continue_()

    await own.context.route("**/consent", slow)


async def _nothing_started(own: Own) -> None:
    """Neither now nor on the next page."""
    for _ in range(2):
        assert await own.choices() == NOTHING
        assert await own.page.evaluate("window.ran") is None
        assert own.asked(FILM) == []
        assert own.asked("/event") == []
        await own.page.reload()
        await own.settle()


async def test_a_refusal_while_an_acceptance_is_under_way_is_the_last_word(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, body=BODY + _SCRIPT)
    await _slowly(own)
    async with own.page.expect_request("**/consent"):
        await own.page.locator(ASKS).click()
    async with own.page.expect_response(lambda answer: _action(answer.request) == "reject"):
        await own.page.locator("#gw-banner [data-gw-action=reject]").click()
    await own.settle()
    assert await own.page.evaluate("gateway.get().state") == "refused"
    await _nothing_started(own)


async def test_a_withdrawal_while_an_acceptance_is_under_way_is_the_last_word(
    served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, body=BODY + _SCRIPT)
    await _slowly(own)
    async with own.page.expect_request("**/consent"):
        await own.page.evaluate("void gateway.accept().catch(() => {})")
    assert await own.page.evaluate("gateway.withdraw().then(({ state }) => state)") == "withdrawn"
    await own.settle()
    await _nothing_started(own)


def _action(request: Any) -> str | None:
    if not request.url.endswith("/consent"):
        return None
    said: dict[str, str] = json.loads(request.post_data or "{}")
    return said.get("action")


async def test_the_page_is_told_of_a_withdrawal_before_the_gateway_is(
    served: Served, chromium: Browser
) -> None:
    """R20: and told as well when the gateway cannot be reached."""
    head = """<script>window.told = [];
        document.addEventListener("gateway:consent", ({ detail }) => told.push(detail.choices));
    </script>"""
    own = await visit(chromium, served, head=head)
    await own.press("accept")
    assert (await own.page.evaluate("told"))[-1] == {"analytics": True, "marketing": True}
    heard: list[object] = []

    async def unreachable(route: Route) -> None:
        heard.append((await own.page.evaluate("told"))[-1])
        await route.abort()

    await own.context.route("**/withdraw", unreachable)
    await own.page.locator("#gw-reopen [data-gw-action=withdraw]").click()
    await expect(own.page.locator("#gw-said.gw-wrong")).to_be_visible()
    assert heard == [NOTHING]
    assert (await own.page.evaluate("told"))[-1] == NOTHING
    assert await own.choices() == NOTHING


async def test_an_accepted_choice_is_done_whatever_goes_wrong_on_the_page_after_it(
    served: Served, chromium: Browser
) -> None:
    """A page's own `fetch` may refuse by throwing where the browser's gives a promise."""
    head = """<script>{
        const real = window.fetch;
        window.fetch = (url, ...rest) => {
            if (String(url).endsWith("/event")) throw new TypeError("not allowed");
            return real(url, ...rest);
        };
    }</script>"""
    own = await visit(chromium, served, head=head)
    await own.page.locator(ASKS).click()
    await expect(own.page.locator(STANDS)).to_be_visible()
    await expect(own.page.locator("#gw-banner")).to_be_hidden()
    await expect(own.page.locator("#gw-said")).to_contain_text("Uw keuze is bewaard")
    await expect(own.page.locator("main iframe")).to_have_attribute("src", own.base + FILM)
    assert own.faults == []


async def test_a_page_saves_only_what_it_says_is_true(served: Served, chromium: Browser) -> None:
    """R2: a text that says "false" is not a yes."""
    own = await visit(chromium, served)
    said = '{ analytics: "false", marketing: 1 }'
    state = await own.page.evaluate(f"gateway.save({said}).then(({{ state }}) => state)")
    assert (state, await own.choices()) == ("refused", NOTHING)


@pytest.mark.parametrize("nothing", ["", "'analytics'"])
async def test_a_page_that_saves_nothing_is_told_so(
    nothing: str, served: Served, chromium: Browser
) -> None:
    """It would be a refusal that nobody chose."""
    own = await visit(chromium, served)
    saved = f"gateway.save({nothing}).then(() => 'saved', () => 'refused')"
    assert await own.page.evaluate(saved) == "refused"
    await expect(own.page.locator(ASKS)).to_be_visible()
    assert own.asked("/consent") == []


async def test_opening_can_be_handed_to_a_button_as_it_is(
    served: Served, chromium: Browser
) -> None:
    """The event it is called with is no element to give the focus back to."""
    own = await visit(chromium, served, body='<main><button id="mine">Voorkeuren</button></main>')
    await own.press("reject")
    page = own.page
    await page.evaluate("mine.addEventListener('click', gateway.open)")
    await page.locator("#mine").press("Enter")
    await expect(page.locator("#gw-preferences[open]")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#mine")).to_be_focused()
    await page.locator("#mine").press("Enter")
    await own.press("accept")
    await expect(page.locator("#mine")).to_be_focused()
    assert own.faults == []
