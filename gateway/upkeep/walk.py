"""Walking the consent log: whether it adds up, with its notices and signed heads (P5, P6)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import LedgerError
from gateway.rules.ledger import START, fault
from gateway.rules.seal import Head, holds
from gateway.stores.base import ConsentStore, NoticeStore


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


async def verify(
    site: str,
    consents: ConsentStore,
    notices: NoticeStore,
    signed: Signed | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Walk a site's whole log, and with `signed` its heads too. Raises LedgerError at the first
    record that does not add up."""
    previous, count = START, 0
    seen: set[str] = set()
    heads = {head.records: head for head in signed.heads} if signed else {}
    async for record in consents.walk(site):
        count += 1
        if problem := fault(record, previous, count):
            raise LedgerError(site, count, problem)
        if record.choice.notice not in seen:
            await _verify_notice(site, count, record.choice.notice, notices)
            seen.add(record.choice.notice)
        previous = record.digest
        if signed and (head := heads.pop(count, None)):
            _verify_head(head, record.digest, signed.public)
        progress(count)
    if heads:
        raise LedgerError(site, max(heads), "a signed head counts it, but the log ends before it")
    if (astray := await consents.astray(site)) is not None:
        raise LedgerError(site, astray, "the current state kept of it is not what the log says")
    sealed = len(signed.heads) if signed else 0
    return Verified(site=site, records=count, notices=len(seen), heads=sealed, head=previous)


def _verify_head(head: Head, digest: str, public: Mapping[str, bytes]) -> None:
    if head.digest != digest:
        raise LedgerError(head.site, head.records, "a signed head says it was another record")
    if not holds(head, public):
        raise LedgerError(head.site, head.records, "the signature of its head does not hold")


async def _verify_notice(site: str, seq: int, name: str, notices: NoticeStore) -> None:
    notice = await notices.get(site, name)
    if notice is None:
        raise LedgerError(site, seq, "the notice it names is missing")
    if hashlib.sha256(notice.content.encode()).hexdigest() != name:
        raise LedgerError(site, seq, "the notice it names was changed")
