"""Which cookies an answer of the gateway clears (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.rules.cookies import MOST, Clearing, matches, to_clear
from tests.rules.building import a_site

TEXT = {"nl": "Waarvoor."}


def a_cookie(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "lifetime_days": 1, "texts": TEXT, "http_only": True, **more}


def _marketing(*cookies: dict[str, Any]) -> list[dict[str, Any]]:
    """The purposes of the site, with these cookies under marketing."""
    texts = {"nl": {"name": "Naam", "description": "Waarvoor.", "reason": "Moet."}}
    return [
        {"id": p.id, "basis": p.basis, "texts": texts, "retention_days": p.retention_days,
         "cookies": list(cookies) if p.id == "marketing" else []}
        for p in a_site().purposes
    ]  # fmt: skip


def cleared(*cookies: dict[str, Any], allowed: tuple[str, ...] = (), sent: str = "") -> list[str]:
    site = a_site(purposes=_marketing(*cookies))
    found = to_clear(site, allowed, "privacy.demo.example", sent.split())
    return [f"{one.name} {one.domain}{one.path}" for one in found]


@pytest.mark.parametrize(
    ("pattern", "name", "meant"),
    [
        ("_ga", "_ga", True), ("_ga", "_gat", False), ("_ga*", "_ga_X1", True),
        ("_hj*Session", "_hjFirstSession", True), ("_hj*Session", "_hjSessions", False),
        ("*", "anything", True), ("a.b", "aXb", False), ("a*b*c", "a1b2c", True),
    ],
)  # fmt: skip
def test_a_star_stands_for_anything(pattern: str, name: str, meant: bool) -> None:
    assert matches(pattern, name) is meant


def test_a_cookie_is_cleared_where_it_was_set() -> None:
    cookies = a_cookie("sid"), a_cookie("tid", domain="demo.example", path="/shop")
    assert cleared(*cookies) == ["sid /", "tid demo.example/shop"]


def test_what_is_allowed_or_readable_by_scripts_stays() -> None:
    assert cleared(a_cookie("sid"), allowed=("marketing",)) == []
    assert cleared(a_cookie("sid", http_only=False)) == []


def test_a_pattern_means_the_cookies_that_were_sent_and_never_ours() -> None:
    assert cleared(a_cookie("t_*"), sent="t_2 other t_1") == ["t_1 /", "t_2 /"]
    assert cleared(a_cookie("*"), sent="gw_consent sid") == ["sid /"]


def test_a_cookie_of_a_domain_this_host_is_not_part_of_is_left_to_others() -> None:
    assert cleared(a_cookie("sid", domain="other.example")) == []


def test_a_name_an_allowed_purpose_also_uses_stays() -> None:
    texts = {"nl": {"name": "Naam", "description": "Waarvoor.", "reason": "Moet."}}
    shared = [a_cookie("sid")]
    said = [
        {"id": name, "basis": "consent", "texts": texts, "retention_days": 1, "cookies": shared}
        for name in ("analytics", "marketing")
    ]
    assert to_clear(a_site(purposes=said), ("analytics",), "demo.example", ()) == ()
    assert len(to_clear(a_site(purposes=said), (), "demo.example", ())) == 2


def test_a_name_that_no_header_can_say_is_left_alone() -> None:
    """A browser sends what any script on its page wrote."""
    asked = to_clear(
        a_site(purposes=_marketing(a_cookie("t*"), a_cookie("p\u20ac"))), (), "demo.example",
        ["t[1]", "t 2", "t,3", "t\xe9", "t;4", "t=5", "t\r\n6", "t\x7f7", "t\u20ac8"],
    )  # fmt: skip
    assert [one.name for one in asked] == ["t 2", "t,3", "t[1]", "t\xe9"]
    everything = a_site(purposes=_marketing(a_cookie("*")))
    assert to_clear(everything, (), "demo.example", [""]) == ()


@pytest.mark.parametrize(
    ("one", "secure", "line"),
    [
        (
            Clearing("cart[1]", "", "/"), False,
            "cart[1]=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
        ),
        (
            Clearing("a b", "demo.example", "/x"), True,
            "a b=; Max-Age=0; Path=/x; Domain=demo.example; HttpOnly; SameSite=Lax; Secure",
        ),
    ],
    ids=["of this host", "of a domain"],
)  # fmt: skip
def test_the_line_that_ends_a_cookie(one: Clearing, secure: bool, line: str) -> None:
    assert one.header(secure=secure) == line


def test_no_answer_grows_without_bound() -> None:
    sent = " ".join(f"t_{n}" for n in range(100))
    assert len(cleared(a_cookie("t_*"), sent=sent)) == MOST


def test_a_cookie_without_a_domain_is_tried_on_the_sites_own_too() -> None:
    texts = {"nl": {"name": "Naam", "description": "Waarvoor."}}
    said = [
        {"id": "analytics", "basis": "consent", "texts": texts, "retention_days": 395,
         "cookies": [a_cookie("sid")]},
    ]  # fmt: skip
    site = a_site(purposes=said, cookie_domain="demo.example")
    found = to_clear(site, (), "privacy.demo.example", ())
    assert [one.domain for one in found] == ["", "demo.example"]
    assert [one.domain for one in to_clear(site, (), "elsewhere.example", ())] == [""]
