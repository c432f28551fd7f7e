"""Where a visit came from: a host, a channel, five words, and nothing else of the query."""

from __future__ import annotations

import pytest

from gateway.rules.channels import source_of
from gateway.rules.records import Source

OWN = frozenset({"site.nl"})


@pytest.mark.parametrize(
    ("referrer", "channel"),
    [
        ("", "direct"),
        ("https://www.site.nl/vacatures", "direct"),
        ("https://site.nl.example.org/", "referral"),
        ("https://nieuws.nl/artikel", "referral"),
        ("https://www.google.nl/", "search"),
        ("https://news.google.co.uk/", "search"),
        ("https://duckduckgo.com/", "search"),
        ("https://mail.google.com/", "mail"),
        ("https://gemini.google.com/", "assistant"),
        ("https://youtube.google.mail.claude.org/", "assistant"),
        ("https://youtube.google.com/", "search"),
        ("https://chatgpt.com/", "assistant"),
        ("https://www.linkedin.com/feed/", "social"),
        ("https://lnkd.in/x", "social"),
        ("https://t.co/x", "social"),
        ("https://x.com/", "social"),
        ("https://t.nieuws.nl/", "referral"),
        ("https://googles.nl/", "referral"),
        ("http://203.0.113.77/", "referral"),
        ("geen adres", "direct"),
    ],
)
def test_a_referrer_gives_a_channel(referrer: str, channel: str) -> None:
    assert source_of("https://site.nl/", referrer, OWN).channel == channel


@pytest.mark.parametrize(
    ("medium", "channel"),
    [
        ("cpc", "paid"), ("CPC", "paid"), ("paid-social", "paid"), ("banner", "paid"),
        ("email", "mail"), ("Nieuwsbrief", "mail"), ("poster", "campaign"),
    ],
)  # fmt: skip
def test_a_campaign_says_its_channel(medium: str, channel: str) -> None:
    source = source_of(f"https://site.nl/?utm_medium={medium}", "", OWN)
    assert source == Source("", channel, utm_medium=medium)


def test_a_paid_click_from_a_search_engine_is_paid() -> None:
    source = source_of("https://site.nl/?utm_medium=cpc", "https://www.google.nl/", OWN)
    assert (source.channel, source.referrer) == ("paid", "google.nl")


def test_only_the_five_words_of_a_campaign_are_kept() -> None:
    url = (
        "https://site.nl/?utm_source=brief&utm_medium=print&utm_campaign=lente&utm_content=a"
        "&utm_term=monteur&utm_id=9&email=jan@mail.nl&gclid=XYZ#utm_source=anders"
    )
    assert source_of(url, "", OWN) == Source(
        "", "campaign", "brief", "print", "lente", "a", "monteur"
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("jan%40mail.nl", "(email)"), ("jan%2540mail.nl", "(email)"), ("06+12345678", "(number)"),
        ("%EF%BC%90612345678", "(number)"),
        ("lente%20actie", "lente actie"), ("x" * 500, "x" * 120),
    ],
)  # fmt: skip
def test_a_person_in_a_campaign_is_masked(value: str, kept: str) -> None:
    assert source_of(f"https://site.nl/?utm_campaign={value}", "", OWN).utm_campaign == kept


@pytest.mark.parametrize("name", ["ut\nm_source", "utm%5Fsource", "utm_sou\trce", "utm_source"])
def test_a_name_that_is_hidden_is_read_as_a_browser_reads_it(name: str) -> None:
    assert source_of(f"https://site.nl/?{name}=brief", "", OWN).utm_source == "brief"


def test_the_first_of_two_equal_words_counts() -> None:
    url = "https://site.nl/?utm_source=een&utm_source=twee"
    assert source_of(url, "", OWN).utm_source == "een"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://site.nl/?" + "a=1&" * 60 + "utm_source=x", id="too many parameters"),
        pytest.param("http://[::1/?utm_source=x", id="no URL"),
        pytest.param("https://site.nl/?utm_source=", id="empty word"),
        pytest.param("https://site.nl/?UTM_SOURCE=x", id="other capitals"),
        pytest.param("https://site.nl/", id="no query"),
    ],
)
def test_without_a_readable_campaign_a_visit_is_direct(url: str) -> None:
    assert source_of(url, "", OWN) == Source(referrer="", channel="direct")
