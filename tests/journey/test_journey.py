"""The whole way of a visitor, in a real browser, on real parts."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing

import pytest
from playwright.async_api import Browser, Page, expect

from gateway.rules.network import network_of
from tests.journey.person import NOTHING, Person
from tests.serving import Served

pytestmark = pytest.mark.browser


def _events(served: Served) -> list[tuple[str, str, str, str]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        db.create_function("network_of", 1, network_of)
        return db.execute(
            "SELECT p.text, network_of(e.network), b.text, m.text FROM whole_events e"
            " JOIN words p ON p.id = e.path"
            " JOIN words b ON b.id = e.browser JOIN words m ON m.id = e.browser_major"
            " JOIN words k ON k.id = e.kind WHERE k.text = 'pageview' ORDER BY e.id"
        ).fetchall()


async def _paths(served: Served, expected: int) -> list[str]:
    """Paths of the events, once there are as many as expected or they are overdue."""
    for _ in range(60):
        if len(found := _events(served)) >= expected:
            break
        await asyncio.sleep(0.1)
    return [path for path, *_ in found]


async def _figures(page: Page, address: str, views: int) -> dict[str, str]:
    """The dashboard's totals, once aggregation has reached this many page views."""
    for _ in range(20):
        await page.goto(address)
        totals = {
            name: await page.locator(f"[data-figure={name}]").get_attribute("data-value") or ""
            for name in ("visitors", "visits", "views")
        }
        if totals["views"] == str(views):
            break
        await asyncio.sleep(0.5)
    return totals


async def test_from_the_banner_to_the_numbers_and_back(served: Served, chromium: Browser) -> None:
    eva = await Person.arrive(chromium, served.base)

    # A first visit, and a page with third parties on it, store nothing and ask nobody (P8, R1).
    for path in ("/", "/vacatures", "/over-ons"):
        await eva.read(path)
        await expect(eva.page.locator("#gw-banner")).to_be_visible()
    assert await eva.stored() == NOTHING
    assert await eva.cookies() == {}
    assert eva.strangers() == set()
    assert eva.sent("/marketing.js") == eva.sent("/event") == eva.sent("/consent") == 0

    # A refusal is kept without an identifier, is not asked again, and sends nothing (P7, R15).
    await eva.press("reject")
    assert set(await eva.cookies()) == {"gw_consent"}
    assert "." not in (await eva.cookies())["gw_consent"]
    for path in ("/", "/vacatures", "/over-ons"):
        await eva.read(path)
        await expect(eva.page.locator("#gw-banner [data-gw-action=reject]")).to_have_count(0)
    assert eva.sent("/event") == 0
    assert eva.strangers() == set()
    assert _events(served) == []

    # Reopened from the page and accepted: this page is counted, the film loads, no reload (R19).
    await eva.reopen()
    boxes = eva.page.locator("input[type=checkbox][data-gw-purpose]")
    assert [await box.is_checked() for box in await boxes.all()] == [False, False]
    await eva.press("accept")
    await expect(eva.page.locator("iframe[data-consent=marketing]")).to_have_attribute(
        "src", re.compile("/demo/third-party$")
    )
    assert eva.sent("/marketing.js") == 1
    await eva.read("/vacatures?mail=eva@example.nl#top")
    await eva.read("/")
    assert await _paths(served, 3) == ["/over-ons", "/vacatures", "/"]
    assert {(network, browser) for _, network, browser, _ in _events(served)} == {
        ("127.0.0.0/24", "Chrome")
    }
    assert all(re.fullmatch(r"\d+", major) for *_, major in _events(served))

    # With four more visitors there are enough to be shown; the numbers are those of the rows.
    for _ in range(4):
        other = await Person.arrive(chromium, served.base, phone=True)
        await other.read("/vacatures")
        await other.press("accept")
        await other.context.close()
    served.run("user", "add", "anna", "--no-password")
    staff = await chromium.new_page()
    await staff.goto(served.run("user", "link", "anna").strip())
    dashboard = f"{served.base}/dashboard/demo?period=7d&language=en"
    assert await _figures(staff, dashboard, 7) == {"visitors": "5", "visits": "5", "views": "7"}
    # Choices are told when their stretch of five days is over (P9).
    await expect(staff.locator("[data-consent=accepted]")).to_have_attribute("data-value", "")

    # Withdrawn: the film stops on the spot, nothing more is sent or kept (P4, R20).
    await eva.read("/over-ons")
    assert (await _paths(served, 8)).count("/over-ons") == 2
    sent = eva.sent("/event")
    await eva.reopen()
    await eva.press("withdraw")
    assert not await eva.page.locator("iframe[data-consent=marketing][src*=third-party]").count()
    assert "." not in (await eva.cookies())["gw_consent"]
    for path in ("/", "/vacatures"):
        await eva.read(path)
    assert eva.sent("/event") == sent
    assert len(_events(served)) == 8

    # And all of it can be proved.
    proof = served.run("verify")
    assert re.search(r"demo: 7 records, 1 notices and \d+ signed heads add up", proof)


async def test_both_buttons_of_the_first_layer_weigh_the_same(
    served: Served, chromium: Browser
) -> None:
    """R4, R5: one action each, same kind, size and style, on phone and desktop."""
    for phone in (True, False):
        person = await Person.arrive(chromium, served.base, phone=phone)
        await person.read("/")
        styles = [
            await person.page.locator(f"#gw-banner [data-gw-action={action}]").evaluate(
                """(button) => {
                    const { width, height } = button.getBoundingClientRect();
                    const style = getComputedStyle(button);
                    return [button.tagName, width, height, style.color, style.backgroundColor,
                        style.fontSize, style.fontWeight, style.border];
                }"""
            )
            for action in ("accept", "reject")
        ]
        assert styles[0] == styles[1]
        assert styles[0][0] == "BUTTON"
        await person.context.close()


async def test_closing_and_ignoring_are_no_consent(served: Served, chromium: Browser) -> None:
    """R2: settings opened and left, pages scrolled and left."""
    person = await Person.arrive(chromium, served.base)
    await person.read("/")
    await person.page.locator("#gw-banner [data-gw-action=settings]").click()
    await person.page.keyboard.press("Escape")
    await person.page.mouse.wheel(0, 4000)
    await person.read("/vacatures")
    await expect(person.page.locator("#gw-banner [data-gw-action=reject]")).to_be_visible()
    assert await person.stored() == NOTHING
    assert person.sent("/consent") == person.sent("/event") == 0


async def test_one_purpose_alone_can_be_chosen_by_keyboard(
    served: Served, chromium: Browser
) -> None:
    person = await Person.arrive(chromium, served.base)
    await person.read("/over-ons")
    await person.page.locator("#gw-banner [data-gw-action=settings]").press("Enter")
    await person.page.locator("[data-gw-purpose=analytics]").press("Space")
    async with person.page.expect_response(lambda answer: answer.url.endswith("/consent")):
        await person.page.locator("[data-gw-action=save]").press("Enter")
    assert await _paths(served, 1) == ["/over-ons"]
    assert person.strangers() == set()
    assert person.sent("/marketing.js") == 0


@pytest.mark.parametrize(
    ("path", "accept", "reject"),
    [("/", "Alles accepteren", "Alles weigeren"), ("/en/", "Accept all", "Reject all")],
)
async def test_the_banner_speaks_the_language_of_the_page(
    path: str, accept: str, reject: str, served: Served, chromium: Browser
) -> None:
    """R11."""
    person = await Person.arrive(chromium, served.base)
    await person.read(path)
    banner = person.page.locator("#gw-banner")
    await expect(banner.locator("[data-gw-action=accept]")).to_have_text(accept)
    await expect(banner.locator("[data-gw-action=reject]")).to_have_text(reject)


async def test_the_sister_site_beside_the_demo_runs_as_it_is(
    served: Served, chromium: Browser
) -> None:
    person = await Person.arrive(chromium, served.base.replace("127.0.0.1", "localhost"))
    await person.read("/")
    await expect(person.page.locator("#gw-banner")).to_contain_text("Veldkamp Uitzenden B.V.")
    await person.press("accept")
    assert await _paths(served, 1) == ["/"]
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        assert db.execute("SELECT site, state FROM consents").fetchall() == [("veldkamp", "given")]


async def test_a_withdrawal_that_cannot_be_recorded_holds_in_the_page_all_the_same(
    served: Served, chromium: Browser
) -> None:
    """R20: the film stops, nothing is sent, and the visitor is told to try again."""
    person = await Person.arrive(chromium, served.base)
    await person.read("/over-ons")
    await person.press("accept")
    await person.context.route("**/withdraw", lambda route: route.abort())
    await person.reopen()
    await person.page.locator("[data-gw-action=withdraw]:visible").click()
    await expect(person.page.locator("[role=status]:visible").first).to_contain_text("opnieuw")
    assert not await person.page.locator("iframe[data-consent=marketing][src]").count()
    state = await person.page.evaluate("window.gateway.get().choices.analytics")
    assert state is False
    await person.context.unroute("**/withdraw")
    await person.press("withdraw")
    assert "." not in (await person.cookies())["gw_consent"]


async def test_a_frame_that_is_a_script_in_disguise_is_never_released(
    served: Served, chromium: Browser
) -> None:
    person = await Person.arrive(chromium, served.base)
    await person.read("/over-ons")
    await person.press("accept")
    await person.page.evaluate(
        """() => {
            const frame = document.createElement("iframe");
            frame.dataset.consent = "marketing";
            frame.dataset.src = "javascript:parent.document.title='taken'";
            frame.id = "disguise";
            document.body.append(frame);
        }"""
    )
    await person.settle()
    assert await person.page.locator("#disguise").get_attribute("src") is None
    assert await person.page.title() != "taken"


async def test_a_browser_that_refuses_for_its_owner_is_not_asked(
    served: Served, chromium: Browser
) -> None:
    """R29: recorded once, no banner, nothing sent; and whoever chooses otherwise is heard."""
    person = await Person.arrive(chromium, served.base)
    await person.context.set_extra_http_headers({"Sec-GPC": "1"})
    await person.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"
    )
    for path in ("/over-ons", "/"):
        await person.read(path)
        await expect(person.page.locator("#gw-banner [data-gw-action=accept]")).to_have_count(0)
    assert person.sent("/consent") == 1
    assert person.sent("/shown") == person.sent("/event") == 0
    assert "." not in (await person.cookies())["gw_consent"]
    await person.reopen()
    await expect(person.page.locator("dialog")).to_contain_text("Global Privacy Control")
    await person.press("accept")
    await person.read("/vacatures")
    assert await _paths(served, 2) == ["/", "/vacatures"]
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        assert db.execute("SELECT state, method FROM consents").fetchall() == [
            ("refused", "gpc"),
            ("given", "button"),
        ]
