"""`GET /.well-known/gpc.json`: that Global Privacy Control is honoured, for browsers that ask."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

_SINCE = "2026-11-23"
"""The day from which on it is honoured as it is now."""


def routes() -> list[Route]:
    """The well-known address of the specification."""
    return [Route("/.well-known/gpc.json", _support, methods=["GET"])]


async def _support(_: Request) -> Response:
    headers = {"access-control-allow-origin": "*", "cache-control": "public, max-age=86400"}
    return JSONResponse({"gpc": True, "lastUpdate": _SINCE}, headers=headers)
