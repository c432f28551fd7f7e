"""When events become figures."""

from __future__ import annotations

from pathlib import Path

from gateway.aggregate import EVERY_SECONDS, Aggregation
from gateway.stores.sqlite.database import Database
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import a_view, appended, over


async def test_after_a_turn_with_many_events_one_is_left_out(tmp_path: Path) -> None:
    """A few are seen at once; of many, more at a time cost less each."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    try:
        stores = over(database)
        await stores.notices.publish(a_notice(), NOON)
        await stores.consents.append([appended(a_choice("c1"))])
        aggregation = Aggregation(stores.figures, many=3)
        for arriving, added in [(2, 2), (2, 2), (3, 3), (2, 0), (1, 3), (0, 0), (1, 1), (0, 0)]:
            await stores.events.insert([a_view("c1")] * arriving, NOON)
            assert await aggregation.take_turn() == added
    finally:
        await database.close()


def test_figures_lag_less_than_ten_seconds() -> None:
    assert 2 * EVERY_SECONDS < 7  # a step takes less than a second
