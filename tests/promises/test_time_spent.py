"""Time spent on pages and P1, P5: it needs the same consent as a page view, and goes with it."""

from __future__ import annotations

import time

import httpx

from gateway import upkeep
from gateway.aggregate import catch_up
from gateway.stores.sqlite.erasure import SqliteErasure
from gateway.web.app import Gateway
from tests.figures.seen import all_seen, near_now, seen
from tests.visiting import HEADERS, ORIGIN, choose, count, view


async def _spend(client: httpx.AsyncClient, seconds: int, **extra: object) -> httpx.Response:
    body = {"kind": "engagement", "url": ORIGIN + "/", "seconds": seconds, "scroll": 50, **extra}
    return await client.post("/demo/event", json=body, headers=HEADERS)


async def test_without_consent_no_time_is_kept(client: httpx.AsyncClient, gateway: Gateway) -> None:
    assert (await _spend(client, 60)).json() == {"kept": 0, "dropped": {"no_consent": 1}}
    await choose(client, "reject")
    assert (await _spend(client, 60)).json()["kept"] == 0
    token = (await choose(client)).json()["token"]
    await client.post("/demo/withdraw", headers=HEADERS)
    late = await _spend(client, 60, token=token)
    assert late.json() == {"kept": 0, "dropped": {"withdrawn": 1}}
    assert await count(gateway, "events") == 0


async def test_who_is_erased_leaves_figures_as_if_they_had_never_stayed(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """What was read for an hour first, and by whom, decides which visit a later page belongs to:
    erasing has to see the same visits as counting did."""
    for _ in range(3):
        client.cookies.clear()
        said = (await choose(client)).json()
        await _spend(client, 60, url=f"{ORIGIN}/?utm_source=brief")
        await view(client, "/vacatures")
        await _spend(client, 60)
    # Time told before anything was done, and long before it: it belongs to no visit.
    async with gateway.database.writing() as db:
        await db.execute("UPDATE events SET minute = minute - 20 WHERE id % 3 = 1")
        await db.execute("UPDATE events SET minute = minute + 20 WHERE id % 3 = 0")
    await catch_up(gateway.figures)
    site = gateway.sites["demo"]
    store = SqliteErasure(gateway.database)
    gone = await upkeep.erase(site, said["consent_id"], store, gateway.recorder, int(time.time()))
    assert gone is not None
    assert (gone.events, gone.visits) == (3, 1)
    left = await all_seen(gateway.figures, *near_now())
    await gateway.figures.rebuild()
    await catch_up(gateway.figures)
    assert left == await all_seen(gateway.figures, *near_now())
    assert (await seen(gateway.figures, *near_now()))[""].views == 2
