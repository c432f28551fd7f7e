"""What is known of referrers, campaigns and robots: lists in data files, each of which says in
`about` where it is from, under which licence, and how it is renewed. Read once, at start."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.rules.channels import Known, KnownSources

FOLDER = Path(__file__).parent


def known_sources() -> KnownSources:
    """Whom referrers and campaigns are known to be of."""
    told = _read("channels")
    return KnownSources.of(
        names=_names(told["sources"]),
        media={word: channel for channel, words in told["media"].items() for word in words},
        clicks=frozenset(told["clicks"]["paid"]),
        spam=frozenset(_read("spam")["spam"]["hosts"]),
    )


def robots() -> tuple[str, ...]:
    """Words, in small letters, that only user agents of programs have."""
    return tuple(word for words in _read("bots")["bots"].values() for word in words)


def _names(channels: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for channel, sources in channels.items():
        for name, entries in sources.items():
            known = Known(channel, name)
            # A campaign may call it by its name; what the file says of that word goes first.
            found.setdefault(name.lower(), known)
            found.update(dict.fromkeys(entries, known))
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
