"""Goals as what visits can be told apart by, and funnels as how far visits came.

A goal is reached in a visit or not, whatever else was done there. So it tells visits apart like a
country does, and those who did not reach it are the other value: few of them are as much of a
secret as few who did (P9).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gateway.rules.figures import segment as s
from gateway.rules.figures.filters import MOST_MARKS, Marks
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.panel import Figures, folded
from gateway.rules.figures.segment import Mask, Places
from gateway.rules.figures.values import Keys, Values, each_key
from gateway.rules.figures.view import View
from gateway.rules.goal import Goal, On

GOAL = "goal:"
"""`goal:<id>` is a dimension of two values."""
REACHED = ("no", "yes")
_YES = 1

DIMENSION: Mapping[On, str] = {
    "page": "page",
    "event": "event",
    "form": "form",
    "download": "download",
    "outbound": "outbound",
    "upload": "upload",
}
"""Where the texts stand that a goal is about."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Who reached a goal, and how often it was. None where that cannot be shown."""

    figures: Figures | None
    times: int


class TooManyStepsError(ValueError):
    """Filters and the steps of a funnel tell more apart than one question can."""


def hits(frame: Frame, goal: Goal, values: Values, texts: Sequence[str]) -> Mask:
    """The events that reach a goal. `values` are those of the dimension it is about."""
    fits = np.array([*map(goal.fits, texts), False], bool)  # the last is that of no value
    found: Mask = fits[values.codes()]
    if goal.on == "page":  # other events have a page too
        found &= frame.segment.events["kind"] == s.PAGEVIEW
    return found


def visits_with(frame: Frame, goal: Goal, hit: Mask) -> Values:
    """Visits told apart by whether they have such an event."""
    reached = np.zeros(len(frame.segment), np.intp)
    reached[frame.visit_of_event[hit]] = _YES
    return each_key(Keys(GOAL + goal.id, False, reached, len(REACHED)))


def converted(view: View, values: Values, hit: Mask) -> Conversion:
    """The figures of the visits that reached a goal."""
    told = view.told(values)
    groups = folded(told, view.threshold, None)
    if _YES not in groups.values:
        return Conversion(None, 0)
    figures = groups.figures[list(groups.values).index(_YES)]
    frame, marks = view.frame, view.marks
    days = frame.day_of_event
    places = np.flatnonzero(hit & (days >= 0) & (days < frame.days))
    mark = marks.codes[places if marks.of_events else frame.visit_of_event[places]]
    kept = marks.wanted[mark]
    shown = told.value_of(days[places[kept]], np.full(np.count_nonzero(kept), _YES))
    return Conversion(figures, int(np.count_nonzero(shown == _YES)))


def furthest(frame: Frame, steps: Sequence[Mask]) -> Places:
    """How many steps each visit came, one after the other in the order in which they came in."""
    last = np.full(len(frame.segment), -1, np.intp)
    came = np.zeros(len(frame.segment), np.intp)
    for number, hit in enumerate(steps):
        places = np.flatnonzero(hit)
        visit = frame.visit_of_event[places]
        later = (came[visit] == number) & (places > last[visit])
        reached, first = np.unique(visit[later], return_index=True)
        came[reached] = number + 1
        last[reached] = places[later][first]
    return came


def funnel(view: View, came: Places, steps: int) -> Sequence[Figures]:
    """The figures of the visits that came to each step or beyond; NOTHING where that cannot be
    shown. What one step loses to the next is as many visitors as the threshold asks, or nobody.
    Raises TooManyStepsError."""
    marks = view.marks
    if marks.amount * (steps + 1) > MOST_MARKS:
        raise TooManyStepsError("these filters and steps tell too much apart")
    own = came[view.frame.visit_of_event] if marks.of_events else came
    codes = (marks.codes + own.astype(np.uint8) * np.uint8(marks.amount)).astype(np.uint8)
    every = np.arange(marks.amount * (steps + 1))
    found = []
    for step in range(1, steps + 1):
        wanted = marks.wanted[every % marks.amount] & (every // marks.amount >= step)
        sizes = (*marks.sizes, steps + 1)
        stepped = Marks(marks.of_events, codes, len(every), wanted, sizes)
        found.append(View(view.frame, stepped, view.threshold, view.first).totals())
    return found
