"""Visits with their events, by column: the form figures are made from.

A segment holds whole visits or parts of them. Parts join into one visit by sums, firsts and
lasts, so it does not matter in how many steps a history was aggregated. Numbers, in place of
objects, because a year has ten million events; words and groups go by their numbers in the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Column: TypeAlias = npt.NDArray[np.integer[Any]]
Columns: TypeAlias = Mapping[str, Column]
Mask: TypeAlias = npt.NDArray[np.bool_]
Places: TypeAlias = npt.NDArray[np.intp]

KINDS = ("pageview", "engagement", "outbound", "download", "form", "upload", "missing", "event")
"""A kind of event goes by its place here, which never changes: segments are kept for years."""
PAGEVIEW, ENGAGEMENT, OUTBOUND, DOWNLOAD, FORM, UPLOAD, MISSING, EVENT = range(len(KINDS))

# How the parts of a visit make one. What only its beginning knows is 0 in the other parts, and
# parts come in the order in which they happened.
_FIRST = ("visit", "visitor", "first", "before", "source", "place", "device")
_SUM = ("views", "acts", "events")
VISIT_COLUMNS = (*_FIRST, "last", *_SUM, "entry", "exit")
"""Of a visit: its number, its visitor's, its first minute and its last (since 1970 UTC), the last
minute of the same visitor's visit before it (0: none), page views, other things done, its events in
this segment, the first page and the last, and the groups of its first event."""
EVENT_COLUMNS = ("after", "kind", "path", "again", "name", "props", "seconds", "scroll", "count")
"""Of an event: minutes after the first of its visit (before it, where it came late), and whether
something was done on its page earlier in the same visit. Events stand in the order of their visits,
and within one in the order of their ids."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Visits in the order of their numbers, and their events. A column may be left out where
    nobody asks for it, but for `visit` and `events`."""

    visits: Columns
    events: Columns

    def __len__(self) -> int:
        return len(self.visits["visit"])


def empty(visit_columns: Sequence[str], event_columns: Sequence[str]) -> Segment:
    """No visits."""
    none = np.zeros(0, np.int64)
    return Segment(dict.fromkeys(visit_columns, none), dict.fromkeys(event_columns, none))


def join(parts: Sequence[Segment]) -> Segment:
    """The parts as one segment; each visit in it once. Parts come in the order they happened."""
    visits = together([part.visits for part in parts])
    events = together([part.events for part in parts])
    order = np.argsort(visits["visit"], kind="stable")
    ids = visits["visit"][order]
    starts = np.flatnonzero(np.diff(ids, prepend=-1))
    event_order = np.argsort(np.repeat(visits["visit"], visits["events"]), kind="stable")
    joined = {name: _joined(name, column[order], starts) for name, column in visits.items()}
    told = {name: column[event_order] for name, column in events.items()}
    if "again" in told:
        told["again"] = _again(joined["events"], told)
    return Segment(joined, told)


def together(tables: Sequence[Columns]) -> dict[str, Column]:
    """The rows of all tables, one behind the other."""
    if len(tables) == 1:
        return dict(tables[0])
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def _joined(name: str, column: Column, starts: Places) -> Column:
    if not len(column):
        return column
    if name in _SUM:
        return np.add.reduceat(column, starts, dtype=np.int64)
    if name == "last":
        return np.maximum.reduceat(column, starts)
    if name in ("entry", "exit"):
        return _page(column, starts, at_end=name == "exit")
    return column[starts]


def _page(column: Column, starts: Places, *, at_end: bool) -> Column:
    """The first or the last page of each visit: 0 stands for no page view in that part."""
    visit = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(column)))
    viewed = np.flatnonzero(column)
    # Of several values for one place the last one stays.
    viewed = viewed if at_end else viewed[::-1]
    pages = np.zeros(len(starts), column.dtype)
    pages[visit[viewed]] = column[viewed]
    return pages


def _again(of_visits: Column, events: Columns) -> Column:
    done = np.flatnonzero(events["kind"] != ENGAGEMENT)
    visit = np.repeat(np.arange(len(of_visits)), of_visits)[done]
    key = visit * np.int64(2**32) + events["path"][done]
    order = np.argsort(key, kind="stable")
    same = np.diff(key[order], prepend=-1) == 0
    again = np.zeros(len(events["kind"]), np.uint8)
    again[done[order[same]]] = 1
    return again


def split(segment: Segment, keys: Column) -> Mapping[int, Segment]:
    """The visits of each key; `keys` has one for each visit."""
    return {int(key): only(segment, keys == key) for key in np.unique(keys)}


def only(segment: Segment, kept: Mask) -> Segment:
    """The visits that are marked, with their events."""
    if kept.all():
        return segment
    of_events = np.repeat(kept, segment.visits["events"])
    return Segment(
        {name: column[kept] for name, column in segment.visits.items()},
        {name: column[of_events] for name, column in segment.events.items()},
    )


def without(segment: Segment, visitors: Sequence[int]) -> Segment:
    """All but the visits of these visitors."""
    if not visitors:
        return segment
    return only(segment, ~np.isin(segment.visits["visitor"], np.asarray(visitors)))


def strung(segments: Sequence[Segment]) -> Segment:
    """Segments that share no visit, one behind the other."""
    return Segment(
        together([segment.visits for segment in segments]),
        together([segment.events for segment in segments]),
    )
