"""What the banner costs a visitor: bytes, waiting, moving content, and a busy processor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.journey.pages.own import ASKS, STANDS, visit
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

NEW_BYTES = 8_000
"""Who was never here: script, styles, texts of one language, tracker. A well-known rival's script
and styles alone are 13,800."""
RETURNING_BYTES = 3_500
"""Whose choice stands, with nothing in the cache: all that loads until somebody moves."""
OWN_BYTES = {"127.0.0.1": 0, "localhost": 100}
"""More for what a site says of itself: one of the two has five hosts and four controllers."""
TASK_MS, SLOWDOWN = 50, 4
_TRIES = 8

# A transfer counts its body and 300 bytes for its headers (Resource Timing, transferSize); nothing
# for what came from the cache, and the 300 alone where the cache's copy still held.
_LOADED = """() => Object.fromEntries(performance.getEntriesByType("resource")
    .filter(({ name }) => /\\/banner[./]|\\/texts\\//.test(name))
    .map(({ name, transferSize }) =>
        [name.replace(/\\?.*/, ""), Math.max(0, transferSize - 300)]))"""


async def _loaded(page: Page) -> dict[str, int]:
    """Bytes of bodies that came over the wire for this page, by the last part of the address."""
    await asyncio.sleep(0.5)
    found: dict[str, int] = await page.evaluate(_LOADED)
    return {name.rpartition("/")[2]: size for name, size in found.items()}


async def _accept(page: Page) -> None:
    # What looks at clicks comes with the next movement: the layer goes from under the pointer.
    async with (
        page.expect_response(lambda answer: answer.url.endswith("/event")),
        page.expect_response(lambda answer: answer.url.endswith("/material.js")),
    ):
        await page.locator(ASKS).click()
        await page.mouse.move(200, 200)


async def _again(browser: Browser, known: BrowserContext, address: str) -> Page:
    """The same visitor with the consent cookie and an empty cache."""
    cookies = [one for one in await known.cookies() if one.get("name") == "gw_consent"]
    context = await browser.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    await context.add_cookies(cookies)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(address)
    await expect(page.locator(STANDS)).to_be_visible()
    return page


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["demo", "veldkamp"])
async def test_a_new_visitor_and_a_returning_one_load_little(
    host: str, served: Served, chromium: Browser
) -> None:
    address = served.base.replace("127.0.0.1", host) + "/"
    context = await chromium.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = await context.new_page()
    encodings: set[str | None] = set()
    page.on(
        "response",
        lambda answer: (
            encodings.add(answer.headers.get("content-encoding"))
            if "/banner" in answer.url or "/texts/" in answer.url
            else None
        ),
    )
    await page.goto(address)
    await _accept(page)
    new = await _loaded(page)
    assert encodings == {"br"}
    assert new.keys() == {"banner.js", "choosing.js", "first.json", "material.js"}

    given = await _loaded(await _again(chromium, context, address))
    assert given.keys() == {"banner.js", "corner.json"}
    await page.evaluate("window.gateway.withdraw()")
    refused = await _loaded(await _again(chromium, context, address))
    assert refused.keys() == {"banner.js", "corner.json"}

    totals = {"new": sum(new.values()), "given": sum(given.values()), "no": sum(refused.values())}
    returning = RETURNING_BYTES + OWN_BYTES[host]
    allowed = {"new": NEW_BYTES + OWN_BYTES[host], "given": returning, "no": returning}
    over = {who: bytes_ - allowed[who] for who, bytes_ in totals.items() if bytes_ > allowed[who]}
    assert over == {}, f"{totals}: {new}, {given}, {refused}"


async def test_the_second_page_loads_nothing_and_later_ones_ask_whether_it_changed(
    served: Served, chromium: Browser
) -> None:
    context = await chromium.new_context(viewport=DESKTOP)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(served.base + "/")
    await _accept(page)
    for path in ("/vacatures", "/over-ons"):
        await page.goto(served.base + path)
        await expect(page.locator(STANDS)).to_be_visible()
    await page.goto(served.base + "/")
    assert set((await _loaded(page)).values()) == {0}

    # After five minutes the browser asks anew, and only hears that it is still the same.
    script = f"{served.base}/demo/banner.js"
    devtools = await context.new_cdp_session(page)
    statuses: list[int] = []
    devtools.on(
        "Network.responseReceivedExtraInfo", lambda said: statuses.append(said["statusCode"])
    )
    await devtools.send("Network.enable")
    await page.evaluate("(url) => fetch(url, { cache: 'no-cache' })", script)
    assert statuses == [304]


async def test_a_page_does_not_wait_for_a_slow_gateway(served: Served, chromium: Browser) -> None:
    own = await visit(chromium, served, opens=False, viewport=DESKTOP)
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await own.context.route("**/banner.js", late)
    await own.page.goto(own.base + "/proef", wait_until="domcontentloaded")
    await own.page.wait_for_function(
        "performance.getEntriesByName('first-contentful-paint').length === 1"
    )
    await own.page.get_by_role("button", name="Cookievoorkeuren").click()
    assert own.asked("/demo/") == ["/demo/banner.js"]
    arrived.set()
    await expect(own.page.locator(ASKS)).to_be_visible()
    status = "performance.getEntriesByType('resource').map((one) => one.renderBlockingStatus)"
    assert set(await own.page.evaluate(status)) == {"non-blocking"}


_WATCH_SHIFTS = """
window.shifted = [];
new PerformanceObserver((seen) => {
    for (const { value, sources } of seen.getEntries())
        window.shifted.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
}).observe({ type: "layout-shift", buffered: true });
"""
_LONG = '<p style="block-size: 900px">Lang</p>'


def _long() -> str:
    """More than a screen, with what is held back in sight and text around it."""
    film = '<iframe data-consent="marketing" data-src="{base}/film" title="Film"'
    return (
        f'<main><h1>Proef</h1><p>Voor {film} width="300" height="200"></iframe> na</p>'
        f'<p>Erna</p>{film} style="display: block; width: 100%; height: 240px"></iframe>'
        f"<p>Erna</p>{_LONG}{_LONG}</main><footer>"
        '<button type="button" data-gw-action="open">Cookies</button></footer>'
    )


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scrolled", [0, 1, 9_999], ids=["top", "moved", "end"])
async def test_nothing_on_the_page_moves_when_the_banner_comes_or_goes(
    screen: dict[str, int], scrolled: int, served: Served, chromium: Browser
) -> None:
    own = await visit(
        chromium, served, head=f"<script>{_WATCH_SHIFTS}</script>", body=_long(), viewport=screen
    )
    page = own.page
    await expect(page.locator(".gw-blocked")).to_have_count(2)
    await page.evaluate("(by) => scrollTo(0, by)", scrolled)
    await own.settle()
    await own.settings()
    await page.keyboard.press("Escape")
    await own.press("reject")
    await own.settings()
    await own.press("accept")
    await expect(page.locator("iframe[src]")).to_have_count(2)
    await own.press("withdraw")
    await expect(page.locator(".gw-blocked")).to_have_count(2)
    await own.settle()
    assert await page.evaluate("window.shifted") == []

    # The same watch sees what does move.
    await page.evaluate("scrollTo(0, 0); document.querySelector('h1').style.marginTop = '200px'")
    await own.settle()
    assert await page.evaluate("window.shifted.length") > 0


# Only frames with a long task in them tell what ran, and only what ran for 5 ms or more. A driver's
# own work in the page is left out this way, and so is what the page would have done by itself.
_WATCH_TASKS = """
window.tasks = [];
new PerformanceObserver((seen) => {
    for (const { scripts } of seen.getEntries()) for (const { sourceURL, duration } of scripts)
        if (/\\/banner[./]/.test(sourceURL)) window.tasks.push(duration);
}).observe({ type: "long-animation-frame", buffered: true });
"""
_PLAIN = """<main><h1>Proef</h1><p>Een pagina.</p></main>
<footer><button type="button" data-gw-action="open">Cookies</button></footer>"""


async def _durations(browser: Browser, served: Served) -> dict[str, float]:
    """Milliseconds of the longest task of ours in each step of a visit; 0: none worth telling."""
    watch = f"<script>{_WATCH_TASKS}</script>"
    own = await visit(browser, served, head=watch, body=_PLAIN, opens=False, viewport=DESKTOP)
    devtools = await own.context.new_cdp_session(own.page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    found: dict[str, float] = {}

    async def step(name: str, done: Awaitable[None]) -> None:
        await done
        await asyncio.sleep(0.3)
        found[name] = max(await own.page.evaluate("window.tasks.splice(0)"), default=0)

    await step("arriving", own.open())
    await step("settings", own.settings())
    await step("accepting", own.press("accept"))
    await step("reopening", own.settings())
    await step("withdrawing", own.press("withdraw"))
    await own.context.close()
    return found


async def test_no_task_is_long_on_a_slow_processor(served: Served, chromium: Browser) -> None:
    """Each step by its best try: machines that run tests have other work too."""
    best: dict[str, float] = {}
    for _ in range(_TRIES):
        for name, duration in (await _durations(chromium, served)).items():
            best[name] = min(duration, best.get(name, duration))
        if max(best.values()) <= TASK_MS:
            break
    assert {name: ms for name, ms in best.items() if ms > TASK_MS} == {}, best
