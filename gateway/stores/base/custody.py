"""Deleting: what is past its time, and one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Past:
    """Where the past of a site ends that may still be kept, for each class of data."""

    site: str
    events_before: int  # minutes since 1970 UTC; events and visits before it go
    statistics_before: int  # ordinal of a local date; what was chosen before it is counted no more
    consents_before: int  # seconds since 1970 UTC; consents that ended before it become nobody's
    figures_before: int  # minutes since 1970 UTC; visits that were over before it leave the figures


@dataclass(frozen=True, slots=True)
class Deleted:
    """What one purge removed of one class."""

    what: str
    count: int


class RetentionStore(Protocol):
    """Deletes what is past its time and remembers that it did (P10)."""

    async def purge(self, past: Past, now: int) -> Sequence[Deleted]:
        """Delete in bounded steps; only classes that lost something are answered and logged."""
        ...


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken away of one person: rows, and consent records that are nobody's now."""

    records: int
    events: int
    visits: int


class ErasureStore(Protocol):
    """Forgets one person (GDPR Art. 17)."""

    async def erase(
        self,
        site: str,
        consent_id: str,
        visitor: int,
        tell: Mapping[str, frozenset[str]],
        now: int,
    ) -> Erased | None:
        """Delete events and visits, take the visitor out of every figure, blank the personal part
        of the consent's records, and leave a message for each webhook of `tell` with a purpose
        that was ever allowed, all in one transaction. None: no such consent."""
        ...
