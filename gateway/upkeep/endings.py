"""What time makes of consents: they run out (R17), and a notice that asks more than they were
given for ends them for that much (R18)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.recorder import Recorder
from gateway.rules import consent
from gateway.rules.consent import Standing
from gateway.rules.records import Choice, Notice
from gateway.rules.renewal import outdated
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, NoticeStore

STEP = 500
"""Consents of one transaction, so that visitors' choices are written in between."""

_EARLIER = 100


async def expire(site: Site, consents: ConsentStore, recorder: Recorder, now: int) -> int:
    """Append `expired` for every consent whose time is over; how many."""

    async def find() -> Sequence[Standing]:
        return await consents.over(site.id, now, STEP)

    def end(standing: Standing) -> Choice:
        return consent.expire(standing, jurisdiction=site.jurisdiction, now=now)

    return await _end(site, consents, recorder, find, end)


async def invalidate(
    site: Site,
    renewed: Mapping[str, frozenset[str]],
    consents: ConsentStore,
    recorder: Recorder,
    now: int,
) -> int:
    """Append `invalidated` for every consent under an earlier notice, for the purposes that are
    `renewed` since it and for no other; how many."""
    total = 0
    for notice, purposes in renewed.items():
        if purposes:
            total += await _invalidate(site, notice, purposes, consents, recorder, now)
    return total


async def renewals(current: Notice, notices: NoticeStore) -> Mapping[str, frozenset[str]]:
    """The earlier notices of a site by id, the latest hundred, each with the purposes that a
    consent under it covers no more."""
    said = json.loads(current.content)
    found: dict[str, frozenset[str]] = {}
    earlier = [one.id for one in await notices.listed(current.site) if one.id != current.id]
    for name in earlier[-_EARLIER:]:
        notice = await notices.get(current.site, name)
        if notice is not None:
            found[name] = outdated(json.loads(notice.content), said)
    return found


async def _invalidate(
    site: Site,
    notice: str,
    purposes: frozenset[str],
    consents: ConsentStore,
    recorder: Recorder,
    now: int,
) -> int:
    async def find() -> Sequence[Standing]:
        return await consents.under(site.id, notice, purposes, STEP)

    def end(standing: Standing) -> Choice:
        return consent.invalidate(standing, purposes, jurisdiction=site.jurisdiction, now=now)

    return await _end(site, consents, recorder, find, end)


async def _end(
    site: Site,
    consents: ConsentStore,
    recorder: Recorder,
    find: Callable[[], Awaitable[Sequence[Standing]]],
    end: Callable[[Standing], Choice],
) -> int:
    total = 0
    while found := await find():
        items = [recorder.entry(site, end(standing), after=standing.seq) for standing in found]
        made = sum(record is not None for record in await consents.append(items))
        total += made
        if not made:  # none of them is as it was read: another worker does the same
            break
    return total
