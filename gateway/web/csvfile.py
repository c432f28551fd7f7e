"""Figures as a file for spreadsheets: the same figures as on the page, under the same threshold.

UTF-8 with a byte order mark: without it Excel reads names with accents wrong, and what knows CSV
skips it. Names of columns are those of addresses in every language, and numbers have a point, so
that what is made of a file today can be made of the next.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from gateway.rules.figures.panel import NOTHING, Figures
from gateway.web.measures import MEASURES, value_of
from gateway.web.pages import HEADERS
from gateway.web.periods import Span

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would run: a path or a name of an event may be anything."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")

Cell = str | int | float | None


def answer(
    site: str, dimension: str, span: Span, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """A file with a name that says what is in it."""
    name = _UNSAFE.sub("-", f"{site}-{dimension}-{span.first}-{span.last}")
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(written(header, rows), 200, headers, "text/csv; charset=utf-8")


def written(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV (RFC 4180)."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(header)
    lines.writerows([[_safe(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def figures(of: Figures | None, names: Sequence[str] = MEASURES) -> Sequence[Cell]:
    """The cells of a group; all empty where it is hidden."""
    return [value_of(name, NOTHING if of is None else of) for name in names]


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
