"""The cost of a choice or an event must not grow with what is stored: every query of the write path
searches by its whole key and walks through nothing."""

from __future__ import annotations

import re

import pytest

from gateway.stores.sqlite import batch, bulk, coding, events, segments, stays
from gateway.stores.sqlite.database import Database

_INSERT = bulk._filled(events._INSERT, 3, events._WIDTH)
_MEASURED = "standing USING COVERING INDEX standing_measured (site=? AND visitor=?"
_FIND = [group._find for group in coding.Coding()._groups]


@pytest.mark.parametrize(
    ("query", "searched"),
    [
        (batch._NOW, "PRIMARY KEY (site=? AND visitor=?)"),
        (batch._HEADS, "PRIMARY KEY (site=? AND seq=?)"),
        (events._ALLOWED, f"{_MEASURED} AND analytics=? AND valid_until>?)"),
        (_INSERT, f"{_MEASURED} AND analytics=? AND valid_until>?)"),
        (events._NUMBER, "PRIMARY KEY (site=? AND visitor=?)"),
        (
            _FIND[0],
            "g USING COVERING INDEX sqlite_autoindex_sources_1 (referrer=? AND channel=? AND"
            " utm_source=? AND utm_medium=? AND utm_campaign=? AND utm_content=? AND utm_term=?)",
        ),
        (_FIND[1], "(country=? AND region=? AND owner=?)"),
        (
            _FIND[2],
            "(browser=? AND browser_major=? AND system=? AND kind=? AND screen=? AND language=?)",
        ),
        (stays._FRESH, "events USING INTEGER PRIMARY KEY (rowid>?)"),
        (stays._WORDS, "words USING INTEGER PRIMARY KEY (rowid=?)"),
        (stays.LATEST, "last_visits USING INTEGER PRIMARY KEY (rowid=?)"),
        (segments._NAMED, "(site=? AND day=? AND bucket=?)"),
        (segments._COLUMN, "PRIMARY KEY (segment=? AND name=?)"),
    ],
    ids=str,
)
async def test_a_query_of_the_write_path_searches_by_its_whole_key(
    query: str, searched: str, database: Database
) -> None:
    async with database.writing() as db:
        values = ("[]",) * query.count("?")
        plan = [row[3] for row in await db.execute_fetchall(f"EXPLAIN QUERY PLAN {query}", values)]
    assert any(step.endswith(searched) for step in plan), plan
    walked = [
        step
        for step in plan
        if "SCAN" in step and not re.search("VIRTUAL TABLE|batch|CONSTANT ROWS|subquery", step)
    ]
    assert walked == []
