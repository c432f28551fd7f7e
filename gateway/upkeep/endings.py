"""What time makes of consents: they run out (R17), and a notice that asks more than they were
given for ends them for that much (R18)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from gateway.recorder import Recorder
from gateway.rules import consent
from gateway.rules.consent import Standing
from gateway.rules.notice import publish
from gateway.rules.records import Choice, Notice
from gateway.rules.renewal import outdated
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, NoticeStore

STEP = 500
"""Consents of one transaction, so that visitors' choices are written in between."""

_EARLIER = 100


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


async def renewals(current: Notice, notices: NoticeStore) -> Mapping[str, frozenset[str]]:
    """The earlier notices of a site by id, the latest hundred, each with the purposes that a
    consent under it covers no more.

    What any notice in between asked more counts as well: it ended consents, and the log does not
    take that back when the notice is taken back.
    """
    listed = [one.id for one in await notices.listed(current.site) if one.id != current.id]
    contents: list[tuple[str, dict[str, Any]]] = []
    for name in listed[-_EARLIER:]:
        notice = await notices.get(current.site, name)
        if notice is not None:
            contents.append((name, json.loads(notice.content)))
    last = json.loads(current.content)
    later = [last]
    found: dict[str, frozenset[str]] = {}
    for name, content in reversed(contents):
        more = frozenset[str]().union(*(outdated(content, one) for one in later))
        found[name] = more & _asked(last)
        later.append(content)
    return dict(reversed(found.items()))


def _asked(content: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(one["id"] for one in content["purposes"] if one["basis"] == "consent")


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
