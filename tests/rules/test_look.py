"""A site's colours are checked before its notice is published, and stand where they are meant."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import NoticeError
from gateway.rules.lint import findings
from gateway.rules.look import DARK, LIGHT, Colours, Look, contrast, pairs, pale, palettes, style
from gateway.rules.publishing import publish_all
from tests.rules.linted import DEMO, SHIPPED

BANNER = Path(__file__).resolve().parents[2] / "static/banner/src"
COLOUR = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)


def _declared(css: str) -> dict[str, str]:
    """The colours among the tokens of a block, as `Colours` names them."""
    found = re.findall(r"--gw-([a-z-]+):\s*(#[0-9a-f]{3}(?:[0-9a-f]{3})?)\b", css)
    return {name.replace("-", "_"): _long(colour) for name, colour in found}


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def test_the_defaults_are_those_of_the_banners_style_sheet() -> None:
    light, dark = (BANNER / "base.css").read_text("utf-8").split("prefers-color-scheme: dark")
    assert _declared(light) == msgspec.to_builtins(LIGHT)
    assert _declared(dark.partition("}")[0]) == msgspec.to_builtins(DARK)


def test_the_edge_that_small_buttons_have_by_themselves_is_seen_by_day_and_by_night() -> None:
    """They stand on the system's own colours, so one edge must do for both."""
    [edge] = re.findall(r"--gw-edge, (#\w{6})", (BANNER / "corner.css").read_text("utf-8"))
    for back in ("#ffffff", LIGHT.page, DARK.surface, DARK.page, "#121212", "#1e1e1e"):
        assert contrast(edge, back) >= 3, back


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#0A0a0A", "#0a0a0a", 1)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOUR, COLOUR)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


def test_what_is_shipped_can_be_read() -> None:
    assert not list(pale(Look()))
    assert len(list(pairs(Look()))) == 2 * len({(pair.front, pair.back) for pair in pairs(Look())})


def _told(**look: Any) -> list[tuple[str, str, str, str]]:
    site = msgspec.structs.replace(DEMO, look=msgspec.convert(look, Look))
    return [(one.rule, one.place, one.what, one.mend) for one in findings(site, SHIPPED.texts)]


def test_a_pale_text_is_a_finding_under_the_key_that_was_set() -> None:
    """R5; the ratio is never rounded up to what it should have been."""
    assert _told(light={"quiet": "#777777", "page": "#ffffff"}) == [
        (
            "R5",
            f"look.light.{key}",
            f"quiet #777777 on {back} #ffffff has a contrast of 4.4, and needs 4.5",
            f"make quiet darker or {back} lighter",
        )
        for key, back in (("quiet", "surface"), ("quiet", "page"))
    ]


def test_a_background_that_swallows_its_text_is_the_one_to_blame() -> None:
    found = _told(dark={"surface": "#c0c4c8"})
    assert {place for _, place, _, _ in found} == {"look.dark.surface"}
    assert found[0][:2] == ("R5", "look.dark.surface")
    assert found[0][2].startswith("ink #e8eaed on surface #c0c4c8 has a contrast of 1.")
    assert found[0][3] == "make surface darker or ink lighter"


def test_the_edge_of_a_button_needs_less_than_a_text() -> None:
    assert [what.rpartition(" has ")[2] for _, _, what, _ in _told(light={"edge": "#b0b0b0"})] == [
        "a contrast of 2.1, and needs 3.0",
        "a contrast of 2.0, and needs 3.0",
    ]
    assert _told(light={"edge": "#808080"}) == []


def test_the_label_of_the_two_equal_buttons_is_checked_too() -> None:
    [found] = _told(dark={"on_accent": "#ffffff"})
    assert found[1] == "look.dark.on_accent"
    assert found[3] == "make accent darker or on_accent lighter"


def test_a_colour_that_is_not_seen_as_text_may_be_anything() -> None:
    assert _told(light={"line": "#ffffff"}, dark={"line": "#000000"}) == []


def test_a_site_with_pale_colours_is_not_published() -> None:
    """So `gateway check` and `gateway serve` refuse it."""
    site = msgspec.structs.replace(DEMO, look=Look(light=Colours(accent="#ffcc00")))
    with pytest.raises(NoticeError, match=r"R5 look\.light\.accent: accent #ffcc00 on surface"):
        publish_all([site], SHIPPED.texts, "0" * 64, 0)


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456\n", "#1234567", "#12345"])
def test_a_colour_is_a_sharp_and_six_digits(colour: str) -> None:
    """So that nothing else can come into a style sheet by one."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"light": {"ink": colour}}, Look)


def test_what_a_site_leaves_out_is_as_it_was() -> None:
    chosen = palettes(Look(light=Colours(ink="#000000")))
    assert chosen["light"] == {**msgspec.to_builtins(LIGHT), "ink": "#000000"}
    assert chosen["dark"] == msgspec.to_builtins(DARK)


def test_without_a_look_there_is_no_style() -> None:
    assert style(Look()) == ""


def test_each_mode_has_its_own_colours() -> None:
    """A light colour must not stand by night: what was checked there is the default."""
    look = Look(
        light=Colours(accent="#8a1c5b"), dark=Colours(accent="#ffb3d9", on_accent="#1a0010")
    )
    assert style(look) == (
        "@media(prefers-color-scheme:light){html{--gw-accent:#8a1c5b;}}"
        "@media(prefers-color-scheme:dark){html{--gw-accent:#ffb3d9;--gw-on-accent:#1a0010;}}"
    )


def test_a_link_instead_of_a_button_is_a_style_too() -> None:
    said = style(Look(reopen="link"))
    assert said.startswith("html:has([data-gw-action=open]:not(#gw-reopen *")
    assert said.endswith("#gw-reopen{display:none}")
    assert "prefers-color-scheme" not in said
