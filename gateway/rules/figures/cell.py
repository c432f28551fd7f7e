"""A combination of values, in words and on the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from gateway.rules.figures.crossing import Crossed
from gateway.rules.figures.panel import Figures


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of values, and its figures; in one hour, day, week or month, by its start,
    where these are told apart."""

    start: datetime | None
    texts: tuple[str, ...]
    figures: Figures


def cell_of(
    one: Crossed, start: date | None, texts: Sequence[Sequence[str]], *, by_hour: bool
) -> Cell:
    """A combination whose days begin with `start`. `texts` has those of each dimension; where hours
    are told apart, they are the first of the values."""
    hour, values = (one.values[0], one.values[1:]) if by_hour else (0, one.values)
    begins = None if start is None else datetime.combine(start, time(hour % 24))
    said = tuple(of[value] for of, value in zip(texts, values, strict=True))
    return Cell(begins, said, one.figures)
