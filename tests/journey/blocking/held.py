"""Pages with held-back elements of an invented third party, on the demo's own origin."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Route

from tests.serving import Served

THIRD = "https://third.example"
NONCE = "n0nce"
_SLOW_SECONDS = 0.4
_MOMENT = 0.4
"""Seconds for what must not happen: eight times what the banner waits after a change."""

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"/>'


@dataclass
class Held:
    """A visitor on such a page, and what the third party was asked for, by file name."""

    page: Page
    context: BrowserContext
    base: str
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)

    async def choose(self, **choices: bool) -> None:
        """As the page's own code would; every purpose not named is refused."""
        await self.page.evaluate("choices => window.gateway.save(choices)", choices)
        await self.settle()

    async def withdraw(self) -> None:
        await self.page.evaluate("window.gateway.withdraw()")
        await self.settle()

    async def settle(self) -> None:
        await asyncio.sleep(_MOMENT)

    async def ran(self) -> list[str]:
        """Names that scripts gave when they ran, in that order."""
        names: list[str] = await self.page.evaluate("window.log")
        return names

    async def happened(self) -> set[str]:
        """Names of all that ran or was asked for."""
        return {*await self.ran(), *self.asked}

    async def until(self, expected: set[str]) -> None:
        """Wait for all of these, in vain for no longer than a slow machine needs; then settle."""
        for _ in range(50):
            if expected <= await self.happened():
                break
            await asyncio.sleep(0.1)
        await self.settle()

    async def reload(self) -> None:
        """The same page again; what was asked before is forgotten."""
        self.asked.clear()
        await self.page.reload()
        await self.page.wait_for_function("window.gateway")
        await self.settle()


async def visit(
    browser: Browser, served: Served, body: str, *, csp: str = "", lang: str = "nl", **options: Any
) -> Held:
    """Somebody new on a page with this body and the banner. `options` are the browser context's;
    without a `csp` the page has none."""
    context = await browser.new_context(**options)
    held = Held(await context.new_page(), context, served.base)
    head = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>t</title>'
        f'<meta name="viewport" content="width=device-width"><script nonce="{NONCE}">'
        "log = []; ran = name => log.push(name);"
        "document.addEventListener('securitypolicyviolation',"
        " e => console.error(e.violatedDirective));</script>"
        f'<script nonce="{NONCE}" src="/demo/banner.js" async></script></head><body>'
    )
    headers = {"content-type": "text/html"} | ({"content-security-policy": csp} if csp else {})

    async def own(route: Route) -> None:
        await route.fulfill(body=head + body, headers=headers)

    async def third(route: Route) -> None:
        file = route.request.url.removeprefix(THIRD + "/").partition("?")[0]
        name, _, kind = file.partition(".")
        held.asked.append(name)
        if "slow" in name:
            await asyncio.sleep(_SLOW_SECONDS)
        content = {"js": f"ran('{name}')", "svg": _SVG, "html": "<p>film"}.get(kind, "")
        types = {"js": "text/javascript", "svg": "image/svg+xml", "html": "text/html"}
        cors = {"access-control-allow-origin": "*"}
        await route.fulfill(body=content, content_type=types.get(kind, "text/plain"), headers=cors)

    def complain(text: str) -> None:
        held.complaints.append(text)

    await context.route(f"{THIRD}/**", third)
    await context.route(f"{served.base}/held", own)
    held.page.on("console", lambda said: complain(said.text) if said.type != "log" else None)
    held.page.on("pageerror", lambda error: complain(str(error)))
    held.page.on("request", lambda request: held.own.append(request.url))
    await held.page.goto(f"{served.base}/held")
    await held.page.wait_for_function("window.gateway")
    await held.settle()
    return held


def film(name: str, rest: str = "", *, title: str = "Onze film") -> str:
    """A held-back frame."""
    return (
        f'<iframe data-consent="marketing" data-src="{THIRD}/{name}.html" title="{title}"'
        f' width="560" height="315" {rest}></iframe>'
    )
