"""Somebody at a browser: what they do, and what their browser sent and stored meanwhile."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, BrowserContext, Page, Request, expect

_STORED = """async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((database) => database.name),
    caches: await caches.keys(),
})"""

_MOMENT = 0.3
"""Seconds. Not "networkidle": a beacon that outlives its page keeps the next one from it."""

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


class Person:
    """One visitor with a browser profile of their own."""

    def __init__(self, page: Page, context: BrowserContext, base: str) -> None:
        self.page = page
        self.context = context
        self.base = base
        self.requests: list[Request] = []
        context.on("request", lambda request: self.requests.append(request))

    @classmethod
    async def arrive(cls, browser: Browser, base: str, *, phone: bool = False) -> Person:
        """Somebody who was never here before."""
        context = await browser.new_context(viewport=PHONE if phone else DESKTOP, locale="nl-NL")  # type: ignore[arg-type]
        return cls(await context.new_page(), context, base)

    async def read(self, path: str) -> None:
        """Open a page and let it settle."""
        await self.page.goto(self.base + path)
        await self.settle()

    async def press(self, action: str) -> None:
        """Press a button of the banner or the preferences, and wait until the choice is kept."""
        async with self.page.expect_response(
            lambda answer: answer.url.endswith(("/consent", "/withdraw"))
        ):
            await self.page.locator(f"[data-gw-action={action}]:visible").first.click()
        await expect(self.page.locator("#gw-banner [data-gw-action=accept]")).to_have_count(0)
        await self.settle()

    async def reopen(self) -> None:
        """Open the preferences from the page's own footer."""
        await self.page.locator("footer [data-gw-action=open]").click()
        await expect(self.page.locator("dialog[open]")).to_be_visible()

    async def settle(self) -> None:
        """Wait until the banner has run, and a moment more for what must not be sent."""
        await self.page.wait_for_load_state("load")
        await self.page.wait_for_selector("#gw-banner, #gw-reopen", state="attached")
        await asyncio.sleep(_MOMENT)

    async def stored(self) -> dict[str, object]:
        """All that the browser keeps for this site, besides the cookies of the profile."""
        said: dict[str, object] = await self.page.evaluate(_STORED)
        return said

    async def cookies(self) -> dict[str, str]:
        """Cookies of every site in this profile."""
        return {str(c.get("name")): str(c.get("value")) for c in await self.context.cookies()}

    def sent(self, ending: str) -> int:
        """How many requests went to an address with this ending."""
        return sum(request.url.partition("?")[0].endswith(ending) for request in self.requests)

    def strangers(self) -> set[str]:
        """Origins asked that are not the site's own."""
        return {
            request.url
            for request in self.requests
            if not request.url.startswith((self.base, "data:", "blob:"))
        }


NOTHING = {"cookie": "", "local": [], "session": [], "databases": [], "caches": []}
