"""Where events are measured: servers side by side, each with a database of its own in which the
visitors have consented, the loads they are put under, and the count at the end."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import uvloop

from gateway.bench import consents
from gateway.bench.crowd import Reader, crowd, readings, visits
from gateway.bench.load import Speaker
from gateway.bench.machine import cores, pinned
from gateway.bench.peers.driver import SETTLE, Caller, Peer, settled
from gateway.bench.process import BenchError, Server, run
from gateway.bench.strangers import batches, strangers
from gateway.bench.tables import count
from gateway.bench.takes import Take, play
from gateway.rules.records import Notice
from gateway.rules.site import Site

_ACCEPTED = b"202"
_KEPT = b'{"kept":1,"dropped":{}}'
_LONG = 7_200.0
"""Seconds after which even a million events should have come."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Bytes of memory a server held before and after so many events of strangers."""

    events: int
    before: int | None
    after: int | None


class Venue:
    """The servers, by name: `bare`, and gateways of which `one` and `two` are bound to no core and
    have so many workers."""

    def __init__(
        self, folder: Path, config: Path, site: Site, notice: Notice, stack: ExitStack
    ) -> None:
        self._folder = folder
        self._config = config
        self._site = site
        self._notice = notice
        self._stack = stack
        self._cores: tuple[int | None, int | None] = cores() or (None, None)
        self._servers: dict[str, Server] = {}
        self._peers: dict[str, Peer] = {}
        self._patience = SETTLE
        self._kept: Counter[str] = Counter()
        self._said: dict[tuple[str, str], Iterator[bytes]] = {}
        self._runner = stack.enter_context(asyncio.Runner(loop_factory=uvloop.new_event_loop))

    def prepare(self, visitors: int, geo: Path, say: Callable[[str], None]) -> Sequence[str]:
        """Let a crowd consent; the names of the geo databases that the servers will ask."""
        say(f"{count(visitors)} visitors consent")
        self._home = self._folder / "crowd"
        self._home.mkdir(mode=0o700)
        self._tokens = asyncio.run(consents.give(self._home, self._site, self._notice, visitors))
        self._crowd = crowd(self._site, self._tokens)
        self.batch, _ = batches(self._crowd, self._tokens, self._site)
        """Events in a batch."""
        return self._geo(self._home, geo)

    def has_workers(self) -> bool:
        """Whether this gateway can be served by several processes."""
        return "--workers" in run(("-m", "gateway", "serve", "--help"), self._folder).said

    def start(self, name: str, visitors: int, say: Callable[[str], None]) -> None:
        """Start a server; `visitors` is the number of strangers who consent at `worst`."""
        folder = self._folder / name
        if name == "bare":
            folder.mkdir(mode=0o700)
            answer = folder / "answer"
            answer.write_bytes(_KEPT)
            command = ["-m", "gateway.bench.bare", "{port}", str(answer), _ACCEPTED.decode()]
        else:
            shutil.copytree(self._home, folder)
            command = ["-m", "gateway", "serve", "--config", str(self._config), "--port", "{port}"]
        if name == "worst":
            say(f"{count(visitors)} strangers consent")
            made = consents.give(folder, self._site, self._notice, visitors)
            self._strangers = asyncio.run(made)
        workers = {"one": "1", "two": "2"}.get(name)
        if workers == "2":
            command += ["--workers", workers]
        core = None if workers else self._cores[0]
        self._servers[name] = self._stack.enter_context(Server(name, command, folder, core))

    def invite(self, peer: Peer, patience: float = SETTLE) -> None:
        """Start another counter, which at the end has so many seconds to store what it answered."""
        folder = self._folder / peer.name
        folder.mkdir(mode=0o700)
        server = self._stack.enter_context(peer.start(folder, self._cores[0]))
        self._servers[peer.name], self._peers[peer.name] = server, peer
        self._patience = patience
        self._said[peer.name, "visits"] = peer.said(visits(seed=7))

    def play(
        self, name: str, load: str, connections: int, seconds: float, warm_up: float
    ) -> tuple[Take, Sequence[float]]:
        """Load one server while the others stand idle; beside strangers, how long each look at its
        health took."""
        server, said = self._servers[name], self._saying(name, load)
        peer = self._peers.get(name)
        crowd: Sequence[Speaker] = [
            Caller(name, said) if peer else Reader(self._site.id, said) for _ in range(connections)
        ]
        core = None if name in ("one", "two") else self._cores[1]
        wanted = peer.wanted if peer else _ACCEPTED
        probe = _Probe(server.port, self._cores[1]) if load == "strangers" else None
        try:
            take, kept = play(
                self._runner, server, crowd, seconds, warm_up, wanted=wanted, core=core
            )
        finally:
            looks = probe.end() if probe else ()
        for one in crowd:
            check_kept(name, one)
        self._kept[name] += kept.total()
        return take, looks

    def grow(self, name: str, events: int, connections: int) -> Growth:
        """Let so many strangers in, and see what the memory of a server does."""
        server = self._servers[name]
        before = server.memory
        said = strangers(self._site, self._strangers, seed=5)
        shared = (request for request, _ in zip(said, range(events), strict=False))
        self._said[name, "growing"] = shared
        self.play(name, "growing", connections, _LONG, 0)
        return Growth(events, before, server.memory)

    def check(self) -> tuple[int, Mapping[str, tuple[int, int]]]:
        """Stop the servers and hold their databases against what was acknowledged; how much that
        was, and of each peer how much it answered and how much of that it stored."""
        told = {}
        for name, peer in self._peers.items():
            answered = self._kept.pop(name, 0)
            told[name] = (
                answered,
                settled(peer, self._servers[name].folder, answered, self._patience),
            )
        for server in self._servers.values():
            server.stop()
        self._kept.pop("bare", None)
        for name, kept in self._kept.items():
            audit(self._servers[name].folder, name, kept)
        return self._kept.total(), told

    def _saying(self, name: str, load: str) -> Iterator[bytes]:
        """What a server is sent: it goes on where it was when it is played again."""
        known = self._said.get((name, load))
        if known is None:
            made: dict[str, Callable[[], Iterator[bytes]]] = {
                "pages": lambda: readings(self._crowd),
                "strangers": lambda: strangers(self._site, self._strangers, seed=6),
                "batches": lambda: batches(self._crowd, self._tokens, self._site)[1],
            }
            known = self._said[name, load] = made[load]()
        return known

    def _geo(self, home: Path, geo: Path) -> Sequence[str]:
        found = sorted(geo.glob("*.mmdb"))
        (home / "geo").mkdir(mode=0o700)
        for file in found:
            shutil.copy(file, home / "geo")
        return [file.stem for file in found]


class _Probe:
    """Looks at a server's health from when it is made until it is ended."""

    def __init__(self, port: int, core: int | None) -> None:
        with pinned(core):
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "gateway.bench.probe", str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        if self._process.stdout:
            self._process.stdout.readline()

    def end(self) -> Sequence[float]:
        """What each look took, in seconds, shortest first."""
        said, _ = self._process.communicate()
        taken: Sequence[float] = json.loads(said) if said else ()
        return taken


def check_kept(name: str, speaker: Speaker) -> None:
    """Raises BenchError when a reader's events were answered, but dropped."""
    if isinstance(speaker, Reader) and speaker.lost:
        raise BenchError(
            f"{name} dropped events of visitors who consented: {dict(speaker.lost)}",
            hint="events that are dropped cost less, so these figures are void",
        )


def audit(folder: Path, name: str, kept: int) -> None:
    """Count the events in the database of a gateway that was stopped. Raises BenchError when there
    is another number of them than was acknowledged."""
    path = folder / "gateway.sqlite"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        [(stored,)] = db.execute("SELECT count(*) FROM events")
    if stored != kept:
        raise BenchError(
            f"{name} has stored {stored} events, but {kept} were acknowledged",
            hint="this is a fault of the gateway or of this measurement; the figures are void",
        )
