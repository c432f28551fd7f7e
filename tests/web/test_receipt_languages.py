"""The pages of a receipt in 28 languages: nothing missing, nothing in another, who gets which."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

import gateway.web
from gateway.config import Config
from gateway.rules.labels_known import buttons
from gateway.rules.proof import check
from gateway.web.pages import spoken, words
from tests.conftest import SHIPPED
from tests.preferring import serving
from tests.visiting import ORIGIN
from tests.web.test_preferences_reader import in_languages
from tests.web.test_receipts import PAGE, given, receipt_at

WEB = Path(gateway.web.__file__).parent
LANGUAGES = sorted(spoken())
BANNER: Mapping[str, Mapping[str, str]] = {
    path.stem: tomllib.loads(path.read_text("utf-8"))["banner"]
    for path in (SHIPPED / "texts").glob("*.toml")
}
LOANS = {"receipt.find_code": {"Code"}}
"""English words other languages use as their own."""

each = pytest.mark.parametrize("language", LANGUAGES)


def told(language: str) -> dict[str, str]:
    """("receipt.title", text) for every text of a language."""
    tables = words(f"visitor/{language}")
    return {f"{table}.{key}": text for table, said in tables.items() for key, text in said.items()}


DUTCH, ENGLISH = told("nl"), told("en")


def filled_in(text: str) -> set[str]:
    return set(re.findall(r"\{[^}]*\}?|\}", text))


def test_the_pages_speak_every_language_of_the_banner() -> None:
    assert spoken() == BANNER.keys()


@each
def test_a_language_says_all_the_pages_ask_for(language: str) -> None:
    assert [*told(language)] == [*DUTCH]
    assert {key: filled_in(text) for key, text in told(language).items()} == {
        key: filled_in(text) for key, text in DUTCH.items()
    }


def test_every_text_is_shown_somewhere() -> None:
    files = [*(WEB / "templates/receipts").glob("*.html"), WEB / "receiptpage.py"]
    code = "\n".join(path.read_text("utf-8") for path in files)
    # Those of one receipt or another: by what happened, and where.
    keys = {
        key for key in words("visitor/nl")["receipt"] if not key.startswith(("event_", "where_"))
    }
    assert {key for key in keys if not re.search(rf"\b{key}\b|\bstate_\{{how", code)} == set()


@each
def test_nothing_is_left_in_english(language: str) -> None:
    said = {} if language == "en" else told(language)
    same = {key for key, text in said.items() if text == ENGLISH[key]}
    assert {key for key in same if said[key] not in LOANS.get(key, set())} == set()


@each
def test_the_banner_and_the_receipt_use_the_same_words(language: str) -> None:
    receipt = words(f"visitor/{language}")["receipt"]
    same = {"title": "receipt", "withdraw": "withdraw", "who": "recipient", "statement": "privacy",
            "responsible": "responsible", "complaint": "complaint"}  # fmt: skip
    assert {key: receipt[key] for key in same} == {
        key: BANNER[language][other] for key, other in same.items()
    }


@each
def test_the_button_that_withdraws_says_so(language: str) -> None:
    known = buttons(language)
    assert known is not None
    assert [*known.faults("withdraw", told(language)["receipt.withdraw"], frozenset())] == []


@each
def test_a_text_is_clean_to_the_last_character(language: str) -> None:
    for key, text in told(language).items():
        assert text, key
        assert text == text.strip(), key
        assert not re.search(r"\s{2}", text), key
        assert not set("\"'`") & set(text), key
        assert text == unicodedata.normalize("NFC", text), key
        assert not [c for c in text if unicodedata.category(c).startswith("C")], key
        if not key.startswith("receipt.check_yourself"):  # a link goes on where this leaves off
            assert (text[-1] in ".:؟") == (DUTCH[key][-1] in ".:") or key in (
                "receipt.complaint", "receipt.number"
            ), key  # fmt: skip


@each
def test_no_word_mixes_two_alphabets(language: str) -> None:
    text = re.sub(r"\{\w+\}|K7QM‑2XWP‑9TRD", "", " ".join(told(language).values()))
    found = re.findall(r"[^\W\d_]+", text)
    assert [word for word in found if len({unicodedata.name(c).split()[0] for c in word}) > 1] == []


def test_french_keeps_a_mark_with_its_word() -> None:
    for key, text in told("fr").items():
        assert not re.search(r"(?<![\u00a0\u202f])[:;?!»]", text), key


def _stories(html: str) -> Iterator[str]:
    """What the page itself says: without the parts a site's owner wrote and what is never read."""
    yield from re.findall(r"<(?:h1|h2|p|dt|dd|th|td|button|summary|a)\b[^>]*>([^<]+)<", html)


async def test_a_receipt_can_be_read_in_every_language(config: Config) -> None:
    """R11: from the words to the dates, days and countries, whatever the browser asks."""
    site = in_languages(config.sites[0], *LANGUAGES)
    async with serving(config, site, ORIGIN.partition("://")[2]) as (made, client):
        for language in LANGUAGES:
            client.cookies.clear()
            path = await given(client, "save", language=language)
            page = await client.get(path, headers=PAGE | {"accept-language": "zz"})
            said = words(f"visitor/{language}")["receipt"]
            assert page.headers["content-language"] == language
            direction = "rtl" if language == "ar" else "ltr"
            assert f'<html lang="{language}" dir="{direction}">' in page.text
            assert f">{said['withdraw']}</button>" in page.text
            assert said["where_first"] in page.text
            assert said["holds"] in page.text
            assert words(f"visitor/{language}")["kinds"]["network"] in page.text
            assert "{" not in page.text
            assert "duration-day" not in page.text
            assert ".." not in "".join(_stories(page.text))
            assert f'lang="{language}" aria-current="true"' in page.text
            assert ">Ελληνικά</a>" in page.text
            own = [text.strip() for text in _stories(page.text)]
            english = {*words("visitor/en")["receipt"].values()} - {*told(language).values()}
            assert english.isdisjoint(own)
            assert check(await receipt_at(client, path), made.seal.public) == []
            # It ends in the same language, and says so there.
            answer = await client.post(
                f"{path}?language={language}", data={"action": "withdraw"}, headers=PAGE
            )
            assert answer.headers["location"] == f"{path}?language={language}"
            page = await client.get(path, headers=PAGE)
            assert f">{said['event_withdrawn']}</td>" in page.text
            assert f">{said['withdraw']}</button>" not in page.text


@pytest.mark.parametrize(
    ("query", "accepted", "language", "direction"),
    [
        ("", "en-GB", "en", "ltr"),
        ("", "pl,en;q=0.5", "en", "ltr"),  # a language of the site goes before one that is not
        ("", "pl", "nl", "ltr"),
        ("?language=pl", "nl", "pl", "ltr"),
        ("?language=ar", "nl", "ar", "rtl"),
        ("?language=xx", "en", "en", "ltr"),
    ],
)
async def test_the_form_speaks_a_language_of_the_site_or_the_one_asked_for(
    query: str, accepted: str, language: str, direction: str, client: httpx.AsyncClient
) -> None:
    page = await client.get(f"/demo/receipts{query}", headers=PAGE | {"accept-language": accepted})
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert words(f"visitor/{language}")["receipt"]["find_lead"] in page.text
    assert f'action="/demo/receipts?language={language}"' in page.text
    offered = re.findall(r'<a href="\?language=(\w+)"', page.text)
    assert offered == ["nl", "en", *({language} - {"nl", "en"})]


async def test_what_was_shown_in_another_language_says_so(client: httpx.AsyncClient) -> None:
    """A reader aloud must not read Dutch as if it were Arabic (WCAG 3.1.2)."""
    path = await given(client, language="nl")
    page = await client.get(f"{path}?language=ar", headers=PAGE)
    assert '<h3><span lang="nl" dir="auto">Meten</span>' in page.text
    assert '<p lang="nl" dir="auto">' in page.text
    assert "\u2068Filmhuis Voorbeeld (هولندا)\u2069" in page.text
    dutch = await client.get(f"{path}?language=nl", headers=PAGE)
    assert "<h3><span>Meten</span>" in dutch.text
    assert "<p lang=" not in dutch.text


@pytest.mark.parametrize(("tag", "language"), [("nb", "no"), ("is", "en")])
async def test_a_language_under_another_name_or_without_pages(
    tag: str, language: str, config: Config
) -> None:
    """A site may speak more languages than our pages, with texts of its own."""
    texts: dict[str, Any] = {**config.texts, tag: config.texts["no"]}
    site = in_languages(config.sites[0], tag)
    async with serving(replace(config, texts=texts), site, ORIGIN.partition("://")[2]) as (
        _,
        client,
    ):
        path = await given(client, language=tag)
        for address in (path, "/demo/receipts"):
            page = await client.get(address, headers=PAGE | {"accept-language": "nl"})
            assert page.headers["content-language"] == language
            assert "<nav" not in page.text  # there is nothing to choose from
