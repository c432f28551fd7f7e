"""Two sites that hand choices over to each other, and a visitor on the way between them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
from msgspec import structs

from gateway.config import Config
from gateway.rules.site import Site
from gateway.web.app import Gateway
from tests.visiting import HEADERS, PEER

THERE = {**HEADERS, "origin": "http://localhost:8000"}


def siblings(config: Config) -> Config:
    """The two shipped sites as siblings of one controller, with the same purposes."""
    demo, veldkamp = config.sites
    alike: Any = {"controllers": demo.controllers, "purposes": demo.purposes}
    names = ("demo", "veldkamp")
    sites = (
        structs.replace(demo, siblings=names),
        structs.replace(veldkamp, siblings=names, **alike),
    )
    return replace(config, sites=sites)


def with_sibling(config: Config, **there: Any) -> tuple[Site, Site]:
    """The first site, and the second with changes."""
    demo, veldkamp = config.sites
    return demo, structs.replace(veldkamp, **there)


def visitor(gateway: Gateway, origin: str) -> httpx.AsyncClient:
    """Somebody on a site, with cookies of their own."""
    transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
    return httpx.AsyncClient(transport=transport, base_url=origin)


async def ask(client: httpx.AsyncClient, to: str = "veldkamp", **said: Any) -> httpx.Response:
    """Press on a link to a sibling."""
    return await client.post("/demo/handover", json={"to": to, **said}, headers=HEADERS)


async def a_code(client: httpx.AsyncClient, to: str = "veldkamp", **said: Any) -> str:
    """The code for what the cookie says, or for what is said."""
    if not said:
        said = {"token": client.cookies["gw_consent"]}
    return str((await ask(client, to, **said)).json()["code"])


async def redeem(
    client: httpx.AsyncClient, code: str, origin: str = THERE["origin"], **said: Any
) -> httpx.Response:
    """Arrive at the other site by that link."""
    body = {"code": code, "language": "nl", **said}
    headers = {**THERE, "origin": origin}
    return await client.post("/veldkamp/handover/redeem", json=body, headers=headers)
