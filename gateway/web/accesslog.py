"""The access log: a line a request with the cut network, never an address or a query (P2).

Events that are taken have none: the book counts them, and a line with a network and a second for
every page somebody looks at would be kept outside of what the retention reaches (P10).
"""

from __future__ import annotations

import logging
import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.rules.truncate import cut_path
from gateway.web.wire import Networks, network_of

_LONGEST_PATH = 1_000
# With its network and its second a line would tie a refusal to where it came from (P7).
_CHOICES = (
    *("/consent", "/withdraw", "/shown", "/preferences"),
    *("/handover", "/handover/redeem"),
)
# What follows is the code of a receipt: who reads it in a log could see and end the consent.
_RECEIPTS = re.compile(r"(/receipts).+", re.IGNORECASE | re.DOTALL)
# The same code where somebody mistyped the address.
_CODE = re.compile(
    r"(?<![0-9a-z])(?:(?:[0-9a-z]{4}[^0-9a-z/]+){2}[0-9a-z]{4}|(?=[a-z]*[0-9])[0-9a-z]{12})"
    r"(?![0-9a-z])",
    re.IGNORECASE,
)
# What follows is the key of a link to figures: who reads it in a log could look at them.
_SHARED = re.compile(r"(/shared)/.+", re.IGNORECASE | re.DOTALL)
# The same key where somebody mistyped the address.
_KEY = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_FILES = "/assets/"
# A flood of requests is no flood of lines either.
_UNTOLD = (202, 429)

_log = logging.getLogger("gateway.access")


class AccessLog:
    """Wraps the whole application. The server's own access log is off: it writes addresses."""

    def __init__(self, app: ASGIApp, *, trusted: Networks) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            took = time.perf_counter() - started
            tell(self._network(scope), scope["method"], scope["path"], status, took)

    def _network(self, scope: Scope) -> str:
        path = scope["path"]
        if path.rstrip("/").endswith(_CHOICES) or (
            "/receipts" in path and (".." in path or not path.startswith(_FILES))
        ):
            return "-"
        return network_of(scope, self._trusted)


def tell(network: str, method: str, path: str, status: int, took: float = 0.0) -> None:
    """Write the line of a request that was answered, `took` seconds after it came."""
    if status in _UNTOLD and path.endswith("/event"):
        return
    _log.info("%s %s %s %d %.1fms", network or "-", method, _path(path), status, took * 1000)


def _path(path: str) -> str:
    # Before anything is masked in it: what is left of a key would be too much of one.
    cut = cut_path(_KEY.sub("*", _SHARED.sub(r"\1/*", path[:_LONGEST_PATH])))
    if cut.startswith(_FILES) and ".." not in cut:
        return cut
    return _CODE.sub("*", _RECEIPTS.sub(r"\1/*", cut))
