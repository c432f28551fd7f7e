"""Who is there now: the last half hour, and nobody where they are few."""

from __future__ import annotations

import pytest

from gateway.aggregate import catch_up
from gateway.figures import Reader
from tests.rules.building import NOON, a_choice, a_site
from tests.stores.conftest import Stores, a_view, appended

MINUTE = NOON // 60


@pytest.mark.parametrize(
    ("threshold", "there"),
    [pytest.param(2, 2, id="enough"), pytest.param(3, 0, id="too few look like nobody")],
)
async def test_visitors_of_the_last_half_hour_are_there(
    stores: Stores, threshold: int, there: int
) -> None:
    await stores.consents.append([appended(a_choice(f"c{n}")) for n in range(5)])
    events = [
        a_view("c0", minute=MINUTE - 29),
        a_view("c1", minute=MINUTE - 60),
        a_view("c1", minute=MINUTE - 31, kind="engagement", seconds=60),
        a_view("c1", minute=MINUTE),
        a_view("c1", minute=MINUTE),
        a_view("c2", minute=MINUTE - 30),
        a_view("c3", minute=MINUTE - 31),
        a_view("c3", minute=MINUTE - 5, kind="engagement", seconds=600),
        a_view("c4", minute=MINUTE, site="other"),
    ]
    await stores.events.insert(events, NOON)
    await catch_up(stores.figures)
    assert await Reader(stores.figures).live(a_site(threshold=threshold), NOON) == there
