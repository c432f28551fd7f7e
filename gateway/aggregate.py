"""Events to visits and daily cells, a bounded step at a time so that choices can be written in
between. Figures lag the rows by seconds, never more than ten."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from gateway.rules.moment import local_day
from gateway.stores.base import FEWEST, CellStore

STEP = 100_000
"""Events of one transaction. What a step costs is mostly the cells it touches, and those are nearly
the same for many events as for few. It takes 30 MB of memory."""
EVERY_SECONDS = 3.0
MANY = 10_000
"""Events of a turn after which one turn is left out. With 9,000 events a second an event cost
4.0 us in turns of 27,000, and 2.8 us in turns of 54,000."""


class Aggregation:
    """Figures, made in turns of EVERY_SECONDS: what comes in waits at most twice as long."""

    def __init__(self, cells: CellStore, many: int = MANY) -> None:
        self._cells = cells
        self._many = many
        self._rests = False

    async def take_turn(self) -> int:
        """Add what waits, or leave the turn out; how many events were added."""
        if self._rests:
            self._rests = False
            return 0
        added = await catch_up(self._cells)
        self._rests = added >= self._many
        return added


async def catch_up(cells: CellStore, step: int = STEP) -> int:
    """Add every event that waits; how many there were.

    What comes in meanwhile waits for the next time: a small step costs nearly what a large one
    does, and beside a full load they would never end.
    """
    total = added = await cells.advance(step)
    while added >= min(step, FEWEST):
        total += (added := await cells.advance(step))
    return total


def calendar(zones: dict[str, ZoneInfo]) -> Callable[[str, int], int]:
    """A function from site and minute to the ordinal of the site's local date.

    A site that is no longer configured is counted in UTC: its events still are somebody's.
    """
    utc = ZoneInfo("UTC")
    known: dict[tuple[str, int], int] = {}

    def day_of(site: str, minute: int) -> int:
        # No zone changes its day or its offset within a quarter of an hour.
        quarter = (site, minute // 15)
        day = known.get(quarter)
        if day is None:
            if len(known) > 10_000:
                known.clear()
            day = local_day(minute * 60, zones.get(site, utc)).toordinal()
            known[quarter] = day
        return day

    return day_of
