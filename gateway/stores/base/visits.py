"""Events, and the figures made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from gateway.rules.records import Drop, Event
from gateway.rules.visits import Cell


class EventStore(Protocol):
    """Events, each naming the consent record that allowed it."""

    async def insert(self, events: Sequence[Event], now: int) -> Sequence[int | Drop]:
        """Write events whose consent holds in this very transaction; the seq it holds by, or
        Drop.WITHDRAWN (P1)."""
        ...


class CellStore(Protocol):
    """Figures by day, made from events."""

    async def advance(self, limit: int) -> int:
        """Add the next events to visits and cells in one transaction; how many there were."""
        ...

    async def days(self, site: str, first: date, last: date) -> Mapping[date, Cell]:
        """The whole site by day."""
        ...

    async def groups(self, site: str, dimension: str, first: date, last: date) -> dict[str, Cell]:
        """One dimension over a period, by value."""
        ...
