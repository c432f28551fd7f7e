"""The banner under the strictest policies a page can have: nothing of it is refused, because it
does nothing that would be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

import gateway
from tests.journey.pages.own import BODY, CLASSIC, NONCE, Own, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

_BUILT = Path(gateway.__file__).parent / "web" / "assets" / "banner"
_REST = (
    "default-src 'none'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' "
    "data:; base-uri 'none'; form-action 'none'; object-src 'none'"
)
_DYNAMIC = f"{_REST}; script-src 'nonce-{NONCE}' 'strict-dynamic'"
_TYPES = "require-trusted-types-for 'script'"

_HELD = f"""<script nonce="{NONCE}" type="text/plain" data-consent="marketing">
window.ran = ["inline"];</script>
<script nonce="{NONCE}" type="text/plain" data-consent="marketing" data-src="/proef.js"></script>"""


async def _journey(own: Own) -> None:
    """Asked, looked at in both languages, accepted, reopened, withdrawn, allowed once, chosen."""
    page = own.page
    await expect(page.locator(".gw-blocked")).to_be_visible()
    await own.settings()
    await page.locator("summary").first.click()
    await page.locator("dialog select").select_option("en")
    await expect(page.locator("dialog h2")).to_have_text("Cookie preferences")
    await page.keyboard.press("Escape")
    await own.press("accept")
    await expect(page.locator("iframe[data-consent]")).to_have_attribute("src", re.compile("/film"))
    await page.mouse.move(5, 5)
    await page.mouse.move(50, 50)
    await own.settings()
    await own.press("withdraw")
    await expect(page.locator(".gw-blocked")).to_be_visible()
    await page.locator(".gw-blocked button").first.click()
    await expect(page.locator("iframe[data-consent]")).to_have_attribute("src", re.compile("/film"))
    await page.evaluate("window.gateway.save({ analytics: true })")
    await own.open()
    assert await own.choices() == {"analytics": True, "marketing": False}


@pytest.mark.parametrize("types", [f"; {_TYPES}; trusted-types gateway", ""], ids=["types", ""])
async def test_a_whole_journey_breaks_no_strict_policy(
    types: str, served: Served, chromium: Browser
) -> None:
    own = await visit(chromium, served, csp=_DYNAMIC + types, body=BODY + _HELD, opens=False)
    script = "window.ran.push('external')"
    await own.context.route(
        "**/proef.js", lambda route: route.fulfill(body=script, content_type="text/javascript")
    )
    await own.open()
    await _journey(own)
    assert await own.violations() == []
    await own.press("withdraw")
    await own.open()
    await own.page.evaluate("window.gateway.accept()")
    await expect(own.page.locator("script[type='text/plain']")).to_have_count(0)
    await own.settle()
    assert await own.page.evaluate("window.ran") == ["inline", "external"]
    assert await own.violations() == []


async def test_a_page_that_allows_no_policy_of_ours_is_served_as_well(
    served: Served, chromium: Browser
) -> None:
    """Only held-back scripts need the policy `gateway`: everything else is done without."""
    own = await visit(chromium, served, csp=f"{_DYNAMIC}; {_TYPES}; trusted-types 'none'")
    await _journey(own)
    # The page's own policy tells that the name was refused, and nothing else was.
    forbidden = await own.violations()
    assert all("trusted-types" in one and "gateway" in one for one in forbidden), forbidden
    assert not any("require-trusted-types-for" in one for one in forbidden)


async def test_a_list_of_hosts_is_enough(served: Served, chromium: Browser) -> None:
    script = f"script-src {served.base}/demo/ 'nonce-{NONCE}'"
    csp = f"{_REST.replace(chr(39) + 'self' + chr(39), served.base)}; {script}"
    plain = CLASSIC.replace(f' nonce="{NONCE}"', "")
    own = await visit(chromium, served, embed=plain, csp=csp)
    await _journey(own)
    assert await own.violations() == []


async def test_a_pinned_script_breaks_no_strict_policy_either(
    served: Served, chromium: Browser
) -> None:
    release = await _release(served, chromium)
    embed = CLASSIC.replace("/banner.js", f"/banner/{release}/banner.js")
    own = await visit(
        chromium, served, embed=embed, csp=f"{_DYNAMIC}; {_TYPES}; trusted-types gateway"
    )
    await _journey(own)
    assert await own.violations() == []


async def _release(served: Served, chromium: Browser) -> str:
    page = await chromium.new_page()
    answer = await page.goto(f"{served.base}/demo/banner.json")
    assert answer is not None
    return str((await answer.json())["release"])


_FORBIDDEN = {
    "text becomes code": r"\beval\(|new Function\b|\bFunction\(|set(?:Timeout|Interval)\([\"'`]",
    "text becomes markup": r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser"
    r"|createContextualFragment|srcdoc|setHTMLUnsafe",
    "a style attribute": r"setAttribute\([\"'`]style|cssText",
    "a handler attribute": r"setAttribute\([\"'`]on",
}


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_built_file_has_anything_that_policies_forbid(what: str) -> None:
    files = sorted(_BUILT.glob("*.js"))
    assert {"banner.js", "choosing.js", "preferences.js"} <= {file.name for file in files}
    found = {file.name: re.findall(_FORBIDDEN[what], file.read_text("utf-8")) for file in files}
    assert {name: one for name, one in found.items() if one} == {}


def test_every_built_file_says_something() -> None:
    """A build that drops what nobody calls has left one empty before."""
    assert [file.name for file in _BUILT.glob("*.js") if not file.read_text("utf-8").strip()] == []
