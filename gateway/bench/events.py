"""How fast events come in, beside bare uvicorn: page views of a crowd, the worst that can come,
batches, and several workers.

The scenes are played in turn, round after round, so that what else the machine does hits them
alike; a ratio is taken within a round. Afterwards every database must hold as many events as were
acknowledged, or there are no figures.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gateway.bench.machine import described
from gateway.bench.peers import drivers
from gateway.bench.peers.driver import Peer
from gateway.bench.takes import Take
from gateway.bench.venue import Growth, Venue
from gateway.rules.records import Notice
from gateway.rules.site import Site


class Part(StrEnum):
    """What can be measured alone."""

    HOT = "hot"
    WORST = "worst"
    BATCHES = "batches"
    WORKERS = "workers"
    PEERS = "peers"


BATCHES = 8
"""Connections that send batches: servers and pages that close are few at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    seconds: float
    connections: int
    rounds: int
    visitors: int  # who read pages and come back
    strangers: int  # who are seen for the first time, or the first time since long
    growth: int  # events of strangers over which memory is watched
    parts: Collection[Part] = tuple(Part)

    @property
    def steps(self) -> Sequence[int]:
        """Numbers of connections."""
        return sorted({1, self.connections, self.connections * 4})

    @property
    def crowds(self) -> Sequence[int]:
        """Numbers of connections of strangers: nobody shares his with another visitor, so they
        have more of them than readers who come back."""
        return self.connections, self.connections * 4

    @property
    def warm_up(self) -> float:
        """Seconds of a scene that are not measured."""
        return min(1.0, self.seconds / 5)


@dataclass(frozen=True, slots=True)
class Scene:
    """One server under one load."""

    server: str  # bare, gateway, worst or a peer, on one core; one or two workers, on all of them
    load: str  # pages, strangers, batches or visits
    connections: int


@dataclass(slots=True)
class Result:
    """Everything that was measured: every take of every scene, round by round."""

    machine: str
    plan: Plan
    batch: int  # events in a batch
    workers: bool  # whether this gateway can run several
    geo: Sequence[str]  # databases that were asked
    takes: dict[Scene, list[Take]] = field(default_factory=dict)
    pauses: dict[Scene, list[Sequence[float]]] = field(default_factory=dict)
    """Seconds that a look at /healthz took meanwhile, shortest first."""
    growth: Growth | None = None
    absent: list[str] = field(default_factory=list)
    """Peers that could not be measured, and why."""
    peers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of each peer: visits it answered, and visits it stored."""
    stored: int = 0
    """Events that were acknowledged, every one of them found in a database."""


def measure(
    folder: Path,
    config: Path,
    site: Site,
    notice: Notice,
    plan: Plan,
    geo: Path,
    say: Callable[[str], None],
) -> Result:
    """Measure in `folder`. Raises BenchError when the figures cannot be right."""
    with ExitStack() as stack:
        venue = Venue(folder, config, site, notice, stack)
        known = venue.prepare(plan.visitors, geo, say)
        several = Part.WORKERS in plan.parts and venue.has_workers()
        result = Result(described(folder), plan, venue.batch, several, known)
        present = _present(result) if Part.PEERS in plan.parts else ()
        played = scenes(plan, several, [peer.name for peer in present])
        for name in dict.fromkeys(scene.server for scene in played if scene.load != "visits"):
            venue.start(name, plan.strangers, say)
        for peer in present:
            say(f"setting up {peer.name}")
            venue.invite(peer)
        if Part.WORST in plan.parts:
            say(f"watching memory over {plan.growth} events")
            result.growth = venue.grow("worst", plan.growth, plan.connections)
        for turn in range(plan.rounds):
            for scene in played:
                say(f"round {turn + 1} of {plan.rounds}: {scene.server}, {scene.load}")
                take, pauses = venue.play(
                    scene.server, scene.load, scene.connections, plan.seconds, plan.warm_up
                )
                result.takes.setdefault(scene, []).append(take)
                result.pauses.setdefault(scene, []).append(pauses)
        say("counting what was stored")
        result.stored, result.peers = venue.check()
    return result


def _present(result: Result) -> Sequence[Peer]:
    present = []
    for peer in drivers():
        if lacks := peer.missing():
            result.absent.append(f"{peer.name} ({lacks})")
        else:
            present.append(peer)
    return present


def scenes(plan: Plan, workers: bool, peers: Sequence[str] = ()) -> Sequence[Scene]:
    """What is played in a round: the gateway right after its yardstick."""
    played = []
    if Part.HOT in plan.parts:
        for step in plan.steps:
            played += [Scene(server, "pages", step) for server in ("bare", "gateway")]
    if Part.WORST in plan.parts:
        for step in plan.crowds:
            played += [Scene(name, "strangers", step) for name in ("bare", "worst")]
    if Part.BATCHES in plan.parts:
        played += [Scene(name, "batches", BATCHES) for name in ("bare", "gateway")]
    if workers:
        for load, connections in (("pages", plan.connections), ("batches", BATCHES)):
            played += [Scene(name, load, connections) for name in ("one", "two")]
    beside = [Scene(name, "pages", plan.connections) for name in ("bare", "gateway")]
    visited = [Scene(name, "visits", plan.connections) for name in peers]
    if peers and Part.HOT not in plan.parts:
        played += beside
    return [*played, *visited]
