"""Which purpose each of Google's consent types may follow, and what the script is told."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from gateway.rules.google import TYPES, Google, in_page, problems

ASKS = {"necessary": False, "analytics": True, "marketing": True}
SCRIPT = Path(__file__).parents[2] / "static" / "banner" / "src" / "google" / "mode.ts"


def _declared(extra: str = "", **types: str) -> Google:
    """A site's `[google]`, read as its file is."""
    kept = {
        "ad_storage": "marketing",
        "ad_user_data": "marketing",
        "ad_personalization": "marketing",
        "analytics_storage": "analytics",
        "functionality_storage": "necessary",
        "personalization_storage": "denied",
        "security_storage": "granted",
    } | types
    lines = "\n".join(f'{name} = "{follows}"' for name, follows in kept.items())
    return msgspec.toml.decode(f"{extra}\n[types]\n{lines}", type=Google)


def test_a_sound_declaration_has_no_problems() -> None:
    assert list(problems(_declared(), ASKS)) == []


def test_basic_mode_is_the_default_and_the_page_is_told_no_more_than_it_needs() -> None:
    assert in_page(_declared(), ASKS) == {
        "types": ["marketing", "marketing", "marketing", "analytics", 1, 0, 1],
        "wait": 500,
    }


def test_every_setting_reaches_the_page() -> None:
    extra = (
        'mode = "advanced"\nwait_for_update = 0\nurl_passthrough = true\n'
        'ads_data_redaction = true\nlayer = "own"'
    )
    assert in_page(_declared(extra), ASKS) == {
        "types": ["marketing", "marketing", "marketing", "analytics", 1, 0, 1],
        "advanced": 1,
        "set": ["url_passthrough", "ads_data_redaction"],
        "layer": "own",
    }


@pytest.mark.parametrize(
    ("name", "follows", "wanted"),
    [
        ("ad_storage", "marketng", '"denied", or a purpose of this site: necessary, analytics'),
        ("security_storage", "safety", '"denied", or a purpose of this site'),
        ("ad_user_data", "granted", "only security_storage can be granted"),
        ("functionality_storage", "granted", "only security_storage can be granted"),
        ("ad_personalization", "necessary", "asks for consent (R13): analytics, marketing"),
        ("analytics_storage", "necessary", "asks for consent (R13)"),
        ("personalization_storage", "necessary", "asks for consent (R13)"),
    ],
)
def test_a_type_follows_only_what_may_allow_it(name: str, follows: str, wanted: str) -> None:
    (found,) = problems(_declared(**{name: follows}), ASKS)
    assert (found.key, found.value) == (f"google.types.{name}", follows)
    assert wanted in found.wanted


@pytest.mark.parametrize("name", TYPES)
def test_a_type_may_be_denied_for_good(name: str) -> None:
    declared = _declared(**{name: "denied"})
    assert list(problems(declared, ASKS)) == []
    told = in_page(declared, ASKS)["types"]
    assert isinstance(told, list)
    assert told[TYPES.index(name)] == 0


def test_security_may_follow_a_purpose_too() -> None:
    declared = _declared(security_storage="analytics", functionality_storage="marketing")
    assert list(problems(declared, ASKS)) == []
    told = in_page(declared, ASKS)["types"]
    assert isinstance(told, list)
    assert told[4:] == ["marketing", 0, "analytics"]


@pytest.mark.parametrize(
    "extra",
    ['mode = "none"', "wait_for_update = -1", 'layer = "a.b"', 'region = "NL"'],
)
def test_what_we_cannot_do_is_refused_and_not_ignored(extra: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        _declared(extra)


def test_no_type_may_be_left_out_or_made_up() -> None:
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        msgspec.toml.decode('[types]\nad_storage = "marketing"', type=Google)
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        _declared(ad_storge="marketing")


def test_the_script_counts_the_types_in_the_same_order() -> None:
    listed = re.search(r"TYPES = \[(.*?)\]", SCRIPT.read_text("utf-8"), re.DOTALL)
    assert listed
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == TYPES
