"""What a program asks: parsed, bounded, and in the words of the figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from gateway.rules.figures.filters import Condition, filters_in
from gateway.rules.queryfilters import condition_of, without_goals
from gateway.rules.querynames import (
    CONVERTED,
    GOAL,
    PAGE,
    READ,
    TIMES,
    QueryError,
    Unit,
    dimension,
    metric,
    quoted,
)
from gateway.rules.queryperiod import Days, days_of, unit_of

LARGEST_BODY = 32 * 1024
MOST_ROWS = 10_000
_MOST_DIMENSIONS = 3

_Name = Annotated[str, Meta(max_length=200)]
_Names = Annotated[tuple[_Name, ...], Meta(max_length=20)]


class Include(Struct, frozen=True, forbid_unknown_fields=True):
    """What `meta` is to have as well."""

    time_labels: bool = False
    total_rows: bool = False
    trim_relative_date_range: bool = False


class Pagination(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the rows are wanted."""

    limit: Annotated[int, Meta(ge=1, le=MOST_ROWS)] = MOST_ROWS
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """The body, as it was sent."""

    site_id: _Name
    metrics: Annotated[_Names, Meta(min_length=1)]
    # No bounds here: msgspec 0.22 ends the process over a union of a bounded text and a pair.
    date_range: str | tuple[str, ...]
    dimensions: _Names = ()
    filters: Annotated[list[Any], Meta(max_length=20)] = []
    order_by: Annotated[tuple[tuple[_Name, Literal["asc", "desc"]], ...], Meta(max_length=20)] = ()
    include: Include = Include()
    pagination: Pagination = Pagination()


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of one site."""

    asked: Asked
    days: Days
    unit: Unit | None  # where hours, days, weeks or months are told apart
    names: Sequence[str]  # of the dimensions, times among them, as they were asked
    dimensions: Sequence[str]  # what the figures call them, each once, times left out
    condition: Condition
    order: Sequence[tuple[int, bool]]  # places in a row, dimensions first; True turns it around
    bare: Condition | None  # without goals, where it is asked which part reached them

    @property
    def read(self) -> bool:
        """Whether it is asked how pages were read."""
        return not READ.isdisjoint(self.asked.metrics)

    @property
    def by_goal(self) -> bool:
        """Whether goals are told apart."""
        return tuple(self.names) == (GOAL,)


def query_of(
    asked: Asked, today: date, zone: ZoneInfo, kept: int, goals: Collection[str] = ()
) -> Query:
    """Check and understand what is asked. `kept` is for how many days the site keeps its figures,
    `goals` are the ids of its goals. Raises QueryError."""
    for name in asked.metrics:
        metric(name)
    _check_once("metrics", asked.metrics)
    _check_once("dimensions", asked.dimensions)
    if len(asked.dimensions) > _MOST_DIMENSIONS:
        raise QueryError(f"there are more than {_MOST_DIMENSIONS} dimensions: ask for fewer")
    trimmed = asked.include.trim_relative_date_range
    days = days_of(asked.date_range, today, zone, kept, trimmed=trimmed)
    by_goal = asked.dimensions == (GOAL,)
    converted = not by_goal and not CONVERTED.isdisjoint(asked.metrics)
    if by_goal and not goals:
        raise QueryError(f"`{GOAL}` needs goals, and this site has no goals: leave it out")
    found = [dimension(name) for name in asked.dimensions if name not in TIMES and not by_goal]
    made = Query(
        asked,
        days,
        _unit(asked, days),
        asked.dimensions,
        tuple(dict.fromkeys(found)),
        condition_of(asked.filters, goals),
        _order(asked),
        without_goals(asked.filters, goals) if converted else None,
    )
    if made.read:
        _check_read(made)
    return made


def _check_once(key: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise QueryError(f"`{key}` names one twice: name each once")


def _unit(asked: Asked, days: Days) -> Unit | None:
    times = [name for name in asked.dimensions if name in TIMES]
    if len(times) > 1:
        raise QueryError("there are several dimensions of time: ask for one of them")
    if not times and asked.include.time_labels:
        raise QueryError("`time_labels` needs a dimension of time: add `time:day`, or leave it out")
    return (TIMES[times[0]] or unit_of(days)) if times else None


def _order(asked: Asked) -> Sequence[tuple[int, bool]]:
    """As asked for; then times as they go by, the largest first, and by name."""
    places = [*asked.dimensions, *asked.metrics]
    for name, _ in asked.order_by:
        if name not in places:
            raise QueryError(f"{quoted(name)} is neither in `metrics` nor in `dimensions`: add it")
    chosen = [(places.index(name), way == "desc") for name, way in asked.order_by]
    times = [(n, False) for n, name in enumerate(asked.dimensions) if name in TIMES]
    names = [(n, False) for n in range(len(asked.dimensions))]
    return (*chosen, *times, (len(asked.dimensions), True), *names)


def _check_read(query: Query) -> None:
    """Time and depth are told of pages: of each, or of those a filter names."""
    filtered = "page" in {one.dimension for one in filters_in(query.condition)}
    if tuple(query.names) != (PAGE,) and (query.names or not filtered):
        raise QueryError(
            f"`time_on_page` and `scroll_depth` are told of pages: ask with the dimension `{PAGE}`"
            f" alone, or without dimensions and with a filter on `{PAGE}`"
        )
