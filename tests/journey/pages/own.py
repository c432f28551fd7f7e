"""Pages made for one test, served under the demo's own address, and what went wrong on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.serving import Served

PATH = "/proef"
"""Where such a page stands; whatever is behind it is the same page."""
NONCE = "abc"
FILM = "/film"
"""Where the held-back frame of `BODY` would go: an address of the same site."""

CLASSIC = f'<script nonce="{NONCE}" src="/demo/banner.js" async></script>'
BODY = f"""<main><h1>Proef</h1><p>Een pagina met een <a href="#verder">verwijzing</a>.</p>
<iframe data-consent="marketing" data-src="{{base}}{FILM}" title="Onze film" width="560"
 height="315"></iframe></main>
<footer><button type="button" data-gw-action="open">Cookievoorkeuren</button></footer>"""

ASKS = "#gw-banner [data-gw-action=accept]"
STANDS = "#gw-reopen [data-gw-action=open]"
"""One of these is seen on every page on which the banner has run."""

_LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
    window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`));
"""
_MOMENT = 0.3
"""Seconds for what must not happen."""


@dataclass
class Own:
    """A visitor on such a page."""

    page: Page
    context: BrowserContext
    base: str
    html: str
    headers: dict[str, str]
    faults: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def open(self, path: str = PATH) -> None:
        """Go there, and wait until the banner has run."""
        await self.page.goto(self.base + path)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the banner has run, and a moment more for what must not happen."""
        await self.page.wait_for_selector(f":is({ASKS}, {STANDS}):visible")
        await asyncio.sleep(_MOMENT)

    async def press(self, action: str) -> None:
        """Press a button that records a choice, and wait until it is kept."""
        ends = "/withdraw" if action == "withdraw" else "/consent"
        async with self.page.expect_response(lambda answer: answer.url.endswith(ends)):
            await self.page.locator(f"[data-gw-action={action}]:visible").first.click()
        await expect(self.page.locator(STANDS)).to_be_visible()
        await asyncio.sleep(_MOMENT)

    async def settings(self) -> None:
        """Open the preferences from the first layer, or from the corner when there is none."""
        opener = f":is(#gw-banner [data-gw-action=settings], {STANDS}):visible"
        await self.page.locator(opener).click()
        await expect(self.page.locator("dialog[open]")).to_be_visible()

    async def choices(self) -> dict[str, bool]:
        """What stands, as the page's own code is told."""
        said: dict[str, bool] = await self.page.evaluate("window.gateway.get().choices")
        return said

    async def violations(self) -> list[str]:
        """What the page's policy forbade, and what went wrong besides."""
        said: list[str] = await self.page.evaluate("window.violations")
        return said + self.faults

    def asked(self, part: str) -> list[str]:
        """Addresses with this in them that were asked for, in order, without what is behind `?`."""
        urls = [request.url.partition("?")[0] for request in self.requests]
        return [url.removeprefix(self.base) for url in urls if part in url]


async def visit(
    browser: Browser,
    served: Served,
    *,
    embed: str = CLASSIC,
    head: str = "",
    body: str = BODY,
    lang: str = "nl",
    csp: str = "",
    opens: bool = True,
    base: str = "",
    **options: Any,
) -> Own:
    """Somebody new on a page of this head, embed and body. `options` are the browser context's."""
    base = base or served.base
    context = await browser.new_context(**options)
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Proef</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<script nonce="{NONCE}">{_LISTEN}</script>{head}{embed}</head>'
        f"<body>{body.replace('{base}', base)}</body></html>"
    )
    headers = {"content-type": "text/html"} | ({"content-security-policy": csp} if csp else {})
    own = Own(await context.new_page(), context, base, html, headers)

    async def page(route: Route) -> None:
        await route.fulfill(body=own.html, headers=own.headers)

    async def film(route: Route) -> None:
        await route.fulfill(body="<p>Film</p>", content_type="text/html")

    await context.route(f"{base}{PATH}**", page)
    await context.route(f"{base}{FILM}**", film)
    context.on("request", lambda request: own.requests.append(request))
    own.page.on("pageerror", lambda error: own.faults.append(str(error)))
    own.page.on(
        "console", lambda said: own.faults.append(said.text) if said.type == "error" else None
    )
    if opens:
        await own.open()
    return own
