"""What values of dimensions are called in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from gateway.rules.figures.dimension import PROPERTY
from gateway.rules.figures.goals import GOAL
from gateway.web.pages import words

_WORDED = frozenset(("channel", "device", "screen", "returning"))
_PLAIN = frozenset(("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"))


def name_of(dimension: str, language: str) -> str:
    """What a dimension is called over a column, or in a filter."""
    if dimension.startswith(PROPERTY):
        return dimension.removeprefix(PROPERTY)
    if dimension.startswith(GOAL):
        return words(language)["goals"]["one"].format(id=dimension.removeprefix(GOAL))
    return words(language)["columns"][dimension]


def title_of(dimension: str, language: str) -> str:
    """What a list of its values is called."""
    if dimension.startswith(PROPERTY):
        name = dimension.removeprefix(PROPERTY)
        return words(language)["dashboard"]["property"].format(name=name)
    if dimension.startswith(GOAL):
        return name_of(dimension, language)
    return words(language)["panels"][dimension]


def label_of(dimension: str, value: str, language: str) -> str:
    """A value as people read it."""
    labels = words(language)["labels"]
    if not value:
        if dimension == "referrer":
            return labels["direct"]
        return labels["none" if dimension in _PLAIN else "unknown"]
    if dimension == "region":
        return _region(value, language)
    return _named(dimension, language).get(value, value)


def value_of(dimension: str, label: str, language: str) -> str:
    """The value that is read so; what is typed where there is none."""
    folded = label.casefold()
    names: Mapping[str, str] = _named(dimension, language)
    if dimension == "region":
        names = words(language)["regions"]
    return next((code for code, name in names.items() if name.casefold() == folded), label)


@cache
def _named(dimension: str, language: str) -> Mapping[str, str]:
    if dimension == "country":
        return Locale(language).territories
    if dimension == "language":
        return Locale(language).languages
    if dimension == "upload":
        return words(language)["uploads"]
    if dimension.startswith(GOAL):
        return words(language)["reached"]
    return words(language)["labels"] if dimension in _WORDED else {}


def _region(value: str, language: str) -> str:
    """By its name where we have one, else by its code in its country."""
    country, _, code = value.partition("-")
    found = words(language)["regions"].get(value)
    if found:
        return found
    land = label_of("country", country, language)
    return f"{land} ({code})" if code else words(language)["labels"]["region"].format(land=land)
