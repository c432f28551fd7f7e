"""What of a notice goes to one visitor."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.rules.notice import content
from gateway.rules.parts import cut, is_whole
from gateway.rules.speech import Speech, apart, filled, is_known
from tests.rules.linted import DEMO, SHIPPED


def _said(language: str, part: Any, **changes: Any) -> dict[str, Any]:
    purposes = [
        msgspec.structs.replace(
            one,
            texts={language: one.texts["nl"]},
            cookies=tuple(
                msgspec.structs.replace(cookie, texts={language: "x"}) for cookie in one.cookies
            ),
        )
        for one in DEMO.purposes
    ]
    site = msgspec.structs.replace(DEMO, languages=(language,), purposes=tuple(purposes))
    whole = content(site, SHIPPED.texts, "0" * 64, **changes)
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return cut("ab", plain, language, part)


def test_each_part_holds_what_the_page_needs_and_no_more() -> None:
    corner, held, first, everything = (
        _said("nl", part) for part in ("corner", "held", "first", "all")
    )
    assert set(corner["words"]) == {"preferences", "withdraw"}
    assert [one["id"] for one in held["purposes"]] == ["analytics", "marketing"]
    assert "cookies" not in first["purposes"][0]
    assert everything["purposes"][0]["cookies"][0]["name"] == "gw_consent"
    assert "recipients" not in first["purposes"][1]
    assert "controllers" not in first
    assert everything["purposes"][1]["retention"] == "Wij bewaren de gegevens 395 dagen."
    assert "reason" not in everything["purposes"][1]
    assert "reason" in everything["purposes"][0]
    assert "back" not in everything["words"]
    assert everything["languages"] == [["nl", "Nederlands"]]


def test_the_first_layer_names_the_sites_a_choice_also_holds_on() -> None:
    said = _said("nl", "first", siblings=[{"nl": "Werk"}, {"en": "Work"}])
    assert said["words"]["siblings"] == "Uw keuze geldt ook op Werk en Work."
    assert "siblings" not in _said("nl", "first")["words"]


def test_a_name_stands_apart_from_a_text_that_runs_the_other_way() -> None:
    assert "\u2068Noorderlicht Werk B.V.\u2069" in _said("ar", "first")["words"]["who"]


@pytest.mark.parametrize(
    ("language", "may"),
    [
        *(
            ("nl", "{day} mei {year}"),
            ("en", "May {day}, {year}"),
            ("mt", "{day} ta’ Mejju {year}"),
        ),
        *(("hu", "{year}. május {day}."), ("lt", "{year} m. gegužės {day} d.")),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, may: str) -> None:
    assert _said(language, "all")["dates"][4] == may
    assert "dates" not in _said(language, "first")


@pytest.mark.parametrize("language", SHIPPED.texts)
def test_every_month_of_every_language_has_a_day_and_a_year(language: str) -> None:
    dates = Speech(language).dates()
    assert len(set(dates)) == 12
    assert all(one.count("{day}") == one.count("{year}") == 1 for one in dates)


def test_a_cookie_that_goes_with_the_browser_has_no_days() -> None:
    cookie = {"name": "x", "lifetime_days": 0, "texts": {"nl": "Onthoudt iets."}}
    purpose = {
        "id": "a", "basis": "consent", "texts": {"nl": {"name": "A", "description": "B."}},
        "recipients": [], "cookies": [cookie], "retention_days": 1,
    }  # fmt: skip
    whole = {
        "texts": {"nl": SHIPPED.texts["nl"]}, "controllers": [{"name": "C"}], "purposes": [purpose],
        "privacy_url": "/", "authority": {}, "languages": ["nl"],
    }  # fmt: skip
    said: dict[str, Any] = cut("ab", whole, "nl", "all")
    assert said["purposes"][0]["cookies"] == [{"name": "x", "use": "Onthoudt iets."}]


FILLED = [
    ("Van {who}. {huh}", "Van Werk B.V. {huh}"),
    ("Van {who}.", "Van Werk B.V."),
    ("Even geduld... van {who}, {who}", "Even geduld... van Werk B.V., Werk B.V."),
    ("Van {who}...", "Van Werk B.V...."),
    ("Van {who}. Zie https://x.example/../y", "Van Werk B.V. Zie https://x.example/../y"),
    ("Van {name}. En {name}.", "Van Werk. En Werk."),
    ("{loop}", "{who}"),
]


@pytest.mark.parametrize(("text", "said"), FILLED)
def test_a_name_that_ends_in_a_full_stop_ends_the_sentence(text: str, said: str) -> None:
    """And nothing else is changed in the owner's own words."""
    values = {"who": "Werk B.V.", "name": "Werk", "loop": "{who}"}
    assert filled(text, values) == said


def test_it_does_so_too_where_it_stands_apart() -> None:
    end = apart("Werk B.V.")
    assert filled("من {who}. {who}", {"who": end}) == f"من {end} {end}"
    assert _said("ar", "first")["words"]["who"].count(".") == 2


def _whole() -> dict[str, Any]:
    whole = content(DEMO, SHIPPED.texts, "0" * 64)
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(whole))
    return plain


LACKING: list[tuple[str, Any]] = [
    ("a word", lambda said: said["texts"]["nl"].pop("allow_always")),
    ("cookies", lambda said: said["purposes"][0].pop("cookies")),
    ("the language", lambda said: said.update(languages=["en"])),
    ("its texts", lambda said: said["texts"].pop("nl")),
    ("another shape of texts", lambda said: said["texts"].update(nl="Cookies")),
    ("another shape of purposes", lambda said: said.update(purposes=None)),
]


@pytest.mark.parametrize("lacks", [case[1] for case in LACKING], ids=[case[0] for case in LACKING])
def test_of_a_notice_that_lacks_something_no_part_is_cut(lacks: Any) -> None:
    assert is_whole(_whole(), "nl")
    said = _whole()
    lacks(said)
    assert not is_whole(said, "nl")


def test_a_language_of_which_nothing_is_known_is_never_whole() -> None:
    said = _whole()
    said["texts"]["li"] = said["texts"]["nl"]
    said["languages"].append("li")
    assert not is_whole(said, "li")


@pytest.mark.parametrize(
    ("language", "known"),
    [("nl", True), ("mt", True), ("li", False), ("qq", False), ("", False), ("nl-", False)],
)
def test_a_language_is_known_or_not(language: str, known: bool) -> None:
    assert is_known(language) is known


def test_a_language_says_days_countries_lists_and_itself() -> None:
    dutch = Speech("nl")
    assert (dutch.days(395), dutch.days(1)) == ("395 dagen", "1 dag")
    assert (dutch.country("NL"), dutch.country("XY")) == ("Nederland", "XY")
    assert dutch.together(["A", "B", "C"]) == "A, B en C"
    assert dutch.together([]) == ""
    assert Speech("uk").name() == "українська"
