"""A notice: everything a banner says and does, as one value with one digest (P6, R24, R25)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from gateway.rules.canonical import canonical
from gateway.rules.records import Notice
from gateway.rules.site import Site

GRACE_SECONDS = 24 * 3600
"""How long a superseded notice still takes choices: a page may have been open over the change."""

WORDS = frozenset(
    [
        "preferences",
        "who",
        "why",
        "change",
        "privacy",
        "reject",
        "accept",
        "settings",
        "again",
        "kept",
        "reject_again",
        "accept_again",
        "close",
        "intro",
        "save",
        "withdraw",
        "stands",
        "stands_since",
        "receipt",
        "always_on",
        "who_how_long",
        "recipient",
        "country",
        "no_recipients",
        "cookie",
        "cookie_use",
        "lifetime",
        "session",
        "no_cookies",
        "retention",
        "responsible",
        "complaint",
        "blocked",
        "saved",
        "failed",
        "changed",
        "gpc",
        "language",
        "allow_once",
        "allow_always",
        "siblings",
        "back",
        "unchosen",
    ]
)
"""The keys of every `[banner]` table: what the banner's code asks for, no more and no less."""


def spoken(site: Site, texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """What the banner says in each language of the site: its own texts over the common ones."""
    return {
        language: {**texts.get(language, {}), **site.texts.get(language, {})}
        for language in site.languages
    }


def content(
    site: Site,
    texts: Mapping[str, Mapping[str, str]],
    script: str,
    siblings: Sequence[Mapping[str, str]] = (),
) -> dict[str, object]:
    """What is shown and by which code: `script` is the SHA-256 of the banner's source (R25).
    `siblings`: the names, by language, of the sites a choice also holds on."""
    declared = msgspec.to_builtins(site)
    shown = (
        "names", "languages", "controllers", "authority", "jurisdiction",
        "purposes", "privacy_url", "validity_months", "storage", "look",
    )  # fmt: skip
    said: dict[str, object] = {key: declared[key] for key in shown}
    said["site"] = site.id
    said["texts"] = spoken(site, texts)
    if siblings:
        said["siblings"] = [dict(names) for names in siblings]
    said["script"] = script
    return said


def publish(said: Mapping[str, object], now: int) -> Notice:
    """The notice under its own digest; the same content always has the same id."""
    text = canonical(said)
    name = hashlib.sha256(text.encode()).hexdigest()
    return Notice(id=name, site=str(said["site"]), content=text, first_published=now)


def purposes_asked(notice: Notice) -> frozenset[str]:
    """The purposes this notice asked consent for, read from what was shown."""
    return _read(notice.content)[0]


def languages_shown(notice: Notice) -> frozenset[str]:
    """The languages in which this notice could be read."""
    return _read(notice.content)[1]


@lru_cache(maxsize=64)  # every choice asks: reading 10 kB of JSON each time took a tenth of it
def _read(content: str) -> tuple[frozenset[str], frozenset[str]]:
    said = json.loads(content)
    asked = frozenset(p["id"] for p in said["purposes"] if p["basis"] == "consent")
    return asked, frozenset(said["languages"])
