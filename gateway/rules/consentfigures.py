"""How often the banner was shown and what was chosen, as far as it may be shown (R27, P9).

What is counted has no identifier: a banner shown again to the same person is counted again, and
one who changes a choice has chosen twice. So the threshold is one of acts and not of people.

A period is widened to the stretches of days it touches, and every number of it is a sum of the
parts that lie within: see `rules/tallies`. What is computed here is computed from such numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.rules.tallies import (
    CHOICES,
    OUTCOMES,
    Counted,
    Kind,
    Lot,
    Period,
    Run,
    Tally,
    lots_of,
    runs_of,
)


@dataclass(frozen=True, slots=True)
class Counts:
    """None: none, or too few; they look alike.

    `acceptance` is the part of the choices, 0 to 1, that accepted everything, `partial` the part
    that accepted some of it; both are taken where acceptances and refusals may be shown. `ignored`
    is showings less choices, how often the question was left open, where showings may be too.
    """

    shown: int | None = None
    accepted: int | None = None
    partly: int | None = None
    refused: int | None = None
    withdrawn: int | None = None
    signalled: int | None = None
    ignored: int | None = None
    acceptance: float | None = None
    partial: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the period that was asked for."""

    date: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Row:
    """A notice, a language or a class of device."""

    value: str
    counts: Counts
    first_published: int | None = None  # of a notice, seconds since 1970 UTC


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of one kind, most showings first, and the rest that is too small for rows. The
    days it is of may be fewer than those of the period."""

    first: date | None
    last: date | None
    rows: tuple[Row, ...]
    rest: Counts


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period, which was widened to `first` and `last`; None when nothing of it is
    over, or kept. The days are those that were asked for."""

    first: date | None
    last: date | None
    total: Counts
    days: tuple[Day, ...]
    notices: Table
    languages: Table
    devices: Table


def report(
    tallies: Iterable[Tally], period: Period, threshold: int, published: Mapping[str, int]
) -> Report:
    """What may be shown of a period. The tallies are those of all days from `period.opens` to
    `period.closes`, others are left out; `published` says when each notice first was."""
    days = range(period.opens.toordinal(), period.closes.toordinal() + 1)
    counted = Counted(one for one in tallies if one.day in days)
    stretches = period.stretches()
    lots = {o: lots_of(counted.days(o), stretches, threshold) for o in OUTCOMES}
    asked = [one for one in stretches if one.last >= period.first.toordinal()]
    first, last = (asked[0].first, asked[-1].last) if asked else (1, 0)

    def table(kind: Kind, dates: Mapping[str, int] | None = None) -> Table:
        groups = counted.groups(kind)
        runs = [run for run in runs_of(lots, groups, stretches, threshold) if _in(run, first, last)]
        return _table(runs, dates or {})

    within = {o: sum(one.size for one in lots[o] if _in(one, first, last)) for o in OUTCOMES}
    return Report(
        first=date.fromordinal(first) if asked else None,
        last=date.fromordinal(last) if asked else None,
        total=_counts([{o: count for o, count in within.items() if count}]),
        days=tuple(_days(counted, period, threshold)),
        notices=table("notice", published),
        languages=table("language"),
        devices=table("device"),
    )


def _in(part: Lot | Run, first: int, last: int) -> bool:
    return first <= part.first and part.last <= last


def _table(runs: Sequence[Run], published: Mapping[str, int]) -> Table:
    values = sorted({value for run in runs for groups in run.shown.values() for value in groups})
    rows = [
        Row(
            value,
            _counts(
                {o: groups[value] for o, groups in run.shown.items() if value in groups}
                for run in runs
            ),
            published.get(value),
        )
        for value in values
    ]
    return Table(
        first=date.fromordinal(min(run.first for run in runs)) if runs else None,
        last=date.fromordinal(runs[-1].last) if runs else None,
        rows=tuple(sorted(rows, key=lambda row: -(row.counts.shown or 0))),
        rest=_counts({o: count for o, count in run.rest.items() if count} for run in runs),
    )


def _days(counted: Counted, period: Period, threshold: int) -> Iterator[Day]:
    for ordinal in range(period.first.toordinal(), period.last.toordinal() + 1):
        found = {o: counted.days(o).get(ordinal, 0) for o in OUTCOMES}
        enough = {o: count for o, count in found.items() if count >= threshold}
        yield Day(date.fromordinal(ordinal), _counts([enough]))


def _counts(parts: Iterable[Mapping[str, int]]) -> Counts:
    """Of parts, each with the outcomes that may be shown of it."""
    sums: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    shown = open_ = 0
    for part in parts:
        sums.update(part)
        if "accepted" in part and "refused" in part:
            chosen = Counter({o: part.get(o, 0) for o in CHOICES})
            compared.update(chosen)
            if "shown" in part:
                shown += 1
                open_ += part["shown"] - chosen.total()
    everybody = compared.total()
    return Counts(
        **sums,
        ignored=max(0, open_) if shown else None,
        acceptance=compared["accepted"] / everybody if everybody else None,
        partial=compared["partly"] / everybody if everybody else None,
    )
