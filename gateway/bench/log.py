"""How fast a long consent log is verified, in the database and as an exported file, beside a loop
that only reads and hashes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.bench import history
from gateway.bench.history import Made
from gateway.bench.machine import cores, described
from gateway.bench.process import BenchError, Cost, run
from gateway.bench.tables import count, table
from gateway.rules.records import Notice
from gateway.rules.site import Site

_COUNTED = re.compile(r"^(?P<site>[\w-]+): (?P<records>\d+) records", re.MULTILINE)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Timed:
    """One reading of the whole log, and what it is held against."""

    what: str
    cost: Cost
    bare: Cost


@dataclass(frozen=True, slots=True)
class Verifying:
    """What was measured."""

    machine: str
    made: Made
    size: int  # bytes of the export
    export: Cost
    timed: Sequence[Timed]

    def text(self) -> str:
        """The figures as text with tables."""
        n = self.made.records
        head = ("reading all of it", "records/s", "s a million", "CPU s", "peak MiB", "of bare")
        rows = []
        for one in self.timed:
            ratio = f"{one.bare.cpu / one.cost.cpu:.3f}"
            rows.append((one.what, *_figures(one.cost, n), ratio))
            rows.append(("bare loop: read and hash", *_figures(one.bare, n), "1"))
        rows.append(("`export` (verifies too)", *_figures(self.export, n), ""))
        return (
            f"A log of {count(n)} records and {count(self.made.heads)} signed heads, made through"
            f" the store at {count(self.made.rate)} records/s in commits of 1,000; its"
            f" export has {self.size / 2**20:.0f} MiB.\n\n{table(head, rows)}\n\n({self.machine})"
        )


def measure(
    folder: Path,
    config: Path,
    site: Site,
    notice: Notice,
    records: int,
    say: Callable[[str], None],
) -> Verifying:
    """Make a log in `folder`, read it, and check that every reading saw all of it.

    Raises BenchError when one did not.
    """
    say(f"making a log of {count(records)} records")
    made = asyncio.run(history.make(folder, site, notice, records))
    core = (cores() or (None,))[0]
    database, exported = folder / "gateway.sqlite", folder / "log.jsonl"
    known = ("--config", str(config), "--site", site.id)

    def command(what: str, *arguments: str, lines: int = 0) -> Cost:
        say(what)
        cost = run(arguments, folder, core)
        check(what, cost.said, site.id, records + lines)
        return cost

    checked = command("verifying the database", "-m", "gateway", "verify", *known)
    plain = ("-m", "gateway.bench.plain")
    read = command("reading the database", *plain, str(database), site.id)
    wrote = command("exporting", "-m", "gateway", "export", str(exported), *known)
    offline = command("verifying the export", "-m", "gateway", "verify", str(exported))
    others = 1 + 1 + made.heads + 1  # header, notice, heads, seal
    lines = command("reading the export", *plain, str(exported), lines=others)
    return Verifying(
        described(folder),
        made,
        exported.stat().st_size,
        wrote,
        (
            Timed("`verify` on the database", checked, read),
            Timed("`verify` on the export", offline, lines),
        ),
    )


def counted(said: str) -> dict[str, int]:
    """Records by site, from what `gateway verify` says of logs that add up."""
    return {found["site"]: int(found["records"]) for found in _COUNTED.finditer(said)}


def check(what: str, said: str, site: str, expected: int) -> None:
    """Hold what a reading says of itself, a number or the words of `verify`, against the length of
    the log. Raises BenchError when they differ."""
    seen = int(said) if said.strip().isdigit() else counted(said).get(site, 0)
    if seen != expected:
        raise BenchError(
            f"{what} went over {seen} records of {expected}",
            hint="a reading that leaves records out is no measure of verifying",
        )


def _figures(cost: Cost, records: int) -> tuple[str, ...]:
    return (
        count(records / cost.wall),
        f"{cost.wall * _MILLION / records:.1f}",
        f"{cost.cpu:.1f}",
        f"{cost.peak:.0f}",
    )
