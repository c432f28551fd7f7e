"""The filters of a query: `[op, dimension, [values], {case_sensitive}]`, joined by and, or, not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from gateway.rules.figures.goals import GOAL as GOALS
from gateway.rules.figures.goals import REACHED
from gateway.rules.querynames import (
    COUNTRY_NAME,
    GOAL,
    TIMES,
    QueryError,
    dimension,
    goal,
    quoted,
)

_OPERATIONS: Sequence[Operation] = get_args(Operation)
_MOST_FILTERS = 20
_DEEPEST = 5
_MOST_VALUES = 60
_LONGEST_VALUE = 500
_SHAPE = "write it as [operator, dimension, [values]]"


def condition_of(filters: Sequence[Any], goals: Collection[str] = ()) -> Condition:
    """What all of these filters ask for together. Raises QueryError."""
    made = Both(tuple(_condition(one, goals, 1) for one in filters))
    if len(filters_in(made)) > _MOST_FILTERS:
        raise QueryError(f"there are more than {_MOST_FILTERS} filters: use fewer")
    return made


def _condition(one: Any, goals: Collection[str], depth: int) -> Condition:
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
        joined = tuple(_condition(part, goals, depth + 1) for part in parts)
        return Both(joined) if operator == "and" else Either(joined)
    if operator == "not":
        if len(rest) != 1:
            raise QueryError('`not` turns one filter around: write ["not", filter]')
        return Not(_condition(rest[0], goals, depth + 1))
    return _filter(operator, rest, goals)


def _filter(operator: str, rest: Sequence[Any], goals: Collection[str]) -> Condition:
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
    if name == GOAL:
        return _of_goals(operation, values, goals)
    if name == COUNTRY_NAME:
        raise QueryError(f"{quoted(name)} is no filter: use `visit:country`, with codes as NL")
    return Filter(operation, dimension(name), _values(operation, values), _case_sensitive(rest[2:]))


def without_goals(filters: Sequence[Any], goals: Collection[str]) -> Condition:
    """What is asked for but for the goals. Raises QueryError where there is none, or where one is
    joined with something else: then there is nothing it could be a part of."""
    others = [one for one in filters if len(one) < 2 or one[1] != GOAL]
    made = condition_of(others, goals)
    joined = any(one.dimension.startswith(GOALS) for one in filters_in(made))
    if joined or len(others) == len(filters):
        raise QueryError(
            f"`conversion_rate` needs a goal: ask with the dimension `{GOAL}`, or with a filter"
            f" on `{GOAL}` that stands by itself"
        )
    return made


def _of_goals(operation: Operation, values: Any, goals: Collection[str]) -> Condition:
    if operation not in ("is", "is_not"):
        raise QueryError(f"`{GOAL}` is filtered by `is` and `is_not` only: write ids of goals")
    reached = Either(
        tuple(Filter("is", goal(one, goals), REACHED[1:]) for one in _values(operation, values))
    )
    return Not(reached) if operation == "is_not" else reached


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
