"""One server under one load for a while, and what several such takes come to."""

from __future__ import annotations

import asyncio
import math
import statistics
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.bench.load import Speaker, Window, drive
from gateway.bench.machine import pinned
from gateway.bench.process import Server
from gateway.bench.tables import count, milliseconds, spread

_BUSY = 0.9
"""Share of its core above which the load, and not the server, may be what is slow."""
_IDLE = 0.8
"""Share of its core below which bare uvicorn was kept from working."""
_CHANGES = struct.Struct("=8xI")
"""Of the WAL index: a counter that goes up by one with every commit (sqlite.org/walformat.html)."""


@dataclass(frozen=True, slots=True)
class Take:
    """A scene, played once."""

    window: Window
    server_cpu: float | None  # seconds of processor time
    commits: int

    @property
    def cost(self) -> float | None:
        """Seconds of the server's processor time for one request."""
        return None if self.server_cpu is None else self.server_cpu / len(self.window.times)


def play(
    runner: asyncio.Runner,
    server: Server,
    speakers: Sequence[Speaker],
    seconds: float,
    warm_up: float,
    *,
    wanted: bytes = b"201",
    core: int | None = None,
) -> tuple[Take, Counter[str]]:
    """Load one server from a core; the take, and how much each site acknowledged."""
    with pinned(core):
        cpu, before = server.cpu, commits(server.folder)
        driving = drive(server.port, speakers, seconds, warm_up, wanted)
        window, acknowledged = runner.run(driving)
        spent, after = server.cpu, commits(server.folder)
    whole = window.answered / len(window.times)  # the warm-up costs as well
    return Take(
        window,
        None if cpu is None or spent is None else (spent - cpu) / whole,
        round((after - before) / whole),
    ), acknowledged


def commits(folder: Path) -> int:
    """How often the database in a folder was committed to, from a counter SQLite keeps anyway."""
    index = folder / "gateway.sqlite-shm"
    if not index.exists():
        return 0
    with index.open("rb") as file:
        return int(_CHANGES.unpack(file.read(_CHANGES.size))[0])


def rate(takes: Sequence[Take], each: int = 1) -> str:
    """Requests a second, or what is in them where there are `each` in one."""
    return count(each * statistics.median(take.window.rate for take in takes))


def quantile(takes: Sequence[Take], share: float) -> str:
    """Milliseconds within which this share was answered."""
    return milliseconds(statistics.median(take.window.quantile(share) for take in takes))


def in_a_commit(takes: Sequence[Take], each: int = 1) -> str:
    """Requests a commit, or what is in them."""
    sizes = [each * len(take.window.times) / take.commits for take in takes if take.commits]
    return f"{statistics.median(sizes):.1f}" if sizes else "-"


def ratio(takes: Sequence[Take], others: Sequence[Take], digits: int) -> str:
    """Of the rates, taken within each round."""
    pairs = zip(takes, others, strict=True)
    return spread([one.window.rate / other.window.rate for one, other in pairs], digits)


def cost_ratio(takes: Sequence[Take], others: Sequence[Take], digits: int) -> str:
    """Of the processor times, taken within each round: how much of the other's rate a full core
    would have."""
    pairs = [(one.cost, other.cost) for one, other in zip(takes, others, strict=True)]
    told = [other / one for one, other in pairs if one and other]
    return spread(told, digits) if told else "-"


def cost(takes: Sequence[Take]) -> float:
    """Processor time of the server for one request: it does not grow when others use the core.
    Not a number where the system does not tell."""
    spent = [take.cost for take in takes if take.cost is not None]
    return statistics.median(spent) if spent else math.nan


def micro(seconds: float) -> str:
    """Processor time as people read it."""
    return "-" if math.isnan(seconds) else f"{seconds * 1_000_000:.0f} µs"


def load_share(ours: Sequence[Take], bare: Sequence[Take]) -> str:
    """Whether the load was held up by itself, or by others, rather than by the server."""
    most = max(take.window.load_cpu / take.window.seconds for take in ours)
    most_bare = max(take.window.load_cpu / take.window.seconds for take in bare)
    shares = [(take.server_cpu or math.inf) / take.window.seconds for take in bare]
    full = statistics.median(shares)
    said = (
        f"The load took at most {most:.0%} of its core against the gateway and {most_bare:.0%}"
        " against bare uvicorn"
    )
    if most_bare > _BUSY:
        return f"{said}: bare uvicorn may be faster still, and the ratio so much lower."
    if full < _IDLE:
        return (
            f"{said}, which itself mostly had {full:.0%} of its core: the machine was busy with"
            " other things. Rates mean little then; believe the ratio by CPU."
        )
    return f"{said}, so it is not the load that is measured."
