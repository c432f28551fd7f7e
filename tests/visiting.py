"""What a page does, in the words of a test: read the notice, choose, send a page view."""

from __future__ import annotations

from typing import Any

import httpx

ORIGIN = "http://127.0.0.1:8000"
PEER = "203.0.113.77"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"

HEADERS = {"origin": ORIGIN, "user-agent": FIREFOX, "accept-language": "nl-NL,nl;q=0.9"}


def browser(base: str, **more: Any) -> httpx.AsyncClient:
    """A client of a gateway on loopback. Plain HTTP has no certificates to check, and reading the
    system's takes 47 ms a client."""
    return httpx.AsyncClient(base_url=base, verify=False, **more)  # noqa: S501 - see above


async def current_notice(client: httpx.AsyncClient, site: str = "demo") -> str:
    """The id of the notice a site shows now."""
    listed = (await client.get(f"/{site}/notices")).json()["notices"]
    return str(next(notice["id"] for notice in listed if notice["current"]))


async def choose(
    client: httpx.AsyncClient,
    action: str = "accept",
    *,
    site: str = "demo",
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> httpx.Response:
    """Click a button of the banner. The answer's cookie stays in the client's jar."""
    choices = {
        "accept": {"analytics": True, "marketing": True},
        "reject": {"analytics": False, "marketing": False},
    }.get(action)
    body = {
        "notice": await current_notice(client, site),
        "choices": choices,
        "action": action,
        "language": "nl",
        "layer": "first",
        **extra,
    }
    return await client.post(f"/{site}/consent", json=body, headers=headers or HEADERS)


async def view(
    client: httpx.AsyncClient,
    path: str = "/vacatures",
    *,
    site: str = "demo",
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> httpx.Response:
    """Send a page view as the banner's tracker does."""
    body = {"kind": "pageview", "url": ORIGIN + path, "referrer": "", "screen": 1366, **extra}
    return await client.post(f"/{site}/event", json=body, headers=headers or HEADERS)


async def count(gateway: Any, table: str) -> int:
    """Rows in a table of the gateway's database."""
    async with gateway.database.reading() as db:
        rows = list(await db.execute_fetchall(f"SELECT count(*) FROM {table}"))
    return int(rows[0][0])


async def rows(gateway: Any, query: str) -> list[tuple[Any, ...]]:
    """What a query answers."""
    async with gateway.database.reading() as db:
        return [tuple(row) for row in await db.execute_fetchall(query)]
