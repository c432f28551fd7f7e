"""What changed since a consent is asked again, that alone, and nobody else is (R16, R18)."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing

import httpx
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

_FILM = 'name = "Filmhuis Voorbeeld"\ncountry = "NL"\n'
NEW_RECIPIENT = (
    _FILM,
    _FILM + '\n[[purposes.recipients]]\nname = "Reclame Voorbeeld"\ncountry = "IE"\n',
)
MATERIAL = ('id = "analytics"\n', 'id = "analytics"\nrevision = 2\n')


def republish(served: Served, change: tuple[str, str]) -> None:
    """The owner of the site edits its file and starts the gateway again."""
    served.stop()
    file = served.config.parent / "sites" / "demo.toml"
    said = file.read_text("utf-8")
    assert said.count(change[0]) == 1
    file.write_text(said.replace(*change), "utf-8")
    served.start()


async def arrive(browser: Browser, served: Served, *, phone: bool = False) -> Person:
    person = await Person.arrive(browser, served.base, phone=phone)
    # A route takes the browser's cache out of the way, which shows the old notice for 5 minutes.
    await person.context.route("**/banner.js", lambda route: route.continue_())
    await person.read("/over-ons")
    return person


def _records(served: Served) -> list[tuple[str, dict[str, bool], str, str]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        rows = db.execute("SELECT state, choices, action, layer FROM consents ORDER BY seq")
        return [(state, json.loads(choices), *rest) for state, choices, *rest in rows]


def _asks(person: Person) -> Locator:
    return person.page.locator("#gw-banner .gw-bar")


def _film(person: Person) -> Locator:
    return person.page.locator("iframe[data-consent=marketing]")


async def _allowed(person: Person) -> dict[str, bool]:
    said: dict[str, bool] = await person.page.evaluate("window.gateway.get().choices")
    return said


async def test_a_new_recipient_is_asked_about_alone_while_the_rest_goes_on(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.press("accept")
    republish(served, NEW_RECIPIENT)

    # Held back is what the new party would get; page views go on.
    await eva.read("/over-ons")
    await expect(_asks(eva)).to_contain_text("Er is iets veranderd.")
    await expect(_asks(eva)).to_contain_text("Uw andere keuzes blijven zoals ze zijn.")
    assert await _asks(eva).locator("li").all_inner_texts() == [
        "Marketing: Filmpjes van anderen tonen."
    ]
    await expect(_film(eva)).not_to_have_attribute("src", re.compile("."))
    assert eva.sent("/marketing.js") == 1
    assert eva.sent("/event") == 2
    assert await _allowed(eva) == {"analytics": True, "marketing": False}

    await eva.press("accept")
    await expect(_film(eva)).to_have_attribute("src", re.compile("/demo/third-party$"))
    assert await _allowed(eva) == {"analytics": True, "marketing": True}
    both = {"analytics": True, "marketing": True}
    assert _records(served) == [
        ("given", both, "accept", "first"),
        ("invalidated", {"analytics": True, "marketing": False}, "invalidate", "none"),
        ("given", both, "accept", "renewal"),
    ]
    await eva.read("/")
    await expect(_asks(eva)).to_have_count(0)
    assert eva.sent("/consent") == 2


async def test_a_no_to_what_changed_leaves_the_rest_as_it_was(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.press("accept")
    republish(served, NEW_RECIPIENT)
    await eva.read("/over-ons")
    await eva.press("reject")
    for path in ("/", "/vacatures"):
        await eva.read(path)
        await expect(_asks(eva)).to_have_count(0)
    assert eva.sent("/event") == 4
    assert _records(served)[-1] == (
        "given", {"analytics": True, "marketing": False}, "reject", "renewal"
    )  # fmt: skip


async def test_both_buttons_weigh_the_same_and_neither_says_all(
    served: Served, chromium: Browser
) -> None:
    """R4, R5, R6, in the layer that asks again."""
    eva = await arrive(chromium, served, phone=True)
    await eva.press("accept")
    republish(served, NEW_RECIPIENT)
    await eva.read("/over-ons")
    look = """(button) => {
        const { width, height, top } = button.getBoundingClientRect();
        const { color, backgroundColor, font, border } = getComputedStyle(button);
        return [button.tagName, width, height, top, color, backgroundColor, font, border];
    }"""
    buttons = [_asks(eva).locator(f"[data-gw-action={act}]") for act in ("reject", "accept")]
    looks = [await button.evaluate(look) for button in buttons]
    assert looks[0] == looks[1]
    assert [await button.inner_text() for button in buttons] == ["Weigeren", "Accepteren"]


async def test_the_preferences_show_what_holds_and_are_a_whole_choice(
    served: Served, chromium: Browser
) -> None:
    """R9: what is asked again is not ticked beforehand; closing decides nothing (R2)."""
    eva = await arrive(chromium, served)
    await eva.press("accept")
    republish(served, NEW_RECIPIENT)
    await eva.read("/over-ons")
    await _asks(eva).locator("[data-gw-action=settings]").click()
    await expect(eva.page.locator("dialog[open]")).to_be_visible()
    boxes = await eva.page.locator("[data-gw-purpose]").all()
    assert [await box.is_checked() for box in boxes] == [True, False]
    await eva.page.keyboard.press("Escape")
    await expect(_asks(eva)).to_be_visible()
    assert eva.sent("/consent") == 1
    await _asks(eva).locator("[data-gw-action=settings]").click()
    await eva.press("save")
    await eva.read("/")
    await expect(_asks(eva)).to_have_count(0)
    assert _records(served)[-1] == (
        "given", {"analytics": True, "marketing": False}, "save", "preferences"
    )  # fmt: skip


@pytest.mark.parametrize("choice", ["{analytics: true}", "{}"], ids=["measuring only", "nothing"])
async def test_whoever_refused_it_before_is_not_asked_again(
    choice: str, served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.page.evaluate(f"window.gateway.save({choice})")
    republish(served, NEW_RECIPIENT)
    for path in ("/over-ons", "/"):
        await eva.read(path)
        await expect(_asks(eva)).to_have_count(0)
    assert len(_records(served)) == 1


async def test_after_a_material_change_nothing_is_measured_until_answered(
    served: Served, chromium: Browser
) -> None:
    """A higher `revision`; the film, of which nothing changed, plays on."""
    eva = await arrive(chromium, served)
    await eva.press("accept")
    refused = await arrive(chromium, served)
    await refused.press("reject")
    republish(served, MATERIAL)
    await eva.read("/over-ons")
    await expect(_asks(eva).locator("li")).to_have_count(1)
    await expect(_film(eva)).to_have_attribute("src", re.compile("/demo/third-party$"))
    assert eva.sent("/event") == 1
    await eva.press("accept")
    assert eva.sent("/event") == 2
    await refused.read("/")
    await expect(_asks(refused)).to_have_count(0)


async def _withdraw_elsewhere(served: Served, person: Person) -> None:
    """On another device, of which this browser hears nothing."""
    token = (await person.cookies())["gw_consent"]
    async with httpx.AsyncClient() as other:
        answer = await other.post(f"{served.base}/demo/withdraw", json={"token": token})
    assert answer.json()["state"] == "withdrawn"


async def test_a_withdrawal_on_another_device_reaches_the_page_at_its_next_event(
    served: Served, chromium: Browser
) -> None:
    """R20: without a reload, and kept in this browser too."""
    eva = await arrive(chromium, served)
    await eva.press("accept")
    await expect(_film(eva)).to_have_attribute("src", re.compile("."))
    await _withdraw_elsewhere(served, eva)
    await eva.page.evaluate("window.gateway.track('apply')")
    await expect(_film(eva)).not_to_have_attribute("src", re.compile("."))
    await eva.settle()
    assert "." not in (await eva.cookies())["gw_consent"]
    assert await eva.page.evaluate("window.gateway.get().state") == "withdrawn"
    assert [state for state, *_ in _records(served)] == ["given", "withdrawn"]
    sent = eva.sent("/event")
    await eva.read("/")
    await expect(_asks(eva)).to_have_count(0)
    assert eva.sent("/event") == sent


async def test_a_yes_to_what_changed_after_a_withdrawal_elsewhere_is_a_yes_to_that_alone(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.press("accept")
    republish(served, MATERIAL)
    await eva.read("/over-ons")
    await _withdraw_elsewhere(served, eva)
    async with eva.page.expect_response(
        lambda answer: answer.url.endswith("/consent") and answer.status == 201
    ):
        await _asks(eva).locator("[data-gw-action=accept]").click()
    await eva.settle()
    assert await _allowed(eva) == {"analytics": True, "marketing": False}
    states = [(state, choices) for state, choices, *_ in _records(served)]
    assert states[-1] == ("given", {"analytics": True, "marketing": False})


async def test_a_no_that_cannot_be_recorded_leaves_the_rest_as_it_was(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.press("accept")
    republish(served, NEW_RECIPIENT)
    await eva.read("/over-ons")
    await eva.context.route("**/consent", lambda route: route.abort())
    await _asks(eva).locator("[data-gw-action=reject]").click()
    await expect(_asks(eva).locator("[role=status]")).to_contain_text("opnieuw")
    assert await _allowed(eva) == {"analytics": True, "marketing": False}


async def test_windows_side_by_side_learn_of_a_choice_without_being_touched(
    served: Served, chromium: Browser
) -> None:
    left = await arrive(chromium, served)
    right = Person(await left.context.new_page(), left.context, served.base)
    await right.read("/over-ons")
    await left.press("accept")
    await expect(_asks(right)).to_have_count(0)
    await expect(_film(right)).to_have_attribute("src", re.compile("."))
    await left.reopen()
    await left.press("withdraw")
    await expect(_film(right)).not_to_have_attribute("src", re.compile("."))


async def test_an_open_page_does_not_take_a_newer_notice_for_an_old_one(
    served: Served, chromium: Browser
) -> None:
    """R16: what was just chosen in a newer window is not asked again by an older one."""
    old = await arrive(chromium, served)
    await old.press("accept")
    republish(served, MATERIAL)
    new = Person(await old.context.new_page(), old.context, served.base)
    await new.read("/vacatures")
    await new.press("accept")
    await asyncio.sleep(0.5)
    await expect(_asks(old)).to_have_count(0)
    assert await _allowed(old) == {"analytics": True, "marketing": True}


async def test_the_preferences_lead_to_the_proof_of_a_consent(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served)
    await eva.press("reject")
    await eva.reopen()
    link = eva.page.locator("dialog a[target=_blank]")
    await expect(link).to_have_count(0)
    await eva.press("accept")
    await eva.reopen()
    await expect(link).to_have_text("Bewijs van uw keuze")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute(
        "href", re.compile(rf"^{served.base}/demo/receipts/[0-9A-Z]{{12}}$")
    )
