"""Where a visit came from: a host, a channel, five words, and nothing else of the query."""

from __future__ import annotations

import pytest

from gateway.rules.channels import source_name, source_of
from gateway.rules.records import Source
from gateway.sources import known_sources

OWN = frozenset({"site.nl"})
KNOWN = known_sources()


def source_from(url: str, referrer: str) -> Source:
    return source_of(url, referrer, OWN, KNOWN)


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
        ("https://docs.google.com/document/d/1", "referral"),
        ("https://shopping.google.com/", "shopping"),
        ("https://google.com.au/", "search"),
        ("https://google.evil.example/", "referral"),
        ("https://google.com.evil.example/", "referral"),
        ("https://google.evil.nl/", "referral"),
        ("https://evil-google.com/", "referral"),
        ("https://google.nl.evil.com/", "referral"),
        ("http://google/", "referral"),
        ("http://localhost:8000/", "referral"),
        ("https://www.youtube.com/watch?v=1", "video"),
        ("https://webmail.kpnmail.nl/", "mail"),
        ("https://mail.voorbeeld.nl/", "mail"),
        ("https://mastodon.nl/@iemand", "social"),
        ("https://www.marktplaats.nl/", "shopping"),
        ("https://googleads.g.doubleclick.net/", "paid"),
        ("https://nl.indeed.com/", "jobs"),
        ("https://www.nationalevacaturebank.nl/vacature/1", "jobs"),
        ("https://www.werkzoeken.nl/", "jobs"),
        ("https://www.werk.nl/", "jobs"),
        ("https://www.monsterboard.nl/", "jobs"),
        ("https://www.glassdoor.co.uk/", "jobs"),
        ("https://nl.jooble.org/", "jobs"),
        ("android-app://com.google.android.googlequicksearchbox/", "search"),
        ("android-app://com.google.android.gm/", "mail"),
        ("android-app://com.linkedin.android/", "social"),
        ("android-app://nl.voorbeeld.app/", "referral"),
        ("https://www.perplexity.ai/search/1", "assistant"),
        ("https://claude.ai/", "assistant"),
        ("https://copilot.microsoft.com/", "assistant"),
        ("https://chat.mistral.ai/", "assistant"),
        ("https://chat.deepseek.com/", "assistant"),
        ("https://www.meta.ai/", "assistant"),
        ("https://grok.com/", "assistant"),
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
    assert source_from("https://site.nl/", referrer).channel == channel


@pytest.mark.parametrize(
    ("medium", "channel"),
    [
        ("cpc", "paid"), ("CPC", "paid"), ("paid-social", "paid"), ("banner", "paid"),
        ("email", "mail"), ("Nieuwsbrief", "mail"), ("poster", "campaign"), ("SEA", "paid"),
        ("social", "social"), ("organic", "search"), ("video", "video"), ("jobboard", "jobs"),
    ],
)  # fmt: skip
def test_a_campaign_says_its_channel(medium: str, channel: str) -> None:
    source = source_from(f"https://site.nl/?utm_medium={medium}", "")
    assert source == Source("", channel, utm_medium=medium)


def test_a_paid_click_from_a_search_engine_is_paid() -> None:
    source = source_from("https://site.nl/?utm_medium=cpc", "https://www.google.nl/")
    assert (source.channel, source.referrer) == ("paid", "google.nl")


@pytest.mark.parametrize(
    ("query", "referrer", "channel"),
    [
        pytest.param("utm_source=chatgpt.com", "", "assistant", id="as ChatGPT marks its links"),
        pytest.param("utm_source=Indeed&utm_medium=organic", "", "jobs", id="as Indeed does"),
        pytest.param("utm_source=google_jobs_apply&utm_medium=organic", "", "jobs", id="Jobs"),
        pytest.param("utm_source=nvb", "", "jobs", id="a short name"),
        pytest.param("utm_source=Nationale+Vacaturebank", "", "jobs", id="a name in full"),
        pytest.param("utm_source=www.linkedin.com", "", "social", id="a host"),
        pytest.param("utm_source=gmb&utm_medium=organic", "", "search", id="Google's own"),
        pytest.param("utm_source=facebook&utm_medium=cpc", "", "paid", id="paid for"),
        pytest.param("utm_source=fb_ads", "https://m.facebook.com/", "paid", id="named as paid"),
        pytest.param("utm_source=linkedin&utm_medium=email", "", "mail", id="by mail"),
        pytest.param("utm_source=newsletter", "", "mail", id="a newsletter"),
        pytest.param("utm_source=flyer", "https://www.bing.com/", "search", id="unknown"),
        pytest.param("utm_source=flyer", "https://nieuws.nl/", "referral", id="on a site"),
        pytest.param("utm_source=flyer", "", "campaign", id="on paper"),
    ],
)
def test_who_made_the_link_knows_best_whom_it_was_given_to(
    query: str, referrer: str, channel: str
) -> None:
    assert source_from(f"https://site.nl/?{query}", referrer).channel == channel


@pytest.mark.parametrize(
    ("query", "channel"),
    [
        ("gclid=XYZ-geheim", "paid"), ("a=b&msclkid=geheim", "paid"), ("ScCid=geheim", "paid"),
        ("gcl%69d=geheim", "paid"), ("fbclid=geheim", "search"), ("gclid=", "search"),
        ("nogclid=geheim", "search"), ("x=gclid", "search"), ("#gclid=geheim", "search"),
    ],
)  # fmt: skip
def test_that_a_click_was_paid_for_is_kept_and_nothing_else_of_it(query: str, channel: str) -> None:
    """P2: its number is one visitor's."""
    source = source_from(f"https://site.nl/?{query}", "https://www.google.nl/")
    assert source == Source("google.nl", channel)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("google.nl", "Google"), ("news.google.co.uk", "Google"), ("lnkd.in", "LinkedIn"),
        ("com.google.android.gm", "Gmail"), ("nl.indeed.com", "Indeed"), ("nieuws.nl", "nieuws.nl"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_host_has_the_name_that_people_call_it(host: str, name: str) -> None:
    assert source_name(host, KNOWN) == name


def test_only_the_five_words_of_a_campaign_are_kept() -> None:
    url = (
        "https://site.nl/?utm_source=brief&utm_medium=print&utm_campaign=lente&utm_content=a"
        "&utm_term=monteur&utm_id=9&email=jan@mail.nl&gclid=XYZ#utm_source=anders"
    )
    assert source_from(url, "") == Source("", "paid", "brief", "print", "lente", "a", "monteur")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("jan%40mail.nl", "(email)"), ("jan%2540mail.nl", "(email)"), ("06+12345678", "(number)"),
        ("%EF%BC%90612345678", "(number)"),
        ("lente%20actie", "lente actie"), ("x" * 500, "x" * 120),
    ],
)  # fmt: skip
def test_a_person_in_a_campaign_is_masked(value: str, kept: str) -> None:
    assert source_from(f"https://site.nl/?utm_campaign={value}", "").utm_campaign == kept


@pytest.mark.parametrize("name", ["ut\nm_source", "utm%5Fsource", "utm_sou\trce", "utm_source"])
def test_a_name_that_is_hidden_is_read_as_a_browser_reads_it(name: str) -> None:
    assert source_from(f"https://site.nl/?{name}=brief", "").utm_source == "brief"


def test_the_first_of_two_equal_words_counts() -> None:
    url = "https://site.nl/?utm_source=een&utm_source=twee"
    assert source_from(url, "").utm_source == "een"


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
    assert source_from(url, "") == Source(referrer="", channel="direct")
