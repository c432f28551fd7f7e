"""What a page loads: the core in its three forms, the chunks, and the texts in one language. None
of them sets a cookie (P8)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.stores.base import ReleaseStore
from gateway.web.accept import encoding_for
from gateway.web.earlier import Earlier
from gateway.web.embed import Embed, Packed
from gateway.web.problem import Problem, unknown_site
from gateway.web.release import MANIFEST, release

_SOON = "public, max-age=300"
"""Seconds a page may show the previous notice; far below `rules.notice.GRACE_SECONDS`."""
_FOREVER = "public, max-age=31536000, immutable"
"""For an address that names what it gives."""
_SCRIPT = "text/javascript; charset=utf-8"
_JSON = "application/json"
_KEPT = 200
"""Files of earlier releases that are held compressed: some years of them."""


@dataclass(frozen=True, slots=True)
class Banner:
    """The routes of the embed."""

    embeds: Mapping[str, Embed]
    earlier: Earlier
    releases: ReleaseStore
    _packed: dict[tuple[str, str], Packed]

    def routes(self) -> list[Route]:
        """`banner.js`, `banner.mjs`, `banner.json`, `banner/{release}/{file}`, `texts/...`."""
        return [
            Route("/{site}/banner.js", self.script, methods=["GET"]),
            Route("/{site}/banner.mjs", self.module, methods=["GET"]),
            Route("/{site}/banner.json", self.settings, methods=["GET"]),
            Route("/{site}/banner/{release}/{file}", self.pinned, methods=["GET"]),
            Route("/{site}/texts/{language}/{part}.json", self.texts, methods=["GET"]),
        ]

    async def script(self, request: Request) -> Response:
        """The core, for the one line in a page."""
        return _answer(request, self._embed(request).script, _SCRIPT, _SOON)

    async def module(self, request: Request) -> Response:
        """The same for `import`."""
        return _answer(request, self._embed(request).module, _SCRIPT, _SOON)

    async def settings(self, request: Request) -> Response:
        """For a page that pinned the core's code: the settings, which change without it."""
        return _answer(request, self._embed(request).settings, _JSON, _SOON)

    async def pinned(self, request: Request) -> Response:
        """A file of a release, also of an earlier one: who pinned it, or has it in a cache, gets
        the very same bytes."""
        self._embed(request)
        key = (request.path_params["release"], request.path_params["file"])
        if key not in self._packed:
            current = release()
            text = (
                current.served().get(key[1])
                if key[0] == current.name
                else await self.releases.file(*key)
            )
            if text is None:
                raise Problem(404, "There is no such file. The newest ones are in banner.js.")
            if len(self._packed) >= _KEPT:
                self._packed.clear()
            self._packed[key] = Packed.of(text)
        kind = _JSON if key[1] == MANIFEST else _SCRIPT
        return _answer(request, self._packed[key], kind, _FOREVER)

    async def texts(self, request: Request) -> Response:
        """A part of a notice in one language: of the one the page began with, while that still
        takes choices; else of the current one."""
        texts = self._embed(request).texts
        asked = (request.path_params["language"], request.path_params["part"])
        version = request.query_params.get("v", "")
        if version != texts.version:
            site, now = texts.notice.site, int(time.time())
            if packed := await self.earlier.part(site, version, *asked, now):
                return _answer(request, packed, _JSON, _FOREVER)
        packed = texts.part(*asked)
        if packed is None:
            raise Problem(404, "This site has no such texts. See its languages in banner.json.")
        caching = _FOREVER if version == texts.version else "no-cache"
        return _answer(request, packed, _JSON, caching)

    def _embed(self, request: Request) -> Embed:
        embed = self.embeds.get(request.path_params["site"])
        if embed is None:
            raise unknown_site()
        return embed


def _answer(request: Request, packed: Packed, kind: str, caching: str) -> Response:
    """The body, or 304 when the browser has it."""
    headers = {
        "etag": packed.etag,
        "cache-control": caching,
        "vary": "accept-encoding",
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    if packed.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = packed.plain
    smaller = {"br": packed.brotlied, "gzip": packed.gzipped}
    if encoding := encoding_for(request, tuple(smaller)):
        headers["content-encoding"], body = encoding, smaller[encoding]
    return Response(body, 200, headers, kind)
