"""Which cookies an answer of the gateway clears (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.rules.cookies import MOST, matches, to_clear
from tests.rules.building import a_site

TEXT = {"nl": "Waarvoor."}


def a_cookie(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "lifetime_days": 1, "texts": TEXT, "http_only": True, **more}


def cleared(*cookies: dict[str, Any], allowed: tuple[str, ...] = (), sent: str = "") -> list[str]:
    purposes = a_site().purposes
    texts = {"nl": {"name": "Naam", "description": "Waarvoor.", "reason": "Moet."}}
    said = [
        {"id": p.id, "basis": p.basis, "texts": texts, "retention_days": p.retention_days,
         "cookies": list(cookies) if p.id == "marketing" else []}
        for p in purposes
    ]  # fmt: skip
    found = to_clear(a_site(purposes=said), allowed, "privacy.demo.example", sent.split())
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
