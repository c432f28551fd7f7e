"""The contract of the account book: received = kept + dropped, by reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class AccountStore(Protocol):
    """Reads the book. It is written by the store of events, in the commit that writes them."""

    async def totals(self, since_day: int = 0) -> Mapping[str, Mapping[str, int]]:
        """Site -> outcome -> events, of the days from `since_day` on (days since 1970-01-01 UTC).
        Outcomes that never occurred are missing."""
        ...

    async def rows(self) -> Mapping[str, int]:
        """Site -> rows of events that are there now: at most what was ever kept, and fewer once
        retention or erasure removed some."""
        ...
