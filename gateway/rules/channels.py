"""Sorting a visit by where it came from: one word that marketing uses for its budget."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from gateway.rules.records import Source
from gateway.rules.truncate import cut_host, cut_word, split_url

_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_MOST_PARAMETERS = 50

# Labels of a host name: google.nl and news.google.co.uk both have the label "google".
_LABELS: Mapping[str, frozenset[str]] = {
    "assistant": frozenset(
        ("chatgpt", "openai", "perplexity", "claude", "gemini", "copilot", "mistral")
    ),
    "mail": frozenset(("mail", "outlook", "webmail", "roundcube", "proton")),
    "search": frozenset(
        ("google", "bing", "duckduckgo", "ecosia", "startpage", "qwant", "yahoo", "yandex")
        + ("baidu", "brave", "kagi", "swisscows")
    ),
    "social": frozenset(
        ("facebook", "instagram", "linkedin", "twitter", "pinterest", "reddit", "tiktok")
        + ("youtube", "threads", "bsky", "mastodon", "whatsapp", "lnkd", "snapchat")
    ),
}
_CHANNELS = {label: channel for channel, labels in _LABELS.items() for label in labels}
# Labels too short to stand alone: "t" may be anyone's subdomain.
_SOCIAL_HOSTS = frozenset(("x.com", "t.co", "fb.com", "vk.com"))
_PAID = frozenset(("cpc", "ppc", "paid", "display", "cpm", "banner", "retargeting", "affiliate"))
_MAIL_MEDIA = frozenset(("email", "e-mail", "mail", "newsletter", "nieuwsbrief"))


def source_of(url: str, referrer: str, own_hosts: frozenset[str]) -> Source:
    """Referrer host, channel and the five utm_ values; the rest of the query is not looked at.

    A referrer on the site itself is navigation, not a source.
    """
    return source_at(url, cut_host(referrer), own_hosts)


def source_at(url: str, host: str, own_hosts: frozenset[str]) -> Source:
    """`source_of`, where the host of the referrer is known already."""
    utm = _campaign(url)
    outside = "" if host in own_hosts else host
    return Source(outside, _channel(outside, utm), **utm)


def _campaign(url: str) -> dict[str, str]:
    # Else a name may be written with escapes, or with line breaks that a URL may have anywhere.
    if "?" not in url or ("utm_" not in url and "%" not in url and url.isprintable()):
        return {}
    try:
        query = split_url(url).query
        pairs = parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    return {key: cut_word(value) for key, value in reversed(pairs) if key in _UTM and value}


def _channel(host: str, utm: Mapping[str, str]) -> str:
    medium = utm.get("utm_medium", "").lower()
    if medium in _PAID or medium.startswith("paid"):
        return "paid"
    if medium in _MAIL_MEDIA:
        return "mail"
    if host in _SOCIAL_HOSTS:
        return "social"
    if host:
        known = [_CHANNELS[label] for label in host.split(".") if label in _CHANNELS]
        # In the order of the alphabet, as above: mail.google.com is read, not searched.
        return min(known, default="referral")
    return "campaign" if utm else "direct"
