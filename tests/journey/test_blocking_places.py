"""What stands in the place of a held-back element: what it says and offers, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.journey.blocking.held import NONCE, THIRD, Held, film, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

_STAND = ".gw-blocked"
_CHOICE = "/demo/consent"
_PICTURE = f'data-consent="marketing" data-src="{THIRD}/picture.svg"'


async def test_it_says_what_it_is_and_why_and_in_which_language(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(chromium, served, film("one", title="Our film"), lang="en")
    stand = visitor.page.get_by_role("group", name="Our film")
    await expect(stand).to_contain_text("Our film")
    await expect(stand).to_contain_text("for: Marketing.")
    await expect(stand).to_have_attribute("lang", "en")
    await expect(stand.get_by_role("button")).to_have_text(
        ["Allow this once", "Always allow", "Cookie preferences"]
    )


async def test_allowed_once_is_one_element_until_the_next_choice_and_nothing_is_kept(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(chromium, served, film("one") + film("two"))
    once = visitor.page.get_by_role("button", name="Deze keer toestaan")
    await once.first.click()
    await expect(visitor.page.locator(_STAND)).to_have_count(1)
    await visitor.settle()
    assert visitor.asked == ["one"]
    assert served.base + _CHOICE not in visitor.own
    assert await visitor.context.cookies() == []

    await visitor.choose()
    await expect(visitor.page.locator(_STAND)).to_have_count(2)
    await expect(visitor.page.locator("iframe[src]")).to_have_count(0)

    await once.last.click()
    await expect(visitor.page.locator(_STAND)).to_have_count(1)
    await visitor.reload()
    await expect(visitor.page.locator(_STAND)).to_have_count(2)
    assert visitor.asked == []


async def test_allowed_always_is_a_choice_for_its_purposes_alone(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(chromium, served, film("one") + film("two"))
    await visitor.page.get_by_role("button", name="Altijd toestaan").first.click()
    await expect(visitor.page.locator(_STAND)).to_have_count(0)
    await visitor.until({"one", "two"})
    assert sorted(visitor.asked) == ["one", "two"]
    choices = await visitor.page.evaluate("window.gateway.get().choices")
    assert (choices["marketing"], choices["analytics"]) == (True, False)
    await visitor.reload()
    await visitor.until({"one", "two"})
    assert sorted(visitor.asked) == ["one", "two"]


async def test_a_keyboard_reaches_it_and_goes_on_in_what_it_stood_for(
    served: Served, chromium: Browser
) -> None:
    image = f'<img {_PICTURE} alt="x" width=300 height=200>'
    visitor = await visit(chromium, served, f'<button id="before">b</button>{image}{film("one")}')
    page = visitor.page
    once = page.get_by_role("button", name="Deze keer toestaan")
    for tag, waiting in (("IMG", 2), ("IFRAME", 1)):
        await expect(once).to_have_count(waiting)
        await page.locator("#before").focus()
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text("Deze keer toestaan")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.tagName") == tag


async def test_nobody_can_agree_to_a_purpose_that_is_not_explained(
    served: Served, chromium: Browser
) -> None:
    body = film("one").replace('"marketing"', '"marketing fun"')
    visitor = await visit(chromium, served, body)
    stand = visitor.page.locator(_STAND)
    await expect(stand).to_contain_text("toestemming hebt gegeven voor: Marketing, fun.")
    await expect(stand.get_by_role("button")).to_have_text(["Cookievoorkeuren"])
    await visitor.choose(marketing=True, analytics=True)
    await expect(stand).to_be_visible()
    assert visitor.asked == []


_SEEN = {
    "a frame": film("x"),
    "a picture": f'<img {_PICTURE} alt="Kaart" width="300" height="200">',
    "a film": f'<video controls data-consent="marketing" data-src="{THIRD}/v.mp4"></video>',
    "an object": f'<object data-consent="marketing" data-data="{THIRD}/o.svg" width="300"'
    ' height="200"></object>',
    "an embed": f'<embed data-consent="marketing" data-src="{THIRD}/e.html" width="300"'
    ' height="200">',
}
_UNSEEN = {
    "a dot": film("x", 'style="width:1px;height:1px"').replace('"560"', '"1"'),
    "a frame of no size": film("x", 'style="width:0"').replace('"560"', '""'),
    "an ornament": f'<img {_PICTURE} alt="" width="300" height="200">',
    "a picture of no size": f'<img {_PICTURE} alt="Kaart">',
    "a picture of no name": f'<img {_PICTURE} width="300" height="200">',
    "a sound": f'<audio controls data-consent="marketing" data-src="{THIRD}/a.mp3"></audio>',
    "Klaro has no such name": film("x").replace('data-consent="marketing"', 'data-name="Eva"'),
}


async def test_only_what_would_be_seen_is_stood_in_for(served: Served, chromium: Browser) -> None:
    every = _SEEN | _UNSEEN
    body = "".join(f'<section id="{name}">{html}</section>' for name, html in every.items())
    visitor = await visit(chromium, served, body)
    stood = "[...document.querySelectorAll('.gw-blocked')].map((stand) => stand.parentNode.id)"
    assert await visitor.page.evaluate(stood) == list(_SEEN)


_LAZY = """<script>for (const one of document.querySelectorAll(".lazy")) one.src = one.dataset.src;
</script>"""


async def test_pictures_that_the_page_loads_by_itself_stay_as_they_are(
    served: Served, chromium: Browser
) -> None:
    """Lazy loaders have their address in `data-src`, and shops much in `data-category`."""
    named = {"schoen": 'data-category="schoenen"', "held": 'data-name="Hero"'}
    size = 'alt="Foto" width="300" height="200"'
    body = film("one") + f'<img data-category="" data-src="{THIRD}/later.svg" {size}>'
    for name, said in named.items():
        body += f'<img class="lazy" {said} data-src="{THIRD}/{name}.svg" {size}>'
    visitor = await visit(chromium, served, body + _LAZY)
    sources = "[...document.images].map((one) => [one.getAttribute('src'), one.hidden])"
    shown = [[None, False], *([f"{THIRD}/{name}.svg", False] for name in named)]
    stand = visitor.page.locator(_STAND)
    await expect(stand).to_contain_text(["Onze film"])
    assert await visitor.page.evaluate(sources) == shown
    for marketing in (True, False):
        await visitor.choose(marketing=marketing)
        await expect(stand).to_have_count(0 if marketing else 1)
        assert await visitor.page.evaluate(sources) == shown
    assert sorted(visitor.asked) == ["held", "one", "schoen"]


async def test_a_released_frame_stays_where_the_page_has_gone_on_to(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(chromium, served, film("one"))
    frame = visitor.page.locator("iframe")
    await visitor.choose(marketing=True)
    await frame.evaluate("(frame, address) => (frame.src = address)", f"{THIRD}/two.html")
    await visitor.page.evaluate("document.body.append(document.createElement('p'))")
    await visitor.until({"two"})
    await visitor.choose(marketing=True, analytics=True)
    assert visitor.asked == ["one", "two"]
    await expect(frame).to_have_attribute("src", f"{THIRD}/two.html")
    # Withdrawn, it is emptied whatever it shows.
    await visitor.withdraw()
    assert await frame.get_attribute("src") is None


async def test_what_the_page_does_not_show_gets_nothing_in_its_place_until_it_does(
    served: Served, chromium: Browser
) -> None:
    hidden = ("hidden", 'style="display:none"', 'class="off"')
    body = "".join(film(f"f{at}", how, title=f"Film {at}") for at, how in enumerate(hidden))
    visitor = await visit(chromium, served, f"<style>.off {{ display: none }}</style>{body}")
    await expect(visitor.page.locator(_STAND)).to_have_count(0)
    await visitor.choose(marketing=True)
    await visitor.until({"f0", "f1", "f2"})
    shown = "[...document.querySelectorAll('iframe')].filter((one) => one.getClientRects()[0])"
    assert await visitor.page.evaluate(f"{shown}.length") == 0
    await visitor.withdraw()
    await visitor.page.evaluate("document.querySelector('iframe').hidden = false")
    await expect(visitor.page.locator(_STAND)).to_contain_text(["Film 0"])


@pytest.mark.parametrize("kind", ["an object", "an embed"])
async def test_trusted_types_stop_neither_a_plug_in_nor_what_comes_after_it(
    kind: str, served: Served, chromium: Browser
) -> None:
    """To the browser the address of a plug-in is that of a script."""
    csp = (
        f"script-src 'nonce-{NONCE}' 'strict-dynamic'; object-src {THIRD};"
        " require-trusted-types-for 'script'; trusted-types gateway"
    )
    visitor = await visit(chromium, served, _SEEN[kind] + film("after"), csp=csp)
    await visitor.page.locator("#gw-banner [data-gw-action=accept]").click()
    expected = {"after", {"an object": "o", "an embed": "e"}[kind]}
    await visitor.until(expected)
    assert set(visitor.asked) == expected
    await expect(visitor.page.locator("#gw-banner")).to_be_hidden()
    assert visitor.complaints == []


_LAYOUTS = {
    "inline": film("x"),
    "block": film("x", 'style="display:block;margin:10px auto;border:0"'),
    "full width": film("x", 'style="display:block;width:100%;aspect-ratio:16/9;height:auto"'),
    "over a ratio": '<div style="position:relative;padding-bottom:56.25%">'
    + film("x", 'style="position:absolute;inset:0;width:100%;height:100%;border:0"')
    + "</div>",
    "in a row": '<div style="display:flex">'
    + film("x", 'style="flex:1;min-width:0"')
    + "<p>p</p></div>",
    "in a grid": '<div style="display:grid;grid-template-columns:1fr 2fr">'
    + film("x", 'style="grid-column:2;width:100%"')
    + "</div>",
    "low": film("x", 'style="height:120px"'),
    "picture": f'<img {_PICTURE} alt="Kaart" width="800" height="400"'
    ' style="display:block;max-width:100%;height:auto">',
    "embed": f'<embed data-consent="marketing" data-src="{THIRD}/e.html" width="200" height="200">',
}
_BOXES = """selector => [...document.querySelectorAll(selector)].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
})"""


@pytest.mark.parametrize("width", [320, 1000])
async def test_nothing_moves_when_it_comes_or_goes(
    width: int, served: Served, chromium: Browser
) -> None:
    body = "".join(f"<main>{html}</main>" for html in _LAYOUTS.values())
    narrow = "<style>iframe { max-width: 100%; box-sizing: border-box }</style>"
    viewport = {"width": width, "height": 800}
    visitor = await visit(chromium, served, narrow + body, viewport=viewport)
    page = visitor.page
    await expect(page.locator(_STAND)).to_have_count(len(_LAYOUTS))
    sections = await page.evaluate(_BOXES, "main")
    stood = await page.evaluate(_BOXES, _STAND)
    # Turned, and back.
    await page.set_viewport_size({"width": width + 100, "height": 800})
    await page.set_viewport_size(viewport)  # type: ignore[arg-type]
    await visitor.settle()
    assert await page.evaluate(_BOXES, _STAND) == stood
    await visitor.choose(marketing=True)
    assert await page.evaluate(_BOXES, "[data-consent]") == stood
    assert await page.evaluate(_BOXES, "main") == sections
    await visitor.withdraw()
    assert await page.evaluate(_BOXES, _STAND) == stood


async def test_the_page_does_not_shift_while_it_comes(served: Served, chromium: Browser) -> None:
    visitor = await visit(chromium, served, f"{film('one')}<p>z</p>{film('two')}<p>z</p>")
    await expect(visitor.page.locator(_STAND)).to_have_count(2)
    assert await _shift(visitor) == 0


async def _shift(visitor: Held) -> float:
    shift: float = await visitor.page.evaluate(
        """() => new Promise((resolve) => {
            new PerformanceObserver((list) => resolve(
                list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
            )).observe({ type: "layout-shift", buffered: true });
            setTimeout(resolve, 300, 0);
        })"""
    )
    return shift


_LOOKS = """stand => {
    const { backgroundColor, borderTopWidth, fontFamily, paddingTop } = getComputedStyle(stand);
    const button = getComputedStyle(stand.querySelector("button"));
    const over = [stand.scrollWidth - stand.clientWidth, stand.scrollHeight - stand.clientHeight];
    return [backgroundColor, borderTopWidth, fontFamily, paddingTop, button.color,
        button.backgroundColor, button.fontWeight, stand.offsetHeight, ...over];
}"""


@pytest.mark.parametrize("colours", ["light", "dark", "forced"])
async def test_all_of_it_fits_on_the_smallest_phone_whatever_else_is_on_the_page(
    colours: str, served: Served, chromium: Browser
) -> None:
    options: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
    options |= {"forced_colors": "active"} if colours == "forced" else {"color_scheme": colours}
    body = film("one", 'style="display:block;width:100%;height:auto;aspect-ratio:16/9;border:0"')
    visitor = await visit(chromium, served, body, **options)
    stand = visitor.page.locator(_STAND)
    await expect(stand.get_by_role("button", name="Altijd")).to_be_visible()
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
    looks = await stand.evaluate(_LOOKS)
    assert looks[-2:] == [0, 0]

    # Who has chosen gets no first layer; the preferences bring its styles when they are opened.
    await visitor.choose()
    await visitor.reload()
    await expect(stand).to_be_visible()
    assert await stand.evaluate(_LOOKS) == looks
    await visitor.page.evaluate("window.gateway.open()")
    await expect(visitor.page.locator("#gw-preferences[open]")).to_be_visible()
    assert await stand.evaluate(_LOOKS) == looks
