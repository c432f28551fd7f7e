"""What banners said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.rules.records import Notice


@dataclass(frozen=True, slots=True)
class Publication:
    """A notice as listed: when it was first published, whether it is the one served now, and since
    when it is not."""

    id: str
    first_published: int
    current: bool
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """From when on a notice was served, and the SHA-256 of the script that showed it (R25)."""

    since: int
    script: str


class NoticeStore(Protocol):
    """What banners said: stored once under its digest, never changed (P6)."""

    async def publish(self, notice: Notice, now: int, script: str = "") -> bool:
        """Make it the current notice of its site, served as part of a script with this SHA-256;
        False when it already was."""
        ...

    async def served(self, site: str, notice: str) -> Sequence[Served]:
        """Every time it was made the current one, oldest first."""
        ...

    async def get(self, site: str, notice: str) -> Notice | None:
        """One version, whether current or not."""
        ...

    async def listed(self, site: str) -> Sequence[Publication]:
        """Every version of a site, oldest first."""
        ...

    async def sites(self) -> Sequence[str]:
        """Every site that ever published a notice, configured now or not."""
        ...

    async def served_until(self, site: str, notice: str) -> int | None:
        """When another notice took its place; None while it is current. KeyError: never served."""
        ...
