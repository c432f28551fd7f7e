"""A choice that goes along by a link to a sibling site; and what it need not go along for, because
the cookie is shared (R15, R16)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

BOTH = {"analytics": True, "marketing": True}
SITES = ["demo", "veldkamp"]
CONTROLLERS = re.compile(r"\[\[controllers\]\].*(?=\[authority\])", re.DOTALL)
WWW, JOBS = "www.veldkamp.localhost", "jobs.veldkamp.localhost"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Two sites of the same controllers. At veldkamp one party more gets what marketing is about;
    veldkamp has two other addresses that share a cookie."""
    made = Served(tmp_path, demo=True)
    demo, veldkamp = (made.config.parent / "sites" / f"{name}.toml" for name in SITES)
    group = veldkamp.read_text("utf-8")
    [controllers] = CONTROLLERS.findall(group)
    said = CONTROLLERS.sub(controllers, demo.read_text("utf-8"))
    demo.write_text(said.replace('id = "demo"', f'id = "demo"\nsiblings = {SITES}', 1), "utf-8")
    own = f'id = "veldkamp"\ncookie_domain = "veldkamp.localhost"\nsiblings = {SITES}'
    more = "".join(f'    "http://{host}:{made.port}",\n' for host in (WWW, JOBS))
    group = group.replace('id = "veldkamp"', own, 1)
    veldkamp.write_text(group.replace("origins = [\n", f"origins = [\n{more}", 1), "utf-8")
    with made:
        yield made


def at(served: Served, host: str, path: str = "/over-ons") -> str:
    return f"http://{host}:{served.port}{path}"


async def arrive(browser: Browser, served: Served, host: str) -> Person:
    """Somebody opens a site that is not the first one."""
    person = await Person.arrive(browser, served.base)
    await person.page.goto(at(served, host))
    await person.settle()
    return person


async def link(page: Page, address: str) -> None:
    """The page's owner links to a sibling."""
    await page.evaluate(
        """(address) => {
            const link = Object.assign(document.createElement("a"), {href: address, id: "to"});
            link.append("Our other site");
            document.body.prepend(link);
        }""",
        address,
    )


async def follow(person: Person, address: str) -> None:
    """Press the link as a person does: it takes them longer than it takes the gateway."""
    await link(person.page, address)
    await person.page.hover("#to")
    async with person.page.expect_response(lambda answer: answer.url.endswith("/handover")):
        await person.page.mouse.down()
    await person.page.evaluate("new Promise((done) => setTimeout(done, 20))")
    async with person.page.expect_navigation():
        await person.page.mouse.up()
    await person.settle()


async def summary(page: Page) -> dict[str, object]:
    said: dict[str, object] = await page.evaluate("window.gateway.get()")
    return said


def asks(page: Page) -> Locator:
    return page.locator("#gw-banner [data-gw-action=accept]:visible")


def records(served: Served) -> list[tuple[str, str, str, str]]:
    with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
        said = "SELECT site, state, action, layer FROM consents ORDER BY time, site DESC"
        return list(db.execute(said))


async def test_who_chose_on_one_site_is_not_asked_on_the_next(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served, "localhost")
    await eva.press("accept")
    first = await summary(eva.page)
    await follow(eva, at(served, "127.0.0.1"))
    second = await summary(eva.page)
    assert (second["state"], second["choices"]) == ("given", BOTH)
    assert second["consent_id"] != first["consent_id"]
    assert second["valid_until"] == first["valid_until"]
    await expect(asks(eva.page)).to_have_count(0)
    # The code is gone from the address, and reached no server.
    assert eva.page.url == at(served, "127.0.0.1")
    assert not [request for request in eva.requests if "gw=" in request.url]
    assert records(served) == [
        ("veldkamp", "given", "accept", "first"),
        ("demo", "given", "accept", "handover"),
    ]
    await eva.page.reload()
    await eva.settle()
    assert (await summary(eva.page))["consent_id"] == second["consent_id"]


async def test_a_refusal_goes_along_as_easily(served: Served, chromium: Browser) -> None:
    """P7: and names nobody there either."""
    eva = await arrive(chromium, served, "localhost")
    await eva.press("reject")
    await follow(eva, at(served, "127.0.0.1"))
    said = await summary(eva.page)
    assert (said["state"], said["consent_id"]) == ("refused", None)
    await expect(asks(eva.page)).to_have_count(0)
    assert records(served) == [
        ("veldkamp", "refused", "reject", "first"),
        ("demo", "refused", "reject", "handover"),
    ]


async def test_what_the_other_site_asks_besides_it_asks(served: Served, chromium: Browser) -> None:
    """R18: there one party more gets the data."""
    eva = await arrive(chromium, served, "127.0.0.1")
    await eva.press("accept")
    await follow(eva, at(served, "localhost"))
    assert (await summary(eva.page))["choices"] == {"analytics": True, "marketing": False}
    await expect(asks(eva.page)).to_have_count(1)
    await eva.press("accept")
    assert (await summary(eva.page))["choices"] == BOTH
    assert records(served)[-1] == ("veldkamp", "given", "accept", "renewal")


async def test_on_another_domain_of_the_same_site_the_same_consent_goes_on(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served, "localhost")
    await eva.press("accept")
    first = await summary(eva.page)
    await follow(eva, at(served, WWW))
    assert await summary(eva.page) == first
    assert len(records(served)) == 1


async def test_a_place_on_the_page_is_still_gone_to(served: Served, chromium: Browser) -> None:
    eva = await arrive(chromium, served, "localhost")
    await eva.press("accept")
    address = at(served, "127.0.0.1", "/privacy#contact")
    before: int = await eva.page.evaluate("history.length")
    await follow(eva, address)
    assert eva.page.url == address
    assert await eva.page.evaluate("history.length") == before + 1
    assert (await summary(eva.page))["state"] == "given"


async def test_the_keyboard_does_as_well_as_the_mouse(served: Served, chromium: Browser) -> None:
    eva = await arrive(chromium, served, "localhost")
    await eva.press("accept")
    await link(eva.page, at(served, "127.0.0.1"))
    async with eva.page.expect_response(lambda answer: answer.url.endswith("/handover")):
        await eva.page.focus("#to")
    await eva.page.evaluate("new Promise((done) => setTimeout(done, 20))")
    async with eva.page.expect_navigation():
        await eva.page.keyboard.press("Enter")
    await eva.settle()
    assert (await summary(eva.page))["state"] == "given"


async def test_a_link_in_a_new_tab_does_too_and_the_old_page_keeps_its_link(
    served: Served, chromium: Browser
) -> None:
    eva = await arrive(chromium, served, "localhost")
    await eva.press("accept")
    address = at(served, "127.0.0.1")
    await link(eva.page, address)
    async with eva.page.expect_response(lambda answer: answer.url.endswith("/handover")):
        await eva.page.focus("#to")
    await eva.page.evaluate("new Promise((done) => setTimeout(done, 20))")
    async with eva.context.expect_page() as opened:
        await eva.page.click("#to", button="middle")
    tab = Person(await opened.value, eva.context, served.base)
    await tab.settle()
    assert (await summary(tab.page))["state"] == "given"
    assert await eva.page.get_attribute("#to", "href") == address


async def test_a_choice_that_stands_there_stays(served: Served, chromium: Browser) -> None:
    eva = await arrive(chromium, served, "127.0.0.1")
    await eva.press("reject")
    await eva.page.goto(at(served, "localhost"))
    await eva.settle()
    await eva.press("accept")
    await follow(eva, at(served, "127.0.0.1"))
    assert (await summary(eva.page))["state"] == "refused"
    assert eva.page.url == at(served, "127.0.0.1")
    assert eva.sent("/redeem") == 0


async def test_nobody_is_linked_into_a_consent(served: Served, chromium: Browser) -> None:
    """R2: a code of somebody else's choice, in a link on somebody else's page."""
    mallory = await arrive(chromium, served, "localhost")
    await mallory.press("accept")
    code: str = await mallory.page.evaluate(
        """async () => {
            const token = document.cookie.match(/gw_consent=([^;]*)/)[1];
            const body = JSON.stringify({to: "demo", token});
            return (await (await fetch("/veldkamp/handover", {method: "POST", body})).json()).code;
        }"""
    )
    eva = await Person.arrive(chromium, served.base)
    trap = f'<a id="to" href="{at(served, "127.0.0.1")}#gw={code}">Win!</a>'
    await eva.context.route(
        "http://elsewhere.localhost/",
        lambda route: route.fulfill(body=trap, content_type="text/html"),
    )
    await eva.page.goto("http://elsewhere.localhost/")
    async with eva.page.expect_navigation():
        await eva.page.click("#to")
    await eva.settle()
    assert (await summary(eva.page))["state"] == "none"
    await expect(asks(eva.page)).to_have_count(1)
    assert eva.page.url == at(served, "127.0.0.1")
    assert eva.sent("/redeem") == 0


@pytest.mark.parametrize("action", ["accept", "reject"])
async def test_subdomains_share_the_choice_and_a_no_lasts_like_a_yes(
    action: str, served: Served, chromium: Browser
) -> None:
    """R15, by a cookie the server sets: browsers cut one set by a script to seven days."""
    eva = await arrive(chromium, served, WWW)
    await eva.press(action)
    [kept] = [one for one in await eva.context.cookies() if one.get("name") == "gw_consent"]
    assert kept.get("domain") == ".veldkamp.localhost"
    days = (kept.get("expires", 0) - await eva.page.evaluate("Date.now() / 1000")) / 86_400
    assert 180 < days < 185
    await eva.page.goto(at(served, JOBS))
    await eva.settle()
    assert (await summary(eva.page))["state"] == {"accept": "given", "reject": "refused"}[action]
    assert len(records(served)) == 1
    # Withdrawn on one, it is on the other.
    await eva.page.evaluate("window.gateway.withdraw()")
    await eva.page.goto(at(served, WWW))
    await eva.settle()
    assert (await summary(eva.page))["state"] != "given"
    assert len([one for one in await eva.context.cookies() if one.get("name") == "gw_consent"]) == 1
