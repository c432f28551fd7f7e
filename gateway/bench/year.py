"""A year of events of one site, made up in bulk: the rows a gateway would have, without the
consents they name. For measuring how figures are read; how rows come in is measured elsewhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gateway.rules.figures.segment import KINDS
from gateway.stores.sqlite.database import Database

DAY = 24 * 60
FIRST = 29_454_480
"""1 January 2026 in UTC, in minutes since 1970."""
SITE = "year"

_VIEWS_A_VISIT = 2.1
_KINDS = ("outbound", "download", "form", "missing", "event")
_WORDS = {
    "channel": 9, "referrer": 500, "utm_source": 20, "utm_medium": 6, "utm_campaign": 40,
    "utm_content": 10, "utm_term": 10, "country": 60, "region": 300, "owner": 900, "browser": 12,
    "browser_major": 40, "system": 8, "kind": 4, "screen": 5, "language": 30,
}  # fmt: skip
_GROUPS = {
    "sources": (
        2_000,
        ("referrer", "channel", "utm_source", "utm_medium", "utm_campaign")
        + ("utm_content", "utm_term"),
    ),
    "places": (3_000, ("country", "region", "owner")),
    "devices": (
        800,
        ("browser", "browser_major", "system", "kind", "screen", "language"),
    ),
}
_PATHS, _NAMES = 4_000, 300
_CHUNK = 200_000

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Year:
    """Events by column, in the order in which they came in. Words by their numbers."""

    columns: dict[str, Numbers]
    words: dict[int, str]
    groups: dict[str, dict[str, Numbers]]


def make(events: int, seed: int = 1) -> Year:
    """About so many events: a third of visitors come back, as often as not a year later."""
    dice = np.random.default_rng(seed)
    visits = round(events / (_VIEWS_A_VISIT * 1.45))
    visitors = dice.permutation(visits // 2)[dice.integers(0, visits // 2, visits)] + 1
    count = np.minimum(dice.geometric(1 / (_VIEWS_A_VISIT * 1.45), visits), 60)
    begins = FIRST + dice.integers(0, 365 * DAY - 300, visits)
    visit = np.repeat(np.arange(visits), count)
    place = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    minute = begins[visit] + place * 2
    order = np.argsort(minute, kind="stable")
    words, numbers = _words()
    kind = dice.choice(len(KINDS), len(visit), p=_chances())
    kind[place == 0] = KINDS.index("pageview")
    named = np.isin(kind, [KINDS.index(one) for one in ("outbound", "download", "event")])
    columns = {
        "minute": minute,
        "visitor": visitors[visit],
        "kind": numbers["kinds"][kind],
        "path": numbers["paths"][np.minimum(dice.zipf(1.3, len(visit)), _PATHS) - 1],
        "name": np.where(named, numbers["names"][dice.integers(0, _NAMES, len(visit))], 0),
        "source": np.minimum(dice.zipf(1.5, visits), 2_000)[visit],
        "place": np.minimum(dice.zipf(1.4, visits), 3_000)[visit],
        "device": np.minimum(dice.zipf(1.4, visits), 800)[visit],
        "seconds": np.where(kind == KINDS.index("engagement"), dice.integers(1, 90, len(visit)), 0),
        "scroll": np.where(kind == KINDS.index("engagement"), dice.integers(5, 101, len(visit)), 0),
    }
    groups = {
        table: {name: dice.choice(numbers[name], amount) for name in names}
        for table, (amount, names) in _GROUPS.items()
    }
    return Year({name: column[order] for name, column in columns.items()}, words, groups)


def _chances() -> Sequence[float]:
    others = dict.fromkeys(_KINDS, 0.012)
    chances = {"pageview": 0.62, **others, "engagement": 1 - 0.62 - sum(others.values())}
    return [chances.get(kind, 0.0) for kind in KINDS]


def _words() -> tuple[dict[int, str], dict[str, Numbers]]:
    texts = {0: "", 1: SITE}
    numbers: dict[str, Numbers] = {}

    def add(name: str, values: Sequence[str]) -> None:
        start = len(texts)
        texts.update({start + n: value for n, value in enumerate(values)})
        numbers[name] = np.arange(start, start + len(values))

    add("kinds", KINDS)
    add("paths", [f"/vacatures/{n}" for n in range(_PATHS)])
    add("names", [f"naam {n}" for n in range(_NAMES)])
    for name, amount in _WORDS.items():
        add(name, [f"{name} {n}" for n in range(amount)])
    return texts, numbers


async def store(year: Year, path: Path) -> None:
    """Write the events into a new database, as rows that wait for aggregation."""
    database = Database(path)
    await database.open()
    try:
        await database.write(lambda db: _groups(db, year))
        amount = len(year.columns["minute"])
        for start in range(0, amount, _CHUNK):
            await database.write(lambda db, start=start: _rows(db, year, start))  # type: ignore[misc]
    finally:
        await database.close()


def _groups(db: sqlite3.Connection, year: Year) -> None:
    db.executemany("INSERT OR IGNORE INTO words (id, text) VALUES (?, ?)", year.words.items())
    for table, columns in year.groups.items():
        names = ", ".join(["id", *columns])
        rows = zip(
            range(1, len(next(iter(columns.values()))) + 1),
            *(column.tolist() for column in columns.values()),
            strict=True,
        )
        marks = ", ".join("?" * (len(columns) + 1))
        # Two groups may be made of the same words: the second is then another campaign.
        db.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608


def _rows(db: sqlite3.Connection, year: Year, start: int) -> None:
    columns = [column[start : start + _CHUNK].tolist() for column in year.columns.values()]
    names = ", ".join(year.columns)
    marks = ", ".join("?" * len(columns))
    db.executemany(
        f"INSERT INTO events (site, consent_seq, props, network, count, {names})"  # noqa: S608
        f" VALUES (1, 1, 0, 0, 0, {marks})",
        zip(*columns, strict=True),
    )
