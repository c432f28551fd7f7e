"""How a consent ends from where the visitor is: by one press on any page (R19), or on another
device, and what the browser that chose makes of it (R20)."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.journey.person import Person
from tests.journey.test_renewal import arrive, republish
from tests.serving import Served

pytestmark = pytest.mark.browser

PLAYING = "iframe[data-consent=marketing][src]"


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
async def test_one_press_withdraws_from_every_page(
    phone: bool, served: Served, chromium: Browser
) -> None:
    """R19: as many actions as giving took."""
    person = await Person.arrive(chromium, served.base, phone=phone)
    undo = person.page.locator("#gw-reopen [data-gw-action=withdraw]")
    await person.read("/")
    await expect(undo).to_be_hidden()
    await person.press("accept")
    for path in ("/", "/vacatures", "/over-ons"):
        await person.read(path)
        await expect(undo).to_be_visible()
    await expect(person.page.locator(PLAYING)).to_have_count(1)
    async with person.page.expect_response(lambda answer: answer.url.endswith("/withdraw")):
        await undo.click()
    await expect(person.page.locator(PLAYING)).to_have_count(0)
    await expect(undo).to_be_hidden()
    await expect(person.page.locator("#gw-reopen [data-gw-action=open]")).to_be_visible()


async def test_a_refusal_has_nothing_to_withdraw(served: Served, chromium: Browser) -> None:
    person = await Person.arrive(chromium, served.base)
    await person.read("/")
    await person.press("reject")
    await person.read("/vacatures")
    await expect(person.page.locator("#gw-reopen [data-gw-action=open]")).to_be_visible()
    await expect(person.page.locator("#gw-reopen [data-gw-action=withdraw]")).to_be_hidden()


async def test_a_withdrawal_elsewhere_reaches_a_page_that_measures_nothing(
    served: Served, chromium: Browser
) -> None:
    """Without page views no answer tells: the page has to ask."""
    person = await Person.arrive(chromium, served.base)
    await person.read("/over-ons")
    await person.page.evaluate("window.gateway.save({marketing: true})")
    await expect(person.page.locator(PLAYING)).to_have_count(1)
    token = (await person.cookies())["gw_consent"]
    answer = await person.context.request.post(
        f"{served.base}/demo/withdraw", data={"token": token}, headers={"cookie": ""}
    )
    assert (await answer.json())["state"] == "withdrawn"
    # Its own answer has cleared this browser's cookie: put back what another device leaves alone.
    await person.context.add_cookies([{"name": "gw_consent", "value": token, "url": served.base}])
    await person.read("/over-ons")
    await expect(person.page.locator(PLAYING)).to_have_count(0)
    assert "." not in (await person.cookies())["gw_consent"]


async def test_a_browser_that_refuses_for_its_owner_is_not_asked_again_either(
    served: Served, chromium: Browser
) -> None:
    """R29: what a new notice asks more stays off for who sends Global Privacy Control."""
    person = await arrive(chromium, served)
    await person.context.set_extra_http_headers({"Sec-GPC": "1"})
    await person.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
    )
    await person.read("/over-ons")
    await person.reopen()
    await person.press("accept")
    await expect(person.page.locator(PLAYING)).to_have_count(1)
    recipient = '[[purposes.recipients]]\nname = "Filmhuis'
    another = '[[purposes.recipients]]\nname = "Adverteerder"\ncountry = "US"\n\n'
    republish(served, (recipient, another + recipient))
    await person.read("/over-ons")
    await expect(person.page.locator("#gw-banner [data-gw-action=accept]")).to_have_count(0)
    await expect(person.page.locator(PLAYING)).to_have_count(0)
