"""A new notice looks back for consents that it covers no more as far as one can last (R18)."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import httpx
from msgspec import structs

from gateway.config import Config
from gateway.rules.notice import publish
from gateway.rules.site import Recipient, Site
from gateway.web.app import Gateway
from tests.handing import visitor
from tests.visiting import ORIGIN, choose, rows


def with_recipient(site: Site) -> Site:
    """Data for marketing goes to one more."""
    purposes = tuple(
        structs.replace(one, recipients=(*one.recipients, Recipient("Adverteerder", "US")))
        if one.id == "marketing"
        else one
        for one in site.purposes
    )
    return structs.replace(site, purposes=purposes)


async def test_a_consent_from_two_hundred_notices_ago_is_still_asked_again(config: Config) -> None:
    """Nobody's consent to marketing may go on for another recipient because texts were polished
    often."""
    first = Gateway(config)
    async with first.running(), visitor(first, ORIGIN) as client:
        given = (await choose(client)).json()
        said, now = json.loads(first.notices["demo"].content), int(time.time())
        for number in range(200):
            polished = publish({**said, "names": {"nl": f"Demo {number}"}}, now)
            await first.published.publish(polished, now)
    sites = (with_recipient(config.sites[0]), *config.sites[1:])
    later = Gateway(replace(config, sites=sites))
    async with later.running(), visitor(later, ORIGIN) as client:
        settings = (await client.get("/demo/banner.json")).json()
        assert settings["renew"][given["notice"][:16]] == ["marketing"]
        assert len(settings["renew"]) == 201
        await later.jobs._end()
        assert (await rows(later, "SELECT state, choices FROM consents ORDER BY seq"))[-1] == (
            "invalidated", '{"analytics":true,"marketing":false}',
        )  # fmt: skip


async def test_what_asks_nothing_more_weighs_nothing(
    gateway: Gateway, client: httpx.AsyncClient, config: Config
) -> None:
    """The page gets only what there is to ask, however many notices there were."""
    said, now = json.loads(gateway.notices["demo"].content), int(time.time())
    for number in range(20):
        polished = publish({**said, "names": {"nl": f"Demo {number}"}}, now)
        await gateway.published.publish(polished, now)
    again = Gateway(config)
    async with again.running(), visitor(again, ORIGIN) as client:
        assert "renew" not in (await client.get("/demo/banner.json")).json()
        assert len(again._renewed["demo"]) == 21
