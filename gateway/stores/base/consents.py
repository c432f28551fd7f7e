"""The consent log, what stands, and its signed heads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from gateway.rules.consent import Standing
from gateway.rules.records import Choice, ConsentRecord
from gateway.rules.seal import Head
from gateway.rules.tallies import Tally


@dataclass(frozen=True, slots=True)
class Append:
    """A choice on its way into the log, with what its row needs besides."""

    choice: Choice
    visitor: int | None  # keyed value of the consent id; None for a refusal
    day: int  # ordinal of the site's local date, for the counts
    salt: str
    receipt: str | None = None  # digest of the code on its receipt
    device: str = ""
    """The class of device it was made on, for the counts alone: the record has no place for it."""
    tell: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Webhooks by name, with the purposes whose end they want to hear of (R22)."""
    known: bool = False
    """The consent was there when the choice was made: erased since, it must not return."""
    after: int | None = None
    """The record this one must follow for its consent, or it is not written."""
    otherwise: Append | None = None
    """What is recorded instead when this consent was withdrawn meanwhile: an id that was withdrawn
    never comes back, or an old token of it would work again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A banner was shown: on which site, local day (ordinal), notice, language and class of
    device."""

    site: str
    day: int
    notice: str
    language: str
    device: str = ""


class ConsentStore(Protocol):
    """The append-only log of choices and the current state of each consent."""

    async def append(self, items: Sequence[Append]) -> Sequence[ConsentRecord | None]:
        """Link the choices to the log in their order, in one transaction.

        A consent that was withdrawn or erased meanwhile stays so: its choice gives way to
        `otherwise`. Where there is none, a withdrawn one is answered with the record of its end
        that stands, an erased one with None: nothing was written. So is a choice that should
        follow another record than the last.
        """
        ...

    async def standing(self, site: str, consent_id: str) -> Standing | None:
        """The last word about a consent, or None when there never was one (or it was erased)."""
        ...

    async def by_receipt(self, site: str, digest: str) -> Standing | None:
        """The last word about the consent whose receipt has the code of that digest."""
        ...

    async def history(self, site: str, consent_id: str) -> Sequence[ConsentRecord]:
        """Every record of one consent, oldest first; at most the newest hundred."""
        ...

    async def over(self, site: str, now: int, limit: int) -> Sequence[Standing]:
        """Consents that stand although their time is over."""
        ...

    async def under(
        self, site: str, notice: str, purposes: frozenset[str], limit: int
    ) -> Sequence[Standing]:
        """Consents that stand under a notice and allow at least one of the purposes."""
        ...

    async def astray(self, site: str) -> int | None:
        """The seq of a current state that says other than the log, or None: every event is let in
        by the current state, so it must be the log's last word (P1)."""
        ...

    def walk(self, site: str) -> AsyncIterator[ConsentRecord]:
        """Every record of a site's log, oldest first."""
        ...

    def receipts(self, site: str) -> AsyncIterator[tuple[int, str, str | None]]:
        """Every consent of which something stands: its last record, its id, and the digest of its
        receipt's code."""
        ...

    async def without_receipt(self, site: str, limit: int) -> Sequence[str]:
        """Consents from before there were receipts."""
        ...

    async def give_receipts(self, site: str, digests: Mapping[str, str]) -> None:
        """Let each consent be found by the digest of its code."""
        ...

    async def named(self, site: str) -> Mapping[str, int]:
        """How many choices of visitors name each notice."""
        ...

    async def count_shown(self, items: Sequence[Shown]) -> Sequence[None]:
        """Count showings of a banner. Nothing about the visitor is known."""
        ...

    async def tallies(self, site: str, first: date, last: date) -> Sequence[Tally]:
        """The counts of showings and choices as they are kept, of at most the latest `MOST_DAYS`
        days of a period. Below the threshold they are not to be shown: `rules/tallies`."""
        ...


class HeadStore(Protocol):
    """Signed heads of the consent log: added, never changed."""

    async def seal(self, site: str, sign: Callable[[int, str], Head]) -> Head | None:
        """Sign the log as it is now and keep the head; None when it has not grown since the last.
        `sign` is given the number of records and the digest of the last one."""
        ...

    async def newest(self, site: str, limit: int) -> Sequence[Head]:
        """The latest heads, newest first."""
        ...

    async def all(self, site: str) -> Sequence[Head]:
        """Every head, oldest first."""
        ...

    async def since(self, site: str, key: str) -> int | None:
        """When a key signed its first head of this site's log."""
        ...
