"""From events to visits and daily cells: pure arithmetic, equal to a count by hand.

A visit is a visitor's events with no gap above half an hour between one and the latest before
it. Where it came from and with what is said by its first event.

Time spent on a page is told when it is over. It closes the gap it filled, so that who reads for
an hour and then goes on is one visit; it begins no visit, and no figure counts it as something
that was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyroaring import BitMap

IDLE_MINUTES = 30

EVENT_DIMENSIONS = ("page",)
VISIT_DIMENSIONS = ("referrer", "channel", "country", "device", "browser", "system")
TOTAL = "all"
"""The dimension with one value: everything."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """What aggregation reads of an event. Words are dictionary numbers, not text."""

    id: int
    site: str
    minute: int
    visitor: int  # a dense number within the database, not the keyed value
    page: int | None  # only page views have one
    words: tuple[int, ...]  # in the order of VISIT_DIMENSIONS
    spent: int | None = None  # seconds on a page up to this event; None when something was done

    @property
    def since(self) -> int:
        """The minute from which the visitor was there."""
        return self.minute - (self.spent or 0) // 60


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay of one visitor."""

    id: int
    site: str
    visitor: int
    first_minute: int
    last_minute: int
    views: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CellKey:
    """One figure on one day: (demo, 739578, "page", word number of "/vacatures")."""

    site: str
    day: int  # proleptic ordinal of the site's local date
    dimension: str
    value: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Page views, and the exact sets of visits and visitors: a set merges over any range and can
    forget one person, a sum or a sketch cannot."""

    views: int
    visits: BitMap
    visitors: BitMap

    def merged(self, other: Cell) -> Cell:
        """Both together."""
        return Cell(
            self.views + other.views, self.visits | other.visits, self.visitors | other.visitors
        )


EMPTY = Cell(0, BitMap(), BitMap())


@dataclass(frozen=True, slots=True)
class Tally:
    """What a batch of events adds: visits as they now are, and what each cell gains."""

    visits: tuple[Visit, ...]
    cells: Mapping[CellKey, Cell]


def tally(
    events: Iterable[StoredEvent],
    latest: Mapping[int, Visit],
    first_free_id: int,
    day_of: Mapping[int, int],
) -> Tally:
    """Add events, in the order of their ids, to the latest visit of each visitor.

    `day_of` gives the local day of each event id. The result does not depend on how a history
    is cut into batches.
    """
    open_visits = dict(latest)
    touched: dict[int, Visit] = {}
    cells: dict[CellKey, Cell] = {}
    free = first_free_id
    for event in events:
        visit = _extended(open_visits.get(event.visitor), event)
        if event.spent is not None:
            if visit is not None:
                open_visits[event.visitor] = touched[visit.id] = visit
            continue
        if visit is None:
            visit = _started(free, event)
            free += 1
        open_visits[event.visitor] = touched[visit.id] = visit
        views = 0 if event.page is None else 1
        for dimension, value in _coordinates(event, visit):
            key = CellKey(event.site, day_of[event.id], dimension, value)
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = Cell(0, BitMap(), BitMap())
            cell.visits.add(visit.id)
            cell.visitors.add(visit.visitor)
            if views:
                cells[key] = replace(cell, views=cell.views + views)
    return Tally(visits=tuple(touched.values()), cells=cells)


def _extended(visit: Visit | None, event: StoredEvent) -> Visit | None:
    if visit is None or event.since - visit.last_minute > IDLE_MINUTES:
        return None
    return replace(
        visit,
        last_minute=max(visit.last_minute, event.minute),
        views=visit.views + (event.page is not None),
    )


def _started(free: int, event: StoredEvent) -> Visit:
    return Visit(
        id=free,
        site=event.site,
        visitor=event.visitor,
        first_minute=event.minute,
        last_minute=event.minute,
        views=int(event.page is not None),
        words=event.words,
    )


def _coordinates(event: StoredEvent, visit: Visit) -> Iterator[tuple[str, int]]:
    yield TOTAL, 0
    if event.page is not None:
        yield "page", event.page
    yield from zip(VISIT_DIMENSIONS, visit.words, strict=True)
