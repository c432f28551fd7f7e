"""Whom the preference page speaks to: languages, the way back, and sites that see no choice."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import httpx
import msgspec
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules.site import Site
from gateway.web.pages import environment
from tests.conftest import SHIPPED
from tests.preferring import DUTCH, PATH, post, serving
from tests.visiting import current_notice

LANGUAGES = sorted(path.stem for path in (SHIPPED / "texts").glob("*.toml"))


def in_languages(site: Site, *languages: str) -> Site:
    """The site in languages it was not written in."""
    said: dict[str, Any] = msgspec.to_builtins(site)
    for texts in _by_language(said):
        texts.update(dict.fromkeys(languages, texts["en"]))
    return msgspec.convert({**said, "languages": languages}, Site)


def _by_language(said: object) -> list[dict[str, Any]]:
    if isinstance(said, dict):
        found = [one for value in said.values() for one in _by_language(value)]
        return [*found, said] if {"nl", "en"} <= said.keys() else found
    return (
        [one for value in said for one in _by_language(value)]
        if isinstance(said, list | tuple)
        else []
    )


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("?language=en", "nl", "en"),
        ("?language=xx", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "fr-FR,en;q=0.5", "en"),
        ("", "de", "nl"),
        ("", "", "nl"),
        ("?language=%3Cscript%3E", "nl", "nl"),
    ],
)
async def test_the_language_asked_for_then_the_browsers_then_the_sites_first(
    query: str, accepted: str, language: str, client: httpx.AsyncClient
) -> None:
    page = await client.get(PATH + query, headers={"accept-language": accepted})
    assert f'<html lang="{language}" dir="ltr">' in page.text
    assert f'name="language" value="{language}"' in page.text
    assert ">Nederlands</a>" in page.text
    assert ">English</a>" in page.text


async def test_every_language_of_the_banner_is_a_language_of_the_page(config: Config) -> None:
    """R11: no text is left out, and each language is called by its own name."""
    site = in_languages(config.sites[0], *LANGUAGES)
    async with serving(config, site, "127.0.0.1:8000") as (_, client):
        for language in LANGUAGES:
            texts = tomllib.loads((SHIPPED / "texts" / f"{language}.toml").read_text("utf-8"))
            page = await client.get(f"{PATH}?language={language}")
            direction = "rtl" if language == "ar" else "ltr"
            assert f'<html lang="{language}" dir="{direction}">' in page.text
            assert texts["banner"]["unchosen"] in page.text
            assert "duration-day" not in page.text
            assert "{" not in page.text
            assert 'role="note" lang="en"' not in page.text  # nor a sentence in another language
            assert ">Ελληνικά</a>" in page.text
            answer = await post(client, "reject", language=language)
            assert answer.headers["location"] == f"{PATH}?language={language}&said=saved#said"
            client.cookies.clear()
        # A name is one piece in a text that runs the other way, its full stop included.
        page = await client.get(f"{PATH}?language=ar")
        assert "\u2068Noorderlicht Werk B.V.\u2069</p>" in page.text
        # Browsers call Norwegian by the names of its two spellings.
        page = await client.get(PATH, headers={"accept-language": "nb-NO,en;q=0.5"})
        assert page.headers["content-language"] == "no"


def test_what_is_said_on_another_domain_is_said_in_every_language() -> None:
    module: Any = environment().get_template("preferences/apart.html").module
    assert set(LANGUAGES) <= module.sentences.keys()
    for sentence in module.sentences.values():
        assert set(re.findall(r"{\w+}", sentence)) == {"{sites}", "{receipt}"}


@pytest.mark.parametrize(
    ("host", "scheme", "domain", "origins", "beyond"),
    [
        ("www.example.nl", "https", "", ["https://www.example.nl"], []),
        ("www.example.nl:8443", "https", "", ["https://www.example.nl"], []),
        ("privacy.example.nl", "https", "example.nl", ["https://www.example.nl"], []),
        ("privacy.example.nl", "https", "example.nl", ["https://example.nl"], []),
        ("privacy.example.nl", "https", "", ["https://www.example.nl"], ["www.example.nl"]),
        (
            "privacy.example.nl",
            "https",
            "example.nl",
            ["https://www.example.nl", "https://other.example", "https://badexample.nl"],
            ["other.example", "badexample.nl"],
        ),
        ("gateway.example", "https", "example.nl", ["https://example.nl"], ["example.nl"]),
        ("localhost", "https", "", ["http://localhost:8000"], ["localhost:8000"]),
    ],
)
async def test_a_site_that_cannot_see_the_choice_is_named(
    host: str, scheme: str, domain: str, origins: list[str], beyond: list[str], config: Config
) -> None:
    """A cookie goes no further than its domain: who refuses here must not believe that it holds
    where it does not."""
    site = structs.replace(config.sites[0], origins=tuple(origins), cookie_domain=domain)
    async with serving(config, site, host) as (gateway, client):
        transport = httpx.ASGITransport(gateway.asgi, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url=str(client.base_url)) as proxied:
            page = await proxied.get(PATH, headers={**DUTCH, "x-forwarded-proto": scheme})
    assert ("Uw keuze op deze pagina geldt niet voor" in page.text) == bool(beyond)
    assert not beyond or f"geldt niet voor: {', '.join(beyond)}." in page.text
    assert ('href="/demo/receipts"' in page.text) == bool(beyond)


@pytest.mark.parametrize(
    ("query", "referer", "back"),
    [
        ("", "", "https://a.example"),
        ("", "https://b.example/some/page?q=1", "https://b.example"),
        ("", "https://evil.example/", "https://a.example"),
        ("", "https://[", "https://a.example"),
        ("", "https://b.example.evil.example/", "https://a.example"),
        ("?from=https://b.example", "", "https://b.example"),
        ("?from=https://b.example", "https://a.example/", "https://b.example"),
        ("?from=https://evil.example", "", "https://a.example"),
        ("?from=javascript:alert(1)", "", "https://a.example"),
        ("?from=//evil.example", "", "https://a.example"),
    ],
)
async def test_the_way_back_leads_to_the_site_and_nowhere_else(
    query: str, referer: str, back: str, config: Config
) -> None:
    site = structs.replace(config.sites[0], origins=("https://a.example", "https://b.example"))
    async with serving(config, site) as (_, client):
        page = await client.get(PATH + query, headers={**DUTCH, "referer": referer})
    assert f'href="{back}/" rel="noreferrer">Terug naar de website' in page.text
    assert f'href="{back}/privacy"' in page.text
    assert "evil" not in page.text
    assert "javascript" not in page.text
    assert ('name="from" value="https://b.example"' in page.text) == (back == "https://b.example")


async def test_the_way_back_outlives_the_choice(config: Config) -> None:
    site = structs.replace(config.sites[0], origins=("https://a.example", "https://b.example"))
    async with serving(config, site) as (_, client):
        notice = await current_notice(client)
        form = {"notice": notice, "language": "nl", "action": "reject", "from": "https://b.example"}
        answer = await client.post(PATH, data=form)
        page = await client.get(answer.headers["location"])
    assert 'href="https://b.example/"' in page.text
