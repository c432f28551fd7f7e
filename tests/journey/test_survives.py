"""The banner on pages that draw themselves anew, come back from the browser's cache, cannot be
reached for a while, or have scripts and addresses of their own in its way."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.journey.blocking import held
from tests.journey.conftest import QUIET
from tests.journey.pages.own import ASKS, BODY, Own, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

_OPEN = "#gw-preferences[open]"
_REDRAWN = {
    "a new body, as Turbo does": """() => {
        const body = document.createElement("body");
        body.innerHTML = "<main>Twee</main>";
        document.body.replaceWith(body);
    }""",
    "a body filled anew": "() => (document.body.innerHTML = '<main>Twee</main>')",
    "all in the document's element": """() => document.documentElement.replaceChildren(
        document.createElement("head"), document.createElement("body"))""",
    "the document's element, as React does": """() => {
        const root = document.createElement("html");
        root.lang = "nl";
        root.append(document.createElement("head"), document.createElement("body"));
        document.documentElement.replaceWith(root);
    }""",
}


@pytest.mark.parametrize("how", _REDRAWN.values(), ids=_REDRAWN.keys())
async def test_the_question_outlives_a_page_that_is_drawn_anew(
    how: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served)
    await own.page.evaluate(how)
    await own.settle()
    assert await _at_the_foot(own.page, "#gw-banner")
    await own.press("accept")
    assert await own.choices() == {"analytics": True, "marketing": True}
    assert own.faults == []


@pytest.mark.parametrize("how", _REDRAWN.values(), ids=_REDRAWN.keys())
async def test_the_small_buttons_outlive_a_page_that_is_drawn_anew(
    how: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served)
    await own.press("accept")
    await own.page.evaluate(how)
    await own.settle()
    assert await _at_the_foot(own.page, "#gw-reopen")
    await own.settings()
    await own.page.keyboard.press("Escape")
    await own.press("withdraw")
    assert await own.choices() == {"analytics": False, "marketing": False}
    assert own.faults == []


async def _at_the_foot(page: Page, selector: str) -> bool:
    """Whether it ends where the window does, give or take the room around the small buttons."""
    foot = await page.locator(selector).evaluate(
        "(one) => innerHeight - one.getBoundingClientRect().bottom"
    )
    return 0 <= float(foot) <= 16


async def test_a_page_from_the_browsers_cache_sends_nothing_after_a_withdrawal_elsewhere(
    served: Served, chromium: Browser
) -> None:
    """R20: it still has the token of the consent that was ended on the next page."""
    launched = await chromium.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
        args=QUIET,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    async with launched as browser:
        page = await browser.new_page()
        sent: list[str] = []
        page.on("request", lambda one: sent.append(one.url))
        await page.goto(f"{served.base}/")
        async with page.expect_request("**/event"):
            await page.locator(ASKS).click()
        await page.evaluate("() => { onpageshow = (event) => (window.kept = event.persisted) }")
        await page.goto(f"{served.base}/en/")
        async with page.expect_response("**/withdraw"):
            await page.locator("#gw-reopen [data-gw-action=withdraw]").click()
        sent.clear()
        await page.evaluate("history.back()")
        await page.wait_for_function("window.kept")
        await page.wait_for_function("gateway.get().state === 'withdrawn'")
        await asyncio.sleep(0.3)
        assert [url for url in sent if url.endswith("/event")] == []


async def test_code_that_cannot_be_had_is_not_asked_for_all_the_time(
    served: Served, chromium: Browser
) -> None:
    """A page may change with every frame it draws; and a gateway that is down is not helped."""
    busy = "<script>setInterval(() => document.body.append(''), 30)</script>"
    own = await visit(chromium, served, body=BODY + busy, opens=False)

    async def unavailable(route: Route) -> None:
        await route.fulfill(status=503, body="busy")

    await own.context.route("**/blocked.js", unavailable)
    await own.open()
    before = len(own.asked("/blocked.js"))
    await asyncio.sleep(2)
    assert 1 <= len(own.asked("/blocked.js")) - before <= 3
    # And it is had as soon as it can be.
    await own.context.unroute("**/blocked.js")
    await expect(own.page.locator(".gw-blocked")).to_be_visible(timeout=3000)


async def test_a_module_finds_the_gateway_beside_scripts_of_such_a_name(
    served: Served, chromium: Browser
) -> None:
    theirs = '<script src="/assets/banner-slider.js"></script>'
    ours = '<script type="module" src="/demo/banner.js"></script>'
    own = await visit(chromium, served, embed=theirs + ours, opens=False)
    await own.context.route("**/banner-slider.js", lambda route: route.fulfill(body=""))
    await own.open()
    await own.press("accept")
    assert own.faults == []


async def test_an_address_for_all_links_of_a_page_is_not_for_the_banners(
    served: Served, chromium: Browser
) -> None:
    embed = f'<script src="{served.base}/demo/banner.js" async></script>'
    own = await visit(chromium, served, head='<base href="https://cdn.example/">', embed=embed)
    links = "() => [...document.querySelectorAll('#gw-banner a')].map((one) => one.href)"
    assert await own.page.evaluate(links) == [f"{served.base}/privacy"]
    await own.settings()
    assert f"{served.base}/privacy" in await own.page.evaluate(links)


async def test_what_a_page_tells_at_once_is_counted_where_fragments_are_routes(
    tmp_path: Path, chromium: Browser
) -> None:
    """What they are comes in a file of its own, and later than the page's next script."""
    served = Served(tmp_path, demo=True)
    with (served.config.parent / "sites" / "demo.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tracker]\nhash = true\n")
    embed = '<script src="/demo/banner.js"></script><script>gateway.track("apply")</script>'

    async def late(route: Route) -> None:
        await asyncio.sleep(0.3)
        await route.continue_()

    with served:
        own = await visit(chromium, served, embed=embed)
        await own.press("accept")
        own.requests.clear()
        await own.context.route("**/hash.js", late)
        async with own.page.expect_request(lambda one: _kind(one.post_data) == "event"):
            await own.page.reload()
        assert sorted(_kinds(own)) == ["event", "pageview"]


def _kinds(own: Own) -> list[str]:
    return [_kind(one.post_data) for one in own.requests if one.url.endswith("/event")]


def _kind(body: str | None) -> str:
    said: dict[str, Any] = json.loads(body or "{}")
    return str(said.get("kind"))


async def test_a_button_in_a_web_component_opens_the_preferences(
    served: Served, chromium: Browser
) -> None:
    body = """<main><x-foot></x-foot><script>
        customElements.define("x-foot", class extends HTMLElement {
            connectedCallback() {
                this.attachShadow({ mode: "open" }).innerHTML =
                    "<button data-gw-action=open><b>Voorkeuren</b></button>";
            }
        })</script></main>"""
    own = await visit(chromium, served, body=body)
    await own.page.locator("x-foot b").click()
    await expect(own.page.locator(_OPEN)).to_be_visible()


_ADDED = """async (third) => {
    const main = document.querySelector("main");
    window.added = [];
    for (let round = 0; round < 3; round++) {
        const pictures = Array.from({ length: 100 }, (_, at) => {
            const one = new Image(30, 20);
            one.dataset.consent = "marketing";
            one.dataset.src = `${third}/${at}.svg?${round}`;
            added.push(new WeakRef(one));
            return one;
        });
        main.replaceChildren(...pictures);
        while (!pictures.every((one) => one.src)) await new Promise((go) => setTimeout(go, 20));
    }
    main.replaceChildren();
}"""


async def test_what_a_page_took_away_is_not_kept_in_memory(
    served: Served, chromium: Browser
) -> None:
    """An application may add and remove allowed pictures all day."""
    visitor = await held.visit(chromium, served, f"{held.film('film')}<main></main>")
    await visitor.choose(marketing=True)
    await visitor.page.evaluate(_ADDED, held.THIRD)
    devtools = await visitor.context.new_cdp_session(visitor.page)
    for _ in range(10):
        await devtools.send("HeapProfiler.collectGarbage")
        left: int = await visitor.page.evaluate("added.filter((one) => one.deref()).length")
        if left == 0:
            break
        await asyncio.sleep(0.2)
    assert left <= 3  # what the browser itself still looks at
