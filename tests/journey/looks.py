"""The demo's banner in every layout and with colours of its own, and a page to look at it on."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, expect

from tests.journey.person import DESKTOP
from tests.serving import Served

LAYOUTS = ("bar", "corner", "centre")
LANGUAGES = ("nl", "de", "ar", "fi", "el")
"""With labels of different length, and one that runs the other way."""


def declared(folder: Path) -> Served:
    """A gateway that has each of them as a site: the layouts, `links`, `colours` and `day`."""
    served = Served(folder, demo=True)
    sites = served.config.parent / "sites"
    demo = _in_every_language((sites / "demo.toml").read_text("utf-8"))
    looks = {
        **{layout: f'layout = "{layout}"\n' for layout in LAYOUTS},
        "links": 'reopen = "link"\n',
        "colours": (
            '[look.light]\naccent = "#8a1c5b"\nsurface = "#fff8f0"\n'
            '[look.dark]\nink = "#ffe0c0"\nedge = "#c08060"\n'
        ),
        "day": '[look.light]\naccent = "#8a1c5b"\n',
    }
    for number, (name, look) in enumerate(looks.items(), 1):
        said = demo.replace('id = "demo"', f'id = "{name}"', 1)
        said = said.replace(f":{served.port}", f":{served.port}{number}", 1)
        (sites / f"{name}.toml").write_text(f"{said}\n[look]\n{look}", "utf-8")
    return served


def _in_every_language(site: str) -> str:
    """The Dutch words of a site's file in the place of those of all others: the labels are what
    differs here, and they are the banner's own."""
    listed = ", ".join(f'"{language}"' for language in LANGUAGES)
    site = re.sub(r"^languages = .*$", f"languages = [{listed}]", site, count=1, flags=re.M)
    site = re.sub(r"^\[purposes\.texts\.en\]\n(?:.+\n)*", "", site, flags=re.M)
    site = re.sub(r"^en = .*\n", "", site, flags=re.M)
    site = re.sub(
        r"^(nl) = (.*)\n",
        lambda found: "".join(f"{one} = {found[2]}\n" for one in LANGUAGES),
        site,
        flags=re.M,
    )
    site = re.sub(
        r"^\[purposes\.texts\.nl\]\n((?:.+\n)*)",
        lambda found: "\n".join(f"[purposes.texts.{one}]\n{found[1]}" for one in LANGUAGES),
        site,
        flags=re.M,
    )
    return re.sub(
        r"\{ nl = (\"[^\"]*\"), en = \"[^\"]*\" \}",
        lambda found: "{ " + ", ".join(f"{one} = {found[1]}" for one in LANGUAGES) + " }",
        site,
    )


@asynccontextmanager
async def visiting(
    browser: Browser,
    served: Served,
    site: str,
    *,
    language: str = "nl",
    size: Mapping[str, int] = DESKTOP,
    more: str = "",
    own: str = "",
    **context: Any,
) -> AsyncIterator[Page]:
    """A long page with the banner of this site, and a link above and below."""
    direction = "rtl" if language == "ar" else "ltr"
    text = "<p>Lorem ipsum dolor sit amet.</p>" * 60
    html = (
        f'<!doctype html><html lang="{language}" dir="{direction}"><meta name="viewport" '
        f'content="width=device-width"><title>Page</title><style>{own}</style>'
        f'<script src="/{site}/banner.js" async></script><body>'
        f'<p><a id="first" href="#first">Above</a></p>{text}{more}'
        f'<p><a id="last" href="#last">Below</a></p>'
    )

    async def fulfil(route: Route) -> None:
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")

    made = await browser.new_context(viewport=size, **context)  # type: ignore[arg-type]
    page = await made.new_page()
    await page.route("**/own", fulfil)
    await page.goto(f"{served.base}/own")
    await page.wait_for_selector("#gw-banner, #gw-reopen", state="attached")
    yield page
    await made.close()


async def asked(page: Page) -> None:
    """Wait for the first layer."""
    await expect(page.locator("#gw-banner.gw-first [data-gw-action=accept]")).to_be_visible()
