"""The preference page as tests use it: its form, its boxes, and gateways for other sites."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from gateway.config import Config
from gateway.rules.site import Site
from gateway.web.app import Gateway
from tests.visiting import ORIGIN, PEER, current_notice

PATH = "/demo/preferences"
DUTCH = {"accept-language": "nl-NL,nl;q=0.9"}
OWN = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}


async def post(client: httpx.AsyncClient, action: str, *boxes: str, **more: str) -> httpx.Response:
    """Press a button of the form, with these boxes ticked."""
    form = {"notice": await current_notice(client), "language": "nl", "action": action}
    ticked = {f"purpose-{box}": "on" for box in boxes}
    return await client.post(PATH, data={**form, **ticked, **more}, headers=OWN)


def ticks(page: httpx.Response) -> dict[str, bool]:
    boxes = re.findall(r'<input type="checkbox"[^>]*data-gw-purpose="(\w+)"([^>]*)>', page.text)
    return {purpose: "checked" in rest for purpose, rest in boxes}


@asynccontextmanager
async def serving(
    config: Config, site: Site, host: str = "privacy.example.nl", scheme: str = "http"
) -> AsyncIterator[tuple[Gateway, httpx.AsyncClient]]:
    """A gateway on another host, for a site that is not quite the shipped one."""
    made = Gateway(replace(config, sites=(site,)))
    transport = httpx.ASGITransport(made.asgi, client=(PEER, 4711))
    async with (
        made.running(),
        httpx.AsyncClient(transport=transport, base_url=f"{scheme}://{host}") as client,
    ):
        yield made, client
