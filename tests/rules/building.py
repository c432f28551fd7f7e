"""A site, a notice and choices about it, for tests of the rules and the stores."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.rules.consent import Answer, Standing
from gateway.rules.notice import content, publish
from gateway.rules.records import Choice, ConsentState, Notice
from gateway.rules.site import Site

NOON = 1_800_000_000
"""2027-01-15 08:00 UTC: the moment most tests happen at."""

_TEXTS = {"nl": {"name": "Naam", "description": "Waarvoor.", "reason": "Moet."}}
_SITE = {
    "id": "demo",
    "names": {"nl": "Demo"},
    "origins": ["https://demo.example"],
    "controllers": [{"name": "Demo B.V.", "address": "Kade 1", "contact": "privacy@demo.example"}],
    "authority": {"name": "AP", "url": "https://ap.example"},
    "jurisdiction": "NL",
    "languages": ["nl"],
    "time_zone": "Europe/Amsterdam",
    "purposes": [
        {"id": "necessary", "basis": "legal_obligation", "texts": _TEXTS, "retention_days": 1827},
        {"id": "analytics", "basis": "consent", "texts": _TEXTS, "retention_days": 395},
        {"id": "marketing", "basis": "consent", "texts": _TEXTS, "retention_days": 395},
    ],
}


def a_site(**changes: Any) -> Site:
    """A site that asks consent for analytics and marketing."""
    return msgspec.convert({**_SITE, **changes}, Site)


def a_notice(now: int = NOON, text: str = "Wij gebruiken cookies.", **changes: Any) -> Notice:
    """What that site's banner says."""
    site = a_site(**changes)
    texts = {language: {"intro": text} for language in site.languages}
    return publish(content(site, texts, "f" * 64), now)


def an_answer(notice: Notice, **changes: Any) -> Answer:
    """What a visitor sends who accepts everything."""
    said: dict[str, Any] = {
        "notice": notice.id,
        "choices": {"analytics": True, "marketing": True},
        "action": "accept",
        "language": "nl",
        "layer": "first",
        "method": "button",
    }
    return Answer(**{**said, **changes})


def a_choice(consent_id: str | None = "c1", **changes: Any) -> Choice:
    """Consent to analytics for half a year; without an id it is a refusal."""
    given = consent_id is not None
    said: dict[str, Any] = {
        "site": "demo",
        "consent_id": consent_id,
        "state": ConsentState.GIVEN if given else ConsentState.REFUSED,
        "choices": {"analytics": given, "marketing": False},
        "notice": a_notice().id,
        "language": "nl",
        "action": "save" if given else "reject",
        "layer": "first",
        "method": "button",
        "jurisdiction": "NL",
        "time": NOON,
        "valid_until": NOON + 183 * 86_400,
    }
    return Choice(**{**said, **changes})


def a_standing(**changes: Any) -> Standing:
    """A consent to analytics that holds."""
    said: dict[str, Any] = {
        "site": "demo",
        "consent_id": "c1",
        "seq": 7,
        "state": ConsentState.GIVEN,
        "choices": {"analytics": True, "marketing": False},
        "notice": "n" * 64,
        "language": "nl",
        "valid_until": NOON + 100,
    }
    return Standing(**{**said, **changes})
