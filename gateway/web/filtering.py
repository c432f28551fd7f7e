"""Filters of the dashboard: `filter=dimension:operation:value` in an address, and conditions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from gateway.rules.figures.dimension import DIMENSIONS, PROPERTY
from gateway.rules.figures.filters import EVERYTHING, Both, Condition, Filter, Operation
from gateway.rules.figures.goals import GOAL
from gateway.rules.site import Site
from gateway.web.labels import value_of

MOST = 4
OPERATIONS: tuple[Operation, ...] = ("is", "is_not", "contains", "contains_not")
LONGEST = 300
"""Characters of a value; no path that is kept is longer by much."""


class FilterError(ValueError):
    """What an address asks for is no filter. `reason` names the text that says why."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


def dimensions_of(site: Site) -> tuple[str, ...]:
    """What the figures of a site can be told apart by."""
    goals = (GOAL + goal.id for goal in site.goals)
    return (*DIMENSIONS, *(PROPERTY + name for name in site.properties), *goals)


def filter_in(text: str, known: Collection[str]) -> Filter:
    """The filter that is written in an address. Raises FilterError."""
    dimension, colon, rest = text.partition(":")
    if dimension + colon in (PROPERTY, GOAL):
        name, _, rest = rest.partition(":")
        dimension += colon + name
    operation, _, value = rest.partition(":")
    return _filter(dimension, operation, value, known)


def filters_in(texts: Sequence[str], known: Collection[str]) -> tuple[Filter, ...]:
    """All filters of an address, each once. Raises FilterError for the first that is none, and for
    too many."""
    found = tuple(dict.fromkeys(filter_in(text, known) for text in texts))
    if len(found) > MOST:
        raise FilterError("many")
    return found


def filter_by_hand(
    dimension: str, operation: str, typed: str, known: Collection[str], language: str
) -> Filter:
    """The filter somebody filled in: a value may be typed as the page writes it. Raises
    FilterError."""
    typed = typed.strip()
    if operation in ("is", "is_not") and dimension in known:
        typed = value_of(dimension, typed, language)
    return _filter(dimension, operation, typed, known)


def _filter(dimension: str, operation: str, value: str, known: Collection[str]) -> Filter:
    if dimension not in known:
        raise FilterError("dimension", dimension)
    if operation not in OPERATIONS:
        raise FilterError("operation", operation)
    if not value and operation in ("contains", "contains_not"):
        raise FilterError("value")
    if len(value) > LONGEST:
        raise FilterError("long")
    exact = operation in ("is", "is_not")
    return Filter(_OPERATION[operation], dimension, (value,), case_sensitive=exact)


_OPERATION: dict[str, Operation] = {one: one for one in get_args(Operation)}


def text_of(one: Filter) -> str:
    """A filter as it is written in an address."""
    return f"{one.dimension}:{one.operation}:{one.values[0]}"


def condition_of(filters: Sequence[Filter]) -> Condition:
    """All of them hold."""
    return Both(tuple(filters)) if filters else EVERYTHING
