"""Which declared cookies must go when a purpose is not allowed (R20)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from gateway.rules.site import Cookie, Site

CONSENT = "gw_consent"
"""Our own: it remembers a no as well as a yes, and is never among those to clear."""
MOST = 20
"""Cookies one answer clears: each is a header line, and proxies bound them."""

_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f;=]|[^\x00-\xff]")


@dataclass(frozen=True, slots=True)
class Clearing:
    """A cookie to expire: a name without `*`, and the domain and path it was set with."""

    name: str
    domain: str
    path: str

    def header(self, *, secure: bool) -> str:
        """The line of an answer that ends it. Written out here, because browsers keep what
        `http.cookies` calls no name: `cart[1]`, or one with a space or a comma in it."""
        domain = f"; Domain={self.domain}" if self.domain else ""
        end = "; Secure" if secure else ""
        return f"{self.name}=; Max-Age=0; Path={self.path}{domain}; HttpOnly; SameSite=Lax{end}"


def matches(pattern: str, name: str) -> bool:
    """Whether a declared name, in which `*` stands for anything, means this one."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name) is not None


def to_clear(
    site: Site, allowed: Collection[str], host: str, sent: Collection[str]
) -> tuple[Clearing, ...]:
    """The cookies no script can read, of purposes that are not allowed, that an answer of `host`
    can expire. A pattern is held against the names the browser `sent`; a full name always counts,
    for its path may have kept it from being sent. A name no header can say is left alone."""
    allows = set(allowed) | {one.id for one in site.purposes if one.basis != "consent"}
    kept = [c.name for p in site.purposes if p.id in allows for c in p.cookies]
    found = [
        Clearing(name, domain, cookie.path)
        for purpose in site.purposes
        if purpose.id not in allows
        for cookie in purpose.cookies
        if cookie.http_only and _reaches(cookie, host)
        for name in _named(cookie, sent)
        if not any(matches(pattern, name) for pattern in kept)
        for domain in _domains(site, cookie, host)
    ]
    return tuple(found[:MOST])


def _domains(site: Site, cookie: Cookie, host: str) -> tuple[str, ...]:
    """Where it may have been set: for the host alone and for the site's domain, if it is not
    said."""
    shared = site.cookie_domain
    both = shared and f".{host}".endswith(f".{shared}") and not cookie.domain
    return ("", shared) if both else (cookie.domain,)


def _named(cookie: Cookie, sent: Collection[str]) -> list[str]:
    names = [cookie.name]
    if "*" in cookie.name:
        names = sorted(one for one in sent if one != CONSENT and matches(cookie.name, one))
    return [one for one in names if one and not _UNSAYABLE.search(one)]


def _reaches(cookie: Cookie, host: str) -> bool:
    return not cookie.domain or f".{host}".endswith(f".{cookie.domain}")
