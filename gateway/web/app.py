"""The composition root: every part is made here once and given what it needs, nothing more."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from gateway import keys, upkeep
from gateway.access import Access
from gateway.aggregate import EVERY_SECONDS, calendar, catch_up
from gateway.buffer import Buffer
from gateway.config import Config
from gateway.lookup import Lookup
from gateway.metrics import Metrics
from gateway.pipeline import Policy
from gateway.recorder import Recorder
from gateway.rules.handover import addresses
from gateway.rules.publishing import publish_all
from gateway.rules.records import ConsentRecord, Drop, Event
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.rules.truncate import cut_host
from gateway.stores.base import Append, Shown
from gateway.stores.sqlite.cells import SqliteCells
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries
from gateway.stores.sqlite.events import SqliteEvents
from gateway.stores.sqlite.handovers import SqliteHandovers
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.stores.sqlite.releases import SqliteReleases
from gateway.stores.sqlite.retention import SqliteRetention
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.timer import Job, Timer
from gateway.web import demo, signals
from gateway.web.accesslog import AccessLog
from gateway.web.collect import Collector, Gate
from gateway.web.embed import Embed
from gateway.web.faults import Faults
from gateway.web.operations import Operations
from gateway.web.pages import ASSETS, Pages, environment
from gateway.web.preview import Preview
from gateway.web.register import Register
from gateway.web.release import release, script_digest
from gateway.web.signin import SignIn
from gateway.web.stats import Statistics
from gateway.web.visitors import Visitors
from gateway.webhooks import EVERY_SECONDS as TELL_SECONDS
from gateway.webhooks import Deliverer

_log = logging.getLogger("gateway")

_GEO_SECONDS = 5.0
_KEYS_SECONDS = 5.0
_SEAL_SECONDS = 60.0
_ENDINGS_SECONDS = 60.0
_CODES_SECONDS = 60.0
_PURGE_SECONDS = 3600.0


class Gateway:
    """The parts of one process. `asgi` is the application a server runs."""

    def __init__(self, config: Config, *, show_demo: bool = False) -> None:
        self._data = config.data
        self._keys_changed = keys.changed(config.data)
        secret = keys.load(config.data)
        self.sites = {site.id: site for site in config.sites}
        self.notices = publish_all(config.sites, config.texts, script_digest(), int(time.time()))
        self.database = Database(config.database)
        self.consents = SqliteConsents(self.database)
        self.published = SqliteNotices(self.database)
        self.events = SqliteEvents(self.database)
        self.cells = SqliteCells(
            self.database, calendar({site.id: site.zone for site in config.sites})
        )
        self.retention = SqliteRetention(self.database)
        self.heads = SqliteHeads(self.database)
        self.releases = SqliteReleases(self.database)
        self.handovers = SqliteHandovers(self.database)
        self.seal = secret.seal
        self.lookup = Lookup(config.geo)
        self.metrics = Metrics()
        self._deliverer = Deliverer(
            SqliteDeliveries(self.database),
            {site.id: {hook.name: hook.url for hook in site.webhooks} for site in config.sites},
            self.seal,
            lambda: int(time.time()),
            self.metrics,
        )
        self._event_buffer = Buffer[Event, int | Drop](self._insert)
        self._choice_buffer = Buffer[Append, ConsentRecord | None](self.consents.append)
        self._shown_buffer = Buffer[Shown, None](self.consents.count_shown)
        self.metrics.watch_queue(lambda: len(self._event_buffer))
        self._timer = Timer(
            (
                Job("aggregate", EVERY_SECONDS, self._aggregate),
                Job("look for new geo databases", _GEO_SECONDS, self._refresh_geo),
                Job("look for new keys", _KEYS_SECONDS, self._read_keys),
                Job("sign the consent logs", _SEAL_SECONDS, self._seal),
                Job("tell recipients", TELL_SECONDS, self._tell),
                Job("forget codes of choices handed over", _CODES_SECONDS, self._forget_codes),
                Job("end consents whose time is over", _ENDINGS_SECONDS, self._end),
                Job("delete what is past its time", _PURGE_SECONDS, self._purge),
            )
        )
        self.tokens = TokenSigner(secret.tokens)
        self._visitor_key = secret.visitor
        self.recorder = Recorder(secret.visitor)
        self._embeds: dict[str, Embed] = {}
        self._receipted: set[str] = set()
        self._renewed: dict[str, Mapping[str, frozenset[str]]] = {}
        self.asgi = self._assemble(config, show_demo)

    def policy(self, site: Site) -> Policy:
        """What the gate must know of a site."""
        return Policy(
            site=site.id,
            own_hosts=frozenset(cut_host(origin) for origin in site.origins),
            properties=frozenset(site.properties),
            tokens=self.tokens,
            visitor_key=self._visitor_key,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Open the store, publish the notices, write what comes in; drain at the end (P3)."""
        await self.database.open()
        buffers = (self._event_buffer, self._choice_buffer, self._shown_buffer)
        try:
            await self._publish()
            for buffer in buffers:
                buffer.start()
            self._timer.start()
            yield
        finally:
            await self._timer.stop()
            await self._deliverer.close()
            for buffer in buffers:
                await buffer.drain()
            await self.database.close()
            self.lookup.close()

    async def _publish(self) -> None:
        code = release()
        await self.releases.keep(code.name, code.served(), int(time.time()))
        for name, wanted in tuple(self.notices.items()):
            now = int(time.time())
            notice = self.notices[name] = await upkeep.edition(wanted, self.published, now)
            self._renewed[name] = await upkeep.renewals(notice, self.published, now)
            site = self.sites[name]
            siblings = addresses(site, tuple(self.sites.values()))
            embed = Embed.of(site, notice, self._renewed[name], siblings)
            await self.published.publish(notice, now, embed.script.digest)
            self._embeds[name] = embed

        for left in set(await self.published.sites()) - set(self.sites):
            # Promises are kept by what a site's file says; without it nobody keeps them (P10).
            _log.warning(
                "the database holds data of %r, which has no file under sites/: nothing of it is "
                "ended or deleted by itself. Keep its file until its retention is over.",
                left,
            )

    async def _insert(self, events: Sequence[Event]) -> Sequence[int | Drop]:
        return await self.events.insert(events, int(time.time()))

    async def _aggregate(self) -> None:
        self.metrics.aggregated(await catch_up(self.cells))

    async def _seal(self) -> None:
        for site in self.sites:
            await upkeep.seal(site, self.heads, self.seal, int(time.time()))

    async def _end(self) -> None:
        for name, site in self.sites.items():
            now, stopping = int(time.time()), lambda: self._timer.stopping
            if name not in self._receipted:  # once: it looks at every consent
                await upkeep.give_receipts(name, self.consents, self.recorder)
                self._receipted.add(name)
            await upkeep.expire(site, self.consents, self.recorder, now, stopping)
            await upkeep.invalidate(
                site, self._renewed[name], self.consents, self.recorder, now, stopping
            )

    async def _tell(self) -> None:
        await self._deliverer.run_once()

    async def _forget_codes(self) -> None:
        await self.handovers.purge(int(time.time()))

    async def _purge(self) -> None:
        for site in self.sites.values():
            await upkeep.purge(site, self.retention, int(time.time()))

    async def _read_keys(self) -> None:
        changed = keys.changed(self._data)
        if changed != self._keys_changed:
            secret = keys.load(self._data)
            self.tokens.accept(secret.tokens)
            self.seal.know(secret.seal.public)
            self._keys_changed = changed

    async def _refresh_geo(self) -> None:
        await asyncio.to_thread(self.lookup.refresh)

    def _assemble(self, config: Config, show_demo: bool) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self.running():
                yield

        router = Starlette(
            routes=self._routes(config, show_demo),
            lifespan=lifespan,
            exception_handlers=Faults(self.sites, config.trusted_proxies).handlers(),
        )
        collector = Collector(
            router,
            gates={
                site.id: Gate(self.policy(site), frozenset(site.origins)) for site in config.sites
            },
            lookup=self.lookup,
            buffer=self._event_buffer,
            metrics=self.metrics,
            trusted=config.trusted_proxies,
        )
        return AccessLog(collector, trusted=config.trusted_proxies)

    def _routes(self, config: Config, show_demo: bool) -> list[BaseRoute]:
        templates = environment()
        pages = Pages(templates)
        signin = SignIn(Access(SqliteStaff(self.database)), pages, config.trusted_proxies)
        routes: list[BaseRoute] = [
            Mount("/assets", StaticFiles(directory=ASSETS)),
            *Operations(
                self.metrics,
                self.published,
                config.sites[0].id,
                config.metrics,
                lambda: not (self._event_buffer.refusing or self._choice_buffer.refusing),
                config.trusted_proxies,
            ).routes(),
            *signals.routes(),
            *signin.routes(),
            *Preview(
                self.sites,
                self.notices,
                self._embeds,
                config.texts,
                signin,
                pages,
                config.trusted_proxies,
            ).routes(),
            *Statistics(
                self.sites, self.cells, self.consents, lambda: self.lookup.credits, signin, pages
            ).routes(),
        ]
        if show_demo:
            shown = [demo.DemoSite(s.id, s.origins, s.names) for s in config.sites]
            routes += demo.routes(shown, templates)
        else:
            routes.append(Route("/", _to_dashboard, methods=["GET"]))
        return [*routes, *self._visitors(config).routes(templates)]

    def _visitors(self, config: Config) -> Visitors:
        return Visitors(
            sites=self.sites,
            notices=self.notices,
            embeds=self._embeds,
            renewed=self._renewed,
            tokens=self.tokens,
            seal=self.seal,
            recorder=self.recorder,
            register=Register(self.recorder, self._choice_buffer, self.metrics),
            shown=self._shown_buffer,
            consents=self.consents,
            published=self.published,
            releases=self.releases,
            heads=self.heads,
            handovers=self.handovers,
            trusted=config.trusted_proxies,
        )


async def _to_dashboard(_: Request) -> Response:
    return RedirectResponse("/dashboard", 303)
