"""The embed: `banner.js` with the notice it shows, the notices themselves, and the count of how
often the banner was shown."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import brotli
import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.buffer import Buffer
from gateway.errors import BusyError
from gateway.rules.moment import iso, local_day
from gateway.rules.records import Notice
from gateway.rules.site import Site
from gateway.stores.base import NoticeStore, Shown
from gateway.web.body import decode
from gateway.web.guard import check_site_write, cors, preflight
from gateway.web.problem import Problem, bad_body, busy, unknown_site
from gateway.web.wire import Networks, head

_BUILT = Path(__file__).parent / "assets" / "banner.js"
_MAX_AGE = 300
"""Seconds a page may show the previous notice; far below `rules.notice.GRACE_SECONDS`."""
_LARGEST_BODY = 1024
_RENEWED_DIGITS = 16
"""Of a notice's id, as the banner looks it up: the whole of a hundred would weigh 7 kB."""


class _ShownBody(Struct, frozen=True):
    notice: Annotated[str, Meta(max_length=64)]
    language: Annotated[str, Meta(max_length=20)]


def source() -> str:
    """The banner's built code, as it stands inside the served script."""
    return _BUILT.read_text("utf-8").strip()


def script_digest() -> str:
    """SHA-256 of the banner's code: part of every notice, so that code is proved too (R25)."""
    return hashlib.sha256(source().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Embed:
    """One site's banner.js, compressed once."""

    plain: bytes
    gzipped: bytes
    brotlied: bytes
    digest: str  # SHA-256 of the script
    etag: str

    @classmethod
    def of(
        cls, site: Site, notice: Notice, renewed: Mapping[str, frozenset[str]] | None = None
    ) -> Embed:
        """The code with the notice as its argument: what was hashed is what is shown (P6).
        `renewed` says what a consent under an earlier notice covers no more (R18)."""
        settings = {
            "site": site.id,
            "notice": notice.id,
            "content": json.loads(notice.content),
            "cookieDomain": site.cookie_domain or None,
            "renew": {
                name[:_RENEWED_DIGITS]: sorted(purposes)
                for name, purposes in (renewed or {}).items()
            },
        }
        argument = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
        plain = f"(function(__GATEWAY__){{{source()}\n}})({argument});\n".encode()
        digest = hashlib.sha256(plain).hexdigest()
        return cls(
            plain=plain,
            gzipped=gzip.compress(plain, 9, mtime=0),
            brotlied=brotli.compress(plain),
            digest=digest,
            etag=f'"{digest[:24]}"',
        )

    def answer(self, request: Request) -> Response:
        """The script, or 304 when the browser has it."""
        headers = {
            "etag": self.etag,
            "cache-control": f"public, max-age={_MAX_AGE}",
            "vary": "accept-encoding",
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "x-content-type-options": "nosniff",
        }
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.plain
        accepted = request.headers.get("accept-encoding", "")
        for encoding, packed in (("br", self.brotlied), ("gzip", self.gzipped)):
            if encoding in accepted:
                headers["content-encoding"], body = encoding, packed
                break
        return Response(body, 200, headers, "text/javascript; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Banner:
    """The routes of the embed and the notices."""

    sites: Mapping[str, Site]
    embeds: Mapping[str, Embed]
    current: Mapping[str, Notice]
    notices: NoticeStore
    buffer: Buffer[Shown, None]
    trusted: Networks

    def routes(self) -> list[Route]:
        """`banner.js`, `shown`, `notices` and `notices/{id}`."""
        return [
            Route("/{site}/banner.js", self.script, methods=["GET"]),
            Route("/{site}/shown", self.shown, methods=["POST", "OPTIONS"]),
            Route("/{site}/notices", self.list_notices, methods=["GET"]),
            Route("/{site}/notices/{notice}", self.show_notice, methods=["GET"]),
        ]

    async def script(self, request: Request) -> Response:
        """The whole embed. It sets no cookie (P8)."""
        return self.embeds[self._site(request).id].answer(request)

    async def shown(self, request: Request) -> Response:
        """Count one showing of the first layer. Nothing about who saw it is read or kept."""
        site = self._site(request)
        asked = head(request.scope, self.trusted)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=dict(preflight(asked, site.origins)))
        check_site_write(asked, site.origins)
        body = await decode(request, _ShownBody, _LARGEST_BODY)
        if body.language not in site.languages or not await self._published(site, body.notice):
            raise bad_body("the site never showed this notice in this language")
        day = local_day(int(time.time()), site.zone).toordinal()
        try:
            await self.buffer.put([Shown(site.id, day, body.notice, body.language)])
        except BusyError as problem:
            raise busy(problem.retry_after) from None
        return Response(status_code=204, headers=dict(cors(asked, site.origins)))

    async def list_notices(self, request: Request) -> Response:
        """Every published version with the time of its first publication, oldest first."""
        listed = await self.notices.listed(self._site(request).id)
        return _public(
            {
                "notices": [
                    {
                        "id": item.id,
                        "first_published": iso(item.first_published),
                        "current": item.current,
                    }
                    for item in listed
                ]
            }
        )

    async def show_notice(self, request: Request) -> Response:
        """One version: its id is the SHA-256 of `content` in canonical JSON."""
        site = self._site(request)
        notice = await self.notices.get(site.id, request.path_params["notice"])
        if notice is None:
            raise Problem(404, f"There is no such notice. All are listed at /{site.id}/notices.")
        return _public(
            {
                "id": notice.id,
                "first_published": iso(notice.first_published),
                "served": [
                    {"since": iso(one.since), "script": one.script}
                    for one in await self.notices.served(site.id, notice.id)
                ],
                "content": json.loads(notice.content),
            }
        )

    async def _published(self, site: Site, notice: str) -> bool:
        # A page that was open over a change shows the one before, and its choice counts too (R27).
        current = notice == self.current[site.id].id
        return current or await self.notices.get(site.id, notice) is not None

    def _site(self, request: Request) -> Site:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site


def _public(said: Mapping[str, object]) -> Response:
    headers = {"access-control-allow-origin": "*", "cache-control": "no-cache"}
    return Response(msgspec.json.encode(said), 200, headers, "application/json")
