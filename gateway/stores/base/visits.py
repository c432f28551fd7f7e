"""Events, and the figures made from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from gateway.rules.figures.segment import Column, Segment
from gateway.rules.records import Drop, Dropped, Event

FEWEST = 5_000
"""A step of aggregation with fewer events than this, and than it may have, had all that waited."""


class EventStore(Protocol):
    """Events, each naming the consent record that allowed it."""

    async def insert(self, items: Sequence[Event | Dropped], now: int) -> Sequence[Drop | None]:
        """Write the events whose consent holds in this very transaction, each with the seq it holds
        by (P1), and count in the account book what became of every item. None for what was kept, or
        why it was not: Drop.WITHDRAWN where no consent holds any more."""
        ...


class FigureStore(Protocol):
    """Visits with their events, by column, made from events: what figures are counted from."""

    async def advance(self, limit: int) -> int:
        """Lead the next events, at most `limit`, to their visits in one transaction; how many there
        were. Fewer while more of them wait where that would hold up others, but FEWEST."""
        ...

    async def settle(self) -> int:
        """Put together what many turns added, where it is time to; how much was written."""
        ...

    async def visits(
        self, site: str, first: int, last: int, visits: Collection[str], events: Collection[str]
    ) -> Segment:
        """The named columns of all visits of a site that may have an event from one minute (since
        1970 UTC) to another, each visit once; others near to them may be among them. Not those of
        visitors who are restricted."""
        ...

    async def words(self, group: str) -> Mapping[str, Column]:
        """For each word of a group (see `dimension.GROUPS`) its number, by the group's number."""
        ...

    async def texts(self, numbers: Collection[int]) -> Mapping[int, str]:
        """The texts of words."""
        ...

    async def restrict(self, site: str, visitor: int, *, lift: bool = False) -> None:
        """Keep a visitor out of every figure until it is lifted (GDPR Art. 18)."""
        ...
