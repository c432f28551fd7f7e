"""From events to visits and daily cells: pure arithmetic, equal to a count by hand.

A visit is a visitor's events with no gap above half an hour between one and the latest before
it. Where it came from and with what is said by its first event.

Time spent on a page is told when it is over. It closes the gap it filled, so that who reads for
an hour and then goes on is one visit; it begins no visit, and no figure counts it as something
that was done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

IDLE_MINUTES = 30

EVENT_DIMENSIONS = ("page",)
VISIT_DIMENSIONS = ("referrer", "channel", "country", "device", "browser", "system")
TOTAL = "all"
"""The dimension with one value: everything."""


class StoredEvent(NamedTuple):
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


class Visit(NamedTuple):
    """A stay of one visitor."""

    id: int
    site: str
    visitor: int
    first_minute: int
    last_minute: int
    views: int
    words: tuple[int, ...]


class CellKey(NamedTuple):
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
    gains: dict[tuple[str, int], _Day] = {}
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
        day = gains.get(place := (event.site, day_of[event.id]))
        if day is None:
            day = gains[place] = _Day({}, {})
        _add(day, event, visit)
    cells = {key: cell for place, day in gains.items() for key, cell in _cells(*place, day)}
    return Tally(visits=tuple(touched.values()), cells=cells)


class _Gain(NamedTuple):
    """What one cell gains, once for each event or stay. Lists: a bitmap made of one is made much
    faster than one that grows."""

    visits: list[int]
    visitors: list[int]
    views: list[int]


class _Day(NamedTuple):
    """What one day of one site gains."""

    stays: dict[int, tuple[Visit, list[int]]]
    """Visits, with a 1 for each page view of the day: said once for all that a visit is of."""
    pages: dict[int, _Gain]


def _add(day: _Day, event: StoredEvent, visit: Visit) -> None:
    stay = day.stays.get(visit.id)
    if stay is None:
        stay = day.stays[visit.id] = (visit, [])
    if event.page is not None:
        stay[1].append(1)
        _gain(day.pages, event.page, visit, 1)


def _gain(values: dict[int, _Gain], value: int, visit: Visit, views: int) -> None:
    gain = values.get(value)
    if gain is None:
        gain = values[value] = _Gain([], [], [])
    gain.visits.append(visit.id)
    gain.visitors.append(visit.visitor)
    gain.views.append(views)


def _cells(site: str, number: int, day: _Day) -> Iterable[tuple[CellKey, Cell]]:
    [page] = EVENT_DIMENSIONS
    dimensions: dict[str, dict[int, _Gain]] = {
        TOTAL: {},
        page: day.pages,
        **{dimension: {} for dimension in VISIT_DIMENSIONS},
    }
    of_visits = [dimensions[dimension] for dimension in VISIT_DIMENSIONS]
    for visit, viewed in day.stays.values():
        views = len(viewed)
        _gain(dimensions[TOTAL], 0, visit, views)
        for values, word in zip(of_visits, visit.words, strict=True):
            _gain(values, word, visit, views)
    for dimension, values in dimensions.items():
        for value, (visits, visitors, all_views) in values.items():
            yield (
                CellKey(site, number, dimension, value),
                Cell(sum(all_views), BitMap(visits), BitMap(visitors)),
            )


def _extended(visit: Visit | None, event: StoredEvent) -> Visit | None:
    if visit is None or event.since - visit.last_minute > IDLE_MINUTES:
        return None
    return Visit(
        visit.id,
        visit.site,
        visit.visitor,
        visit.first_minute,
        max(visit.last_minute, event.minute),
        visit.views + (event.page is not None),
        visit.words,
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
