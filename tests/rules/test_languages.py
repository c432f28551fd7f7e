"""What the banner says in each language: all of it, plainly, and pushing to neither side."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.rules.lint import MOST_UNEQUAL
from gateway.rules.notice import WORDS
from gateway.rules.phrases import capitals_in, signs_in, size_of, words_of
from tests.rules.linted import banner

FOLDER = Path(__file__).resolve().parents[2] / "config/texts"
FILES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}
SAID: Mapping[str, Mapping[str, str]] = {
    language: tomllib.loads(text)["banner"] for language, text in FILES.items()
}
DUTCH, ENGLISH = SAID["nl"], SAID["en"]

# What people there call a cookie: readers and reject-for-me helpers know a banner by it.
COOKIES = {
    "bg": "бисквитк", "cs": "cookies", "da": "cookies", "de": "Cookies", "el": "cookies",
    "en": "cookies", "es": "cookies", "et": "küpsis", "fi": "eväste", "fr": "cookies",
    "ga": "fianáin", "hr": "kolačić", "hu": "süti", "it": "cookie", "lt": "slapuk",
    "lv": "sīkdat", "mt": "cookies", "nl": "cookies", "pl": "cookie", "pt": "cookies",
    "ro": "cookie-uri", "sk": "cookie", "sl": "piškotk", "sv": "cookies",
    "uk": "cookie", "tr": "çerez", "ar": "ملفات تعريف الارتباط", "no": "informasjonskapsler",
}  # fmt: skip
TITLES = (
    "preferences", "privacy", "reject", "accept", "settings", "language", "close", "save",
    "withdraw", "receipt", "allow_once", "allow_always", "back",
)  # fmt: skip
"""What can be pressed: no two may sound alike."""
LOANS = {"cookie": "Cookie"}
"""English words other languages use as their own."""
UNENDED = {("en", "complaint")}
"""The name of the authority goes on where these leave off."""

each = pytest.mark.parametrize("language", SAID)


def test_there_are_the_languages_of_the_union_and_four_more() -> None:
    """The 24 official ones, and Ukrainian, Turkish, Arabic and Norwegian."""
    assert len(COOKIES) == 28
    assert SAID.keys() == COOKIES.keys()


@each
def test_a_language_says_all_the_banner_asks_for(language: str) -> None:
    assert SAID[language].keys() == WORDS
    assert [key for key, text in SAID[language].items() if not text.strip()] == []


@each
def test_a_file_is_the_dutch_one_with_other_texts(language: str) -> None:
    """In the same order and with the same comments, so that two languages can be held together."""
    assert _without_texts(FILES[language]) == _without_texts(FILES["nl"])


@each
def test_what_is_filled_in_is_the_same_in_every_language(language: str) -> None:
    """A date, a name or a button left out would leave the visitor in the dark."""
    expected = {key: _filled_in(text) for key, text in DUTCH.items()}
    assert {key: _filled_in(text) for key, text in SAID[language].items()} == expected


@each
def test_nothing_is_left_in_english(language: str) -> None:
    """R11: one language on all layers."""
    said = {} if language == "en" else SAID[language]
    same = {key: text for key, text in said.items() if text == ENGLISH[key]}
    assert same.items() <= LOANS.items()


@each
def test_no_two_buttons_sound_alike(language: str) -> None:
    said = SAID[language]
    assert len({words_of(said[key]) for key in TITLES}) == len(TITLES)
    assert words_of(said["accept_again"]) != words_of(said["reject_again"])
    assert words_of(said["allow_once"]) != words_of(said["allow_always"])


@each
@pytest.mark.parametrize(
    ("accept", "reject"), [("accept", "reject"), ("accept_again", "reject_again")]
)
def test_accept_and_reject_weigh_the_same(language: str, accept: str, reject: str) -> None:
    """R5: about as long, and with the same capitals and signs."""
    pair = SAID[language][accept], SAID[language][reject]
    shortest, longest = sorted(map(size_of, pair))
    assert longest <= MOST_UNEQUAL * shortest
    assert capitals_in(pair[0]) == capitals_in(pair[1])
    assert [signs_in(label) for label in pair] == [0, 0]


@each
def test_the_opening_says_that_it_is_about_cookies(language: str) -> None:
    for key in ("why", "again", "intro"):
        assert COOKIES[language].casefold() in SAID[language][key].casefold(), key


@each
def test_a_sentence_ends_as_one_and_a_label_does_not(language: str) -> None:
    ends = {
        key: _end(text) for key, text in SAID[language].items() if (language, key) not in UNENDED
    }
    assert ends == {key: _end(DUTCH[key]) for key in ends}


@each
def test_no_sentence_begins_with_a_name_that_is_filled_in(language: str) -> None:
    """Names are put in as they are: at the start of a sentence some would lack a capital."""
    for key in ("blocked", "siblings", "saved", "change"):
        assert not re.search(r"(^|[.?!] )\W*\{", SAID[language][key]), key


@each
def test_a_text_is_clean_to_the_last_character(language: str) -> None:
    """No spaces at an end or in a row, no straight quotes, nothing that is not seen."""
    for key, text in SAID[language].items():
        assert text == text.strip(), key
        assert not re.search(r"\s{2}", text), key
        assert not set("\"'`") & set(text), key
        assert text == unicodedata.normalize("NFC", text), key
        assert not [c for c in text if unicodedata.category(c).startswith("C")], key


@each
def test_no_word_mixes_two_alphabets(language: str) -> None:
    """A Latin letter in a Cyrillic or Greek word looks right, and is read out wrong."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", " ".join(SAID[language].values())))
    assert [word for word in words if len({_alphabet(c) for c in word}) > 1] == []


def test_french_keeps_a_mark_with_its_word() -> None:
    """A space before : ; ? ! and inside « » that lets no line break there."""
    for key, text in SAID["fr"].items():
        assert not re.search(r"(?<![\u00a0\u202f])[:;?!»]|«(?![\u00a0\u202f])", text), key


@each
def test_the_linter_finds_nothing_in_what_is_shipped(language: str) -> None:
    assert banner(language) == []


def _without_texts(file: str) -> list[str]:
    return [re.sub(r'^(\w+) = ".*"$', r"\1", line) for line in file.splitlines()]


def _filled_in(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}?|\}", text))


def _end(text: str) -> str:
    """The mark a sentence ends with; a label has none."""
    return text[-1] if text[-1] in ".:;?!,\u2026\u061f" else ""


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter).split()[0]
