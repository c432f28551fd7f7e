"""Walking a consent log: whether it adds up, with its notices and signed heads (P5, P6).

`Walk` is fed one record after another and does not know where they come from: a database is
walked here, an exported file in `upkeep.offline`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import LedgerError
from gateway.recorder import Recorder
from gateway.rules.ledger import START, fault
from gateway.rules.receipt import digest_of
from gateway.rules.records import ConsentRecord, Notice
from gateway.rules.seal import Head, holds
from gateway.stores.base import ConsentStore, NoticeStore

SLACK_SECONDS = 24 * 3600
"""How much older than its notice a record may be: a clock that was some hours ahead when the
gateway started must not break, for ever, a log nobody touched."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that adds up: how long it is and the digest of its last record."""

    site: str
    records: int
    notices: int
    heads: int
    head: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The heads that were signed of a log, and the public keys, by name, that count."""

    heads: Sequence[Head]
    public: Mapping[str, bytes]


class Walk:
    """One way through a log, from its start: `expect` its heads, `learn` its notices before the
    records that name them, `step` on every record, then `end`."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.records = 0
        self._previous = START
        self._public: Mapping[str, bytes] = {}
        self._heads: Sequence[Head] = ()
        self._met = 0  # heads whose record we have passed
        self._notices: dict[str, Notice | None] = {}
        self._named: frozenset[str] = frozenset()

    def expect(self, signed: Signed) -> None:
        """The heads that the records must agree with, in any order."""
        self._public = signed.public
        self._heads = sorted(signed.heads, key=lambda head: head.records)

    def learn(self, name: str, notice: Notice | None) -> None:
        """What is kept under the name of a notice."""
        self._notices[name] = notice

    def knows(self, name: str) -> bool:
        """Whether we were told what is kept under that name."""
        return name in self._notices

    def step(self, record: ConsentRecord) -> None:
        """The next record. Raises LedgerError when it does not add up."""
        seq = self.records + 1
        if problem := fault(record, self._previous, seq):
            raise LedgerError(self.site, seq, problem)
        if problem := self._notice_fault(record):
            raise LedgerError(self.site, seq, problem)
        self.records, self._previous = seq, record.digest
        while self._met < len(self._heads) and self._heads[self._met].records <= seq:
            if problem := self._head_fault(self._heads[self._met]):
                raise LedgerError(self.site, seq, problem)
            self._met += 1

    def end(self) -> Verified:
        """There are no more records. Raises LedgerError when a head was signed of more."""
        if self._met < len(self._heads):
            counted = self._heads[-1].records
            raise LedgerError(
                self.site,
                self.records + 1,
                f"it is missing: a signed head counts {counted} records, the log ends before this",
            )
        return Verified(self.site, self.records, len(self._named), len(self._heads), self._previous)

    def _notice_fault(self, record: ConsentRecord) -> str | None:
        name = record.choice.notice
        notice = self._notices.get(name)
        if notice is None:
            return "the notice it names is missing"
        if name not in self._named:
            if changed(notice):
                return "the notice it names was changed"
            self._named |= {name}
        if record.choice.time < notice.first_published - SLACK_SECONDS:
            return "it is older than the notice it names"
        return None

    def _head_fault(self, head: Head) -> str | None:
        if head.key not in self._public:
            return f"its head is signed by a key that is not known, {head.key[:16]!r}"
        if not holds(head, self._public):
            return "the signature of its head does not hold"
        if head.site != self.site:
            return "its head is of the log of another site"
        if head.records != self.records or head.digest != self._previous:
            return "a signed head says it was another record"
        return None


def changed(notice: Notice) -> bool:
    """Whether a notice says something else than what it is named after."""
    return hashlib.sha256(notice.content.encode()).hexdigest() != notice.id


async def verify_receipts(site: str, consents: ConsentStore, recorder: Recorder) -> int:
    """Whether every consent is found by the code its visitor holds; how many there are. Raises
    LedgerError at the first that is not."""
    count = 0
    async for seq, consent_id, digest in consents.receipts(site):
        if digest != digest_of(recorder.code(site, consent_id)):
            raise LedgerError(site, seq, "the code on its receipt does not lead to it")
        count += 1
    return count


async def verify(
    site: str,
    consents: ConsentStore,
    notices: NoticeStore,
    signed: Signed | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Walk a site's whole log, and with `signed` its heads too. Raises LedgerError at the first
    record that does not add up."""
    walk = Walk(site)
    if signed is not None:
        walk.expect(signed)
    async for record in consents.walk(site):
        name = record.choice.notice
        if not walk.knows(name):
            walk.learn(name, await notices.get(site, name))
        walk.step(record)
        progress(walk.records)
    verified = walk.end()
    if (astray := await consents.astray(site)) is not None:
        raise LedgerError(site, astray, "the current state kept of it is not what the log says")
    return verified
