"""axe-core finds nothing (WCAG 2.2 A and AA, and its best practices): on every layer and page a
visitor can meet, in every way they may look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.journey.pages.axe import faults
from tests.journey.pages.own import Own, visit
from tests.journey.pages.sites import asking_more, looking, speaking
from tests.journey.person import DESKTOP, PHONE
from tests.serving import Served

pytestmark = pytest.mark.browser

LAYOUTS = ("bar", "corner", "centre")
_NARROW = {"width": 320, "height": 568}
_ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
WAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "forced": {"viewport": DESKTOP, "forced_colors": "active"},
    "phone": {"viewport": PHONE},
    "narrow": {"viewport": _NARROW},
    "zoomed": _ZOOMED,
    "right-to-left": {"viewport": DESKTOP, "lang": "ar"},
}
_UNFOLD = "document.querySelectorAll('details').forEach((one) => one.open = true)"


@dataclass
class _Site:
    """A gateway whose demo has this layout, and a consent from before it asked for more."""

    served: Served
    earlier: str
    receipt: str


@pytest.fixture(scope="module", params=LAYOUTS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[_Site]:
    served = Served(tmp_path_factory.mktemp("site"), demo=True)
    speaking(served, "nl", "ar", "en")
    looking(served, request.param)
    with served:
        with httpx.Client(base_url=served.base, headers={"origin": served.base}) as client:
            notice = client.get("/demo/notices").json()["notices"][-1]["id"]
            said = {
                **{"notice": notice, "action": "accept", "language": "nl", "layer": "first"},
                "choices": {"analytics": True, "marketing": True},
            }
            answer = client.post("/demo/consent", json=said)
        cookie = SimpleCookie(answer.headers["set-cookie"])["gw_consent"].value
        served.stop()
        asking_more(served)
        served.start()
        yield _Site(served, cookie, answer.json()["receipt"])


def _cookie(site: _Site) -> Any:
    return {"name": "gw_consent", "value": site.earlier, "url": site.served.base}


async def _visit(site: _Site, chromium: Browser, way: str) -> Own:
    return await visit(chromium, site.served, **WAYS[way])


@pytest.mark.parametrize("way", WAYS)
async def test_what_asks_has_no_fault_in_any_layout(
    way: str, site: _Site, chromium: Browser
) -> None:
    """The first layer, and the one about what is new since a consent."""
    own = await _visit(site, chromium, way)
    await expect(own.page.locator(".gw-blocked")).to_be_visible()
    found = {"first": await faults(own.page)}
    await own.context.add_cookies([_cookie(site)])
    await own.open()
    await expect(own.page.locator("#gw-banner li")).to_have_count(1)
    found["again"] = await faults(own.page)
    assert {state: one for state, one in found.items() if one} == {}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("site", ["bar"], indirect=True)
async def test_what_is_opened_and_what_stays_has_no_fault(
    way: str, site: _Site, chromium: Browser
) -> None:
    """They are the same in every layout."""
    own = await _visit(site, chromium, way)
    found = {}
    await own.settings()
    await own.page.evaluate(_UNFOLD)
    found["preferences"] = await faults(own.page)
    await own.page.keyboard.press("Escape")
    await own.press("accept")
    found["after a yes"] = await faults(own.page)
    await own.settings()
    found["preferences of who chose"] = await faults(own.page)
    await own.press("withdraw")
    await expect(own.page.locator(".gw-blocked")).to_be_visible()
    found["after a no"] = await faults(own.page)
    assert {state: one for state, one in found.items() if one} == {}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("site", ["bar"], indirect=True)
async def test_no_page_of_the_gateway_has_a_fault(way: str, site: _Site, chromium: Browser) -> None:
    """They have no layout of the site's."""
    how = dict(WAYS[way])
    language = how.pop("lang", "nl")
    context = await chromium.new_context(**how)
    addresses = {
        "preferences": f"{site.served.base}/demo/preferences?language={language}",
        "receipt": f"{site.receipt}?language={language}",
        "codes": f"{site.served.base}/demo/receipts?language={language}",
    }
    found = {name: await _opened(context, url) for name, url in addresses.items()}
    await context.add_cookies([_cookie(site)])
    found["preferences of who chose"] = await _opened(context, addresses["preferences"])
    assert {name: one for name, one in found.items() if one} == {}


async def _opened(context: BrowserContext, address: str) -> list[str]:
    page: Page = await context.new_page()
    await page.goto(address)
    await page.evaluate(_UNFOLD)
    return await faults(page)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway with weeks of visits, and somebody who may look at their figures."""
    served = Served(tmp_path_factory.mktemp("counted"), demo=True)
    served.run("demo", "fill", "--days", "20")
    served.run("user", "add", "anna", "--no-password")
    with served:
        yield served


@pytest.mark.parametrize("way", WAYS)
async def test_no_page_of_figures_has_a_fault(way: str, counted: Served, chromium: Browser) -> None:
    """In the languages of staff, folded and unfolded."""
    how = {name: value for name, value in WAYS[way].items() if name != "lang"}
    context = await chromium.new_context(**how)
    page = await context.new_page()
    await page.goto(counted.run("user", "link", "anna").strip())
    board = f"{counted.base}/dashboard/demo?language=nl"
    addresses = {
        "dashboard": f"{board}&pages=entry_page&consent=language&filter=device:is:phone",
        "hours": f"{board}&period=7d&by=hour&filter=shoe-size:is:44",
        "empty": f"{board}&filter=page:is:/nowhere",
        "list": f"{counted.base}/dashboard/demo/list?dimension=page&language=en",
    }
    found = {name: await _opened(context, url) for name, url in addresses.items()}
    await page.goto(board)
    found["folded"] = await faults(page)
    await page.locator(".when summary").first.click()
    found["menu"] = await faults(page)
    assert {name: one for name, one in found.items() if one} == {}
