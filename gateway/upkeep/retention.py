"""Deleting what is past its time, and logging that it was (P10)."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.rules.moment import local_day, minutes_before
from gateway.rules.site import Site
from gateway.stores.base import Deleted, Past, RetentionStore


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
