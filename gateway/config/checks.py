"""What must hold in a site's file beyond the types of its keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import available_timezones

from gateway.errors import MISSING, ConfigError
from gateway.rules import goal, google, handover, speech
from gateway.rules.notice import WORDS
from gateway.rules.site import Cookie, Site

RESERVED = frozenset(
    ("api", "assets", "csv", "dashboard", "en", "healthz", "login", "logout", "metrics", "officer")
    + ("over-ons", "preview", "privacy", "readyz", "shared", "solliciteren", "vacatures")
)
"""First path segments the gateway uses itself; no site can have one as its id."""

_ORIGIN = re.compile(r"(https?)://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
_WEBHOOK = re.compile(
    r"https://[^\s/@]+(/\S*)?|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/\S*)?"
)
_NO_COOKIE = re.compile(r"[\s,;=\x00-\x1f\x7f]")


def check_site(file: str, site: Site, texts: Mapping[str, object]) -> None:
    """What no type can say. Raises ConfigError at the first mistake."""
    if site.id in RESERVED:
        raise ConfigError(file, "id", site.id, "a word the gateway does not use in its own paths")
    if site.time_zone not in available_timezones():
        raise ConfigError(file, "time_zone", site.time_zone, "a name such as Europe/Amsterdam")
    for index, origin in enumerate(site.origins):
        if not _is_origin(origin):
            raise ConfigError(file, f"origins[{index}]", origin, "https://host, without a path")
    if not _is_domain(site, site.cookie_domain):
        # Else no cookie is ever set with it, and no message says so.
        wanted = "the domain of an origin, such as example.nl"
        raise ConfigError(file, "cookie_domain", site.cookie_domain, wanted)
    if not re.fullmatch(r"(https?:/)?/\S*", site.privacy_url):
        raise ConfigError(file, "privacy_url", site.privacy_url, "a path or an http(s) address")
    for language in site.languages:
        if language not in texts:
            wanted = f"a language with a file texts/{language}.toml"
            raise ConfigError(file, "languages", language, wanted)
        if not speech.is_known(language):
            wanted = "a language whose dates, numbers and lists are known (CLDR): leave it out"
            raise ConfigError(file, "languages", language, wanted)
        if language not in site.names:
            raise ConfigError(file, f"names.{language}", MISSING, "the site's name")
    _check_purposes(file, site)
    _check_webhooks(file, site)
    _check_texts(file, site)
    for wrong in goal.problems(site.goals, site.funnels):
        raise ConfigError(file, wrong.key, wrong.value, wrong.wanted)
    if site.google:
        asks = {purpose.id: purpose.basis == "consent" for purpose in site.purposes}
        for one in google.problems(site.google, asks):
            raise ConfigError(file, one.key, one.value, one.wanted)


def check_together(files: Sequence[Path], sites: Sequence[Site]) -> None:
    """What sites may not do to each other: each sibling is one, and no cookie reaches another
    site's pages. `files` are in the order of `sites`. Raises ConfigError."""
    named = {site.id: str(file) for file, site in zip(files, sites, strict=True)}
    for one in handover.problems(sites):
        raise ConfigError(named[one.site], "siblings", one.sibling, one.wanted)
    for site in sites:
        for other in sites:
            # Both keep their choice under one name: one would be read as the other's.
            if other is not site and (origin := _under(site.cookie_domain, other.origins)):
                wanted = (
                    f"no domain that {origin} of {other.id!r} is part of:"
                    " leave it out, or make them one site"
                )
                raise ConfigError(named[site.id], "cookie_domain", site.cookie_domain, wanted)


def _check_texts(file: str, site: Site) -> None:
    for language, texts in site.texts.items():
        if language not in site.languages:
            wanted = f"a language of the site: {', '.join(site.languages)}"
            raise ConfigError(file, f"texts.{language}", language, wanted)
        for key in texts:
            if key not in WORDS:
                raise ConfigError(file, f"texts.{language}.{key}", key, "a key of [banner]")


def _check_purposes(file: str, site: Site) -> None:
    ids = [purpose.id for purpose in site.purposes]
    if len(set(ids)) != len(ids):
        raise ConfigError(file, "purposes", ids, "each id once")
    for index, purpose in enumerate(site.purposes):
        key = f"purposes[{index}]"
        for language in site.languages:
            text = purpose.texts.get(language)
            if text is None:
                raise ConfigError(file, f"{key}.texts.{language}", MISSING, "name and description")
            if purpose.basis != "consent" and not text.reason:
                wanted = "why this needs no consent (R14)"
                raise ConfigError(file, f"{key}.texts.{language}.reason", "", wanted)
            for number, cookie in enumerate(purpose.cookies):
                if language not in cookie.texts:
                    place = f"{key}.cookies[{number}].texts.{language}"
                    raise ConfigError(file, place, MISSING, "what the cookie is for")
        for number, cookie in enumerate(purpose.cookies):
            _check_cookie(file, f"{key}.cookies[{number}]", site, cookie)
    measured = [purpose for purpose in site.purposes if purpose.id == "analytics"]
    if not measured:
        raise ConfigError(file, "purposes", ids, "a purpose with the id analytics")
    if measured[0].basis != "consent":
        # The gate measures with consent only; another basis would be a promise it does not keep.
        raise ConfigError(file, "purposes.analytics.basis", measured[0].basis, "consent")
    if measured[0].retention_days != site.retention.events_days:
        # What the banner says is what the timer does (P10).
        wanted = (
            f"the same as retention_days of the purpose analytics, {measured[0].retention_days}"
        )
        raise ConfigError(file, "retention.events_days", site.retention.events_days, wanted)


def _check_cookie(file: str, key: str, site: Site, cookie: Cookie) -> None:
    if cookie.kind == "cookie" and _NO_COOKIE.search(cookie.name):
        # "PHPSESSID, cart" would end neither.
        wanted = "one name without a space or , ; =: each cookie apart, or * for such a sign"
        raise ConfigError(file, f"{key}.name", cookie.name, wanted)
    if not _is_domain(site, cookie.domain):
        wanted = "the domain of an origin, such as example.nl"
        raise ConfigError(file, f"{key}.domain", cookie.domain, wanted)
    if cookie.http_only and cookie.kind != "cookie":
        raise ConfigError(file, f"{key}.http_only", True, "false: only a cookie can be HttpOnly")


def _check_webhooks(file: str, site: Site) -> None:
    names = [hook.name for hook in site.webhooks]
    if len(set(names)) != len(names):
        raise ConfigError(file, "webhooks", names, "each name once")
    for index, hook in enumerate(site.webhooks):
        if not _WEBHOOK.fullmatch(hook.url):
            # It carries consent ids: not over the open network.
            wanted = "an https address (http on this machine only)"
            raise ConfigError(file, f"webhooks[{index}].url", hook.url, wanted)
        for purpose in hook.purposes:
            if purpose not in site.asked:
                wanted = f"purposes with the basis consent: {', '.join(site.asked)}"
                raise ConfigError(file, f"webhooks[{index}].purposes", purpose, wanted)


def _is_domain(site: Site, domain: str) -> bool:
    """Whether it is empty, or a domain of an origin or one above it."""
    # "nl" is above every Dutch site, and no browser keeps a cookie for it.
    return not domain or ("." in domain and _under(domain, site.origins) != "")


def _under(domain: str, origins: Sequence[str]) -> str:
    """The first of these origins that a cookie of the domain is sent to, or nothing."""
    hosts = {one: f".{one.partition('://')[2].partition(':')[0]}" for one in origins}
    return next((one for one in origins if domain and hosts[one].endswith(f".{domain}")), "")


def _is_origin(text: str) -> bool:
    """Whether a browser can send it: one that differs by a character is never let in."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    scheme, port = found[1], found[2]
    if port is None:
        return True
    standard = {"http": 80, "https": 443}[scheme]
    return port == str(int(port)) and 0 < int(port) <= 65_535 and int(port) != standard
