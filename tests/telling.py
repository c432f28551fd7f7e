"""The sending side of webhooks as one worker has it, for tests of telling recipients."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.metrics import Metrics
from gateway.recorder import Recorder
from gateway.rules.records import Choice, ConsentState
from gateway.rules.seal import Seal
from gateway.rules.site import Site
from gateway.stores.base import Delivery
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries
from gateway.webhooks import Deliverer
from tests.rules.building import NOON, a_choice, a_site

SEAL = Seal([bytes(range(32))])
BOTH = {"analytics": True, "marketing": True}
NONE = {"analytics": False, "marketing": False}


@dataclass
class Desk:
    """What one process has to tell recipients with, under a clock that is set by hand."""

    database: Database
    hooks: dict[str, str]
    now: int = NOON
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.consents = SqliteConsents(self.database)
        self.deliveries = SqliteDeliveries(self.database)
        self.recorder = Recorder(bytes(32))
        self.deliverer = self.another()

    @property
    def site(self) -> Site:
        purposes = ["analytics", "marketing"]
        hooks = [{"name": n, "url": u, "purposes": purposes} for n, u in self.hooks.items()]
        return a_site(webhooks=hooks)

    def another(self) -> Deliverer:
        """The deliverer of another worker."""
        hooks = {"demo": self.hooks}
        return Deliverer(self.deliveries, hooks, SEAL, lambda: self.now, self.metrics)

    async def record(self, consent_id: str = "c1", **changes: object) -> None:
        choice: Choice = a_choice(consent_id, **{"choices": BOTH, "time": self.now, **changes})
        await self.consents.append([self.recorder.entry(self.site, choice)])

    async def withdraw(self, consent_id: str = "c1") -> None:
        """Give a consent to everything, and withdraw it."""
        await self.record(consent_id)
        await self.record(consent_id, choices=NONE, state=ConsentState.WITHDRAWN)

    async def log(self) -> list[Delivery]:
        return list(await self.deliveries.listed(None, 1000))[::-1]

    async def outcomes(self) -> list[tuple[str, str, int]]:
        return [(found.status, found.answer, found.attempts) for found in await self.log()]
