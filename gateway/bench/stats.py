"""How fast figures are read: the dashboard of a year, beside DuckDB over the same rows.

Ours is the whole way: from the SQLite file, with the threshold. That the answers are the same is
checked without it, value by value.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from gateway.aggregate import catch_up
from gateway.bench import duck, year
from gateway.bench.tables import count, spread, table
from gateway.errors import GatewayError
from gateway.figures import Opened, Period, Reader
from gateway.rules.figures.calendar import midnight
from gateway.rules.figures.dimension import DIMENSIONS, GROUPS
from gateway.rules.figures.filters import EVERYTHING, Filter
from gateway.rules.figures.segment import EVENT_COLUMNS, VISIT_COLUMNS
from gateway.rules.site import Site
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures

_COUNTRY = "country 3"
_LAST = date(2026, 12, 31)
_TOP = 9
_WAYS = (duck.wide, duck.narrow)


@dataclass(frozen=True, slots=True)
class Question:
    """A dashboard: its days, whether it is filtered, and the part of DuckDB's time aimed at."""

    name: str
    days: int
    filtered: bool
    aim: float


QUESTIONS = (
    Question("30 days", 30, False, 0.5),
    Question("12 months", 365, False, 1.0),
    Question("30 days, one country", 30, True, 3.0),
    Question("12 months, one country", 365, True, 3.0),
)


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of every round, ours and DuckDB's by the faster of its two ways."""

    events: int
    size: int
    rate: float  # events that were aggregated in a second
    seconds: Mapping[str, Sequence[tuple[float, float]]]
    compared: int

    def text(self) -> str:
        """All of it."""
        rows = []
        for asked in QUESTIONS:
            pairs = self.seconds[asked.name]
            rows.append(
                (
                    asked.name,
                    spread([theirs for _, theirs in pairs]) + " s",
                    spread([ours for ours, _ in pairs]) + " s",
                    spread([ours / theirs for ours, theirs in pairs]),
                    f"{asked.aim:g}",
                )
            )
        head = ("Dashboard with all panels", "DuckDB", "gateway", "ratio", "aim at most")
        return (
            f"{count(self.events)} events of one year on one site, {len(DIMENSIONS)} panels, totals"
            f" and days. {count(self.compared)} answers were compared, and all are the same.\n\n"
            f"{table(head, rows)}\n\n"
            f"{self.size / self.events:.1f} bytes an event on disk, without the consents."
            f" {count(self.rate)} events a second were aggregated."
        )


def measure(
    folder: Path, site: Site, events: int, rounds: int, say: Callable[[str], None]
) -> Result:
    """Make a year, and ask for it."""
    return asyncio.run(_measure(folder, replace(site, id=year.SITE), events, rounds, say))


async def _measure(
    folder: Path, site: Site, events: int, rounds: int, say: Callable[[str], None]
) -> Result:
    import duckdb

    site = replace(site, time_zone="UTC")
    say(f"making {count(events)} events")
    made = year.make(events)
    await year.store(made, folder / "gateway.sqlite")
    database = Database(folder / "gateway.sqlite")
    await database.open()
    try:
        store = SqliteFigures(database)
        say("leading them to their visits")
        began = time.perf_counter()
        added = await catch_up(store)
        rate = added / (time.perf_counter() - began)
        await database.overwrite()
        size = (folder / "gateway.sqlite").stat().st_size
        say("giving DuckDB the same")
        await _give(store, folder / "duck.db")
        country = next(number for number, text in made.words.items() if text == _COUNTRY)
        with duckdb.connect(str(folder / "duck.db"), read_only=True) as db:
            say("comparing the answers")
            compared = 0
            for question in QUESTIONS:
                asked = _asked(question, site, country)
                ours = await _answers(Reader(store), replace(site, threshold=1), question)
                for way in _WAYS:
                    compared += _compare(question, ours, way(db, asked))
            seconds: dict[str, list[tuple[float, float]]] = {}
            for turn in range(rounds):
                say(f"round {turn + 1} of {rounds}")
                for question in QUESTIONS:
                    asked = _asked(question, site, country)
                    ways = [_seconds(partial(way, db, asked)) for way in _WAYS]
                    began = time.perf_counter()
                    await _dashboard(Reader(store), site, question)
                    own = time.perf_counter() - began
                    seconds.setdefault(question.name, []).append((own, min(ways)))
    finally:
        await database.close()
    return Result(added, size, rate, seconds, compared)


async def _give(store: SqliteFigures, path: Path) -> None:
    every = await store.visits(year.SITE, 0, 2**40, VISIT_COLUMNS, EVENT_COLUMNS)
    book = {name: column for group in GROUPS for name, column in (await store.words(group)).items()}
    await asyncio.to_thread(duck.fill, path, every, book)


def _period(question: Question) -> Period:
    # The days asked for do not begin with a month: that would be easier for us.
    last = _LAST if question.days > 30 else date(2026, 8, 13)
    return Period(last - timedelta(days=question.days - 1), last)


def _asked(question: Question, site: Site, country: int) -> duck.Asked:
    period = _period(question)
    first = midnight(period.first, site.zone)
    end = midnight(period.last + timedelta(days=1), site.zone)
    return duck.Asked(first, end, country if question.filtered else None)


async def _open(reader: Reader, site: Site, question: Question) -> Opened:
    condition = Filter("is", "country", (_COUNTRY,)) if question.filtered else EVERYTHING
    return await reader.open(site, _period(question), [*DIMENSIONS], condition)


async def _dashboard(reader: Reader, site: Site, question: Question) -> None:
    opened = await _open(reader, site, question)
    await opened.totals()
    await opened.series("day")
    for dimension in DIMENSIONS:
        await opened.panel(dimension, _TOP)


async def _answers(
    reader: Reader, site: Site, question: Question
) -> Mapping[str, list[duck.Figures]]:
    """All figures of each dimension, sorted: words go by other numbers in DuckDB."""
    opened = await _open(reader, site, question)
    total = await opened.totals()
    days = [one.figures for one in await opened.series("day") if one.figures.visits]
    told = {"all": [total], "day": days}
    for dimension in DIMENSIONS:
        panel = await opened.panel(dimension)
        told[dimension] = [group.figures for group in panel.groups]
    return {
        name: sorted((one.visitors, one.visits, one.views) for one in figures)
        for name, figures in told.items()
    }


def _compare(
    question: Question, ours: Mapping[str, list[duck.Figures]], theirs: duck.Answers
) -> int:
    for name, figures in ours.items():
        if sorted(theirs[name].values()) != figures:
            raise GatewayError(
                f"{name} of {question.name} is not what DuckDB counts",
                hint="one of the two is wrong: compare them value by value",
            )
    return sum(len(figures) for figures in ours.values())


def _seconds(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began
