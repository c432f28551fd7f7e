"""Links that show the figures of one site to whoever has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Share:
    """What is kept of a link. The key in its address was shown once, to who made it."""

    id: int
    site: str
    name: str  # what it is for
    maker: str  # the name of who made it; "" on the command line
    password: str | None  # argon2id digest; None: the address is enough
    created: int  # seconds since 1970 UTC, as are the others
    expires: int  # the first second in which it opens nothing any more
    ended: int | None  # when it was ended before its time; None while it was not

    def is_open(self, now: int) -> bool:
        """Whether it opens anything now."""
        return self.ended is None and now < self.expires


class ShareStore(Protocol):
    """Links by the digests of their keys."""

    async def add(self, share: Share, digest: str, most: int) -> Share | None:
        """Keep a new link, which gets its id; None where its site has `most` open ones already."""
        ...

    async def opened_by(self, digest: str, now: int) -> Share | None:
        """The open link with this digest of its key."""
        ...

    async def open_of(self, site: str, now: int) -> Sequence[Share]:
        """The open links of a site, the newest first."""
        ...

    async def listed(self) -> Sequence[Share]:
        """Every link that is kept, the oldest first."""
        ...

    async def end(self, share: int, now: int) -> bool:
        """End a link, for good; False when there is none that is open."""
        ...

    async def purge(self, before: int) -> int:
        """Delete links that were over before a moment; how many."""
        ...
