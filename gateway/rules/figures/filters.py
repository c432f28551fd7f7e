"""Which visits are meant.

A filter tells values of one dimension apart: those it names, each by its own number, and the rest.
The numbers of all filters make one mark a row; a question wants some of the marks. The others are
kept until the threshold has seen them: what a filter leaves out must be as many as what it lets
through, or the difference of two answers would show it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

import numpy as np
import re2

from gateway.rules.figures.segment import Column, Mask, Places
from gateway.rules.figures.values import Values

Operation = Literal["is", "is_not", "contains", "contains_not", "matches", "matches_not"]

MOST_MARKS = 64
_PATTERN_MEMORY = 1 << 20


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a dimension. `values` are texts, or patterns of them."""

    operation: Operation
    dimension: str
    values: tuple[str, ...]
    case_sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Both:
    """All of them hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of them holds, or more."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """It does not hold."""

    of: Condition


Condition: TypeAlias = Filter | Both | Either | Not

EVERYTHING = Both(())


def filters_in(condition: Condition) -> tuple[Filter, ...]:
    """All filters of a condition, in the order they were written, each once."""
    if isinstance(condition, Filter):
        return (condition,)
    parts = (condition.of,) if isinstance(condition, Not) else condition.of
    return tuple(dict.fromkeys(one for part in parts for one in filters_in(part)))


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a filter makes of each visit or event: 0 for the rest, else a number below `amount`."""

    of_events: bool
    codes: Column
    amount: int


@dataclass(frozen=True, slots=True)
class Marks:
    """One number for each visit or event: which values of all filters it has."""

    of_events: bool
    codes: Column
    amount: int
    wanted: Mask  # by mark
    sizes: tuple[int, ...] = ()  # in how many each filter tells apart

    def parts(self) -> Sequence[tuple[frozenset[int], Places, int]]:
        """Every set of the filters, the smaller first: for each mark its number in that set, and
        how many such numbers there are."""
        every = range(len(self.sizes))
        chosen = [c for n in range(len(self.sizes) + 1) for c in combinations(every, n)]
        return [(frozenset(one), *self._part(one)) for one in chosen]

    def _part(self, chosen: Sequence[int]) -> tuple[Places, int]:
        marks = np.arange(self.amount)
        number, amount = np.zeros(self.amount, np.intp), 1
        for place, size in enumerate(self.sizes):
            if place in chosen:
                number += marks % size * amount
                amount *= size
            marks //= size
        return number, amount


def unmarked(visits: int) -> Marks:
    """No filter at all."""
    return Marks(False, np.zeros(visits, np.uint8), 1, np.ones(1, bool))


def marked(
    condition: Condition, sorted_by: Mapping[Filter, Sorted], visits: int, visit_of: Column | None
) -> Marks:
    """All filters as one mark. `visit_of` gives the visit of each event; it is needed as soon as
    one filter tells events apart."""
    of_events = any(one.of_events for one in sorted_by.values())
    codes = np.zeros(visits if visit_of is None or not of_events else len(visit_of), np.uint8)
    amount = 1
    digits: list[tuple[Filter, int, int]] = []
    for filter_, one in sorted_by.items():
        own = one.codes
        if of_events and not one.of_events and visit_of is not None:
            own = own[visit_of]
        codes = (codes + own.astype(np.uint8) * np.uint8(amount)).astype(np.uint8)
        digits.append((filter_, amount, one.amount))
        amount *= one.amount
    marks = np.arange(amount)
    holds = {
        filter_: (marks // weight % size > 0) != filter_.operation.endswith("_not")
        for filter_, weight, size in digits
    }
    sizes = tuple(size for _, _, size in digits)
    return Marks(of_events, codes, amount, _wanted(condition, holds, amount), sizes)


def _wanted(condition: Condition, holds: Mapping[Filter, Mask], amount: int) -> Mask:
    if isinstance(condition, Filter):
        return holds[condition]
    if isinstance(condition, Not):
        return ~_wanted(condition.of, holds, amount)
    every = isinstance(condition, Both)
    wanted = np.full(amount, every)
    for part in condition.of:
        own = _wanted(part, holds, amount)
        wanted = wanted & own if every else wanted | own
    return wanted


def named_by(filter_: Filter, texts: Mapping[int, str]) -> Sequence[Collection[int]]:
    """The values a filter names, of those there are: for `is` each by itself, because each could be
    asked for alone; for a pattern all that fit it together. Raises ValueError for a pattern that is
    none."""
    if filter_.operation in ("is", "is_not"):
        same = _equal(filter_)
        found = [
            [code for code, text in texts.items() if same(one, text)] for one in filter_.values
        ]
        return [codes for codes in found if codes]
    fitting = _fitting(filter_)
    codes = [code for code, text in texts.items() if fitting(text)]
    return [codes] if codes else []


def sorted_by_name(values: Values, named_values: Sequence[Collection[int]]) -> Sorted:
    """What a filter makes of values: the place of those it names, from 1 on, or 0."""
    places = np.zeros(values.amount + 1, np.uint8)  # the last is that of no value at all
    for place, codes in enumerate(named_values, 1):
        places[list(codes)] = place
    return Sorted(values.keys.of_events, places[values.codes()], len(named_values) + 1)


def _equal(filter_: Filter) -> Callable[[str, str], bool]:
    if filter_.case_sensitive:
        return lambda one, text: one == text
    return lambda one, text: one.casefold() == text.casefold()


def _fitting(filter_: Filter) -> Callable[[str], bool]:
    if filter_.operation in ("matches", "matches_not"):
        patterns = [pattern_of(value, filter_.case_sensitive) for value in filter_.values]
        return lambda text: any(pattern.search(text) for pattern in patterns)
    if filter_.case_sensitive:
        return lambda text: any(value in text for value in filter_.values)
    folded = [value.casefold() for value in filter_.values]
    return lambda text: any(value in text.casefold() for value in folded)


def pattern_of(text: str, case_sensitive: bool = True) -> re2._Regexp[str]:
    """A regular expression as RE2 reads it, whose time grows with the text only: Python's own can
    be kept busy for ever by a pattern of twenty characters. Raises ValueError."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    options.case_sensitive = case_sensitive
    try:
        return re2.compile(text, options)
    except re2.error:
        raise ValueError("is no regular expression that RE2 reads") from None
