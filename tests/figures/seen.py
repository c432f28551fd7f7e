"""The figures of the site `demo`, as who reads them gets them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from gateway.figures import Period, Reader
from gateway.rules.figures.dimension import DIMENSIONS
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.stores.base import FigureStore
from tests.rules.building import a_site


def near_now() -> tuple[date, date]:
    """Yesterday and tomorrow: what happens in a test is between them."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=1), today + timedelta(days=1)


async def seen(
    store: FigureStore,
    first: date,
    last: date,
    dimension: str | None = None,
    threshold: int = 1,
    site: str = "demo",
) -> dict[str, Figures]:
    """The figures of each value from one day to another; without a dimension those of all together
    under "". Nothing where nobody was."""
    period = Period(first, last)
    dimensions = [] if dimension is None else [dimension]
    shown = a_site(id=site, threshold=threshold)
    opened = await Reader(store).open(shown, period, dimensions)
    if dimension is None:
        total = await opened.totals()
        return {} if total == NOTHING else {"": total}
    panel = await opened.panel(dimension)
    return {group.text: group.figures for group in panel.groups}


async def all_seen(store: FigureStore, first: date, last: date) -> Mapping[str, object]:
    """Everything that can be seen: all together, each day, and every value of every dimension."""
    opened = await Reader(store).open(a_site(threshold=1), Period(first, last), [*DIMENSIONS])
    panels = [await opened.panel(dimension) for dimension in DIMENSIONS]
    return {
        "": await opened.totals(),
        "day": [moment for moment in await opened.series("day") if moment.figures != NOTHING],
        **{panel.dimension: {g.text: g.figures for g in panel.groups} for panel in panels},
    }
