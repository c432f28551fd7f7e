"""Every language, on both layers, as the page speaks it; and no other one is loaded (R11)."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from babel.dates import format_date
from playwright.async_api import Browser, Page, expect

from tests.journey.pages.own import ASKS, STANDS, Own, visit
from tests.journey.pages.sites import ALL, speaking
from tests.journey.person import DESKTOP
from tests.serving import SHIPPED, Served

pytestmark = pytest.mark.browser

_GROUPS = [ALL[at : at + 7] for at in range(0, len(ALL), 7)]

# Each visible text that stands for itself, by the key of its text.
_LAYERS = """() => {
    const said = (selector) => document.querySelector(selector)?.textContent;
    return {
        reject: said(".gw-first [data-gw-action=reject], dialog [data-gw-action=reject]"),
        accept: said(".gw-first [data-gw-action=accept], dialog [data-gw-action=accept]"),
        settings: said(".gw-first [data-gw-action=settings]"),
        privacy: said(".gw-first a"),
        preferences: said("dialog h2"),
        close: said("dialog .gw-head button"),
        intro: said("dialog .gw-body p"),
        save: said("dialog [data-gw-action=save]"),
        who_how_long: said("dialog summary"),
        always_on: said("dialog .gw-fixed span"),
        responsible: said("dialog h3"),
        withdraw: said("#gw-reopen [data-gw-action=withdraw]:not([hidden])"),
    };
}"""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site in all 28; its first is Dutch."""
    served = Served(tmp_path_factory.mktemp("speech"), demo=True)
    speaking(served, "nl", *(one for one in ALL if one != "nl"))
    with served:
        yield served


def _texts(language: str) -> dict[str, str]:
    file = SHIPPED / "texts" / f"{language}.toml"
    texts: dict[str, str] = tomllib.loads(file.read_text("utf-8"))["banner"]
    return texts


async def _seen(page: Page) -> dict[str, str]:
    said: dict[str, str | None] = await page.evaluate(_LAYERS)
    return {key: text for key, text in said.items() if text}


def _wrong(said: dict[str, str], language: str, least: int) -> dict[str, str]:
    """What is not as the text file has it."""
    texts = _texts(language)
    assert len(said) >= least, said
    return {key: text for key, text in said.items() if text != texts[key]}


def _fetched(own: Own) -> set[str]:
    """Languages whose texts were asked for."""
    return {one.split("/")[3] for one in own.asked("/texts/")}


@pytest.mark.parametrize("languages", _GROUPS, ids=" ".join)
async def test_both_layers_are_in_the_language_of_the_page(
    languages: tuple[str, ...], spoken: Served, chromium: Browser
) -> None:
    for language in languages:
        own = await visit(chromium, spoken, lang=language, viewport=DESKTOP, locale="nl-NL")
        page = own.page
        direction = "rtl" if language == "ar" else "ltr"
        root = page.locator("#gw-banner")
        await expect(root).to_have_attribute("lang", language)
        await expect(root).to_have_attribute("dir", direction)
        await expect(page.locator(".gw-blocked")).to_have_attribute("dir", direction)
        assert _wrong(await _seen(page), language, 4) == {}
        await expect(root).to_contain_text(_texts(language)["change"].split("{")[0].strip())

        await own.settings()
        assert _wrong(await _seen(page), language, 9) == {}
        await own.press("accept")
        assert _wrong(await _seen(page), language, 1) == {}
        await expect(page.locator(STANDS)).to_have_text(_texts(language)["preferences"])
        assert _fetched(own) == {language}
        assert await own.violations() == []

        await own.settings()
        await expect(page.locator(".gw-stands")).to_contain_text(_day(language, await _until(own)))
        await own.context.close()


async def _until(own: Own) -> datetime:
    said: str = await own.page.evaluate("gateway.get().valid_until")
    return datetime.fromisoformat(said).astimezone(UTC)


def _day(language: str, day: datetime) -> re.Pattern[str]:
    """As that language writes it; a browser's spaces may be of another kind."""
    written = format_date(day, "long", locale=language)
    return re.compile(re.sub(r"\\?\s", r"\\s", re.escape(written)))


_NAMED = {
    **{"nb": "no", "nn": "no", "nb-NO": "no", "nn-NO": "no", "no": "no"},
    **{"en-GB": "en", "EN-us": "en", "pt-BR": "pt", "de-AT": "de", "ar-EG": "ar"},
    **{"xx": "nl", "": "nl", "e": "nl", "eng": "nl", "nbx": "nl", "zh-Hant": "nl"},
}


async def test_a_page_names_its_language_in_its_own_way(spoken: Served, chromium: Browser) -> None:
    own = await visit(chromium, spoken, opens=False)
    html = own.html
    for page, language in _NAMED.items():
        own.requests.clear()
        own.html = html.replace('<html lang="nl">', f'<html lang="{page}">')
        await own.open()
        await expect(own.page.locator("#gw-banner")).to_have_attribute("lang", language)
        await expect(own.page.locator(ASKS)).to_have_text(_texts(language)["accept"])
        assert _fetched(own) <= {language}, page


async def test_the_visitor_can_pick_each_and_keeps_what_was_ticked(
    spoken: Served, chromium: Browser
) -> None:
    own = await visit(chromium, spoken, viewport=DESKTOP)
    page = own.page
    await own.settings()
    options = page.locator("dialog select option")
    assert {await one.get_attribute("value") for one in await options.all()} == set(ALL)
    names = {
        str(await one.get_attribute("value")): await one.inner_text() for one in await options.all()
    }
    assert (names["nl"], names["el"], names["ar"]) == ("Nederlands", "Ελληνικά", "العربية")
    # Each in itself, and not as another one calls it.
    assert len({name.casefold() for name in names.values()}) == len(ALL)
    assert not [code for code, name in names.items() if name.casefold() == code]

    await page.locator("[data-gw-purpose=marketing]").check()
    for language in ("ar", "el", "fi"):
        select = page.locator("dialog select")
        await select.focus()
        await select.select_option(language)
        await expect(page.locator("dialog h2")).to_have_text(_texts(language)["preferences"])
        await expect(select).to_have_value(language)
        await expect(select).to_be_focused()
        assert await page.locator("[data-gw-purpose=marketing]").is_checked()
        assert not await page.locator("[data-gw-purpose=analytics]").is_checked()
    await own.press("save")
    assert await own.choices() == {"analytics": False, "marketing": True}
    assert _records(spoken)[-1] == ("fi", {"analytics": False, "marketing": True})
    await expect(page.locator(STANDS)).to_have_text(_texts("fi")["preferences"])


def _records(served: Served) -> list[tuple[str, dict[str, Any]]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        rows = db.execute("SELECT language, choices FROM consents ORDER BY seq").fetchall()
    return [(language, json.loads(choices)) for language, choices in rows]


async def test_a_page_that_changes_its_language_takes_the_banner_along(
    spoken: Served, chromium: Browser
) -> None:
    own = await visit(chromium, spoken, viewport=DESKTOP)
    page = own.page
    change = "(to) => { document.documentElement.lang = to }"
    await page.evaluate(change, "de")
    await expect(page.locator(ASKS)).to_have_text(_texts("de")["accept"])
    await own.settings()
    await page.locator("[data-gw-purpose=analytics]").check()
    await page.evaluate(change, "ar")
    await expect(page.locator("dialog h2")).to_have_text(_texts("ar")["preferences"])
    await expect(page.locator("#gw-banner")).to_have_attribute("dir", "rtl")
    assert await page.locator("[data-gw-purpose=analytics]").is_checked()
    await own.press("save")
    assert _records(spoken)[-1][0] == "ar"
    # Also the buttons that stay, on a page that never asked.
    await own.open()
    await page.evaluate(change, "fr-BE")
    await expect(page.locator(STANDS)).to_have_text(_texts("fr")["preferences"])
    await expect(page.locator("#gw-reopen")).to_have_attribute("dir", "ltr")


async def test_the_record_names_the_language_that_was_shown(
    spoken: Served, chromium: Browser
) -> None:
    for page, shown in (("mt", "mt"), ("nn", "no"), ("xx", "nl")):
        own = await visit(chromium, spoken, lang=page)
        await own.press("reject")
        await asyncio.sleep(0.1)
        assert _records(spoken)[-1][0] == shown
        await own.context.close()
