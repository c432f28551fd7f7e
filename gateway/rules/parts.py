"""What of a notice goes to one visitor: one language, and no more of it than the page needs.

Each part is cut from the published notice and says nothing else, so that the notice proves what a
visitor read (P6). `corner` is for the buttons on every page, `held` for what stands in the place of
a held-back element, `first` for the first layer, `all` for everything. Names, numbers and lists are
put in here: a browser knows fewer languages than we speak, and is slow to ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from gateway.rules.cookies import CONSENT
from gateway.rules.speech import RIGHT_TO_LEFT, Speech, apart, filled, is_known

Part = Literal["corner", "held", "first", "all"]
PARTS: tuple[Part, ...] = get_args(Part)

CORNER = frozenset(("preferences", "withdraw"))
HELD = frozenset(("preferences", "blocked", "allow_once", "allow_always"))
FIRST = CORNER | {
    *("who", "why", "change", "privacy", "reject", "accept", "settings"),
    *("saved", "failed"),
}
PAGE = frozenset(("back", "unchosen"))
"""Words only the page that works without scripts says."""

_CLEARED = ("name", "kind", "domain", "path")
"""What of a cookie says how to end it. The rest is for reading."""


def cut(notice: str, content: Mapping[str, Any], language: str, part: Part) -> dict[str, object]:
    """One part of the notice with this id, in one of its languages."""
    speech = Speech(language)
    said: dict[str, object] = {"language": language, "words": _words(content, speech, part)}
    if part == "corner":
        return said
    asked = [one for one in content["purposes"] if one["basis"] == "consent"]
    if part == "held":
        return said | {"purposes": [_named(one, language) for one in asked]}
    said |= {
        "notice": notice,
        "purposes": [
            _purpose(one, speech, part, content["texts"][language]["retention"])
            for one in content["purposes"]
        ],
        "privacy": content["privacy_url"],
    }
    if part == "all":
        said |= {"controllers": content["controllers"], "authority": content["authority"]}
        # A browser would need 70 ms on a slow phone to find these out, and knows them not for all.
        said["dates"] = speech.dates()
        said["languages"] = [[one, Speech(one).name()] for one in content["languages"]]
    return said


def is_whole(content: Mapping[str, Any], language: str) -> bool:
    """Whether every part can be cut of a notice in this language. One from before an upgrade may
    lack what a page is told now, and half of it would say something else than it did."""
    if not is_known(language):
        return False
    try:
        for part in PARTS:
            cut("", content, language, part)
        words = content["texts"][language].keys()
        return language in content["languages"] and words >= FIRST | HELD
    except (LookupError, TypeError, AttributeError):
        return False


def _words(content: Mapping[str, Any], speech: Speech, part: Part) -> dict[str, str]:
    texts: Mapping[str, str] = content["texts"][speech.language]
    siblings = [_in(speech.language, one) for one in content.get("siblings", ())]
    parts = {"corner": CORNER, "held": HELD, "first": FIRST, "all": texts.keys() - PAGE}
    wanted = parts[part] - {"siblings", "retention"}
    if siblings and part in ("first", "all"):
        wanted |= {"siblings"}
    values = {
        "controllers": speech.together([one["name"] for one in content["controllers"]]),
        "open": texts["preferences"],
        "sites": speech.together(siblings),
    }
    if speech.language in RIGHT_TO_LEFT:
        values = {key: apart(value) for key, value in values.items()}
    return {key: filled(text, values) for key, text in texts.items() if key in wanted}


def _named(purpose: Mapping[str, Any], language: str) -> dict[str, object]:
    return {"id": purpose["id"], "name": _in(language, purpose["texts"])["name"]}


def _purpose(
    purpose: Mapping[str, Any], speech: Speech, part: Part, retention: str
) -> dict[str, object]:
    texts = _in(speech.language, purpose["texts"])
    said = _named(purpose, speech.language)
    if part == "all" or purpose["basis"] == "consent":
        said["description"] = texts["description"]
    # The cookie with the choice itself is never cleared, and so only read about.
    left = [one for one in purpose["cookies"] if part == "all" or one["name"] != CONSENT]
    if cookies := [_cookie(one, speech, part) for one in left]:
        said["cookies"] = cookies
    if part == "all":
        if reason := texts.get("reason"):
            said["reason"] = reason
        said["recipients"] = [
            [one["name"], speech.country(one["country"])] for one in purpose["recipients"]
        ]
        said["retention"] = filled(retention, {"days": speech.days(purpose["retention_days"])})
    return said


def _cookie(cookie: Mapping[str, Any], speech: Speech, part: Part) -> dict[str, object]:
    said: dict[str, object] = {key: cookie[key] for key in _CLEARED if key in cookie}
    if part == "all":
        said["use"] = _in(speech.language, cookie["texts"])
        if days := cookie["lifetime_days"]:
            said["days"] = speech.days(days)
    return said


def _in(language: str, texts: Mapping[str, Any]) -> Any:
    """In this language; a text the owner gave in another only is better than none."""
    return texts.get(language) or next(iter(texts.values()))
