"""Keys of programs that ask for figures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is kept of a key. The key itself was shown once, to who made it."""

    id: int
    name: str
    sites: frozenset[str]  # it may ask about
    created: int  # seconds since 1970 UTC
    last_used: int | None  # day since 1970 UTC: no finer, or it would tell of somebody's hours
    revoked: int | None  # seconds since 1970 UTC; None while it holds


class ApiKeyStore(Protocol):
    """Keys by their digests. Names are free again once their key was taken back."""

    async def add(self, name: str, digest: str, sites: Collection[str], now: int) -> ApiKey:
        """A new key. Raises StoreError when a key that holds has the name."""
        ...

    async def holder(self, digest: str) -> ApiKey | None:
        """The key with this digest, unless it was taken back."""
        ...

    async def listed(self) -> Sequence[ApiKey]:
        """Every key there ever was, the oldest first."""
        ...

    async def used(self, key: int, day: int) -> None:
        """Remember the day on which a key was used last."""
        ...

    async def revoke(self, key: int, now: int) -> bool:
        """Take a key back, for good; False when there is none that holds."""
        ...
