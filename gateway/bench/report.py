"""What was measured of choices, in words and tables."""

from __future__ import annotations

import statistics

from gateway.bench.choices import Result, Scene
from gateway.bench.tables import count, milliseconds, table
from gateway.bench.takes import Take, cost, in_a_commit, load_share, micro, quantile, rate, ratio


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
        cells = (ratio(ours, bare, 3), quantile(ours, 0.5), quantile(ours, 0.99), in_a_commit(ours))
        costs = (micro(cost(bare)), micro(cost(ours)), f"{cost(bare) / cost(ours):.3f}")
        rows.append((str(step), rate(bare), rate(ours), *cells, *costs))
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
            cells = (quantile(takes, 0.5), quantile(takes, 0.99), in_a_commit(takes))
            rows.append((what, rate(takes), ratio(takes, ours, 2), *cells, micro(cost(takes))))
    head = ("of the first", "p50", "p99", "choices a commit", "CPU")
    return table((f"connections: {step}", "choices/s", *head), rows)


def _store(result: Result) -> str:
    head = ("the store alone: choices in a commit", "choices/s", "a commit", "CPU")
    rows = []
    for size, made in result.stored.items():
        pace = statistics.median(one.rate for one in made)
        cpu = statistics.median(one.cpu / one.records for one in made)
        rows.append((count(size), count(pace), milliseconds(size / pace), micro(cpu)))
    return table(head, rows)


def _load(result: Result) -> str:
    bare: list[Take] = []
    ours: list[Take] = []
    for scene, takes in result.takes.items():
        (bare if scene.server == "bare" else ours).extend(takes)
    return load_share(ours, bare)
