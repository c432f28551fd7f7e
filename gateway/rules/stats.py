"""What marketing may see: figures made from cells, with no group below the threshold (P9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.rules.visits import EMPTY, Cell

MOST_ROWS = 9


@dataclass(frozen=True, slots=True)
class Figures:
    """Page views, visits and visitors of a period, a day or a group."""

    views: int
    visits: int
    visitors: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart. None: nobody, or fewer than the threshold; they look alike."""

    date: date
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a panel; `share` is its part of all visitors, 0 to 1."""

    label: str
    figures: Figures
    share: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The largest groups of one dimension; `other` holds the rest and all that is too small."""

    id: str
    rows: tuple[Row, ...]
    other: Row | None


@dataclass(frozen=True, slots=True)
class ConsentFigures:
    """How often the banner was shown and what was chosen, counted without any identifier (R27).
    A count below the threshold is 0."""

    shown: int
    accepted: int
    partly: int
    refused: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that one page of statistics shows. `totals` is None below the threshold."""

    site_id: str
    site_name: str
    period: str
    first: date
    last: date
    totals: Figures | None
    days: tuple[Day, ...]
    panels: tuple[Panel, ...]
    consent: ConsentFigures | None
    threshold: int
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """Groups that may be shown, largest first, and everything else as one."""

    shown: tuple[tuple[str, Cell], ...]
    other: Cell | None


def figures(cell: Cell) -> Figures:
    """The numbers of a cell."""
    return Figures(cell.views, len(cell.visits), len(cell.visitors))


def fold(groups: Mapping[str, Cell], threshold: int, most: int | None = None) -> Folded:
    """Hide every group below the threshold in "other", so that no subtraction brings it back.

    Where one group alone would be hidden, or the hidden ones together are still too few, the
    smallest shown group is hidden with them. What then still is too few is not shown at all.
    """
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1].visitors), item[0]))
    shown = [item for item in ranked if len(item[1].visitors) >= threshold]
    hidden = [item for item in ranked if 0 < len(item[1].visitors) < threshold]
    while hidden and shown and _gives_away(hidden, threshold):
        hidden.append(shown.pop())
    if most is not None and len(shown) > most:
        hidden += shown[most:]
        shown = shown[:most]
    other = union(cell for _, cell in hidden)
    return Folded(tuple(shown), other if len(other.visitors) >= threshold else None)


def _gives_away(hidden: list[tuple[str, Cell]], threshold: int) -> bool:
    return len(hidden) < 2 or len(union(cell for _, cell in hidden).visitors) < threshold


def union(cells: Iterable[Cell]) -> Cell:
    """All cells together: views added, visits and visitors counted once."""
    total = EMPTY
    for cell in cells:
        total = total.merged(cell)
    return total


def panel(
    name: str,
    groups: Mapping[str, Cell],
    total: Cell,
    threshold: int,
    label: Callable[[str], str] = str,
) -> Panel:
    """The groups of one dimension as lines with their share of all visitors.

    What is hidden is decided on the values, before they have words: it must be the same in every
    language, or two pages together would show what each of them hides.
    """
    folded = fold(groups, threshold, MOST_ROWS)
    everyone = max(1, len(total.visitors))

    def row(text: str, cell: Cell) -> Row:
        return Row(text, figures(cell), len(cell.visitors) / everyone)

    other = row("", folded.other) if folded.other else None
    return Panel(name, tuple(row(label(value), cell) for value, cell in folded.shown), other)


def days(cells: Mapping[date, Cell], all_days: Iterable[date], threshold: int) -> tuple[Day, ...]:
    """One entry a day, hidden days without figures.

    `cells` are those of the longest period there is, whatever part of it is shown: a day hidden
    in one period is hidden in each.
    """
    by_label = {day.isoformat(): cell for day, cell in cells.items()}
    shown = dict(fold(by_label, threshold).shown)
    return tuple(
        Day(day, figures(shown[day.isoformat()]) if day.isoformat() in shown else None)
        for day in all_days
    )


def consent_figures(counts: Mapping[str, int], threshold: int) -> ConsentFigures | None:
    """Counts of one period; None where even all choices together are below the threshold."""
    choices = ("accepted", "partly", "refused", "withdrawn")
    if max(counts.get("shown", 0), sum(counts.get(c, 0) for c in choices)) < threshold:
        return None

    def safe(word: str) -> int:
        count = counts.get(word, 0)
        return count if count >= threshold else 0

    return ConsentFigures(
        shown=safe("shown"),
        accepted=safe("accepted"),
        partly=safe("partly"),
        refused=safe("refused"),
        withdrawn=safe("withdrawn"),
    )
