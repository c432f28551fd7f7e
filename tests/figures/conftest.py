"""What several of these tests look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.aggregate import catch_up
from gateway.figures import Reader
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from tests.figures.test_crossing import AUTUMN
from tests.rules.building import NOON, a_choice, a_notice
from tests.stores.conftest import a_view, appended, over


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """Three visitors with one visit each, of whom two told of an event `x`."""
    database = Database(tmp_path / "gateway.sqlite")
    await database.open()
    try:
        stores = over(database)
        await stores.notices.publish(a_notice(), NOON)
        await stores.consents.append([appended(a_choice(who)) for who in ("c1", "c2", "c3")])
        events = [a_view(who, minute=AUTUMN, path="/a") for who in ("c1", "c2", "c3")]
        told = [a_view(w, minute=AUTUMN + 1, kind="event", name="x") for w in ("c1", "c2")]
        await stores.events.insert([*events, *told], NOON)
        await catch_up(stores.figures)
        yield Reader(SqliteFigures(database))
    finally:
        await database.close()
