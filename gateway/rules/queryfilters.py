"""The filters of a query: `[op, dimension, [values], {case_sensitive}]`, joined by and, or, not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from gateway.rules.figures.filters import (
    Both,
    Condition,
    Either,
    Filter,
    Not,
    Operation,
    filters_in,
    pattern_of,
)
from gateway.rules.querynames import COUNTRY_NAME, TIMES, QueryError, dimension, quoted

_OPERATIONS: Sequence[Operation] = get_args(Operation)
_MOST_FILTERS = 20
_DEEPEST = 5
_MOST_VALUES = 60
_LONGEST_VALUE = 500
_SHAPE = "write it as [operator, dimension, [values]]"


def condition_of(filters: Sequence[Any]) -> Condition:
    """What all of these filters ask for together. Raises QueryError."""
    made = Both(tuple(_condition(one, 1) for one in filters))
    if len(filters_in(made)) > _MOST_FILTERS:
        raise QueryError(f"there are more than {_MOST_FILTERS} filters: use fewer")
    return made


def _condition(one: Any, depth: int) -> Condition:
    if depth > _DEEPEST:
        raise QueryError(f"filters are nested deeper than {_DEEPEST}: write them flatter")
    if not isinstance(one, list) or not one or not isinstance(one[0], str):
        raise QueryError(f"a filter is no list that begins with an operator: {_SHAPE}")
    operator, *rest = one
    if operator in ("and", "or"):
        parts = rest[0] if len(rest) == 1 else None
        if not isinstance(parts, list) or not 1 <= len(parts) <= _MOST_FILTERS:
            raise QueryError(
                f'`{operator}` joins 1 to {_MOST_FILTERS} filters: write ["{operator}", [...]]'
            )
        joined = tuple(_condition(part, depth + 1) for part in parts)
        return Both(joined) if operator == "and" else Either(joined)
    if operator == "not":
        if len(rest) != 1:
            raise QueryError('`not` turns one filter around: write ["not", filter]')
        return Not(_condition(rest[0], depth + 1))
    return _filter(operator, rest)


def _filter(operator: str, rest: Sequence[Any]) -> Filter:
    operation = next((one for one in _OPERATIONS if one == operator), None)
    if operation is None:
        raise QueryError(
            f"there is no operator {quoted(operator)}: use {', '.join(_OPERATIONS)}, and, or, not"
        )
    if len(rest) not in (2, 3) or not isinstance(rest[0], str):
        raise QueryError(f"a filter by `{operation}` is not complete: {_SHAPE}")
    name, values = rest[0], rest[1]
    if name in TIMES:
        raise QueryError(f"{quoted(name)} is no filter: use `date_range`")
    if name == COUNTRY_NAME:
        raise QueryError(f"{quoted(name)} is no filter: use `visit:country`, with codes as NL")
    return Filter(operation, dimension(name), _values(operation, values), _case_sensitive(rest[2:]))


def _values(operation: Operation, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not 1 <= len(values) <= _MOST_VALUES:
        raise QueryError(f"a filter has a list of 1 to {_MOST_VALUES} values: {_SHAPE}")
    for value in values:
        if not isinstance(value, str) or len(value) > _LONGEST_VALUE:
            raise QueryError(f"a value of a filter is no text of up to {_LONGEST_VALUE} characters")
        if operation in ("matches", "matches_not"):
            try:
                pattern_of(value)
            except ValueError as problem:
                raise QueryError(f"a value of `{operation}` {problem}: mend the pattern") from None
    return tuple(values)


def _case_sensitive(rest: Sequence[Any]) -> bool:
    for modifiers in rest:
        known = isinstance(modifiers, dict) and set(modifiers) <= {"case_sensitive"}
        if not known or not all(isinstance(value, bool) for value in modifiers.values()):
            raise QueryError(
                'what follows the values of a filter is not {"case_sensitive": true or false}'
            )
        return bool(modifiers.get("case_sensitive", True))
    return True
