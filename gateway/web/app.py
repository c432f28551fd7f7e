"""The composition root: every part is made here once and given what it needs, nothing more."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from gateway import keys, upkeep
from gateway.access import Access
from gateway.buffer import Buffer
from gateway.config import Config
from gateway.figures import Reader
from gateway.holders import Holders
from gateway.landings import Landings
from gateway.lookup import Lookup
from gateway.mail import Mailer, Postbox
from gateway.mail.summary import Sources
from gateway.metrics import Metrics
from gateway.pipeline import Policy
from gateway.recorder import Recorder
from gateway.rules.handover import addresses
from gateway.rules.publishing import publish_all
from gateway.rules.records import ConsentRecord, Drop, Dropped, Event
from gateway.rules.site import Site
from gateway.rules.tallies import class_of
from gateway.rules.token import TokenSigner
from gateway.rules.truncate import cut_host
from gateway.sources import known_sources
from gateway.stores.base import Append, Shown
from gateway.stores.sqlite.accounts import SqliteAccounts
from gateway.stores.sqlite.apikeys import SqliteApiKeys
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries
from gateway.stores.sqlite.events import SqliteEvents
from gateway.stores.sqlite.figures import SqliteFigures
from gateway.stores.sqlite.handovers import SqliteHandovers
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.stores.sqlite.releases import SqliteReleases
from gateway.stores.sqlite.reports import SqliteReports
from gateway.stores.sqlite.retention import SqliteRetention
from gateway.stores.sqlite.shares import SqliteShares
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web import demo, sharing, signals
from gateway.web.accesslog import AccessLog
from gateway.web.collect import Collector
from gateway.web.embed import Embed
from gateway.web.faults import Faults
from gateway.web.intake import Gate, Intake
from gateway.web.jobs import Jobs
from gateway.web.limits import Limits
from gateway.web.officer import Officer
from gateway.web.operations import Operations
from gateway.web.pages import ASSETS, Pages, environment
from gateway.web.preview import Preview
from gateway.web.query import Programs
from gateway.web.register import Register
from gateway.web.release import release, script_digest
from gateway.web.signin import SignIn
from gateway.web.stats import Statistics
from gateway.web.visitors import Visitors
from gateway.web.wire import Networks
from gateway.webhooks import Deliverer
from gateway.workershare import share_of

_log = logging.getLogger("gateway")


class Gateway:
    """The parts of one process. `asgi` is the application a server runs."""

    def __init__(self, config: Config, *, show_demo: bool = False) -> None:
        keys_read = keys.changed(config.data)
        secret = keys.load(config.data)
        self.sites = {site.id: site for site in config.sites}
        self.notices = publish_all(config.sites, config.texts, script_digest(), int(time.time()))
        self.database = Database(config.database)
        self.consents = SqliteConsents(self.database)
        self.published = SqliteNotices(self.database)
        self.events = SqliteEvents(self.database)
        self.figures = SqliteFigures(self.database)
        self.retention = SqliteRetention(self.database)
        self.heads = SqliteHeads(self.database)
        self.releases = SqliteReleases(self.database)
        self.handovers = SqliteHandovers(self.database)
        self.shares = SqliteShares(self.database)
        self.seal = secret.seal
        self.lookup = Lookup(config.geo)
        self.accounts = SqliteAccounts(self.database)
        self.metrics = Metrics(share_of(config.data, os.environ))
        self.limits = Limits(config.events, config.choices, config.workers)
        deliverer = Deliverer(
            SqliteDeliveries(self.database),
            {site.id: {hook.name: hook.url for hook in site.webhooks} for site in config.sites},
            self.seal,
            lambda: int(time.time()),
            self.metrics,
        )
        mailer = (
            None
            if config.mail is None
            else Mailer(
                SqliteReports(self.database),
                self.sites,
                Sources(Reader(self.figures), self.consents),
                Postbox(config.mail, lambda: self.lookup.credits),
                lambda: int(time.time()),
            )
        )
        self._event_buffer = Buffer[Event | Dropped, Drop | None](
            self._insert, committed=self.metrics.batch
        )
        self._choice_buffer = Buffer[Append, ConsentRecord | None](self.consents.append)
        self._shown_buffer = Buffer[Shown, None](self.consents.count_shown)
        self.metrics.watch_queue(lambda: len(self._event_buffer))
        self.tokens = TokenSigner(secret.tokens)
        self._holders = Holders(self.tokens, secret.visitor)
        self._landings = Landings(known_sources())
        self.recorder = Recorder(secret.visitor)
        self._embeds: dict[str, Embed] = {}
        self._renewed: dict[str, Mapping[str, frozenset[str]]] = {}
        self.jobs = Jobs(
            data=config.data,
            keys_read=keys_read,
            sites=self.sites,
            renewed=self._renewed,
            tokens=self.tokens,
            seal=self.seal,
            recorder=self.recorder,
            lookup=self.lookup,
            metrics=self.metrics,
            deliverer=deliverer,
            mailer=mailer,
            consents=self.consents,
            figures=self.figures,
            heads=self.heads,
            handovers=self.handovers,
            retention=self.retention,
            shares=self.shares,
        )
        self._trusted = Networks(config.trusted_proxies)
        self.intake = Intake(
            {site.id: Gate(self.policy(site), frozenset(site.origins)) for site in config.sites},
            self.lookup,
            self._event_buffer,
            self.limits,
            self.metrics,
            self._trusted,
        )
        self.asgi = self._assemble(config, show_demo)

    def policy(self, site: Site) -> Policy:
        """What the gate must know of a site."""
        return Policy(
            site=site.id,
            own_hosts=frozenset(cut_host(origin) for origin in site.origins),
            properties=frozenset(site.properties),
            holders=self._holders,
            landings=self._landings,
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
            self.jobs.start()
            yield
        finally:
            await self.jobs.stop()
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

    def _class(self, user_agent: str) -> str:
        return class_of(self.lookup.device(user_agent).kind)

    async def _insert(self, items: Sequence[Event | Dropped]) -> Sequence[Drop | None]:
        return await self.events.insert(items, int(time.time()))

    def _assemble(self, config: Config, show_demo: bool) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            async with self.running():
                yield

        router = Starlette(
            routes=self._routes(config, show_demo),
            lifespan=lifespan,
            exception_handlers=Faults(self.sites, self._trusted).handlers(),
        )
        return AccessLog(Collector(router, self.intake), trusted=self._trusted)

    def _routes(self, config: Config, show_demo: bool) -> list[BaseRoute]:
        templates = environment()
        pages = Pages(templates)
        signin = SignIn(Access(SqliteStaff(self.database)), pages, self._trusted)
        rate = config.queries.shared(config.workers)
        statistics = Statistics(
            self.sites,
            Reader(self.figures),
            self.consents,
            lambda: self.lookup.credits,
            signin,
            pages,
        )
        routes: list[BaseRoute] = [
            Mount("/assets", StaticFiles(directory=ASSETS)),
            *Operations(
                self.metrics,
                self.published,
                self.accounts,
                config.sites[0].id,
                config.metrics,
                lambda: not (self._event_buffer.refusing or self._choice_buffer.refusing),
                self._trusted,
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
                self._trusted,
            ).routes(),
            *Officer(self.sites, self.accounts, signin, pages).routes(),
            *Programs(
                self.sites, SqliteApiKeys(self.database), Reader(self.figures), self._trusted, rate
            ).routes(),
            *statistics.routes(),
            *sharing.routes(statistics, self.shares),
        ]
        if show_demo:
            shown = [demo.DemoSite(s.id, s.origins, s.names) for s in config.sites]
            routes += demo.routes(shown, templates)
        else:
            routes.append(signin.front())
        return [*routes, *self._visitors().routes(templates)]

    def _visitors(self) -> Visitors:
        return Visitors(
            sites=self.sites,
            notices=self.notices,
            embeds=self._embeds,
            renewed=self._renewed,
            tokens=self.tokens,
            seal=self.seal,
            recorder=self.recorder,
            register=Register(self.recorder, self._choice_buffer, self.metrics, self._class),
            shown=self._shown_buffer,
            classes=self._class,
            consents=self.consents,
            published=self.published,
            releases=self.releases,
            heads=self.heads,
            handovers=self.handovers,
            limits=self.limits,
            trusted=self._trusted,
        )
