"""Counts of showings and choices, and how they are cut into parts that may be shown (P9).

Nothing is ever shown but sums of whole parts, and no part is below the threshold. Whatever periods
and tables are subtracted from each other, what is left is made of such parts too. Each outcome is
taken by itself:

- A month is cut into *stretches* of five days. A day, and a stretch, is looked at when it is over:
  in one that still grows, two looks would tell a single act.
- A day with enough is a *lot*. The days of a stretch that have too little are one together with
  those that were left from the stretches before. What is still too little when the month ends is
  never shown.
- For tables by notice, language or device, lots are put together into *runs* of stretches. In each
  run the groups that are too small go into the rest, with the smallest of the others where they
  would give themselves away. A run ends when a tenth at most of the showings and of the choices
  goes there, or with the month.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

OUTCOMES = ("shown", "accepted", "partly", "refused", "withdrawn", "signalled")
"""What has figures. `signalled`: refused by the browser for its owner, who was not asked."""
CHOICES = ("accepted", "partly", "refused")
DEVICES = ("desktop", "phone", "tablet", "tv", "other")
MOST_DAYS = 1_100
"""Days that are read at once."""

_STARTS = (1, 6, 11, 16, 21, 26)
_DAY = timedelta(days=1)
_PART = 10
"""One act of so many may be in no row of a table for a run to end before its month."""

Kind = Literal["notice", "language", "device"]

Groups = Mapping[tuple[str, int], Counter[str]]
"""By outcome and day, how many acts each group of one kind has."""


class Tally(NamedTuple):
    """How often there was an outcome, in the order of the columns they are kept in."""

    day: int  # ordinal of the site's local date
    notice: str
    language: str
    device: str  # one of DEVICES; "" where it is not known
    outcome: str
    times: int


class Stretch(NamedTuple):
    """Five days of a month, or the last three to six; ordinals."""

    first: int
    last: int
    begins: bool  # a month
    ends: bool


class Lot(NamedTuple):
    """Days of one outcome that are shown together or not at all, and the days they lie between."""

    first: int
    last: int
    days: tuple[int, ...]
    size: int


class Run(NamedTuple):
    """Of one table and the days between: by outcome, the groups that may be shown and the rest."""

    first: int
    last: int
    shown: Mapping[str, Mapping[str, int]]
    rest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Period:
    """Days that are asked for; the day that is not over, and the first whose counts are kept."""

    first: date
    last: date
    today: date
    kept: date

    @property
    def opens(self) -> date:
        """The first day to read: a month is read from its beginning, and one of which a part is
        deleted, or is too long ago, not at all."""
        earliest = max(self.kept, self.closes - (MOST_DAYS - 1) * _DAY)
        begins = self.first.replace(day=1)
        if begins >= earliest:
            return begins
        return earliest if earliest.day == 1 else _month_after(earliest)

    @property
    def closes(self) -> date:
        """The last day to read."""
        return min(_after(self.last), self.today) - _DAY

    def stretches(self) -> list[Stretch]:
        """Those that are over, from the first day to read."""
        made, start = [], self.opens
        while (after := _after(start)) <= self.closes + _DAY:
            ends = after.day == 1
            made.append(Stretch(start.toordinal(), after.toordinal() - 1, start.day == 1, ends))
            start = after
        return made


def class_of(kind: str) -> str:
    """The class of device a showing or choice is counted under, also of who did not consent: the
    user agent comes with the request by itself, nothing is read from the device, and all that is
    left of it is one more in a count with no identifier (R27)."""
    return kind if kind in DEVICES else "other"


class Counted:
    """Tallies added up by outcome and day, all at once or by the groups of one kind."""

    def __init__(self, tallies: Iterable[Tally]) -> None:
        self._tallies = [one for one in tallies if one.outcome in OUTCOMES]
        self._days: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for one in self._tallies:
            self._days[one.outcome][one.day] += one.times

    def days(self, outcome: str) -> Mapping[int, int]:
        return self._days[outcome]

    def groups(self, kind: Kind) -> Groups:
        by_day: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for one in self._tallies:
            by_day[one.outcome, one.day][getattr(one, kind)] += one.times
        return by_day


def lots_of(days: Mapping[int, int], stretches: Sequence[Stretch], threshold: int) -> list[Lot]:
    """The lots of one outcome, by how many acts each day has."""
    made: list[Lot] = []
    quiet: list[int] = []
    since = 0
    for stretch in stretches:
        if stretch.begins:
            quiet, since = [], stretch.first
        for day in range(stretch.first, stretch.last + 1):
            if days.get(day, 0) >= threshold:
                made.append(Lot(day, day, (day,), days[day]))
            elif day in days:
                quiet.append(day)
        if (size := sum(days[day] for day in quiet)) >= threshold:
            # Since the last such lot, not since the first day it has: an empty one looks alike.
            made.append(Lot(since, stretch.last, tuple(quiet), size))
            quiet, since = [], stretch.last + 1
    return made


def runs_of(
    lots: Mapping[str, Sequence[Lot]],
    groups: Groups,
    stretches: Sequence[Stretch],
    threshold: int,
) -> Iterator[Run]:
    """The runs of one table, of the lots of each outcome."""
    waiting: list[tuple[str, Lot]] = []
    since = 0
    for stretch in stretches:
        if stretch.begins:
            since = stretch.first
        waiting += [
            (outcome, lot)
            for outcome, listed in lots.items()
            for lot in listed
            if stretch.first <= lot.last <= stretch.last
        ]
        if not waiting:
            continue
        gathered: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for outcome, lot in waiting:
            for day in lot.days:
                gathered[outcome] += groups[outcome, day]
        shown, rest = {}, {}
        for outcome, sizes in gathered.items():
            shown[outcome], rest[outcome] = _fold(sizes, threshold)
        if stretch.ends or _is_whole(shown, rest):
            first = min(since, *(lot.first for _, lot in waiting))
            yield Run(first, stretch.last, shown, rest)
            waiting, since = [], stretch.last + 1


def _fold(sizes: Mapping[str, int], threshold: int) -> tuple[Mapping[str, int], int]:
    """The groups that may be shown, and how many all others have: none, or enough."""
    shown = sorted(
        (item for item in sizes.items() if item[1] >= threshold), key=lambda item: (-item[1], item)
    )
    rest = sum(sizes.values()) - sum(size for _, size in shown)
    while shown and 0 < rest < threshold:
        rest += shown.pop()[1]
    return dict(shown), rest


def _is_whole(shown: Mapping[str, Mapping[str, int]], rest: Mapping[str, int]) -> bool:
    for outcomes in (("shown",), CHOICES):
        hidden = sum(rest.get(o, 0) for o in outcomes)
        if hidden * _PART > hidden + sum(sum(shown.get(o, {}).values()) for o in outcomes):
            return False
    return True


def _after(day: date) -> date:
    """The first day after a day's stretch."""
    for start in _STARTS:
        if day.day < start:
            return day.replace(day=start)
    return _month_after(day)


def _month_after(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
