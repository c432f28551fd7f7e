"""Deleting what is past its time, and logging that it was (P10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from gateway.rules.figures.calendar import midnight
from gateway.rules.moment import local_day, minutes_before
from gateway.rules.site import Site
from gateway.stores.base import Deleted, Past, RetentionStore


async def purge(site: Site, store: RetentionStore, now: int) -> Sequence[Deleted]:
    """Delete a site's events, visits and figures that are older than it says they are kept, and
    blank the personal part of consents that ended long enough ago: the log stays whole (P5)."""
    last_day = local_day(now, site.zone) - timedelta(days=site.retention.statistics_days)
    past = Past(
        site=site.id,
        events_before=minutes_before(now, site.retention.events_days),
        statistics_before=last_day.toordinal(),
        consents_before=minutes_before(now, site.retention.consents_days) * 60,
        figures_before=midnight(_whole_month(last_day), site.zone),
    )
    return await store.purge(past, now)


def _whole_month(day: date) -> date:
    """The first of a month from which on all days are kept. Whole months go at once, up to thirty
    days early: what may be shown is settled by month, and half of one would show another group."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=31)).replace(day=1)
