"""Cutting: what an address, a URL, a referrer and a screen are reduced to before anything is kept.

Every function here is idempotent and never gives back more than it was given (P2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from gateway.rules.network import IPV4_BITS, IPV6_BITS, ipv6_network

LONGEST_PATH = 300
LONGEST_HOST = 120
LONGEST_WORD = 120
_MOST_DECODINGS = 5

# It starts where a word starts: else a long text without an @ is read again from every letter.
_EMAIL = re.compile(r"(?<![^\s/@])[^\s/@]+@[^\s/@]+[.。][^\s/@]+")
_CODE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])[0-9a-f]{16,}",
    re.IGNORECASE,
)
_SHORTEST_CODE = 16
_DIGIT = re.compile(r"\d")
# A phone or citizen number is also written with spaces, dots, dashes and brackets in between.
_SPACED_NUMBER = re.compile(r"\+?\d(?:[ .,()+_\u2010-\u2015-]{0,3}\d){7,}")
_LONG_NUMBER = re.compile(r"\d{6,}")
_RECENT_DATE = re.compile(r"20\d\d([-_.])[01]\d\1[0-3]\d\Z")
# What is left of addresses: those with too few digits to be a number, and IPv6 (P2).
_ADDRESS = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3,}"
    r"|(?<![0-9a-z])(?:[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}|[0-9a-f]{1,4}::[0-9a-f]{1,4})",
    re.IGNORECASE,
)
# Most addresses are these: cut in 0.6 us, where making objects of them takes 6.
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"({_OCTET}\.{_OCTET}\.{_OCTET})\.{_OCTET}")
# Nearly all pages and referrers are like these. Nothing in them is encoded or invisible, so the
# answer is the same when they are not taken apart as any URL must be, at a third of the cost.
_COMMON_PATH = re.compile(r"https?://[a-z0-9.:-]+(/[A-Za-z0-9/._~-]*)(?:[?#][!-~]*)?")
_COMMON_HOST = re.compile(r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})(?::[0-9]+)?(?:[/?#][!-~]*)?")
_AFTER_TWO = frozenset(("-", ",", ";"))
_uncached: Callable[[str], SplitResult] = getattr(urlsplit, "__wrapped__", urlsplit)
_HOST = re.compile(r"[\w.()-]+")
_WWW = re.compile(r"^(?:www\.)+")


def split_url(url: str) -> SplitResult:
    """The parts of a URL. Raises ValueError.

    Past the cache of urlsplit, which keeps the last 128 whole URLs in memory, and so in a crash
    dump (P2).
    """
    return _uncached(url)


def cut_address(text: str) -> str:
    """The network an address is in: /24 for IPv4, /48 for IPv6, "" for what is no address.

    IPv4 inside IPv6 (mapped, and 6to4, whose first 48 bits hold the whole IPv4 address) is cut
    as IPv4. A zone index is dropped.
    """
    if plain := _IPV4.fullmatch(text):
        return f"{plain[1]}.0/{IPV4_BITS}"
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None:
            return ipv6_network(int(address) >> (128 - IPV6_BITS))
        address = inner
    return str(ip_network((address, IPV4_BITS), strict=False))


def mask(text: str) -> str:
    """Text without e-mail and network addresses, phone and citizen numbers, long digit runs and
    codes."""
    while (masked := _mask_once(text)) != text:
        text = masked  # a mask can uncover the edge of the next code
    return text


def _mask_once(text: str) -> str:
    # Most paths have neither an @ nor a digit nor a colon, without which most patterns are in vain.
    if "@" in text:
        text = _EMAIL.sub("(email)", text)
    if len(text) >= _SHORTEST_CODE:
        text = _CODE.sub("(code)", text)
    if _DIGIT.search(text):
        text = _SPACED_NUMBER.sub(_mask_number, text)
        text = _LONG_NUMBER.sub("(number)", text)
        return _ADDRESS.sub("(address)", text)
    return _ADDRESS.sub("(address)", text) if ":" in text else text


def _mask_number(match: re.Match[str]) -> str:
    # /nieuws/2026-11-22 is a page, not a person; a birth date before 2000 is masked.
    return match[0] if _RECENT_DATE.match(match[0]) else "(number)"


def cut_path(url: str) -> str:
    """The path of a URL: decoded first, so that %40 hides nothing, then masked and bounded.

    Query string, fragment, user name and password are dropped.
    """
    if common := _COMMON_PATH.fullmatch(url):
        return "/" + mask(common[1]).lstrip("/")[: LONGEST_PATH - 1]
    try:
        path = split_url(url).path
    except ValueError:
        return "/"
    # A decoded "?" or "#" would carry a query string past the cut.
    readable = re.split(r"[?#;]", _decoded(path), maxsplit=1)[0]
    return "/" + mask(readable).lstrip("/")[: LONGEST_PATH - 1].rstrip()


def cut_host(url: str) -> str:
    """The host of a URL in lower case without `www.`, or "" when there is none.

    What no host name can hold is no host: "x.nl%2Fpath%3Fquery" would carry both past the cut.
    """
    if common := _COMMON_HOST.fullmatch(url):
        host = common[1]
        return _masked_host(_WWW.sub("", host) if host.startswith("www.") else host)
    try:
        host = split_url(url).hostname or ""
    except ValueError:
        return ""
    host = _WWW.sub("", _plain(host).lower().rstrip("."))
    # A host that is an address belongs to somebody: keep the network only.
    if network := cut_address(host):
        return network
    return _masked_host(host) if _HOST.fullmatch(host) else ""


def _masked_host(host: str) -> str:
    return mask(host)[:LONGEST_HOST].rstrip(".")


def cut_target(url: str, own_hosts: Collection[str]) -> str:
    """Where a link leads: on the site itself the path, as of any page of it; elsewhere the host
    only, for the path says what somebody reads there."""
    host = cut_host(url)
    return cut_path(url) if host in own_hosts else host


def cut_word(text: str) -> str:
    """A free word of a page author (campaign, event name, property): masked and bounded."""
    return mask(_decoded(text))[:LONGEST_WORD].strip()


def cut_language(tag: str) -> str:
    """The primary subtag of a language tag: "nl" of "nl-NL,nl;q=0.9"."""
    if tag[2:3] in _AFTER_TWO and (two := tag[:2]).isalpha() and two.isascii():
        return two.lower()  # nearly all of them, in a third of the time
    primary = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", tag)
    return primary[1].lower() if primary else ""


def screen_class(width: int) -> str:
    """A class in place of a width in CSS pixels, which would help to single a device out."""
    if width <= 0:
        return ""
    for below, name in ((576, "small"), (992, "medium"), (1440, "large")):
        if width < below:
            return name
    return "wide"


def _decoded(text: str) -> str:
    """Percent-decoded until nothing changes: %2540 is an @ that was encoded twice.

    Each time made plain too: a soft hyphen within "%40", or a wide percent sign, hides it.
    """
    for _ in range(_MOST_DECODINGS):
        decoded = _plain(unquote(text, errors="replace"))
        if decoded == text:
            return text
        text = decoded
    return ""  # nobody honest encodes so often: keep nothing rather than what may be hidden


def _plain(text: str) -> str:
    """One way of writing: wide and raised letters as common ones, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text.strip()
    visible = "".join(c for c in text if _kind(c) != "C")
    kept: list[str] = []
    for c in unicodedata.normalize("NFKC", visible):
        # A mark belongs on a letter: between digits it only breaks a number up.
        if _kind(c) != "M" or (kept and _kind(kept[-1]) in "LM"):
            kept.append(c)
    return "".join(kept).strip()


def _kind(c: str) -> str:
    return unicodedata.category(c)[0]
