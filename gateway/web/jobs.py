"""The table of what time starts in a gateway, and what of it only one process does at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway import keys, sharing, upkeep
from gateway.aggregate import EVERY_SECONDS, Aggregation
from gateway.leader import Leader
from gateway.lookup import Lookup
from gateway.mail import EVERY_SECONDS as MAIL_SECONDS
from gateway.mail import Mailer
from gateway.metrics import Metrics
from gateway.recorder import Recorder
from gateway.rules.seal import Seal
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.base import (
    ConsentStore,
    FigureStore,
    HandoverStore,
    HeadStore,
    RetentionStore,
    ShareStore,
)
from gateway.timer import Job, Timer
from gateway.webhooks import EVERY_SECONDS as TELL_SECONDS
from gateway.webhooks import Deliverer

_GEO_SECONDS = 5.0
_KEYS_SECONDS = 5.0
_COUNTS_SECONDS = 1.0
_SEAL_SECONDS = 60.0
_ENDINGS_SECONDS = 60.0
_CODES_SECONDS = 60.0
_PURGE_SECONDS = 3600.0


@dataclass(slots=True)
class Jobs:
    """What the jobs work with, and `start` and `stop` of them all.

    `renewed` is filled before they start; `keys_read` says as of when the keys are known.
    """

    data: Path
    keys_read: int
    sites: Mapping[str, Site]
    renewed: Mapping[str, Mapping[str, frozenset[str]]]
    tokens: TokenSigner
    seal: Seal
    recorder: Recorder
    lookup: Lookup
    metrics: Metrics
    deliverer: Deliverer
    mailer: Mailer | None
    consents: ConsentStore
    figures: FigureStore
    heads: HeadStore
    handovers: HandoverStore
    retention: RetentionStore
    shares: ShareStore
    _receipted: set[str] = field(default_factory=set)
    _aggregation: Aggregation = field(init=False)
    _leader: Leader = field(init=False)
    _timer: Timer = field(init=False)

    def __post_init__(self) -> None:
        """Make the table."""
        self._aggregation = Aggregation(self.figures)
        self._leader = Leader(self.data)
        self._timer = Timer(
            (
                Job("aggregate", EVERY_SECONDS, self._aggregate, alone=True),
                Job("look for new geo databases", _GEO_SECONDS, self._refresh_geo),
                Job("look for new keys", _KEYS_SECONDS, self._read_keys),
                Job("tell other workers what was counted", _COUNTS_SECONDS, self.metrics.tell),
                Job("sign the consent logs", _SEAL_SECONDS, self._seal, alone=True),
                Job("tell recipients", TELL_SECONDS, self._tell, alone=True),
                Job("mail summaries", MAIL_SECONDS, self._mail, alone=True),
                Job(
                    "forget codes of choices handed over", _CODES_SECONDS, self._forget, alone=True
                ),
                Job("end consents whose time is over", _ENDINGS_SECONDS, self._end, alone=True),
                Job("delete what is past its time", _PURGE_SECONDS, self._purge, alone=True),
            ),
            self._leader.lead,
        )

    def start(self) -> None:
        """Begin; the first run of each comes at once, or as soon as this process leads."""
        self._timer.start()

    async def stop(self) -> None:
        """Let running jobs end, start no more, and only then let another process lead."""
        await self._timer.stop()
        await self.deliverer.close()
        if self.mailer is not None:
            await self.mailer.close()
        self._leader.release()

    async def _aggregate(self) -> None:
        self.metrics.aggregated(await self._aggregation.take_turn())

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
                site, self.renewed[name], self.consents, self.recorder, now, stopping
            )

    async def _tell(self) -> None:
        await self.deliverer.run_once()

    async def _mail(self) -> None:
        if self.mailer is not None:
            await self.mailer.run_once()

    async def _forget(self) -> None:
        await self.handovers.purge(int(time.time()))

    async def _purge(self) -> None:
        for site in self.sites.values():
            await upkeep.purge(site, self.retention, int(time.time()))
        await sharing.purge(self.shares, int(time.time()))

    async def _read_keys(self) -> None:
        changed = keys.changed(self.data)
        if changed != self.keys_read:
            secret = keys.load(self.data)
            self.tokens.accept(secret.tokens)
            self.seal.know(secret.seal.public)
            self.keys_read = changed

    async def _refresh_geo(self) -> None:
        await asyncio.to_thread(self.lookup.refresh)
