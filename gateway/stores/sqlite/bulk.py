"""Many rows in few statements.

Each statement gives the interpreter's lock away and takes it back, twice for every row it reads or
writes one by one: beside a busy event loop that costs more than the row itself. So rows are written
hundreds at a time, and read as one row of JSON.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache

_SIZES = tuple(2**n for n in range(9, -1, -1))
"""Rows of one statement: any number is a sum of these."""
_FULL = (*(size for n in range(9) for size in (2**n, 2**n * 3 // 2)), 512)
"""Rows of one statement that may have a few more than there are."""
_MOST_VALUES = 32_000
"""SQLite takes 32,766 in one statement."""


def write(
    db: sqlite3.Connection,
    statement: str,
    rows: Sequence[Iterable[object]],
    width: int,
    *last: object,
) -> int:
    """Execute the statement over rows of that width, in their order; how many it wrote.

    `%s` in the statement is where `VALUES` go; `last` are the values of the `?` after them.
    """
    written = start = 0
    for size in _SIZES:
        if size * width > _MOST_VALUES:
            continue
        while len(rows) - start >= size:
            values: list[object] = []
            for row in rows[start : start + size]:
                values += row
            values += last
            written += db.execute(_filled(statement, size, width), values).rowcount
            start += size
    return written


def write_padded(
    db: sqlite3.Connection,
    statement: str,
    rows: Sequence[Iterable[object]],
    width: int,
    *last: object,
) -> int:
    """The same for a statement that writes nothing for a row of NULLs: it is executed once where
    `write` executes one for each power of two."""
    written = 0
    most = max(size for size in _FULL if size * width <= _MOST_VALUES)
    for start in range(0, len(rows), most):
        part = rows[start : start + most]
        size = next(size for size in _FULL if size >= len(part))
        values: list[object] = []
        for row in part:
            values += row
        values += [None] * ((size - len(part)) * width)
        values += last
        written += db.execute(_filled(statement, size, width), values).rowcount
    return written


@cache
def _filled(statement: str, rows: int, width: int) -> str:
    one = f"({', '.join('?' * width)})"
    return statement % f"VALUES {', '.join([one] * rows)}"
