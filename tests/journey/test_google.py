"""Consent Mode v2 as a Google tag meets it: what stands in the data layer when it starts, and what
it hears later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

_TAG = "https://tags.example/gtag.js"
_OTHER = "https://other.example/pixel.js"

_DECLARED = """
[google]
mode = "{mode}"
ads_data_redaction = true

[google.types]
ad_storage = "marketing"
ad_user_data = "marketing"
ad_personalization = "marketing"
analytics_storage = "analytics"
functionality_storage = "necessary"
personalization_storage = "denied"
security_storage = "granted"
"""

# As Google's own: reads what is queued when it starts, and from then on hears each new entry.
_FAKE_TAG = """
const plain = (entry) =>
    Object.prototype.toString.call(entry) === "[object Arguments]" ? [...entry] : "ignored";
window.seen = dataLayer.map(plain);
window.told = ["tag"];
dataLayer.push = function (...entries) {
    for (const entry of entries) {
        seen.push(plain(entry));
        told.push([...entry].slice(0, 2).join(" "));
    }
    return Array.prototype.push.apply(dataLayer, entries);
};
document.addEventListener("gateway:consent", ({ detail }) => told.push(detail.state));
"""

_PAGE = """<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Winkel</title>
{head}<script src="/demo/banner.js" async></script></head><body><main><h1>Winkel</h1>
<p>Onze winkel.</p></main></body></html>"""

_HELD = f"""<script type="text/plain" data-consent="analytics" data-consent-mode>
window.dataLayer = window.dataLayer || [];
function gtag() {{ dataLayer.push(arguments); }}
gtag("js", 1); gtag("config", "G-1");
</script>
<script type="text/plain" data-consent="analytics" data-consent-mode src="{_TAG}"></script>
"""


def _states(ads: str, analytics: str) -> dict[str, str]:
    return {
        "ad_storage": ads,
        "ad_user_data": ads,
        "ad_personalization": ads,
        "analytics_storage": analytics,
        "functionality_storage": "granted",
        "personalization_storage": "denied",
        "security_storage": "granted",
    }


def _update(ads: str, analytics: str) -> list[object]:
    return ["consent", "update", _states(ads, analytics)]


_DEFAULT = [
    ["consent", "default", _states("denied", "denied") | {"wait_for_update": 500}],
    ["set", "ads_data_redaction", True],
]
_OWN = [["js", 1], ["config", "G-1"]]
_GRANTED = _update("granted", "granted")
_DENIED = _update("denied", "denied")

Shop = Callable[..., Awaitable[Person]]


@pytest.fixture
def shop(tmp_path: Path, chromium: Browser) -> Any:
    """Somebody on a page of a site with Consent Mode, and the servers of its tags."""
    running: list[Served] = []

    async def open_shop(head: str = _HELD, mode: str = "basic") -> Person:
        served = Served(tmp_path, demo=True)
        file = served.config.parent / "sites" / "demo.toml"
        file.write_text(file.read_text("utf-8") + _DECLARED.format(mode=mode), "utf-8")
        served.start()
        running.append(served)
        person = await Person.arrive(chromium, served.base)
        page = _PAGE.format(head=head)

        async def answer(route: Route) -> None:
            await route.fulfill(body=_FAKE_TAG, content_type="text/javascript")

        async def show(route: Route) -> None:
            await route.fulfill(body=page, content_type="text/html")

        await person.context.route(_TAG, answer)
        await person.context.route(f"{served.base}/winkel", show)
        await person.read("/winkel")
        return person

    yield open_shop
    for served in running:
        served.stop()


async def _seen(person: Person) -> list[Any]:
    """The data layer as the tag read it, and what it heard after."""
    await person.page.wait_for_function("window.seen")
    seen: list[Any] = await person.page.evaluate("seen")
    return seen


async def _untouched(person: Person) -> bool:
    """No data layer, no tag, not even the code that would speak to one."""
    made = await person.page.evaluate("'dataLayer' in window")
    return not made and not person.sent("/gtag.js") and not person.sent("/google.js")


async def test_basic_mode_is_silent_until_a_yes_and_then_speaks_before_the_tag(shop: Shop) -> None:
    """The tag's own commands come after the default and the update, whatever it does first."""
    person = await shop()
    assert await _untouched(person)
    await person.press("accept")
    assert await _seen(person) == [*_DEFAULT, _GRANTED, *_OWN]

    # Back on another page: the same, from the start.
    await person.read("/winkel")
    assert await _seen(person) == [*_DEFAULT, _GRANTED, *_OWN]
    assert person.sent("/gtag.js") == 2


async def test_who_refuses_leaves_nothing_to_tell_google(shop: Shop) -> None:
    """Google says of basic mode: without consent not even the consent status is sent."""
    person = await shop()
    await person.press("reject")
    assert await _untouched(person)
    await person.read("/winkel")
    assert await _untouched(person)


async def test_a_yes_to_measuring_alone_is_no_yes_to_advertising(shop: Shop) -> None:
    person = await shop()
    await person.page.evaluate("gateway.save({ analytics: true })")
    assert await _seen(person) == [*_DEFAULT, _update("denied", "granted"), *_OWN]


async def test_a_yes_to_advertising_alone_starts_no_measuring_tag(shop: Shop) -> None:
    person = await shop()
    await person.page.evaluate("gateway.save({ marketing: true })")
    await person.settle()
    assert not person.sent("/gtag.js")
    layer = await person.page.evaluate("dataLayer.map((entry) => [...entry])")
    assert layer == [*_DEFAULT, _update("granted", "denied")]


async def test_a_withdrawal_is_told_in_the_same_page_view_before_all_else(shop: Shop) -> None:
    person = await shop()
    await person.press("accept")
    await _seen(person)
    await person.page.evaluate("gateway.withdraw()")
    await person.settle()
    assert await _seen(person) == [*_DEFAULT, _GRANTED, *_OWN, _DENIED]
    told = await person.page.evaluate("told")
    assert told[:2] == ["tag", "consent update"], "the page's own code heard of it first"
    assert "withdrawn" in told

    # Second thoughts: an update, and no second default.
    await person.page.evaluate("gateway.accept()")
    await person.settle()
    assert (await _seen(person))[-2:] == [_DENIED, _GRANTED]
    assert person.sent("/gtag.js") == 1

    await person.page.evaluate("gateway.withdraw()")
    await person.read("/winkel")
    assert await person.page.evaluate("'dataLayer' in window") is False
    assert person.sent("/gtag.js") == 1


async def test_an_unchanged_choice_tells_nothing_new(shop: Shop) -> None:
    person = await shop()
    await person.press("accept")
    before = await _seen(person)
    await person.page.evaluate("gateway.accept()")
    await person.page.evaluate("gateway.save({ analytics: true, marketing: true })")
    await person.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await person.settle()
    assert await _seen(person) == before


async def test_commands_a_page_queued_too_early_come_after_the_default(shop: Shop) -> None:
    """A `config` before the default would count as granted, whatever was chosen."""
    early = """<script>window.dataLayer = window.dataLayer || [];
        function gtag() { dataLayer.push(arguments); }
        gtag("js", 1); gtag("config", "G-1");</script>"""
    tag = f'<script type="text/plain" data-consent="analytics" src="{_TAG}"></script>'
    person = await shop(early + tag)
    await person.press("accept")
    assert await _seen(person) == [*_DEFAULT, _GRANTED, *_OWN]


async def test_advanced_mode_starts_the_tag_denied_and_then_updates_it(shop: Shop) -> None:
    person = await shop(mode="advanced")
    assert await _seen(person) == [*_DEFAULT, *_OWN]
    await person.press("reject")
    assert await _seen(person) == [*_DEFAULT, *_OWN, _DENIED]
    await person.page.evaluate("gateway.accept()")
    await person.settle()
    assert await _seen(person) == [*_DEFAULT, *_OWN, _DENIED, _GRANTED]
    await person.page.evaluate("gateway.withdraw()")
    await person.settle()
    assert (await _seen(person))[-2:] == [_GRANTED, _DENIED]
    assert person.sent("/gtag.js") == 1


async def test_advanced_mode_tells_who_returns_both_before_the_tag(shop: Shop) -> None:
    person = await shop(mode="advanced")
    await person.press("accept")
    await person.read("/winkel")
    assert await _seen(person) == [*_DEFAULT, _GRANTED, *_OWN]
    await person.page.evaluate("gateway.reject()")
    await person.read("/winkel")
    assert await _seen(person) == [*_DEFAULT, _DENIED, *_OWN]


async def test_advanced_mode_starts_no_other_held_back_script(shop: Shop) -> None:
    other = f'<script type="text/plain" data-consent="marketing" src="{_OTHER}"></script>'
    person = await shop(_HELD + other, mode="advanced")
    await _seen(person)
    assert not person.sent("/pixel.js")
