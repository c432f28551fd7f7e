"""What time makes of consents: they run out (R17), and a notice that asks more than they were
given for ends them for that much (R18)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.recorder import Recorder
from gateway.rules import consent
from gateway.rules.consent import Standing, after_months
from gateway.rules.notice import GRACE_SECONDS, publish
from gateway.rules.records import Choice, Notice
from gateway.rules.renewal import Terms, renewed, terms
from gateway.rules.site import LONGEST_MONTHS, Site
from gateway.stores.base import ConsentStore, NoticeStore, Publication

STEP = 500
"""Consents of one transaction, so that visitors' choices are written in between."""

_MOST = 1_000
"""Earlier notices that are looked at: three a day for as long as a consent can last."""


async def expire(
    site: Site,
    consents: ConsentStore,
    recorder: Recorder,
    now: int,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Append `expired` for every consent whose time is over; how many. A large site takes a
    minute: it is left for the next run when the gateway is `stopping`."""

    async def find() -> Sequence[Standing]:
        return await consents.over(site.id, now, STEP)

    def end(standing: Standing) -> Choice:
        return consent.expire(standing, jurisdiction=site.jurisdiction, now=now)

    return await _end(site, consents, recorder, find, end, stopping)


async def invalidate(
    site: Site,
    renewed: Mapping[str, frozenset[str]],
    consents: ConsentStore,
    recorder: Recorder,
    now: int,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Append `invalidated` for every consent under an earlier notice, for the purposes that are
    `renewed` since it and for no other; how many."""
    total = 0
    for notice, purposes in renewed.items():
        if purposes:
            total += await _invalidate(site, notice, purposes, consents, recorder, now, stopping)
    return total


async def renewals(current: Notice, notices: NoticeStore, now: int) -> Mapping[str, frozenset[str]]:
    """The earlier notices of a site under which a consent can still stand, by id, each with the
    purposes that a consent under it covers no more.

    What any notice in between asked more counts as well: it ended consents, and the log does not
    take that back when the notice is taken back.
    """
    listed = [one for one in await notices.listed(current.site) if one.id != current.id]
    earlier: dict[str, Mapping[str, Terms]] = {}
    for one in [one for one in listed if _may_be_named(one, now)][-_MOST:]:
        notice = await notices.get(current.site, one.id)
        if notice is not None:
            earlier[one.id] = terms(json.loads(notice.content))
    found = renewed(tuple(earlier.values()), terms(json.loads(current.content)))
    return dict(zip(earlier, found, strict=True))


def _may_be_named(notice: Publication, now: int) -> bool:
    """Whether a consent that stands may name it: given on the last day it took choices, for as
    long as a consent can last."""
    if notice.until is None:
        return True
    return after_months(notice.until + GRACE_SECONDS, LONGEST_MONTHS) > now


async def edition(wanted: Notice, notices: NoticeStore, now: int) -> Notice:
    """The notice to publish: as it is, or as a new edition when it was published before and
    another took its place. Consents under the first time may have ended since, so its id must not
    stand for both."""
    said, number = json.loads(wanted.content), 1
    notice = wanted
    while any(one.id == notice.id and not one.current for one in await notices.listed(notice.site)):
        number += 1
        notice = publish({**said, "edition": number}, now)
    return notice


async def _invalidate(
    site: Site,
    notice: str,
    purposes: frozenset[str],
    consents: ConsentStore,
    recorder: Recorder,
    now: int,
    stopping: Callable[[], bool],
) -> int:
    async def find() -> Sequence[Standing]:
        return await consents.under(site.id, notice, purposes, STEP)

    def end(standing: Standing) -> Choice:
        return consent.invalidate(standing, purposes, jurisdiction=site.jurisdiction, now=now)

    return await _end(site, consents, recorder, find, end, stopping)


async def _end(
    site: Site,
    consents: ConsentStore,
    recorder: Recorder,
    find: Callable[[], Awaitable[Sequence[Standing]]],
    end: Callable[[Standing], Choice],
    stopping: Callable[[], bool],
) -> int:
    total = 0
    while not stopping() and (found := await find()):
        items = [recorder.entry(site, end(standing), after=standing.seq) for standing in found]
        made = sum(record is not None for record in await consents.append(items))
        total += made
        if not made:  # none of them is as it was read: another worker does the same
            break
    return total
