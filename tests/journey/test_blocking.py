"""Elements of other parties wait for their purposes, and end with them (P4, P8, R1, R20)."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, expect

from tests.journey.blocking.held import NONCE, THIRD, film, visit
from tests.serving import Served

pytestmark = pytest.mark.browser

_MARKETING = frozenset({"marketing"})
_ANALYTICS = frozenset({"analytics"})
_BOTH = _MARKETING | _ANALYTICS
_NEVER = frozenset({"no such purpose"})
_REFUSAL = frozenset({"refused"})


def _script(name: str, rest: str) -> str:
    return f'<script type="text/plain" {rest}>ran("{name}")</script>'


def _file(name: str, rest: str, source: str = "src") -> str:
    return f'<script type="text/plain" {rest} {source}="{THIRD}/{name}.js"></script>'


def _of(tag: str, name: str, rest: str, kind: str = "html", source: str = "data-src") -> str:
    return f'<{tag} {rest} {source}="{THIRD}/{name}.{kind}"></{tag}>'


_ROWS = {
    "inline": (_script("inline", 'data-consent="marketing"'), _MARKETING),
    "external": (_file("external", 'data-consent="marketing"'), _MARKETING),
    "data-src": (_file("data-src", 'data-consent="analytics"', "data-src"), _ANALYTICS),
    "module": (_script("module", 'data-consent="marketing" data-type="module"'), _MARKETING),
    "module-file": (
        _file("module-file", 'data-consent="marketing" data-type="module"'),
        _MARKETING,
    ),
    "typed": (_script("typed", 'data-consent="marketing" data-type="text/javascript"'), _MARKETING),
    "two": (_script("two", 'data-consent="analytics marketing"'), _BOTH),
    "necessary": (_script("necessary", 'data-consent="necessary"'), frozenset()),
    "unknown": (_script("unknown", 'data-consent="marketing fun"'), _NEVER),
    "nameless": (_script("nameless", 'data-consent=""'), _NEVER),
    "frame": (_of("iframe", "frame", 'data-consent="marketing"'), _MARKETING),
    "image": (_of("img", "image", 'data-consent="marketing"', "svg"), _MARKETING),
    "pixels": (
        f'<img data-consent="marketing" data-srcset="{THIRD}/pixels.svg 1x">',
        _MARKETING,
    ),
    "video": (_of("video", "video", 'data-consent="marketing"', "mp4"), _MARKETING),
    "source": (
        f'<video data-consent="marketing"><source data-src="{THIRD}/source.mp4"></video>',
        _MARKETING,
    ),
    "audio": (_of("audio", "audio", 'data-consent="analytics"', "mp3"), _ANALYTICS),
    "embed": (_of("embed", "embed", 'data-consent="marketing"'), _MARKETING),
    "object": (_of("object", "object", 'data-consent="marketing"', "svg", "data-data"), _MARKETING),
    "style": (
        _of("link", "style", 'rel="stylesheet" data-consent="marketing"', "css", "data-href"),
        _MARKETING,
    ),
    # CookieConsent, versions 3 and 2
    "category": (
        _script("category", 'data-category="analytics" data-service="Counter"'),
        _ANALYTICS,
    ),
    "not-category": (_script("not-category", 'data-category="!analytics"'), _REFUSAL),
    "not-unknown": (_script("not-unknown", 'data-category="!fun"'), _NEVER),
    "cookiecategory": (_file("cookiecategory", 'data-cookiecategory="marketing"'), _MARKETING),
    # Klaro
    "klaro": (
        _file("klaro", 'data-type="application/javascript" data-name="marketing"', "data-src"),
        _MARKETING,
    ),
    "klaro-frame": (_of("iframe", "klaro-frame", 'data-name="marketing"'), _MARKETING),
    "klaro-image": (_of("img", "klaro-image", 'data-name="analytics"', "svg"), _ANALYTICS),
    "klaro-unknown": (_of("iframe", "klaro-unknown", 'data-name="Eva"'), _NEVER),
    # Cookiebot
    "cookiebot": (_script("cookiebot", 'data-cookieconsent="marketing, statistics"'), _BOTH),
    "cookiebot-frame": (
        _of(
            "iframe",
            "cookiebot-frame",
            'data-cookieconsent="statistics"',
            "html",
            "data-cookieblock-src",
        ),
        _ANALYTICS,
    ),
    "cookiebot-unknown": (_script("cookiebot-unknown", 'data-cookieconsent="fun"'), _NEVER),
}


async def test_each_kind_of_element_waits_for_what_it_names(
    served: Served, chromium: Browser
) -> None:
    body = "".join(html for html, _ in _ROWS.values())
    for granted in (None, frozenset[str](), _ANALYTICS, _MARKETING, _BOTH):
        visitor = await visit(chromium, served, body)
        if granted is not None:
            await visitor.choose(**{purpose: purpose in granted for purpose in _BOTH})
        allowed = granted or frozenset()
        if granted is not None and "analytics" not in granted:
            allowed |= _REFUSAL
        expected = {name for name, (_, needed) in _ROWS.items() if needed <= allowed}
        await visitor.until(expected)
        assert await visitor.happened() == expected, granted
        ran = await visitor.ran()
        assert len(ran) == len(set(ran)), granted

        # None of the blocked kinds after a withdrawal, nor after the next load (R20).
        if granted:
            visitor.asked.clear()
            await visitor.withdraw()
            assert visitor.asked == [], granted
            await visitor.reload()
            await visitor.until({"necessary", "not-category"})
            assert await visitor.happened() == {"necessary", "not-category"}, granted
        await visitor.context.close()


async def test_scripts_keep_their_order_and_async_ones_do_not_hold_up_the_rest(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(
        chromium,
        served,
        _script("first", 'data-consent="marketing"')
        + _file("slow-async", 'async data-consent="marketing"')
        + _file("slow-second", 'data-consent="marketing"')
        + _script("third", 'data-consent="marketing"')
        + _file("missing-not", 'data-consent="marketing"').replace(THIRD, "https://other.invalid")
        + _script("fourth", 'data-consent="marketing"'),
    )
    await visitor.choose(marketing=True)
    await visitor.page.wait_for_function("log.length === 5")
    ran = [name for name in await visitor.ran() if name != "slow-async"]
    assert ran == ["first", "slow-second", "third", "fourth"]
    assert "slow-async" in await visitor.ran()


async def test_a_withdrawal_halfway_stops_the_scripts_still_to_come(
    served: Served, chromium: Browser
) -> None:
    body = _file("slow-first", 'data-consent="marketing"') + _script(
        "second", 'data-consent="marketing"'
    )
    visitor = await visit(chromium, served, body)
    await visitor.page.evaluate(
        "() => { window.gateway.save({ marketing: true }).then(() => window.gateway.withdraw()) }"
    )
    await asyncio.sleep(1.5)
    assert await visitor.ran() == ["slow-first"]


async def test_a_script_starts_as_the_page_wrote_it_and_only_once(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(
        chromium,
        served,
        '<script type="text/plain" id="tag" crossorigin="anonymous" nonce="abc" data-key="1"'
        ' referrerpolicy="origin" integrity="sha256-q28nqsYDSOvyXOYHIgxXfeOHuV0YsYdmv7sJ6HyyIgQ="'
        f' data-consent="marketing" src="{THIRD}/tag.js"></script>'
        '<script type="text/plain" id="typed" data-type="module" data-consent="marketing"></script>'
        # Says again that it is no script.
        + _script("no", 'data-type="text/plain" data-consent="marketing"'),
    )
    digest = await visitor.page.evaluate(
        """async () => {
            const code = new TextEncoder().encode("ran('tag')");
            const sum = await crypto.subtle.digest("SHA-256", code);
            return "sha256-" + btoa(String.fromCharCode(...new Uint8Array(sum)));
        }"""
    )
    await visitor.page.evaluate("sum => document.getElementById('tag').integrity = sum", digest)
    for marketing in (True, False, True):
        await visitor.choose(marketing=marketing)
    kept = await visitor.page.evaluate(
        """() => {
            const { id, crossOrigin, nonce, referrerPolicy, integrity, type, dataset } = tag;
            return [id, crossOrigin, nonce, referrerPolicy, integrity, type, dataset.key];
        }"""
    )
    assert kept == ["tag", "anonymous", "abc", "origin", digest, "", "1"]
    assert await visitor.page.evaluate("typed.type") == "module"
    assert await visitor.ran() == visitor.asked == ["tag"]


async def test_an_address_that_is_a_script_in_disguise_is_never_used(
    served: Served, chromium: Browser
) -> None:
    forms = ["javascript:parent.ran('x')", "data:text/html,x", "data:text/javascript,ran('x')", ""]
    body = "".join(
        f'<{tag} data-consent="marketing" title="t" width="300" height="200"'
        f' {source}="{form}"></{tag}>'
        for form in forms
        for tag, source in (("iframe", "data-src"), ("embed", "data-src"), ("object", "data-data"))
    ) + "".join(
        f'<script type="text/plain" data-consent="marketing" {source}="{form}"></script>'
        for form in forms
        for source in ("src", "data-src")
    )
    visitor = await visit(chromium, served, body)
    await visitor.choose(marketing=True)
    await expect(visitor.page.locator("iframe[src], embed[src], object[data]")).to_have_count(0)
    await expect(visitor.page.locator(".gw-blocked")).to_have_count(0)
    assert await visitor.ran() == []
    assert len(visitor.page.frames) == 1 + len(forms)  # all empty
    assert {frame.url for frame in visitor.page.frames[1:]} <= {"about:blank", ""}


async def test_a_page_that_draws_itself_can_add_change_and_remove(
    served: Served, chromium: Browser
) -> None:
    visitor = await visit(chromium, served, '<div id="app"></div>')
    page = visitor.page
    stands = page.locator(".gw-blocked")
    await page.evaluate("html => app.innerHTML = html", f"<section hidden>{film('one')}</section>")
    await visitor.settle()
    await page.evaluate("app.firstChild.hidden = false")
    await expect(stands).to_have_count(1)
    await page.evaluate("app.querySelector('iframe').remove()")
    await expect(stands).to_have_count(0)

    # Purposes and addresses that arrive after the element.
    await page.evaluate(
        """address => {
            const frame = app.appendChild(document.createElement("iframe"));
            setTimeout(() => { frame.dataset.consent = "marketing"; frame.dataset.src = address; });
        }""",
        f"{THIRD}/two.html",
    )
    await expect(stands).to_have_count(1)
    assert visitor.asked == []
    await visitor.choose(marketing=True)
    await expect(stands).to_have_count(0)
    assert visitor.asked == ["two"]
    await page.evaluate(
        "address => { app.querySelector('iframe').dataset.src = address }", f"{THIRD}/three.html"
    )
    await page.evaluate(
        """address => {
            const script = document.createElement("script");
            script.type = "text/plain";
            script.dataset.consent = "marketing";
            script.src = address;
            app.append(script);
        }""",
        f"{THIRD}/four.js",
    )
    await visitor.settle()
    assert sorted(visitor.asked) == ["four", "three", "two"]

    # Kept aside by the page while the consent is withdrawn, then put back.
    await page.evaluate("() => { aside = app.querySelector('iframe'); aside.remove() }")
    await visitor.withdraw()
    await page.evaluate("() => { app.append(aside) }")
    await expect(stands).to_have_count(1)
    assert sorted(visitor.asked) == ["four", "three", "two"]


_STRICT = (
    f"script-src 'nonce-{NONCE}' 'strict-dynamic'; style-src 'self'; base-uri 'none';"
    " object-src 'none'; require-trusted-types-for 'script'; trusted-types "
)


async def test_nothing_offends_a_strict_page(served: Served, chromium: Browser) -> None:
    """`script-src 'nonce-...' 'strict-dynamic'; style-src 'self'` and Trusted Types."""
    body = (
        _script("inline", f'nonce="{NONCE}" data-consent="marketing"')
        + _file("external", f'nonce="{NONCE}" data-consent="marketing"')
        + _file("later", 'data-consent="marketing"', "data-src")
        + film("film")
    )
    visitor = await visit(chromium, served, body, csp=_STRICT + "gateway")
    await expect(visitor.page.locator(".gw-blocked")).to_be_visible()
    await visitor.choose(marketing=True)
    everything = {"inline", "external", "later", "film"}
    await visitor.until(everything)
    assert await visitor.happened() == everything
    await visitor.withdraw()
    await expect(visitor.page.locator(".gw-blocked")).to_be_visible()
    assert visitor.complaints == []


async def test_a_page_that_allows_no_policy_is_told_once_and_keeps_its_scripts_back(
    served: Served, chromium: Browser
) -> None:
    body = _script("one", f'nonce="{NONCE}" data-consent="necessary"') * 2
    visitor = await visit(chromium, served, body, csp=_STRICT + "another")
    assert await visitor.ran() == []
    assert sum("gateway: not started" in said for said in visitor.complaints) == 1
