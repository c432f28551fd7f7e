"""Who is there now."""

from __future__ import annotations

import numpy as np

from gateway.rules.figures.segment import ENGAGEMENT, Segment

MINUTES = 30


def visitors_since(segment: Segment, minute: int) -> int:
    """How many visitors did something from a minute on."""
    visits, events = segment.visits, segment.events
    of_event = np.repeat(np.arange(len(segment)), visits["events"])
    moment = visits["first"][of_event].astype(np.int64) + events["after"]
    now = (events["kind"] != ENGAGEMENT) & (moment >= minute)
    return len(np.unique(visits["visitor"][of_event[now]]))
