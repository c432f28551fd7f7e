"""The shipped demo site and its texts, with something changed, for tests of the linter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from gateway.config import load
from gateway.rules.lint import Finding, findings
from gateway.rules.site import Site

SHIPPED = load(Path(__file__).resolve().parents[2] / "config/gateway.toml")
DEMO = next(site for site in SHIPPED.sites if site.id == "demo")
NECESSARY, ANALYTICS = 0, 1
"""The places of two of the demo's purposes: one that is always on, one that is asked for."""


def banner(language: str, **said: str) -> list[Finding]:
    """What is found when the banner says this, in a language whose other texts are the Dutch."""
    spoken = SHIPPED.texts.get(language, SHIPPED.texts["nl"])
    site = msgspec.structs.replace(DEMO, languages=(language,))
    found = findings(site, {language: {**spoken, **said}})
    return [one for one in found if one.place.startswith("texts/")]


def purpose(number: int, language: str = "nl", **changes: Any) -> list[Finding]:
    """What is found when a purpose says this. `name`, `description`, `reason` and `data` are in
    the language; so are the texts of `cookies`, {name: text}; `recipients` are names."""
    declared = msgspec.to_builtins(DEMO.purposes[number])
    texts = {
        key: changes.pop(key) for key in ("name", "description", "reason", "data") if key in changes
    }
    declared["texts"][language] |= texts
    if "cookies" in changes:
        changes["cookies"] = [
            _cookie(name, text, language) for name, text in changes["cookies"].items()
        ]
    if "recipients" in changes:
        changes["recipients"] = [{"name": one, "country": "NL"} for one in changes["recipients"]]
    purposes = list(msgspec.to_builtins(DEMO.purposes))
    purposes[number] = {**declared, **changes}
    site = msgspec.convert(
        {**msgspec.to_builtins(DEMO), "languages": [language], "purposes": purposes}, Site
    )
    return findings(site, SHIPPED.texts)


def _cookie(name: str, text: str, language: str) -> Mapping[str, object]:
    return {"name": name, "lifetime_days": 1, "texts": {language: text}}


def places(found: list[Finding]) -> set[tuple[str, str]]:
    """(rule, place), where what is wrong does not matter."""
    return {(one.rule, one.place) for one in found}
