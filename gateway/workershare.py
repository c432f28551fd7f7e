"""What workers tell each other of their counts, so that whichever is asked answers for all.

Each writes its own file, about once a second and whenever it is asked. One that takes the number
of a worker that died goes on from where that one was: a sum must not go back while others live.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

Counts = Mapping[str, float]
"""Name -> a number that only grows."""

_STALE_SECONDS = 5.0
"""Who wrote nothing for that long has no queue: it is dead, or stands still."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one process says, or all together: counts, and a gauge that holds now."""

    counts: Counts
    queue: int


class Alone:
    """The only process: nobody to tell, nobody to ask."""

    def tell(self, own: Told) -> None:
        """Nobody else would read it."""

    def all(self, own: Told) -> Told:
        """Its own."""
        return own


class Share:
    """One of several workers. `run` names those that were started together: what another run left
    behind does not count, as counters of a service that was started anew begin at zero."""

    def __init__(
        self, folder: Path, number: int, run: str, now: Callable[[], float] = time.time
    ) -> None:
        self._folder = folder
        self._own = folder / f"{number}.json"
        self._run = run
        self._now = now
        self._turn = Lock()
        said = _read(self._own, run)
        self._base: Counts = said["counts"] if said else {}

    def tell(self, own: Told) -> None:
        """Write it for the others, who find the old file or the new one, never half of it. Where it
        cannot be written they go on with the old one: metrics are asked for when disks are full."""
        said = {"run": self._run, "time": self._now(), "queue": own.queue}
        text = json.dumps({**said, "counts": _sum(self._base, own.counts)})
        fresh = self._own.with_suffix(".new")
        with self._turn, suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.touch(mode=0o600)
            fresh.write_text(text, "utf-8")
            fresh.replace(self._own)

    def all(self, own: Told) -> Told:
        """Everybody's together. It is told first: what was shown once is never shown lower, even
        when this worker dies before its next turn."""
        self.tell(own)
        counts, queue = [], 0
        for said in self._others():
            counts.append(said["counts"])
            if self._now() - said["time"] < _STALE_SECONDS:
                queue += said["queue"]
        return Told(_sum(self._base, own.counts, *counts), own.queue + queue)

    def _others(self) -> Iterator[Mapping[str, Any]]:
        for path in sorted(self._folder.glob("*.json")):
            said = _read(path, self._run) if path != self._own else None
            if said:
                yield said


def share_of(data: Path, environment: Mapping[str, str]) -> Alone | Share:
    """The share of this process, from what `gateway serve --workers` tells those it starts."""
    if "GATEWAY_WORKER" not in environment:
        return Alone()
    return Share(
        data / "workers", int(environment["GATEWAY_WORKER"]), environment.get("GATEWAY_PARENT", "")
    )


def _read(path: Path, run: str) -> Mapping[str, Any] | None:
    try:
        said: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return said if said.get("run") == run else None


def _sum(*counts: Counts) -> Counts:
    total: dict[str, float] = {}
    for one in counts:
        for name, n in one.items():
            total[name] = total.get(name, 0) + n
    return total
