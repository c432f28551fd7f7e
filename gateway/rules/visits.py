"""From events to visits and daily cells: pure arithmetic, equal to a count by hand.

A visit is a visitor's events with no gap above half an hour between one and the latest before
it. Where it came from and with what is said by its first event.

Time spent on a page is told when it is over. It closes the gap it filled, so that who reads for
an hour and then goes on is one visit; it begins no visit, and no figure counts it as something
that was done.

Events and visits are held by column, and a visit goes by its place in them: an object for each of
27,000 events cost more than all that is done with them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap

IDLE_MINUTES = 30

EVENT_DIMENSIONS = ("page",)
VISIT_DIMENSIONS = ("referrer", "channel", "country", "device", "browser", "system")
TOTAL = "all"
"""The dimension with one value: everything."""

NOWHERE = -1
"""The visit of an event that belongs to none: time spent by who was not there."""


class Events(NamedTuple):
    """What aggregation reads of events, in the order of their ids. Words are dictionary numbers."""

    ids: Sequence[int]
    sites: Sequence[str]
    minutes: Sequence[int]
    visitors: Sequence[int]  # a dense number within the database, not the keyed value
    pages: Sequence[int | None]  # only page views have one
    spent: Sequence[int | None]  # seconds on a page up to then; None when something was done


class Stays(NamedTuple):
    """Visits as the events leave them: those that were known, and after them those that began."""

    of_events: Sequence[int]  # the visit of each event
    last_minutes: Sequence[int]
    views: Sequence[int]  # page views that were added
    begun: Sequence[int]  # the first event of each new visit, as a place in the events


class Gains(NamedTuple):
    """What the cells of one dimension gain on one day of one site, by value."""

    site: str
    day: int  # proleptic ordinal of the site's local date
    dimension: str
    visits: Mapping[int, Sequence[int]]  # a visit may be named again
    views: Mapping[int, int]


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


def follow(events: Events, visitors: Sequence[int], last_minutes: Sequence[int]) -> Stays:
    """Lead every event to its visit.

    `visitors` and `last_minutes` are the latest visits there are of those the events are of. The
    result does not depend on how a history is cut into batches.
    """
    latest = {visitor: visit for visit, visitor in enumerate(visitors)}
    lasts, views = list(last_minutes), [0] * len(last_minutes)
    of_events: list[int] = []
    begun: list[int] = []
    told = zip(events.visitors, events.minutes, events.pages, events.spent, strict=True)
    for place, (visitor, minute, page, spent) in enumerate(told):
        visit = latest.get(visitor, NOWHERE)
        since = minute if spent is None else minute - spent // 60
        if visit == NOWHERE or since - lasts[visit] > IDLE_MINUTES:
            if spent is not None:
                of_events.append(NOWHERE)
                continue
            visit = latest[visitor] = len(lasts)
            lasts.append(minute)
            views.append(0)
            begun.append(place)
        elif minute > lasts[visit]:
            lasts[visit] = minute
        if page is not None:
            views[visit] += 1
        of_events.append(visit)
    return Stays(of_events, lasts, views, begun)


@dataclass(frozen=True, slots=True)
class _Day:
    """The visits of what was done on one day of one site, one entry for each time."""

    views: list[int]
    others: list[int]
    pages: defaultdict[int, list[int]]


def gains(
    events: Events,
    of_events: Sequence[int],
    words: Sequence[Sequence[int]],
    day_of: Callable[[str, int], int],
) -> Iterator[Gains]:
    """What the cells gain by events that were led to their visits.

    `words` are those of the visits, for each of VISIT_DIMENSIONS; `day_of` gives the local day of a
    site and a minute.
    """
    for (site, number), day in _days(events, of_events, day_of).items():
        views = {**dict.fromkeys(day.others, 0), **Counter(day.views)}
        yield Gains(site, number, TOTAL, {0: [*views]}, {0: len(day.views)})
        [page] = EVENT_DIMENSIONS
        viewed = {value: len(visits) for value, visits in day.pages.items()}
        yield Gains(site, number, page, day.pages, viewed)
        for dimension, column in zip(VISIT_DIMENSIONS, words, strict=True):
            yield Gains(site, number, dimension, *_by_word(column, views))


def _days(
    events: Events, of_events: Sequence[int], day_of: Callable[[str, int], int]
) -> Mapping[tuple[str, int], _Day]:
    days: dict[tuple[str, int], _Day] = {}
    minutes: dict[tuple[str, int], _Day] = {}
    told = zip(events.sites, events.minutes, of_events, events.pages, events.spent, strict=True)
    for site, minute, visit, page, spent in told:
        if spent is not None:
            continue
        day = minutes.get((site, minute))
        if day is None:
            date = (site, day_of(site, minute))
            day = minutes[site, minute] = days.setdefault(date, _Day([], [], defaultdict(list)))
        if page is None:
            day.others.append(visit)
        else:
            day.views.append(visit)
            day.pages[page].append(visit)
    return days


def _by_word(
    column: Sequence[int], views: Mapping[int, int]
) -> tuple[Mapping[int, Sequence[int]], Mapping[int, int]]:
    visits: defaultdict[int, list[int]] = defaultdict(list)
    total: defaultdict[int, int] = defaultdict(int)
    for visit, viewed in views.items():
        word = column[visit]
        visits[word].append(visit)
        total[word] += viewed
    return visits, total
