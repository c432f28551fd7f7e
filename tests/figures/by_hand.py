"""Every figure once more, by its definition: slowly, with plain sets, from the rows of events."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.figures import Period
from gateway.rules.figures.filters import Both, Condition, Either, Filter, Not
from gateway.rules.figures.panel import Figures
from gateway.stores.sqlite.database import Database

Row = Mapping[str, Any]

_OF_EVENTS = {
    "page": ("path", None),
    "event": ("name", "event"),
    "outbound": ("name", "outbound"),
    "download": ("name", "download"),
    "upload": ("name", "upload"),
    "form": ("path", "form"),
    "missing": ("path", "missing"),
}
_WORDS = (
    *("site", "kind", "path", "referrer", "channel", "utm_source", "utm_medium", "utm_campaign"),
    *("utm_content", "utm_term", "country", "region", "owner", "browser", "browser_major"),
    *("system", "device", "screen", "language", "name", "props"),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit and all its events."""

    number: int
    visitor: int
    returning: bool
    events: Sequence[Row]

    @property
    def done(self) -> Sequence[Row]:
        return [event for event in self.events if event["kind"] != "engagement"]

    @property
    def minutes(self) -> int:
        return int(max(e["minute"] for e in self.events) - self.events[0]["minute"])

    def value(self, dimension: str) -> str:
        pages = [event["path"] for event in self.done if event["kind"] == "pageview"]
        first = self.events[0]
        match dimension:
            case "entry_page":
                return pages[0] if pages else ""
            case "exit_page":
                return pages[-1] if pages else ""
            case "region":
                return "-".join(filter(None, (first["country"], first["region"])))
            case "browser_version":
                return " ".join(filter(None, (first["browser"], first["browser_major"])))
            case "returning":
                return "returning" if self.returning else "new"
        return str(first[dimension])


async def rows_of(database: Database, site: str) -> Sequence[Row]:
    """All events of a site but those of who is restricted, in the order they came in."""
    async with database.reading() as db:
        names = ", ".join(_WORDS)
        rows = await db.execute_fetchall(
            f"SELECT id, minute, visitor, seconds, scroll, {names} FROM whole_events ORDER BY id"
        )
        found = await db.execute_fetchall("SELECT id, text FROM words")
        words = {int(row[0]): str(row[1]) for row in found}
        out = await db.execute_fetchall(
            "SELECT s.number FROM restricted r JOIN standing s ON s.site = r.site"
            " AND s.visitor = r.visitor WHERE r.site = ?",
            (site,),
        )
    without = {row[0] for row in out}
    told = [
        {
            **dict(zip(("id", "minute", "visitor", "seconds", "scroll"), row, strict=False)),
            **{name: words[word] for name, word in zip(_WORDS, row[5:], strict=True)},
        }
        for row in map(tuple, rows)
    ]
    return [row for row in told if row["site"] == site and row["visitor"] not in without]


def visits_of(rows: Iterable[Row]) -> Sequence[Visit]:
    """No gap above half an hour, and time spent closes the gap it filled."""
    visits: list[tuple[int, bool, list[Row]]] = []
    latest: dict[int, list[Row]] = {}
    for row in rows:
        spent = row["kind"] == "engagement"
        there = row["minute"] - (row["seconds"] // 60 if spent else 0)
        mine = latest.get(row["visitor"])
        if mine is None or there > max(e["minute"] for e in mine) + 30:
            if spent:
                continue
            mine = latest[row["visitor"]] = []
            returning = any(visitor == row["visitor"] for visitor, _, _ in visits)
            visits.append((row["visitor"], returning, mine))
        mine.append(row)
    return [Visit(n, who, back, events) for n, (who, back, events) in enumerate(visits)]


def value_of(dimension: str, visit: Visit, event: Row) -> str | None:
    if dimension.startswith("property:"):
        told = json.loads(event["props"] or "{}").get(dimension.removeprefix("property:"))
        return None if told is None else str(told)
    if dimension in _OF_EVENTS:
        column, kind = _OF_EVENTS[dimension]
        return event[column] if kind in (None, event["kind"]) else None
    return visit.value(dimension)


def holds(condition: Condition, visit: Visit, event: Row) -> bool:
    match condition:
        case Both(of):
            return all(holds(part, visit, event) for part in of)
        case Either(of):
            return any(holds(part, visit, event) for part in of)
        case Not(of):
            return not holds(of, visit, event)
    return _passes(condition, value_of(condition.dimension, visit, event))


def _passes(filter_: Filter, value: str | None) -> bool:
    turned = filter_.operation.endswith("_not")
    if value is None:
        return turned
    text = value if filter_.case_sensitive else value.casefold()
    named = [one if filter_.case_sensitive else one.casefold() for one in filter_.values]
    match filter_.operation.removesuffix("_not"):
        case "is":
            found = text in named
        case "contains":
            found = any(one in text for one in named)
        case _:
            flags = 0 if filter_.case_sensitive else re.IGNORECASE
            found = any(re.search(one, value, flags) for one in filter_.values)
    return found != turned


def day_of(event: Row, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(event["minute"] * 60, UTC).astimezone(zone).date()


def figures(pairs: Sequence[tuple[Visit, Row]]) -> Figures:
    """Of these events, each with its visit."""
    visits = {visit.number: visit for visit, _ in pairs}
    views = sum(event["kind"] == "pageview" for _, event in pairs)
    return Figures(
        visitors=len({visit.visitor for visit in visits.values()}),
        visits=len(visits),
        views=views,
        acts=len(pairs) - views,
        bounces=sum(len(visit.done) == 1 for visit in visits.values()),
        minutes=sum(visit.minutes for visit in visits.values()),
    )


def chosen(
    rows: Sequence[Row], zone: ZoneInfo, period: Period, condition: Condition
) -> Sequence[tuple[Visit, Row]]:
    """The events of a period that a condition holds for."""
    return [
        (visit, event)
        for visit in visits_of(rows)
        for event in visit.done
        if period.first <= day_of(event, zone) <= period.last and holds(condition, visit, event)
    ]


def groups(pairs: Sequence[tuple[Visit, Row]], dimension: str) -> Mapping[str, Figures]:
    """The figures of each value."""
    found: defaultdict[str, list[tuple[Visit, Row]]] = defaultdict(list)
    for visit, event in pairs:
        value = value_of(dimension, visit, event)
        if value is not None:
            found[value].append((visit, event))
    return {value: figures(mine) for value, mine in found.items()}


def days(pairs: Sequence[tuple[Visit, Row]], zone: ZoneInfo) -> Mapping[date, Figures]:
    """The figures of each day."""
    found: defaultdict[date, list[tuple[Visit, Row]]] = defaultdict(list)
    for visit, event in pairs:
        found[day_of(event, zone)].append((visit, event))
    return {day: figures(mine) for day, mine in found.items()}
