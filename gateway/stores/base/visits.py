"""Events, and the figures made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from gateway.rules.records import Drop, Dropped, Event
from gateway.rules.visits import Cell

FEWEST = 5_000
"""A step of aggregation with fewer events than this, and than it may have, had all that waited."""


class EventStore(Protocol):
    """Events, each naming the consent record that allowed it."""

    async def insert(self, items: Sequence[Event | Dropped], now: int) -> Sequence[Drop | None]:
        """Write the events whose consent holds in this very transaction, each with the seq it holds
        by (P1), and count in the account book what became of every item. None for what was kept, or
        why it was not: Drop.WITHDRAWN where no consent holds any more."""
        ...


class CellStore(Protocol):
    """Figures by day, made from events."""

    async def advance(self, limit: int) -> int:
        """Add the next events, at most `limit`, to visits and cells in one transaction; how many
        there were. Fewer while more of them wait where that would hold up others, but FEWEST."""
        ...

    async def days(self, site: str, first: date, last: date) -> Mapping[date, Cell]:
        """The whole site by day."""
        ...

    async def groups(self, site: str, dimension: str, first: date, last: date) -> dict[str, Cell]:
        """One dimension over a period, by value."""
        ...
