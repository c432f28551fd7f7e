"""Events to visits, a bounded step at a time so that choices can be written in between. Figures lag
the rows by seconds, never more than ten."""

from __future__ import annotations

from gateway.stores.base import FEWEST, FigureStore

STEP = 100_000
"""Events of one transaction; they take 30 MB of memory."""
EVERY_SECONDS = 3.0
MANY = 10_000
"""Events of a turn after which one turn is left out. With 9,000 events a second an event cost
4.0 us in turns of 27,000, and 2.8 us in turns of 54,000."""


class Aggregation:
    """Figures, made in turns of EVERY_SECONDS: what comes in waits at most twice as long."""

    def __init__(self, figures: FigureStore, many: int = MANY) -> None:
        self._figures = figures
        self._many = many
        self._rests = False

    async def take_turn(self) -> int:
        """Add what waits, or leave the turn out; how many events were added."""
        if self._rests:
            self._rests = False
            return 0
        added = await catch_up(self._figures)
        self._rests = added >= self._many
        return added


async def catch_up(figures: FigureStore, step: int = STEP) -> int:
    """Add every event that waits; how many there were.

    What comes in meanwhile waits for the next time: a small step costs nearly what a large one
    does, and beside a full load they would never end.
    """
    total = added = await figures.advance(step)
    while added >= min(step, FEWEST):
        total += (added := await figures.advance(step))
    await figures.settle()
    return total
