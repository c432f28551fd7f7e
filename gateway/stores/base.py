"""The contracts every store keeps, whatever database is behind it.

All writes are committed and synced to disk when a method returns (P3). Every method may raise
BusyError when the database is locked or full for the moment: then nothing was written.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from gateway.rules.consent import Standing
from gateway.rules.records import Choice, ConsentRecord, Drop, Event, Notice
from gateway.rules.seal import Head
from gateway.rules.visits import Cell

Role = Literal["marketing", "officer", "admin"]


@dataclass(frozen=True, slots=True)
class Append:
    """A choice on its way into the log, with what its row needs besides."""

    choice: Choice
    visitor: int | None  # keyed value of the consent id; None for a refusal
    day: int  # ordinal of the site's local date, for the counts
    salt: str
    receipt: str | None = None  # digest of the code on its receipt
    tell: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Webhooks by name, with the purposes whose end they want to hear of (R22)."""
    after: int | None = None
    """For `end`: the record this one must follow for its consent, or it is not written."""
    otherwise: Append | None = None
    """What is recorded instead when this consent was withdrawn meanwhile: an id that was withdrawn
    never comes back, or an old token of it would work again."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A banner was shown: on which site, local day (ordinal), notice and language."""

    site: str
    day: int
    notice: str
    language: str


@dataclass(frozen=True, slots=True)
class Publication:
    """A notice as listed: when it was first published and whether it is the one served now."""

    id: str
    first_published: int
    current: bool


@dataclass(frozen=True, slots=True)
class Served:
    """From when on a notice was served, and the SHA-256 of the script that showed it (R25)."""

    since: int
    script: str


@dataclass(frozen=True, slots=True)
class Past:
    """Where the past of a site ends that may still be kept, for each class of data."""

    site: str
    events_before: int  # minutes since 1970 UTC; events and visits before it go
    statistics_before: int  # ordinal of a local date; daily figures before it go
    consents_before: int  # seconds since 1970 UTC; consents that ended before it become nobody's


@dataclass(frozen=True, slots=True)
class Deleted:
    """What one purge removed of one class."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff."""

    id: int
    name: str
    role: Role
    password: str | None  # argon2id digest; None: can only come in by a link


class ConsentStore(Protocol):
    """The append-only log of choices and the current state of each consent."""

    async def append(self, items: Sequence[Append]) -> Sequence[ConsentRecord]:
        """Link the choices to the log in their order, in one transaction.

        A consent that was withdrawn meanwhile stays so: its choice gives way to `otherwise`, or
        where there is none to the record of the withdrawal that stands.
        """
        ...

    async def end(self, items: Sequence[Append]) -> int:
        """Link records that time makes; how many. One whose consent has another last word than
        its `after` is left out: the visitor was quicker."""
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

    async def count_shown(self, items: Sequence[Shown]) -> Sequence[None]:
        """Count showings of a banner. Nothing about the visitor is known."""
        ...

    async def counts(self, site: str, first: date, last: date) -> Mapping[str, int]:
        """Outcomes (shown, accepted, partly, refused, withdrawn) and how often, in a period."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a recipient about a consent that ended, and how telling it went."""

    id: int
    site: str
    hook: str
    message: str
    consent_id: str | None  # None once it was told, or given up
    state: str
    purposes: tuple[str, ...]
    created: int
    attempts: int
    status: Literal["waiting", "delivered", "failed"]
    answer: str  # the last outcome in words
    next_try: int | None
    finished: int | None


class DeliveryStore(Protocol):
    """The outbox of webhooks. Rows come in with the choices they tell of, by `append`."""

    async def claim(self, now: int, lease: int, limit: int) -> Sequence[Delivery]:
        """Messages that are due, kept from other workers for `lease` seconds."""
        ...

    async def settle(
        self, delivery: int, answer: str, now: int, *, delivered: bool, next_try: int | None
    ) -> None:
        """Note how an attempt went. Without a next try it is finished, and its consent id goes
        once it was delivered."""
        ...

    async def listed(self, site: str | None, limit: int) -> Sequence[Delivery]:
        """The newest first."""
        ...

    async def retry(self, delivery: int, now: int) -> bool:
        """Make a failed one due again; False when there is no such."""
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

    async def served_until(self, site: str, notice: str) -> int | None:
        """When another notice took its place; None while it is current. KeyError: never served."""
        ...


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


class RetentionStore(Protocol):
    """Deletes what is past its time and remembers that it did (P10)."""

    async def purge(self, past: Past, now: int) -> Sequence[Deleted]:
        """Delete in bounded steps; only classes that lost something are answered and logged."""
        ...


class StaffStore(Protocol):
    """Users, and the passes (sessions, sign-in links) they hold."""

    async def add_user(self, name: str, password: str | None, role: Role, now: int) -> User:
        """A new user. Raises StoreError when the name is taken."""
        ...

    async def user(self, name: str) -> User | None:
        """The user of that name."""
        ...

    async def grant(self, user: User, kind: str, digest: str, expires: int, now: int) -> None:
        """Remember a pass by its digest until it expires (seconds since 1970 UTC)."""
        ...

    async def holder(self, kind: str, digest: str, now: int) -> User | None:
        """Who holds a pass that has not expired."""
        ...

    async def revoke(self, digest: str) -> bool:
        """End a pass; False when there was none."""
        ...
