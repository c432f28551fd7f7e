"""Sorting a visit by where it came from: one word that marketing uses for its budget.

Who is known, and which words and parameters say what, are data: see `gateway.sources`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from msgspec import Struct

from gateway.rules.records import Source
from gateway.rules.truncate import cut_host, cut_word, split_url

_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_MOST_PARAMETERS = 50
# What stands before the country in endings of two parts: google.co.uk is Google's, google.evil.uk
# may be anybody's.
_SECOND = frozenset(("ac", "co", "com", "edu", "gob", "gov", "gv", "ne", "net", "or", "org"))


class Known(Struct, frozen=True, gc=False):
    """Whose a host is, and what that says."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class KnownSources:
    """All that is known of sources."""

    names: Mapping[str, Known]  # by "linkedin.com", "google.*", "webmail." and "fb"
    media: Mapping[str, str]  # what a utm_medium says: its channel
    clicks: frozenset[str]  # parameters that only links have that were paid for, in small letters
    spam: frozenset[str]
    click: re.Pattern[str]  # finds one of `clicks` in a URL

    @classmethod
    def of(
        cls,
        names: Mapping[str, Known],
        media: Mapping[str, str],
        clicks: frozenset[str],
        spam: frozenset[str],
    ) -> KnownSources:
        """The lists, made ready."""
        one = "|".join(map(re.escape, sorted(clicks)))
        return cls(names, media, clicks, spam, re.compile(f"[?&](?:{one})=", re.IGNORECASE))


class Referrer(Struct, frozen=True, gc=False):
    """What is left of a referrer, and what is known of it."""

    host: str
    channel: str
    is_spam: bool = False


NOWHERE = Referrer("", "")


def referrer_of(url: str, known: KnownSources) -> Referrer:
    """The host of a referrer, and the channel that this alone would be."""
    host = cut_host(url)
    if not host:
        return NOWHERE
    found = _known(host, known.names)
    return Referrer(host, found.channel if found else "referral", _is_spam(host, known.spam))


def source_name(host: str, known: KnownSources) -> str:
    """What people call the source that a host belongs to; the host itself where nobody knows."""
    found = _known(host, known.names)
    return found.name if found else host


def source_of(url: str, referrer: str, own_hosts: frozenset[str], known: KnownSources) -> Source:
    """Referrer host, channel and the five utm_ values; of the rest of the query no value is read.

    A referrer on the site itself is navigation, not a source.
    """
    return source_at(url, referrer_of(referrer, known), own_hosts, known)


def source_at(
    url: str, referrer: Referrer, own_hosts: frozenset[str], known: KnownSources
) -> Source:
    """`source_of`, where the referrer is known already."""
    utm, is_paid = _campaign(url, known)
    outside = NOWHERE if referrer.host in own_hosts else referrer
    return Source(outside.host, _channel(outside, utm, is_paid, known), **utm)


def _campaign(url: str, known: KnownSources) -> tuple[dict[str, str], bool]:
    """The five words, and whether the link says that somebody paid for it."""
    if "?" not in url or not (_may_tell(url) or known.click.search(url)):
        return {}, False
    try:
        query = split_url(url).query
        pairs = parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}, False
    utm = {key: cut_word(value) for key, value in reversed(pairs) if key in _UTM and value}
    return utm, any(key.lower() in known.clicks for key, _ in pairs)


def _may_tell(url: str) -> bool:
    # A name may also be written with escapes, or with line breaks that a URL may have anywhere.
    return "utm_" in url or "%" in url or not url.isprintable()


def _channel(referrer: Referrer, utm: Mapping[str, str], is_paid: bool, known: KnownSources) -> str:
    """Who made the link knows best how it was used, then whom it was given to."""
    if is_paid:
        return "paid"
    if not utm:
        return referrer.channel or "direct"
    medium = utm.get("utm_medium", "").lower()
    used = "paid" if medium.startswith("paid") else known.media.get(medium, "")
    given = _called(utm.get("utm_source", "").lower(), known.names)
    if used == "paid" or given == "paid":
        return "paid"
    # "organic" and "social" are said of anything: of Indeed, too, which is no search engine.
    return (used if used == "mail" else given or used) or referrer.channel or "campaign"


def _called(word: str, names: Mapping[str, Known]) -> str:
    """The channel of what a campaign calls its source: a name, or a host."""
    found = names.get(word) or _known(word.removeprefix("www."), names)
    return found.channel if found else ""


def _known(host: str, names: Mapping[str, Known]) -> Known | None:
    """Whose a host is: said of itself, of any that begins so, or of the nearest above it."""
    found = names.get(host) if "." in host else None
    found = found or names.get(host.partition(".")[0] + ".")
    while found is None and "." in host:
        first, _, above = host.partition(".")
        found = names.get(host) or (names.get(f"{first}.*") if _is_ending(above) else None)
        host = above
    return found


def _is_ending(text: str) -> bool:
    """Whether anything below this is somebody's: "nl", "co.uk"."""
    second, dot, country = text.partition(".")
    return not dot or (len(country) == 2 and second in _SECOND)


def _is_spam(host: str, spam: frozenset[str]) -> bool:
    while host and host not in spam:
        host = host.partition(".")[2]
    return bool(host)
