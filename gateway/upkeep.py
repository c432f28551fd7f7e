"""Acts of custody over what is kept: walking the consent log (P5, P6), deleting what is past its
time (P10)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.errors import LedgerError
from gateway.rules.ledger import START, fault
from gateway.rules.moment import local_day, minutes_before
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, Deleted, NoticeStore, Past, RetentionStore


@dataclass(frozen=True, slots=True)
class Verified:
    """A log that adds up: how long it is and the digest of its last record."""

    site: str
    records: int
    notices: int
    head: str


async def verify(
    site: str,
    consents: ConsentStore,
    notices: NoticeStore,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Walk a site's whole log. Raises LedgerError at the first record that does not add up."""
    previous, count = START, 0
    seen: set[str] = set()
    async for record in consents.walk(site):
        count += 1
        if problem := fault(record, previous, count):
            raise LedgerError(site, count, problem)
        if record.choice.notice not in seen:
            await _verify_notice(site, count, record.choice.notice, notices)
            seen.add(record.choice.notice)
        previous = record.digest
        progress(count)
    if (astray := await consents.astray(site)) is not None:
        raise LedgerError(site, astray, "the current state kept of it is not what the log says")
    return Verified(site=site, records=count, notices=len(seen), head=previous)


async def _verify_notice(site: str, seq: int, name: str, notices: NoticeStore) -> None:
    notice = await notices.get(site, name)
    if notice is None:
        raise LedgerError(site, seq, "the notice it names is missing")
    if hashlib.sha256(notice.content.encode()).hexdigest() != name:
        raise LedgerError(site, seq, "the notice it names was changed")


async def purge(site: Site, store: RetentionStore, now: int) -> Sequence[Deleted]:
    """Delete a site's events, visits and figures that are older than it says they are kept, and
    blank the personal part of consents that ended long enough ago: the log stays whole (P5)."""
    past = Past(
        site=site.id,
        events_before=minutes_before(now, site.retention.events_days),
        statistics_before=local_day(now, site.zone).toordinal() - site.retention.statistics_days,
        consents_before=minutes_before(now, site.retention.consents_days) * 60,
    )
    return await store.purge(past, now)
