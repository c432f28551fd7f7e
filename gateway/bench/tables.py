"""Tables that read well in a terminal and are Markdown too."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from itertools import zip_longest


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, the first column to the left and figures to the right."""
    widths = [max(map(len, column)) for column in zip_longest(head, *rows, fillvalue="")]
    rule = [f"{'-' * (width - 1)}{':' if place else '-'}" for place, width in enumerate(widths)]
    return "\n".join("| " + " | ".join(_cells(row, widths)) + " |" for row in (head, rule, *rows))


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, and between which values it lies when there are several."""
    middle = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def count(value: float) -> str:
    """A whole number as people read it: 12,345."""
    return f"{round(value):,}"


def milliseconds(seconds: float) -> str:
    """Time of one request."""
    return f"{seconds * 1000:.1f} ms"
