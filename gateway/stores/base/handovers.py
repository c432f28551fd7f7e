"""Choices on their way from one site to a sibling of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.rules.consent import Standing


@dataclass(frozen=True, slots=True)
class Handover:
    """A choice that may be taken over once, by who brings the code with this digest."""

    digest: str  # SHA-256 of the code
    site: str
    target: str
    seq: int | None  # the record of the site's log that stands; None for a refusal
    valid_until: int  # seconds since 1970 UTC: when the choice itself ends
    expires: int  # seconds since 1970 UTC: when the code does


@dataclass(frozen=True, slots=True)
class Handed:
    """What a code stood for: a consent as it stands at this very moment, or a refusal."""

    site: str
    standing: Standing | None  # None: a refusal
    valid_until: int


class HandoverStore(Protocol):
    """Codes that hand a choice over. Each works once, whichever worker is asked."""

    async def keep(self, handover: Handover, now: int, most: int) -> bool:
        """Keep it until it is redeemed or expires; False when the site has `most` of its kind,
        consents or refusals, under way."""
        ...

    async def redeem(self, digest: str, target: str, now: int) -> Handed | None:
        """What the code stands for, for good taken out of the store. None when it is unknown,
        was used, is for another site or has expired; or when the consent has changed since it
        was given out: a withdrawal holds here too (P4)."""
        ...

    async def purge(self, now: int) -> int:
        """Delete those that have expired; how many."""
        ...
