"""What operators and their monitors ask: is it alive, is it ready, what does it count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.errors import BusyError
from gateway.metrics import Metrics
from gateway.stores.base import AccountStore, NoticeStore
from gateway.web.problem import Problem
from gateway.web.wire import Networks, head


@dataclass(frozen=True, slots=True)
class Operations:
    """`/healthz`, `/readyz` and, where it is switched on, `/metrics`."""

    metrics: Metrics
    notices: NoticeStore
    accounts: AccountStore
    any_site: str
    show_metrics: bool
    writable: Callable[[], bool]
    trusted: Networks

    def routes(self) -> list[Route]:
        """The operators' routes."""
        routes = [
            Route("/healthz", self.health, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
        ]
        if self.show_metrics:
            routes.append(Route("/metrics", self.show, methods=["GET"]))
        return routes

    async def health(self, _: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """The database answers, the banner's notice is published, and the last write worked."""
        try:
            ready = bool(await self.notices.listed(self.any_site)) and self.writable()
        except BusyError:
            ready = False
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def show(self, request: Request) -> Response:
        """Counters in Prometheus' text format, for trusted networks only: a count that goes up by
        one tells of one visitor."""
        if not head(request.scope, self.trusted).trusted:
            raise Problem(403, "The metrics are for monitors in `trusted_proxies` only.")
        try:
            book = await self.accounts.totals()
        except BusyError:  # the rest is what tells why
            book = {}
        text = await asyncio.to_thread(self.metrics.text, book)
        return Response(text, 200, media_type=CONTENT_TYPE_LATEST)
