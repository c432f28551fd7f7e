"""What a purpose left in the browser goes with it, and nothing else does (R20)."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

_TEXTS = 'texts = { nl = "Van het filmhuis.", en = "Of the film house." }'
_DECLARED = (
    'name = "film_*"\nkind = "local"',
    'name = "film"\nkind = "session"',
    'name = "films-*"\nkind = "indexeddb"',
    'name = "exact"\nkind = "indexeddb"',
    'name = "trail_*_id"',
    'name = "gw_*"',
    'name = "elsewhere"\npath = "/vacatures"',
    'name = "server_*"\nhttp_only = true',
    'name = "shared"',
)
_SHARED = '[[purposes.cookies]]\nname = "shared"\nlifetime_days = 1\n'

_LEAVE = """async () => {
    const open = (name) => new Promise((done) => {
        indexedDB.open(name).onsuccess = ({ target }) => done(target.result.close());
    });
    document.cookie = "trail_1_id=x; Path=/";
    document.cookie = "trail_2_id=x; Path=/over-ons";
    document.cookie = "elsewhere=x; Path=/vacatures";
    document.cookie = "shared=x; Path=/";
    document.cookie = "trail_1=x; Path=/";
    for (const name of ["film_1", "film_2", "film"]) localStorage.setItem(name, "x");
    for (const name of ["film", "film_1"]) sessionStorage.setItem(name, "x");
    for (const name of ["films-1", "films-2", "exact", "drafts"]) await open(name);
}"""


@pytest.fixture
def declaring(served: Served) -> Served:
    """A site whose marketing declares one of everything, and whose measuring shares a cookie."""
    served.stop()
    file = served.config.parent / "sites" / "demo.toml"
    # Our own cookie is spared for its name, not for being declared.
    said = file.read_text("utf-8").replace('name = "gw_consent"', 'name = "other"')
    head, mark, rest = said.partition('[[purposes]]\nid = "marketing"')
    declared = [f"[[purposes.cookies]]\n{one}\nlifetime_days = 1\n{_TEXTS}\n" for one in _DECLARED]
    file.write_text(f"{head}{_SHARED}{_TEXTS}\n\n{mark}{rest}\n{''.join(declared)}", "utf-8")
    served.start()
    return served


async def _left(person: Person, script: str = _LEAVE) -> None:
    """Somebody who accepted, and what the film house then kept in their browser."""
    await person.read("/over-ons")
    await person.press("accept")
    await person.page.evaluate(script)
    await person.context.add_cookies(
        [
            {"name": name, "value": "x", "url": person.base, "httpOnly": True}
            for name in ("server_1", "own")
        ]
    )


async def _kept(person: Person) -> set[str]:
    """Cookies of the site itself: those of the film house's own site are out of its reach."""
    cookies = await person.context.cookies()
    return {str(one.get("name")) for one in cookies if one.get("domain") == "127.0.0.1"}


async def test_all_that_is_declared_goes_and_nothing_else(
    declaring: Served, chromium: Browser
) -> None:
    person = await Person.arrive(chromium, declaring.base)
    await _left(person)
    assert {"trail_1_id", "trail_2_id", "elsewhere", "server_1"} <= await _kept(person)
    await person.reopen()
    await person.press("withdraw")
    assert await _kept(person) == {"gw_consent", "trail_1", "own"}
    stored = await person.stored()
    assert stored["local"] == ["film"]
    assert stored["session"] == ["film_1"]
    assert stored["databases"] == ["drafts"]


async def test_what_an_allowed_purpose_declares_too_stays(
    declaring: Served, chromium: Browser
) -> None:
    person = await Person.arrive(chromium, declaring.base)
    await _left(person)
    await person.page.evaluate("window.gateway.save({ analytics: true })")
    await person.settle()
    assert await _kept(person) == {"gw_consent", "trail_1", "own", "shared"}


async def test_what_came_back_is_cleared_on_the_next_page(
    declaring: Served, chromium: Browser
) -> None:
    """A script that ran cannot be taken back: it may write once more while the page closes."""
    person = await Person.arrive(chromium, declaring.base)
    await person.read("/over-ons")
    await person.press("reject")
    await person.page.evaluate(_LEAVE)
    await person.read("/over-ons")
    assert await _kept(person) == {"gw_consent", "trail_1"}
    assert (await person.stored())["databases"] == ["drafts"]


async def test_blocked_storage_breaks_nothing(declaring: Served, chromium: Browser) -> None:
    """A browser that forbids storage throws at its very name; older ones list no databases."""
    person = await Person.arrive(chromium, declaring.base)
    await person.context.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
            Object.defineProperty(window, name, {
                get() { throw new DOMException("no", "SecurityError"); },
            });
        window.listed = indexedDB.databases.bind(indexedDB);
        IDBFactory.prototype.databases = undefined;"""
    )
    errors: list[str] = []
    person.page.on("pageerror", lambda error: errors.append(str(error)))
    lines = [line for line in _LEAVE.splitlines() if "Storage" not in line]
    await _left(person, "\n".join(lines))
    await person.reopen()
    await person.press("withdraw")
    assert await _kept(person) == {"gw_consent", "trail_1", "own"}
    found = await person.page.evaluate("listed().then((all) => all.map(({ name }) => name))")
    assert "exact" not in found
    assert errors == []
