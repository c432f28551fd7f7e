"""What was measured of events, in words and tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from gateway.bench.events import BATCHES, Part, Result, Scene
from gateway.bench.tables import count, milliseconds, table
from gateway.bench.takes import (
    Take,
    cost,
    cost_ratio,
    in_a_commit,
    load_share,
    micro,
    quantile,
    rate,
    ratio,
)

_HEAD = ("bare requests/s", "events/s", "of bare", "of bare by CPU", "p50", "p99")
_MORE = ("events a commit", "bare CPU", "CPU")
_BESIDE = (*_HEAD, *_MORE)


def text(result: Result) -> str:
    """All of it."""
    plan = result.plan
    asked = ", ".join(result.geo) if result.geo else "none, so every place is unknown at once"
    parts = [
        f"Rounds: {plan.rounds}, of {plan.seconds:g} s a scene. Medians, with the range over the"
        f" rounds in brackets. Geo databases asked: {asked}. {count(result.stored)} events were"
        " acknowledged; all of them are stored, no other is.",
        _hot(result),
        _worst(result),
        _batches(result),
        _workers(result),
        _peers(result),
        _load(result),
        f"({result.machine})",
    ]
    return "\n\n".join(part for part in parts if part)


def _hot(result: Result) -> str:
    plan = result.plan
    if Part.HOT not in plan.parts:
        return ""
    rows = []
    for step in plan.steps:
        bare = result.takes[Scene("bare", "pages", step)]
        rows.append((str(step), *_beside(result.takes[Scene("gateway", "pages", step)], bare)))
    return table((f"{count(plan.visitors)} visitors: connections", *_BESIDE), rows)


def _worst(result: Result) -> str:
    plan, growth = result.plan, result.growth
    if Part.WORST not in plan.parts or growth is None:
        return ""
    beside, rows = [], []
    for step in plan.crowds:
        scenes = [Scene(name, "strangers", step) for name in ("bare", "worst")]
        bare, ours = (result.takes[scene] for scene in scenes)
        beside.append((str(step), *_beside(ours, bare)))
        for name, scene in zip(("bare", "gateway"), scenes, strict=True):
            looks = [pause for pause in result.pauses[scene] if pause]
            if looks:
                shares = [milliseconds(_median(looks, share)) for share in (0.5, 0.999, 1)]
                rows.append((f"{name}, {step}", count(sum(map(len, looks))), *shares))
    told = [table((f"{count(plan.strangers)} strangers: connections", *_BESIDE), beside)]
    head = ("/healthz beside strangers", "looks", "p50", "p99.9", "longest")
    told.append(table(head, rows))
    if growth.before is not None and growth.after is not None:
        grown = (growth.after - growth.before) / 2**20
        told.append(
            f"{count(growth.events)} events of strangers, in a server that had just been started,"
            f" made it grow by {grown:.0f} MiB to {growth.after / 2**20:.0f} MiB."
        )
    return "\n\n".join(told)


def _batches(result: Result) -> str:
    if Part.BATCHES not in result.plan.parts:
        return ""
    n = result.batch
    names = ["gateway", *(("one", "two") if result.workers else ())]
    bare = result.takes[Scene("bare", "batches", BATCHES)]
    rows = []
    for name in names:
        takes = result.takes[Scene(name, "batches", BATCHES)]
        figures = (rate(takes, n), rate(takes), ratio(takes, bare, 3), quantile(takes, 0.99))
        rows.append((_NAMES[name], *figures, in_a_commit(takes, n), micro(cost(takes) / n)))
    more = ("events/s", "batches/s", "of bare", "p99", "events a commit", "CPU an event")
    return table((f"batches of {n}, {BATCHES} connections", *more), rows)


_NAMES = {
    "gateway": "on one core",
    "one": "one worker, on all cores",
    "two": "two workers, on all cores",
}


def _workers(result: Result) -> str:
    if Part.WORKERS not in result.plan.parts:
        return ""
    if not result.workers:
        return "Several workers were not measured: `gateway serve` has no `--workers`."
    one, two = (
        result.takes[Scene(name, "pages", result.plan.connections)] for name in ("one", "two")
    )
    rows = [
        (_NAMES[name], rate(takes), ratio(takes, one, 2), *_waits(takes), micro(cost(takes)))
        for name, takes in (("one", one), ("two", two))
    ]
    head = (f"connections: {result.plan.connections}", "events/s", "of one", "p50", "p99", "CPU")
    return f"{table(head, rows)}\n\nHere servers and load share all cores."


def _peers(result: Result) -> str:
    step, rows = result.plan.connections, []
    for name, (answered, stored) in result.peers.items():
        takes = result.takes[Scene(name, "visits", step)]
        bare, ours = (result.takes[Scene(one, "pages", step)] for one in ("bare", "gateway"))
        beside = (ratio(takes, bare, 4), ratio(ours, takes, 1), micro(cost(takes)))
        rows.append((name, rate(takes), *beside, count(answered), count(stored)))
    head = ("answered/s", "of bare", "gateway, times as fast", "CPU", "answered", "stored")
    told = [table((f"peers, {step} connections", *head), rows)] if rows else []
    if result.absent:
        told.append(f"Peers that were not measured: {'; '.join(result.absent)}.")
    return "\n\n".join(told)


def _load(result: Result) -> str:
    bare: list[Take] = []
    ours: list[Take] = []
    for scene, takes in result.takes.items():
        if scene.server in ("bare", "gateway", "worst"):
            (bare if scene.server == "bare" else ours).extend(takes)
    return load_share(ours, bare) if ours and bare else ""


def _beside(ours: Sequence[Take], bare: Sequence[Take]) -> Sequence[str]:
    return (
        rate(bare),
        rate(ours),
        ratio(ours, bare, 3),
        cost_ratio(ours, bare, 3),
        *_waits(ours),
        in_a_commit(ours),
        micro(cost(bare)),
        micro(cost(ours)),
    )


def _waits(takes: Sequence[Take]) -> Sequence[str]:
    return quantile(takes, 0.5), quantile(takes, 0.99)


def _median(looks: Sequence[Sequence[float]], share: float) -> float:
    """Over the rounds, of what this share of the looks took at most; the worst of all for 1."""
    if share == 1:
        return max(one[-1] for one in looks)
    return statistics.median(one[min(len(one) - 1, int(len(one) * share))] for one in looks)
