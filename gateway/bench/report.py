"""What was measured of choices, in words and tables."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from gateway.bench.choices import Result, Scene, Take
from gateway.bench.tables import count, milliseconds, spread, table

_BUSY = 0.9
"""Share of its core above which the load, and not the server, may be what is slow."""


def text(result: Result) -> str:
    """All of it."""
    plan = result.plan
    return "\n\n".join(
        (
            f"Rounds: {plan.rounds}, of {plan.seconds:g} s a scene. Sites at once: {result.sites}."
            f" Medians, with the range over the rounds in brackets. {count(result.checked)} choices"
            " were acknowledged; every one of them is in the log, no other is, and the log adds"
            " up.",
            _growth(result),
            _sides(result),
            _store(result),
            _load(result),
            f"({result.machine})",
        )
    )


def _growth(result: Result) -> str:
    head = ("connections", "bare requests/s", "choices/s", "of bare", "p50", "p99")
    more = ("choices a commit", "bare CPU", "CPU", "of bare by CPU")
    rows = []
    for step in result.plan.steps:
        bare = result.takes[Scene("bare", step, result.sites)]
        ours = result.takes[Scene("gateway", step, result.sites)]
        cells = (_ratio(ours, bare, 3), _quantile(ours, 0.5), _quantile(ours, 0.99), _commit(ours))
        costs = (_micro(_cpu(bare)), _micro(_cpu(ours)), f"{_cpu(bare) / _cpu(ours):.3f}")
        rows.append((str(step), _rate(bare), _rate(ours), *cells, *costs))
    return table((*head, *more), rows)


def _sides(result: Result) -> str:
    step = result.plan.connections
    ours = result.takes[Scene("gateway", step, result.sites)]
    told = {
        f"sites: {result.sites}, log that starts empty": ours,
        "the same, one site": result.takes.get(Scene("gateway", step, 1)),
        f"the same, log of {count(result.plan.records)} records": result.takes[
            Scene("long", step, result.sites)
        ],
    }
    rows = []
    for what, takes in told.items():
        if takes is not None:
            cells = (_quantile(takes, 0.5), _quantile(takes, 0.99), _commit(takes))
            rows.append((what, _rate(takes), _ratio(takes, ours, 2), *cells, _micro(_cpu(takes))))
    head = ("of the first", "p50", "p99", "choices a commit", "CPU")
    return table((f"connections: {step}", "choices/s", *head), rows)


def _store(result: Result) -> str:
    head = ("the store alone: choices in a commit", "choices/s", "a commit", "CPU")
    rows = []
    for size, made in result.stored.items():
        rate = statistics.median(one.rate for one in made)
        cpu = statistics.median(one.cpu / one.records for one in made)
        rows.append((count(size), count(rate), milliseconds(size / rate), _micro(cpu)))
    return table(head, rows)


def _load(result: Result) -> str:
    """Whether the load was held up by itself rather than by the server."""
    shares = {
        scene: max(take.window.load_cpu / take.window.seconds for take in takes)
        for scene, takes in result.takes.items()
    }
    gateway = max(share for scene, share in shares.items() if scene.server != "bare")
    bare = max(share for scene, share in shares.items() if scene.server == "bare")
    said = (
        f"The load took at most {gateway:.0%} of its core against the gateway and {bare:.0%}"
        " against bare uvicorn"
    )
    if bare > _BUSY:
        return f"{said}: bare uvicorn may be faster still, and the ratio so much lower."
    return f"{said}, so it is not the load that is measured."


def _rate(takes: Sequence[Take]) -> str:
    return count(statistics.median(take.window.rate for take in takes))


def _quantile(takes: Sequence[Take], share: float) -> str:
    return milliseconds(statistics.median(take.window.quantile(share) for take in takes))


def _commit(takes: Sequence[Take]) -> str:
    sizes = [len(take.window.times) / take.commits for take in takes if take.commits]
    return f"{statistics.median(sizes):.1f}" if sizes else "-"


def _ratio(takes: Sequence[Take], others: Sequence[Take], digits: int) -> str:
    pairs = zip(takes, others, strict=True)
    return spread([one.window.rate / other.window.rate for one, other in pairs], digits)


def _cpu(takes: Sequence[Take]) -> float:
    """Processor time of the server for one request: it does not grow when others use the core.
    Not a number where the system does not tell."""
    spent = [t.server_cpu / len(t.window.times) for t in takes if t.server_cpu is not None]
    return statistics.median(spent) if spent else math.nan


def _micro(seconds: float) -> str:
    return "-" if math.isnan(seconds) else f"{seconds * 1_000_000:.0f} µs"
