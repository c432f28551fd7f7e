"""What the values of dimensions are called: read from the store for those that occur."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gateway.rules.figures.dimension import DIMENSIONS, PROPERTY, RETURNING, Named, named, renamed
from gateway.rules.figures.dimension import needed as needed_of
from gateway.rules.figures.filters import Filter, Sorted, named_by, sorted_by_name
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.goals import DIMENSION, GOAL, REACHED, hits, visits_with
from gateway.rules.figures.measure import common
from gateway.rules.figures.segment import Columns, Mask
from gateway.rules.figures.values import Values
from gateway.rules.goal import Goal
from gateway.rules.site import Site
from gateway.stores.base import FigureStore

_JOINT = {"region": "-", "browser_version": " "}


@dataclass(frozen=True, slots=True)
class Naming:
    """The values of some dimensions of a site. `book` has the words of each group."""

    store: FigureStore
    goals: Mapping[str, Goal]
    book: Columns

    async def values(self, frame: Frame, dimension: str) -> tuple[Values, Sequence[str]]:
        """The values of a dimension, and the text of each. Raises ValueError for the goal of
        another site."""
        if dimension.startswith(GOAL):
            goal = _goal(self.goals, dimension)
            hit = await self.hits(frame, goal)
            return await asyncio.to_thread(visits_with, frame, goal, hit), REACHED
        found = await asyncio.to_thread(named, frame, dimension, self.book)
        if dimension == "returning":
            return found.values, RETURNING
        texts = await self._texts(dimension, found)
        if dimension.startswith(PROPERTY):
            name = dimension.removeprefix(PROPERTY)
            return renamed(found, [_property(text, name) for text in texts], dimension)
        return found.values, texts

    async def hits(self, frame: Frame, goal: Goal) -> Mask:
        """The events that reach a goal."""
        values, texts = await self.values(frame, DIMENSION[goal.on])
        return await asyncio.to_thread(hits, frame, goal, values, texts)

    async def sorted_by(self, frame: Frame, filter_: Filter, threshold: int) -> Sorted:
        """What a filter makes of each visit or event. Raises ValueError."""
        values, texts = await self.values(frame, filter_.dimension)
        known = dict(enumerate(texts))
        if filter_.operation not in ("is", "is_not") and threshold > 1:
            # Else two patterns that differ by one rare value would show it.
            often = await asyncio.to_thread(common, frame, values, threshold)
            known = {code: text for code, text in known.items() if often[code]}
        return sorted_by_name(values, named_by(filter_, known))

    async def _texts(self, dimension: str, found: Named) -> Sequence[str]:
        words = await self.store.texts({word for each in found.words for word in each})
        joint = _JOINT.get(dimension, "")
        return [joint.join(filter(None, (words[word] for word in each))) for each in found.words]


async def naming(store: FigureStore, site: Site, dimensions: Collection[str]) -> Naming:
    """What is needed to name the values of these dimensions."""
    groups = {
        DIMENSIONS[one].column for one in dimensions if one in DIMENSIONS and DIMENSIONS[one].words
    }
    book: dict[str, Columns] = {group: await store.words(group) for group in groups}
    goals = {goal.id: goal for goal in site.goals}
    words = {name: column for columns in book.values() for name, column in columns.items()}
    return Naming(store, goals, words)


def needed(site: Site, dimension: str) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of visits and of events that a dimension is read from. Raises ValueError for the
    goal of another site."""
    if dimension.startswith(GOAL):
        goal = _goal({goal.id: goal for goal in site.goals}, dimension)
        return needed_of(DIMENSION[goal.on])
    return needed_of(dimension)


def _goal(goals: Mapping[str, Goal], dimension: str) -> Goal:
    goal = goals.get(dimension.removeprefix(GOAL))
    if goal is None:
        raise ValueError("names no goal of this site")
    return goal


def _property(text: str, name: str) -> str | None:
    if not text:
        return None
    value = json.loads(text).get(name)
    return None if value is None else str(value)
