"""What a changed notice asks again (R18), and that nothing else does (R16)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.canonical import canonical
from gateway.rules.notice import content
from gateway.rules.renewal import Terms, outdated, renewed, terms
from tests.rules.building import a_site

Change = Callable[[dict[str, Any]], object]

TEXTS = {"nl": {"intro": "Wij gebruiken cookies."}}


def said() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(canonical(content(a_site(), TEXTS, "f" * 64)))
    return made


def _purpose(of: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in of["purposes"] if one["id"] == name)


def _add_purpose(of: dict[str, Any]) -> None:
    of["purposes"].append({**_purpose(of, "marketing"), "id": "chat"})


def _add_recipient(of: dict[str, Any]) -> None:
    _purpose(of, "marketing")["recipients"] = [{"name": "Filmhuis", "country": "NL"}]


def _recipient_of_necessary(of: dict[str, Any]) -> None:
    _purpose(of, "necessary")["recipients"] = [{"name": "Filmhuis", "country": "NL"}]


def _becomes_consent(of: dict[str, Any]) -> None:
    _purpose(of, "necessary")["basis"] = "consent"


def _controller(of: dict[str, Any]) -> None:
    of["controllers"].append({**of["controllers"][0], "name": "Zuster B.V."})


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (_add_purpose, {"chat"}),
        (_add_recipient, {"marketing"}),
        (lambda of: _purpose(of, "analytics").update(revision=2), {"analytics"}),
        (_becomes_consent, {"necessary"}),
        (_controller, {"analytics", "marketing"}),
    ],
    ids=["a purpose", "a recipient", "a material wording", "another basis", "a controller"],
)
def test_what_asks_more_is_asked_again_for_that_much(change: Change, again: set[str]) -> None:
    new = said()
    change(new)
    assert outdated(said(), new) == again


@pytest.mark.parametrize(
    "change",
    [
        dict.copy,
        lambda of: of["texts"]["nl"].update(intro="Wij gebruiken een paar cookies."),
        lambda of: _purpose(of, "analytics")["texts"]["nl"].update(description="Anders."),
        lambda of: of["purposes"].pop(),
        lambda of: _purpose(of, "marketing").update(retention_days=10),
        lambda of: of.update(script="0" * 64, validity_months=5),
        _recipient_of_necessary,
    ],
)
def test_nothing_else_is_asked_again(change: Change) -> None:
    new = said()
    change(new)
    assert outdated(said(), new) == frozenset()


@pytest.mark.parametrize("change", [_add_purpose, _add_recipient, _controller])
def test_asking_less_asks_nobody(change: Change) -> None:
    old = said()
    change(old)
    assert outdated(old, said()) == frozenset()


def test_a_notice_from_before_revisions_had_the_first() -> None:
    old = copy.deepcopy(said())
    for purpose in old["purposes"]:
        del purpose["revision"]
    assert outdated(old, said()) == frozenset()


PARTIES = st.frozensets(st.sampled_from("abc"))
TERMS = st.builds(Terms, PARTIES, PARTIES, st.integers(1, 3))
NOTICES = st.lists(st.dictionaries(st.sampled_from("xyz"), TERMS), min_size=1, max_size=6)


def _content(asked: Mapping[str, Terms]) -> dict[str, Any]:
    """A notice with those terms: all its purposes have the controllers of the first."""
    controllers = next(iter(asked.values())).controllers if asked else frozenset[str]()
    return {
        "controllers": [{"name": name} for name in controllers],
        "purposes": [
            {"id": name, "basis": "consent", "revision": one.revision,
             "recipients": [{"name": who} for who in one.recipients]}
            for name, one in asked.items()
        ],
    }  # fmt: skip


@given(NOTICES)
def test_all_that_was_asked_since_counts_as_if_each_were_compared(
    made: list[dict[str, Terms]],
) -> None:
    """A thousand notices are looked at once each, and not each with each."""
    *earlier, last = [_content(one) for one in made]
    found = renewed([terms(one) for one in earlier], terms(last))
    for place, old in enumerate(earlier):
        later = [*earlier[place + 1 :], last]
        more = frozenset[str]().union(*(outdated(old, one) for one in later))
        assert found[place] == more & terms(last).keys()
