"""From events to visits: which event belongs to which visit, equal to a count by hand.

A visit is a visitor's events with no gap above half an hour between one and the latest before
it. Where it came from and with what is said by its first event.

Time spent on a page is told when it is over. It closes the gap it filled, so that who reads for
an hour and then goes on is one visit; it begins no visit, and no figure counts it as something
that was done.

Events and visits are held by column, and a visit goes by its place in them: an object for each of
27,000 events cost more than all that is done with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

IDLE_MINUTES = 30

NOWHERE = -1
"""The visit of an event that belongs to none: time spent by who was not there."""


class Stays(NamedTuple):
    """Visits as the events leave them: those that were known, and after them those that began."""

    of_events: Sequence[int]  # the visit of each event
    last_minutes: Sequence[int]
    begun: Sequence[int]  # the first event of each new visit, as a place in the events
    before: Sequence[int]  # the last minute of the same visitor's visit before each new one, or 0


def follow(
    visitors: Sequence[int],
    minutes: Sequence[int],
    spent: Sequence[int | None],
    known: Sequence[int],
    last_minutes: Sequence[int],
) -> Stays:
    """Lead every event to its visit.

    `visitors`, `minutes` and `spent` are the events in the order of their ids; `spent` is the
    seconds on a page up to then, or None when something was done. `known` are the visitors of the
    latest visits there are, `last_minutes` the last minutes of those. The result does not depend
    on how a history is cut into batches.
    """
    latest = {visitor: visit for visit, visitor in enumerate(known)}
    lasts = list(last_minutes)
    of_events: list[int] = []
    begun: list[int] = []
    before: list[int] = []
    for place, (visitor, minute, seconds) in enumerate(zip(visitors, minutes, spent, strict=True)):
        visit = latest.get(visitor, NOWHERE)
        since = minute if seconds is None else minute - seconds // 60
        if visit == NOWHERE or since - lasts[visit] > IDLE_MINUTES:
            if seconds is not None:
                of_events.append(NOWHERE)
                continue
            before.append(0 if visit == NOWHERE else lasts[visit])
            visit = latest[visitor] = len(lasts)
            lasts.append(minute)
            begun.append(place)
        elif minute > lasts[visit]:
            lasts[visit] = minute
        of_events.append(visit)
    return Stays(of_events, lasts, begun, before)
