"""The curve beside a figure: points of SVG polylines, from numbers. Nothing else is known here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

WIDTH, HEIGHT = 120, 28
_EDGE = 2
"""Half a line, and its round end, would be cut off at the border."""

Spot = tuple[int, int]
"""The place of a number in its row, and the number."""


def sparkline(
    values: Sequence[int | None], width: int = WIDTH, height: int = HEIGHT
) -> tuple[str, ...]:
    """The `points` of one polyline for each stretch of numbers; None is a gap, and never a zero.
    The scale goes from nothing to the largest of them. A number alone is a point twice, of which
    round ends make a dot."""
    most = max((value for value in values if value is not None), default=0)
    across = (width - 2 * _EDGE) / max(1, len(values) - 1)
    up = (height - 2 * _EDGE) / max(1, most)

    def point(spot: Spot) -> str:
        place, value = spot
        x = _EDGE + place * across if len(values) > 1 else width / 2
        return f"{x:.1f},{height - _EDGE - value * up:.1f}"

    drawn = [[point(spot) for spot in stretch] for stretch in _stretches(values)]
    return tuple(" ".join(points if len(points) > 1 else points * 2) for points in drawn)


def _stretches(values: Sequence[int | None]) -> Iterator[Sequence[Spot]]:
    for known, stretch in groupby(enumerate(values), lambda spot: spot[1] is not None):
        if known:
            yield [(place, value) for place, value in stretch if value is not None]
