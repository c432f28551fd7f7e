"""What changed between two notices: everything that did, and in words a person reads."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.canonical import canonical
from gateway.rules.difference import Change, described, differences
from tests.rules.building import a_notice

RECIPIENT = {"name": "Filmhuis", "country": "NL"}
COOKIE = {"name": "_f", "lifetime_days": 30, "texts": {"nl": "Onthoudt."}}


def before() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(a_notice().content)
    said["purposes"][2] |= {"recipients": [RECIPIENT], "cookies": [COOKIE]}
    said["languages"] = ["nl", "en"]
    return copy.deepcopy(said)


def told(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    return dict(described(differences(old, new)))


def test_the_same_content_has_no_difference() -> None:
    assert differences(before(), before()) == []


def test_a_text_is_told_as_it_was_and_as_it_is() -> None:
    new = before()
    new["texts"]["nl"]["intro"] = "Wij meten."
    assert differences(before(), new) == [
        Change(("texts", "nl", "intro"), "changed", "Wij gebruiken cookies.", "Wij meten.")
    ]
    assert told(before(), new) == {
        "Texts (nl)": ['intro: "Wij gebruiken cookies." -> "Wij meten."']
    }


def test_another_order_is_a_difference_and_an_insertion_is_not() -> None:
    new = before()
    new["purposes"].reverse()
    names = ["necessary", "analytics", "marketing"]
    assert differences(before(), new) == [Change(("purposes",), "moved", names, names[::-1])]
    inserted = before()
    inserted["controllers"].insert(0, {"name": "Nieuw B.V.", "address": "a", "contact": "b"})
    [only] = differences(before(), inserted)
    assert (only.place, only.how) == (("controllers", "Nieuw B.V."), "added")


def test_purposes_come_first_and_keys_nobody_knows_come_last() -> None:
    new = before()
    new["unheard_of"] = {"a": [1, "b"], "c": True}
    new["script"] = "a" * 64
    new["purposes"].pop(1)
    assert list(told(before(), new)) == [
        "Purpose analytics",
        "Code of the banner (SHA-256)",
        "unheard_of",
    ]


def _recipient(said: dict[str, Any]) -> None:
    said["purposes"][2]["recipients"].append({"name": "Reclame", "country": "US"})


def _no_recipient(said: dict[str, Any]) -> None:
    said["purposes"][2]["recipients"] = []


def _other_country(said: dict[str, Any]) -> None:
    said["purposes"][2]["recipients"][0]["country"] = "US"


def _cookie(said: dict[str, Any]) -> None:
    said["purposes"][2]["cookies"].append(
        COOKIE | {"domain": ".demo.example", "http_only": True, "kind": "cookie"}
    )


def _session(said: dict[str, Any]) -> None:
    said["purposes"][2]["cookies"][0]["lifetime_days"] = 0


def _one_day(said: dict[str, Any]) -> None:
    said["purposes"][2]["cookies"][0] |= {"lifetime_days": 1, "texts": {"nl": "Volgt."}}


def _data(said: dict[str, Any]) -> None:
    said["purposes"][2]["texts"]["nl"]["data"] = ["Netwerkadres", "Pagina"]


def _revision(said: dict[str, Any]) -> None:
    said["purposes"][2] |= {"revision": 2, "basis": "contract", "retention_days": 30}


def _validity(said: dict[str, Any]) -> None:
    said["validity_months"] = 1


def _languages(said: dict[str, Any]) -> None:
    said["languages"] = ["en", "nl", "de"]


def _storage(said: dict[str, Any]) -> None:
    said["storage"] = ["NL"]


def _name(said: dict[str, Any]) -> None:
    said["names"]["nl"] = "Ander"


def _empty(said: dict[str, Any]) -> None:
    said["extra"] = []


def _gone(said: dict[str, Any]) -> None:
    del said["privacy_url"]


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (_recipient, ['recipient Reclame added: country "US"']),
        (_no_recipient, ['recipient Filmhuis removed: country "NL"']),
        (_other_country, ['recipient Filmhuis, country: "NL" -> "US"']),
        (
            _cookie,
            [
                "cookie _f #2 added",
                '  name "_f"',
                "  lifetime 30 days",
                '  for (nl) "Onthoudt."',
                '  domain ".demo.example"',
                "  out of reach of scripts yes",
                '  kind "cookie"',
            ],
        ),
        (_session, ["cookie _f, lifetime: 30 days -> until the browser closes"]),
        (
            _one_day,
            [
                "cookie _f, lifetime: 30 days -> 1 day",
                'cookie _f, for (nl): "Onthoudt." -> "Volgt."',
            ],
        ),
        (_data, ['kind of data (nl) added: "Netwerkadres", "Pagina"']),
        (
            _revision,
            [
                'basis: "consent" -> "contract"',
                "kept for: 395 days -> 30 days",
                "revision: 1 -> 2",
            ],
        ),
        (_validity, ["6 months -> 1 month"]),
        (_languages, ["de added", "in another order: nl, en -> en, nl"]),
        (_storage, ["NL added"]),
        (_name, ['nl: "Demo" -> "Ander"']),
        (_empty, ["added"]),
        (_gone, ['removed: "/privacy"']),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_change_is_told_in_plain_words(change: Any, lines: list[str]) -> None:
    new = before()
    change(new)
    [told_of] = told(before(), new).values()
    assert told_of == lines


def test_a_new_purpose_is_told_with_all_it_asks() -> None:
    new, old = before(), before()
    del old["purposes"][2]
    lines = told(old, new)["Purpose marketing"]
    assert lines[0] == "added"
    for part in ('basis "consent"', 'recipient Filmhuis, country "NL"', "kept for 395 days"):
        assert f"  {part}" in lines


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a", "a", "a #2"], ["a", "a #2"]),
        ([1], ["1"]),
        ([{"id": "x"}], ["x"]),
        ([{"id": 1}], [{"id": True}]),
        ([], {}),
        ("a", None),
    ],
    ids=str,
)
def test_what_only_looks_alike_differs(old: object, new: object) -> None:
    assert differences({"here": old}, {"here": new})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", "b", "a #2", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "name", "texts", "cookies", "x"]), inner)
    ),
    max_leaves=12,
)
contents = st.dictionaries(st.sampled_from(["purposes", "texts", "languages", "x"]), json_values)


@given(contents, contents)
def test_nothing_that_changed_goes_untold(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Without a difference the two are the same bytes, and each difference has its line."""
    found = differences(old, new)
    assert (found == []) == (canonical(old) == canonical(new))
    assert sum(len(lines) for lines in told(old, new).values()) >= len(found)
