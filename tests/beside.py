"""Sites beside each other in the words of a test: people visit several, staff look at all."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from msgspec.structs import replace

from gateway import config as configuration
from gateway.aggregate import catch_up
from gateway.rules import consent
from gateway.rules.moment import local_day
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append
from gateway.web.app import Gateway
from tests.dashboards import DAY, signed_in
from tests.made import an_event
from tests.visiting import HEADERS, ORIGIN, PEER, choose, view

PAGE, FILE = "/dashboard", "/dashboard/csv"
_LOCAL = "http://localhost:8000"


async def walked(gateway: Gateway, n: int, *sites: str) -> None:
    """So many people visit each of the sites with one browser, through the gate."""
    origins = {"demo": ORIGIN, "veldkamp": _LOCAL}
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    for _ in range(n):
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            for site in sites:
                headers = {**HEADERS, "origin": origins[site]}
                await choose(visitor, site=site, headers=headers)
                url = f"{origins[site]}/vacatures"
                await view(visitor, site=site, headers=headers, url=url)
    await catch_up(gateway.figures)


async def visited(gateway: Gateway, site: str, days_ago: int, n: int, views: int = 1) -> None:
    """So many visitors looked at as many pages of a site some days ago."""
    notice, when = gateway.notices[site], int(time.time()) - days_ago * DAY
    answer = consent.Answer(notice.id, {"analytics": True}, "save", "nl", "first", "button")
    for number in range(n):
        name = f"{site}-{days_ago}-{number}"
        choice = consent.choose(
            answer, notice, None, new_id=name, jurisdiction="NL", months=6, now=when
        )
        visitor = visitor_of(b"key", site, name)
        day = local_day(when, gateway.sites[site].zone).toordinal()
        [record] = await gateway.consents.append([Append(choice, visitor, day, "salt")])
        assert record is not None
        event = replace(
            an_event(), site=site, visitor=visitor, minute=when // 60, consent_seq=record.seq
        )
        await gateway.events.insert([event] * views, when)
    await catch_up(gateway.figures)


@asynccontextmanager
async def house(
    folder: Path, *sites: str, **zones: str
) -> AsyncIterator[tuple[Gateway, httpx.AsyncClient]]:
    """A gateway with these sites and no others, and somebody of marketing who looks at it."""
    demo = (folder / "sites" / "demo.toml").read_text("utf-8")
    for file in (folder / "sites").glob("*.toml"):
        file.unlink()
    for number, site in enumerate(sites):
        said = demo.replace('id = "demo"', f'id = "{site}"').replace(":8000", f":{8000 + number}")
        said = said.replace("Noorderlicht Werk", site.title())
        said = said.replace("Europe/Amsterdam", zones.get(site, "Europe/Amsterdam"))
        (folder / "sites" / f"{site}.toml").write_text(said, "utf-8")
    gateway = Gateway(configuration.load(folder / "gateway.toml"))
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    async with (
        gateway.running(),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield gateway, await signed_in(client, gateway)


def row_of(page: str, mark: str) -> Mapping[str, str]:
    """The figures of a row; empty where they are hidden."""
    part = page.partition(f"<tr {mark}")[2].partition("</tr>")[0]
    return dict(re.findall(r'data-figure="(\w+)" data-value="([^"]*)"', part))


def changes(page: str, mark: str) -> list[str]:
    part = page.partition(f"<tr {mark}")[2].partition("</tr>")[0]
    return re.findall(r'class="change"[^>]*>([^<]*)<', part)


def order_of(page: str) -> list[str]:
    return re.findall(r'<tr data-site="([^"]+)"', page)


def file_rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
