"""A dashboard in the words of a test: people visit, staff look."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from msgspec.structs import replace

from gateway.access import Access
from gateway.aggregate import catch_up
from gateway.rules import consent
from gateway.rules.moment import local_day
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append, Shown
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web.app import Gateway
from tests.made import an_event
from tests.visiting import HEADERS, ORIGIN, PEER, choose, view

DAY = 86_400


async def signed_in(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    """A client of somebody of marketing."""
    access = Access(SqliteStaff(gateway.database))
    now = int(time.time())
    user = await access.add_user("anna", None, "marketing", now)
    await client.get(f"/login/link?key={await access.link(user, now)}")
    return client


async def visit(
    gateway: Gateway,
    n: int,
    path: str = "/vacatures",
    *,
    more: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> None:
    """So many visitors accept, look at a page, and do what more there is, through the gate."""
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    for _ in range(n):
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            await choose(visitor, headers=headers)
            await view(visitor, path, headers=headers, **extra)
            for body in more:
                said = {"url": ORIGIN + path, **body}
                await visitor.post("/demo/event", json=said, headers=headers or HEADERS)
    await catch_up(gateway.figures)


async def visited(gateway: Gateway, days_ago: int, n: int, **columns: Any) -> None:
    """So many visitors looked at a page some days ago."""
    site, notice = gateway.sites["demo"], gateway.notices["demo"]
    when = int(time.time()) - days_ago * DAY
    answer = consent.Answer(notice.id, {"analytics": True}, "save", "nl", "first", "button")
    for number in range(n):
        name = f"{days_ago}-{number}-{columns}"
        choice = consent.choose(
            answer, notice, None, new_id=name, jurisdiction="NL", months=6, now=when
        )
        visitor = visitor_of(b"key", "demo", name)
        day = local_day(when, site.zone).toordinal()
        [record] = await gateway.consents.append([Append(choice, visitor, day, "salt")])
        assert record is not None
        event = replace(
            an_event(), visitor=visitor, minute=when // 60, consent_seq=record.seq, **columns
        )
        await gateway.events.insert([event], when)
    await catch_up(gateway.figures)


async def answered(gateway: Gateway, days_ago: int, language: str = "nl", **times: int) -> None:
    """The banner was shown and answered so often some days ago."""
    site, notice = gateway.sites["demo"], gateway.notices["demo"]
    today = local_day(int(time.time()), site.zone)
    day = (today - timedelta(days=days_ago)).toordinal()
    shown = Shown("demo", day, notice.id, language, "phone")
    await gateway.consents.count_shown([shown] * times.pop("shown", 0))
    choices = {
        "accepted": {"analytics": True, "marketing": True},
        "partly": {"analytics": True, "marketing": False},
        "refused": {"analytics": False, "marketing": False},
    }
    for outcome, amount in times.items():
        answer = consent.Answer(notice.id, choices[outcome], "save", language, "first", "button")
        for number in range(amount):
            name = f"{outcome}-{days_ago}-{language}-{number}"
            choice = consent.choose(
                answer, notice, None, new_id=name, jurisdiction="NL", months=6, now=1
            )
            visitor = None if outcome == "refused" else visitor_of(b"key", "demo", name)
            await gateway.consents.append([Append(choice, visitor, day, "salt", device="phone")])


def figure(page: str, name: str) -> str:
    """A figure of the whole period; empty where it is hidden."""
    return str(re.findall(rf'data-figure="{name}" data-value="([^"]*)"', page)[0])


def panel(page: str, name: str) -> dict[str, int]:
    """The visitors of each row of a panel, "" for the rest."""
    part = re.split("</table>|</section>", page.partition(f'data-panel="{name}"')[2])[0]
    rows = re.findall(r'data-label="([^"]*)" data-visitors="(\d+)"', part)
    return {label: int(count) for label, count in rows}
