"""What the law asks of a banner, in a second browser: Debian's Firefox, by WebDriver BiDi."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.firefox.bidi import Bidi, session
from tests.firefox.process import Firefox
from tests.firefox.visitor import Visitor
from tests.journey.person import NOTHING
from tests.serving import Served

pytestmark = pytest.mark.browser

BANNER = "#gw-banner"
ACCEPT = "#gw-banner [data-gw-action=accept]"
REJECT = "#gw-banner [data-gw-action=reject]"
PREFERENCES = "dialog#gw-preferences[open]"
BOXES = "input[type=checkbox][data-gw-purpose]"
FILM = "iframe[data-consent=marketing]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("site"), demo=True) as running:
        yield running


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bidi]:
    process = Firefox(tmp_path_factory.mktemp("firefox"))
    try:
        with session(process.address) as opened:
            yield opened
    finally:
        process.end()


@pytest.fixture
def visitor(firefox: Bidi, site: Served, tmp_path: Path) -> Iterator[Visitor]:
    with Visitor(firefox, site.base, tmp_path) as somebody:
        yield somebody


def _events(site: Served) -> int:
    with closing(sqlite3.connect(site.data / "gateway.sqlite")) as db:
        return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


def _asked(visitor: Visitor, path: str = "/") -> None:
    """Somebody new, who looks at the first layer."""
    visitor.read(path)
    visitor.await_shown(ACCEPT)


def _accepted(visitor: Visitor) -> None:
    """Somebody who said yes, and whose film has begun."""
    visitor.read("/over-ons")
    visitor.choose("accept")
    visitor.wait("(s) => document.querySelector(s)?.src", FILM)


@pytest.mark.parametrize("path", ["/", "/vacatures", "/over-ons"])
def test_nothing_is_stored_and_nobody_else_asked_before_a_choice(
    path: str, visitor: Visitor
) -> None:
    """R1, P8."""
    _asked(visitor, path)
    assert visitor.stored() == NOTHING
    assert visitor.cookies() == {}
    assert visitor.strangers() == set()
    assert visitor.sent("/marketing.js") == visitor.sent("/event") == visitor.sent("/consent") == 0


def test_scrolling_and_reading_on_are_no_choice(visitor: Visitor) -> None:
    """R2."""
    _asked(visitor)
    visitor.scroll(4000)
    visitor.wait("() => window.scrollY > 0")
    visitor.click("footer a[href='/privacy']")
    visitor.wait("() => location.pathname === '/privacy'")
    visitor.settle()
    visitor.await_shown(ACCEPT)
    assert visitor.state() == "none"
    assert visitor.cookies() == {}
    assert visitor.sent("/consent") == visitor.sent("/event") == 0


def test_closing_the_preferences_is_no_choice(visitor: Visitor) -> None:
    """R2."""
    visitor.read("/")
    visitor.click("#gw-banner [data-gw-action=settings]")
    visitor.await_shown(PREFERENCES)
    visitor.key("Escape")
    visitor.await_gone(PREFERENCES)
    visitor.await_shown(REJECT)
    assert visitor.state() == "none"
    assert visitor.stored() == NOTHING
    assert visitor.sent("/consent") == 0


@pytest.mark.parametrize(("action", "state"), [("accept", "given"), ("reject", "refused")])
def test_one_press_chooses_and_only_then_there_is_a_cookie(
    action: str, state: str, visitor: Visitor
) -> None:
    """R3, R4: and none but our own."""
    _asked(visitor)
    assert visitor.cookies() == {}
    visitor.choose(action)
    assert visitor.state() == state
    assert set(visitor.cookies()) == {"gw_consent"}
    assert visitor.sent("/consent", "POST") == 1


def test_a_refusal_holds_no_identifier_and_is_not_asked_again(visitor: Visitor) -> None:
    """R15, R16, P7."""
    visitor.read("/over-ons")
    visitor.choose("reject")
    assert "." not in visitor.cookies()["gw_consent"]
    visitor.read("/vacatures")
    assert not visitor.shows(ACCEPT)
    assert (visitor.state(), visitor.sent("/event")) == ("refused", 0)
    assert visitor.strangers() == set()


def test_both_buttons_of_the_first_layer_weigh_the_same(visitor: Visitor) -> None:
    """R5: kind, size, colours and letters."""
    _asked(visitor)
    accept, reject = (
        visitor.page(
            """(selector) => {
                const button = document.querySelector(selector);
                const { width, height } = button.getBoundingClientRect();
                const style = getComputedStyle(button);
                return [button.tagName, width, height, style.color, style.backgroundColor,
                    style.fontFamily, style.fontSize, style.fontWeight, style.border,
                    style.textDecorationLine, style.opacity];
            }""",
            selector,
        )
        for selector in (ACCEPT, REJECT)
    )
    assert accept == reject
    assert accept[0] == "BUTTON"


def test_the_first_layer_tells_who_and_why_and_how_to_withdraw(visitor: Visitor) -> None:
    """R7, R8: how is told in the words of the button that does it."""
    _asked(visitor, "/en/")
    said = visitor.text(BANNER)
    assert "Noorderlicht Werk B.V." in said
    assert "Measuring: Counting how this site is used." in said
    assert "Marketing: Showing films by others." in said
    visitor.choose("reject")
    visitor.await_shown("#gw-reopen [data-gw-action=open]")
    button = visitor.text("#gw-reopen [data-gw-action=open]").strip()
    assert re.search(rf"withdraw\b[^.]*\b{re.escape(button)}\b", said)


def test_no_purpose_is_ticked_beforehand(visitor: Visitor) -> None:
    """R9."""
    visitor.read("/")
    visitor.click("#gw-banner [data-gw-action=settings]")
    visitor.await_shown(PREFERENCES)
    ticked = visitor.page("(s) => [...document.querySelectorAll(s)].map((b) => b.checked)", BOXES)
    assert ticked == [False, False]


def test_the_page_can_be_read_and_used_while_the_first_layer_asks(visitor: Visitor) -> None:
    """R10."""
    _asked(visitor)
    visitor.click("h1")
    visitor.click("main a.button[href='/vacatures']")
    visitor.wait("() => location.pathname === '/vacatures'")
    visitor.settle()
    visitor.scroll(4000)
    visitor.wait("() => window.scrollY > 0")
    visitor.click("footer a[href='/privacy']")
    visitor.wait("() => location.pathname === '/privacy'")
    assert visitor.sent("/consent") == 0


@pytest.mark.parametrize(
    ("path", "language", "accept", "reject"),
    [("/", "nl", "Alles accepteren", "Alles weigeren"), ("/en/", "en", "Accept all", "Reject all")],
)
def test_the_banner_speaks_the_language_of_the_page(
    path: str, language: str, accept: str, reject: str, visitor: Visitor
) -> None:
    """R11."""
    _asked(visitor, path)
    assert (visitor.text(ACCEPT), visitor.text(REJECT)) == (accept, reject)
    spoken = visitor.page("(s) => document.querySelector(s).closest('[lang]').lang", ACCEPT)
    assert spoken == language


def test_a_consent_is_heeded_without_a_reload(visitor: Visitor, site: Served) -> None:
    before = _events(site)
    _accepted(visitor)
    visitor.wait("() => document.querySelector('#marketing-status').dataset.state === 'running'")
    assert visitor.sent("/over-ons") == 1
    assert visitor.sent("/event") >= 1
    assert {"third-party"} <= {url.rpartition("/")[2] for url in visitor.strangers()}
    assert _events(site) > before


def test_one_press_reopens_the_choice_and_one_withdraws_it(visitor: Visitor) -> None:
    """R19."""
    _accepted(visitor)
    visitor.click("[data-gw-action=open]")
    visitor.await_shown(PREFERENCES)
    visitor.choose("withdraw")
    assert visitor.state() == "withdrawn"
    assert "." not in visitor.cookies()["gw_consent"]


def test_withdrawing_takes_no_more_presses_than_giving(visitor: Visitor) -> None:
    """R19, GDPR 7(3)."""
    _accepted(visitor)
    visitor.choose("withdraw")
    assert visitor.state() == "withdrawn"


def test_after_a_withdrawal_nothing_is_sent_and_the_film_stops(
    visitor: Visitor, site: Served
) -> None:
    """R20, in the page view in which it is withdrawn."""
    _accepted(visitor)
    visitor.page("() => window.gateway.track('apply')")
    visitor.settle()
    assert [frame for frame in visitor.frames() if frame.endswith("/third-party")]
    visitor.choose("withdraw")
    sent, kept, asked = visitor.sent("/event"), _events(site), visitor.sent("/third-party")
    visitor.page("() => window.gateway.track('apply')")
    visitor.page("() => history.pushState({}, '', '/vacatures')")
    visitor.scroll(4000)
    visitor.settle()
    assert visitor.frames() in ([], ["about:blank"])
    assert visitor.sent("/event") == sent
    assert _events(site) == kept
    assert visitor.sent("/third-party") == asked


def test_a_withdrawal_costs_the_visitor_nothing(visitor: Visitor) -> None:
    """R21: the page works, is not asked again, and sends nothing."""
    _accepted(visitor)
    visitor.choose("withdraw")
    sent = visitor.sent("/event")
    visitor.click("header a[href='/vacatures']")
    visitor.wait("() => location.pathname === '/vacatures'")
    visitor.settle()
    visitor.await_shown("h1")
    assert not visitor.shows(ACCEPT)
    assert visitor.sent("/event") == sent


def test_the_keyboard_reaches_both_buttons_and_chooses(visitor: Visitor) -> None:
    _asked(visitor)
    reached = {}
    for presses in range(1, 9):
        visitor.key("Tab")
        for selector in (ACCEPT, REJECT):
            if visitor.focused(f"{selector}:focus-visible"):
                reached[selector] = presses
    assert set(reached) == {ACCEPT, REJECT}
    for _ in range(8 - reached[REJECT]):
        visitor.key("Shift", "Tab")
    assert visitor.focused(REJECT)
    visitor.key("Enter")
    visitor.wait("() => window.gateway.get().state === 'refused'")


def test_escape_closes_the_preferences_and_the_focus_returns(visitor: Visitor) -> None:
    visitor.read("/")
    visitor.choose("reject")
    opener = "footer [data-gw-action=open]"
    visitor.page("(s) => document.querySelector(s).focus()", opener)
    visitor.key("Enter")
    visitor.await_shown(PREFERENCES)
    visitor.wait("(s) => document.querySelector(s).contains(document.activeElement)", PREFERENCES)
    visitor.key("Escape")
    visitor.await_gone(PREFERENCES)
    visitor.wait("(s) => document.activeElement.matches(s)", opener)
    visitor.settle()
    assert visitor.focused(opener)


def test_the_console_of_the_page_stays_empty(visitor: Visitor) -> None:
    """Also of what a content security policy had to stop."""
    _accepted(visitor)
    visitor.reopen()
    visitor.choose("withdraw")
    visitor.read("/vacatures")
    assert visitor.complaints() == []
