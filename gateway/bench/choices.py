"""How fast choices come in, beside bare uvicorn, as connections, sites and the log grow.

The scenes are played in turn, round after round, so that what else the machine does hits them
alike; a ratio is taken within a round. Afterwards the log must have every choice that was
acknowledged and no other, and add up.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from gateway.bench import history
from gateway.bench.history import Made
from gateway.bench.log import counted
from gateway.bench.machine import cores, described, pinned
from gateway.bench.process import BenchError, Server, run
from gateway.bench.tables import count
from gateway.bench.takes import Take, play
from gateway.bench.visitors import Requests, Stage, Visitor, requests
from gateway.rules.records import Notice
from gateway.rules.site import Site

_MOST_SITES = 2
_SIZES = (1, 10, 100, 1_000)
"""Choices in a commit, where the store is measured alone."""
_COMMITS = 200
_A_SECOND = 4_000
"""At most so many choices for every second of the plan."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    seconds: float
    connections: int
    rounds: int
    records: int  # in the long log, before it starts

    @property
    def steps(self) -> Sequence[int]:
        """Numbers of connections."""
        return sorted({1, max(1, self.connections // 8), self.connections, self.connections * 4})

    @property
    def warm_up(self) -> float:
        """Seconds of a scene that are not measured."""
        return min(1.0, self.seconds / 5)


@dataclass(frozen=True, slots=True)
class Scene:
    """One server under one load."""

    server: str  # bare, gateway or long
    connections: int
    sites: int


@dataclass(slots=True)
class Result:
    """Everything that was measured: every take of every scene, round by round."""

    machine: str
    plan: Plan
    sites: int
    takes: dict[Scene, list[Take]] = field(default_factory=dict)
    stored: dict[int, list[Made]] = field(default_factory=dict)
    """What the store alone takes, by how many choices there are in a commit."""
    checked: int = 0
    """Choices that were acknowledged, every one of them found in a log that adds up."""


def measure(
    folder: Path,
    config: Path,
    sites: Sequence[Site],
    notices: Mapping[str, Notice],
    plan: Plan,
    say: Callable[[str], None],
) -> Result:
    """Measure in `folder`. Raises BenchError when the figures cannot be right."""
    if hooked := [site.id for site in sites if site.webhooks]:
        raise BenchError(
            f"{hooked[0]} has webhooks, and made-up withdrawals would be told to real recipients",
            hint="name a configuration without them with --config",
        )
    stages = [Stage(site, notices[site.id].id) for site in sites[:_MOST_SITES]]
    with ExitStack() as stack:
        stage = _Theatre(folder, config, stages, stack)
        stage.prepare(notices, plan, say)
        result = Result(described(folder), plan, len(stages))
        for turn in range(plan.rounds):
            for scene in scenes(plan, len(stages)):
                say(f"round {turn + 1} of {plan.rounds}: {scene.server}, {scene.connections}")
                result.takes.setdefault(scene, []).append(stage.play(scene, plan))
            say(f"round {turn + 1} of {plan.rounds}: the store alone")
            for size in _SIZES:
                result.stored.setdefault(size, []).append(stage.store(notices, size, plan))
    say("checking the logs")
    result.checked = stage.check()
    return result


def scenes(plan: Plan, sites: int) -> Sequence[Scene]:
    """What is played in a round: the gateway right after its yardstick."""
    played = [Scene(server, step, sites) for step in plan.steps for server in ("bare", "gateway")]
    # Beside the gateway's own scene with as many connections, in the same minute.
    at = played.index(Scene("gateway", plan.connections, sites)) + 1
    one = [Scene("gateway", plan.connections, 1)] if sites > 1 else []
    return [*played[:at], Scene("long", plan.connections, sites), *one, *played[at:]]


class _Theatre:
    """The servers that run side by side, and the load."""

    def __init__(
        self, folder: Path, config: Path, stages: Sequence[Stage], stack: ExitStack
    ) -> None:
        self._folder = folder
        self._config = config
        self._stages = stages
        self._stack = stack
        self._cores: tuple[int | None, int | None] = cores() or (None, None)
        self._requests: dict[str, Requests] = {one.site.id: requests(one) for one in stages}
        self._servers: dict[str, Server] = {}
        self._acknowledged = {"gateway": Counter[str](), "long": Counter[str]()}
        self._before: Counter[str] = Counter()
        # The loop the server runs on too: the load must not be what is measured.
        self._runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))

    def prepare(
        self, notices: Mapping[str, Notice], plan: Plan, say: Callable[[str], None]
    ) -> None:
        """Make the long log and start the servers."""
        share = plan.records // len(self._stages)
        long = self._made("long")
        for stage in self._stages:
            say(f"making a log of {count(share)} records")
            asyncio.run(history.make(long, stage.site, notices[stage.site.id], share))
            self._before[stage.site.id] = share
        for name in ("gateway", "long"):
            serve = ("-m", "gateway", "serve", "--config", str(self._config), "--port", "{port}")
            self._start(name, serve)
        answer = self._folder / "answer"
        answer.write_bytes(self._runner.run(self._one_answer()))
        self._start("bare", ("-m", "gateway.bench.bare", "{port}", str(answer), "201"))

    def play(self, scene: Scene, plan: Plan) -> Take:
        """Load one server while the others stand idle."""
        chosen = dict(list(self._requests.items())[: scene.sites])
        visitors = [Visitor(chosen, number) for number in range(scene.connections)]
        server, core = self._servers[scene.server], self._cores[1]
        take, acknowledged = play(
            self._runner, server, visitors, plan.seconds, plan.warm_up, core=core
        )
        if scene.server in self._acknowledged:
            self._acknowledged[scene.server] += acknowledged
        return take

    def store(self, notices: Mapping[str, Notice], size: int, plan: Plan) -> Made:
        """Write nothing but a log, on the core of the servers: that is what the lock of the writing
        connection is held for."""
        site = self._stages[0].site
        amount = max(size, min(size * _COMMITS, int(_A_SECOND * plan.seconds)))
        with tempfile.TemporaryDirectory(dir=self._folder) as name, pinned(self._cores[0]):
            made = history.make(Path(name), site, notices[site.id], amount, size)
            return asyncio.run(made)

    def check(self) -> int:
        """Stop the servers and hold their logs against what was acknowledged."""
        for server in self._servers.values():
            server.stop()
        for name, acknowledged in self._acknowledged.items():
            before = self._before if name == "long" else Counter[str]()
            audit(self._servers[name].folder, self._config, acknowledged + before)
        return sum(acknowledged.total() for acknowledged in self._acknowledged.values())

    def _start(self, name: str, command: Sequence[str]) -> None:
        server = Server(name, command, self._made(name), self._cores[0])
        self._servers[name] = self._stack.enter_context(server)

    def _made(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    async def _one_answer(self) -> bytes:
        """What the gateway answers a visitor who accepts."""
        site, wanted = next(iter(self._requests.items()))
        reader, writer = await asyncio.open_connection("127.0.0.1", self._servers["gateway"].port)
        writer.write(wanted["accept"][0].said(b""))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        writer.close()
        visitor = Visitor(self._requests, 0)
        visitor.hear(body)
        if b" 201 " not in head or not visitor.has_token:
            raise BenchError(
                f"{site} answered a choice with {head[:40]!r}",
                hint="run `gateway check`; the configuration may allow other pages only",
            )
        self._acknowledged["gateway"][site] += 1
        return body


def audit(folder: Path, config: Path, acknowledged: Mapping[str, int]) -> None:
    """Verify the logs of a gateway that was stopped, and count them. Raises BenchError when a site
    has another number of records than were acknowledged."""
    said = run(("-m", "gateway", "verify", "--config", str(config)), folder).said
    stored = counted(said)
    for site, expected in acknowledged.items():
        if stored.get(site) != expected:
            raise BenchError(
                f"{site} has {stored.get(site, 0)} records, but {expected} were acknowledged",
                hint="this is a fault of the gateway or of this measurement; the figures are void",
            )
