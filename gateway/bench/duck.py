"""The yardstick of figures: DuckDB over the same rows, asked in the two ways its users would.

`wide` has all words beside every event and is grouped as it is. `narrow` keeps visits in a table of
their own: the visits of the period are found first, and joined. Visits are given, not worked out:
which event belongs to which visit costs DuckDB nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gateway.rules.figures.dimension import DIMENSIONS
from gateway.rules.figures.segment import ENGAGEMENT, PAGEVIEW, Column, Columns, Segment

if TYPE_CHECKING:
    import duckdb

Figures = tuple[int, int, int]
"""Visitors, visits and page views."""
Answers = Mapping[str, Mapping[Any, Figures]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Minutes of UTC, the first and the one after the last; and the country, by its word."""

    first: int
    end: int
    country: int | None


def fill(path: Path, segment: Segment, book: Columns) -> None:
    """Write visits and events into a new database."""
    import duckdb

    visits, events = segment.visits, segment.events
    of_event = np.repeat(np.arange(len(segment)), visits["events"])
    words = {name: _of_visits(segment, name, book) for name in _visit_dimensions()}
    own: dict[str, Column] = {"visit": visits["visit"], "visitor": visits["visitor"], **words}
    done = events["kind"] != ENGAGEMENT
    minute = visits["first"][of_event].astype(np.int64) + events["after"]
    wide = {
        "minute": minute.astype(np.int32),
        "kind": events["kind"],
        "path": events["path"],
        "name": events["name"],
        **{name: column[of_event] for name, column in own.items()},
    }
    with duckdb.connect(str(path)) as db:
        for table, columns in (
            ("visits", {**own, "first": visits["first"], "last": visits["last"]}),
            ("events", {name: column[done] for name, column in wide.items()}),
        ):
            found = {name: np.ascontiguousarray(column) for name, column in columns.items()}
            db.register("found", found)
            db.execute(f"CREATE TABLE {table} AS SELECT * FROM found")  # noqa: S608 - our own names
            db.unregister("found")


def _visit_dimensions() -> Sequence[str]:
    return [name for name, one in DIMENSIONS.items() if one.of == "visit"]


def _of_visits(segment: Segment, name: str, book: Columns) -> Column:
    where = DIMENSIONS[name]
    column = segment.visits[where.column]
    if name == "returning":
        return (column > 0).astype(np.int32)
    if not where.words:
        return column
    first, *others = (book[word][column] for word in where.words)
    for other in others:  # several words make one value
        first = first * 2**20 + other
    return first


def wide(db: duckdb.DuckDBPyConnection, asked: Asked) -> Answers:
    """Every panel from the table of events."""
    where = f"WHERE minute >= {asked.first} AND minute < {asked.end}"
    if asked.country is not None:
        where += f" AND country = {asked.country}"
    answers = {
        name: _grouped(db, f'"{name}"', f"FROM events {where}") for name in _visit_dimensions()
    }
    return {**answers, **_of_events(db, where)}


def narrow(db: duckdb.DuckDBPyConnection, asked: Asked) -> Answers:
    """Panels of visits from the table of visits, joined with those of the period."""
    where = f"WHERE minute >= {asked.first} AND minute < {asked.end}"
    of_visit = "" if asked.country is None else f" WHERE country = {asked.country}"
    db.execute(
        "CREATE OR REPLACE TEMP TABLE seen AS SELECT v.*, n.views FROM visits v JOIN"  # noqa: S608
        f" (SELECT visit, count(*) FILTER (kind = {PAGEVIEW}) AS views FROM events {where}"
        f" GROUP BY visit) n USING (visit){of_visit}"
    )
    answers = {
        name: {
            value: figures
            for value, *figures in db.execute(
                f'SELECT "{name}", count(DISTINCT visitor), count(*), sum(views)::BIGINT FROM seen'  # noqa: S608
                " GROUP BY 1"
            ).fetchall()
        }
        for name in _visit_dimensions()
    }
    where += "" if asked.country is None else f" AND country = {asked.country}"
    told: Answers = {
        name: {value: (a, b, c) for value, (a, b, c) in found.items()}
        for name, found in answers.items()
    }
    return {**told, **_of_events(db, where)}


def _of_events(db: duckdb.DuckDBPyConnection, where: str) -> Answers:
    answers = {
        "all": _grouped(db, "0", f"FROM events {where}"),
        "day": _grouped(db, "minute // 1440", f"FROM events {where}"),
    }
    for name, one in DIMENSIONS.items():
        if one.of == "event":
            kinds = f" AND kind IN ({', '.join(map(str, one.kinds))})" if one.kinds else ""
            answers[name] = _grouped(db, one.column, f"FROM events {where}{kinds}")
    return answers


def _grouped(db: duckdb.DuckDBPyConnection, value: str, source: str) -> Mapping[Any, Figures]:
    rows = db.execute(
        f"SELECT {value}, count(DISTINCT visitor), count(DISTINCT visit),"
        f" count(*) FILTER (kind = {PAGEVIEW}) {source} GROUP BY 1"
    ).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
