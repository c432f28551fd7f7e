"""`GET /{site}/log`: the signed heads of the consent log and the keys they hold by. Keep one, and
a log that was cut off or written anew cannot pass for the old one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import upkeep
from gateway.rules.moment import iso
from gateway.rules.seal import PURPOSE, Head, Seal
from gateway.rules.site import Site
from gateway.stores.base import HeadStore
from gateway.web.problem import unknown_site

_SHOWN = 100
"""Heads of one answer, newest first."""
_PACE_SECONDS = 1
"""A head is made on demand, but not more often: each costs a sync of the disk."""


@dataclass(frozen=True, slots=True)
class Log:
    """The heads of every site's log, for everybody."""

    sites: Mapping[str, Site]
    heads: HeadStore
    seal: Seal

    def routes(self) -> list[Route]:
        """`/{site}/log`."""
        return [Route("/{site}/log", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """The newest head, made now if the log has grown; the ones before it; the keys."""
        site = request.path_params["site"]
        if site not in self.sites:
            raise unknown_site()
        now = int(time.time())
        heads = await self.heads.newest(site, _SHOWN)
        if not heads or now - heads[0].time > _PACE_SECONDS:
            made = await upkeep.seal(site, self.heads, self.seal, now)
            heads = [made, *heads][:_SHOWN] if made else heads
        said = {
            "site": site,
            "purpose": PURPOSE,
            "head": _said(heads[0]) if heads else None,
            "heads": [_said(head) for head in heads],
            "keys": [
                {
                    "key": name,
                    "algorithm": "Ed25519",
                    "public_key": public.hex(),
                    "since": _when(await self.heads.since(site, name)),
                    "signs": name == self.seal.name,
                }
                for name, public in self.seal.public.items()
            ],
        }
        headers = {"access-control-allow-origin": "*", "cache-control": "no-cache"}
        return Response(msgspec.json.encode(said), 200, headers, "application/json")


def _when(seconds: int | None) -> str | None:
    return None if seconds is None else iso(seconds)


def _said(head: Head) -> Mapping[str, object]:
    return {
        "records": head.records,
        "digest": head.digest,
        "time": head.time,
        "signed": iso(head.time),
        "key": head.key,
        "signature": head.signature,
    }
