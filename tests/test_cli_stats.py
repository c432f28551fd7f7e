"""`gateway stats`: the account book as an operator and a program read it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Config
from gateway.rules.records import Drop
from gateway.stores.sqlite.accounts import count
from gateway.stores.sqlite.database import Database

TODAY = int(time.time()) // 86_400


def _run(folder: Path, *arguments: str) -> Result:
    config = str(folder / "gateway.toml")
    return CliRunner().invoke(app, ["stats", *arguments, "--config", config])


def _json(folder: Path, *arguments: str) -> dict[str, Any]:
    done = _run(folder, "--json", *arguments)
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _write(
    config: Config,
    tally: Mapping[tuple[str, int, str], int],
    *,
    rows: Mapping[str, int] | None = None,
) -> None:
    """Write lines into the book, and rows of events beside it."""

    async def write() -> None:
        database = Database(config.database)
        await database.open()
        await database.write(lambda db: count(db, tally))
        for site, n in (rows or {}).items():
            await database.write(lambda db, site=site, n=n: _insert(db, site, n))  # type: ignore[misc]
        await database.close()

    asyncio.run(write())


def _insert(db: sqlite3.Connection, site: str, n: int) -> None:
    word = db.execute("INSERT INTO words (text) VALUES (?) RETURNING id", (site,)).fetchone()[0]
    columns = [row[1] for row in db.execute("PRAGMA table_info(events)") if row[1] != "id"]
    values = [word if column == "site" else 0 for column in columns]
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO events ({', '.join(columns)}) VALUES ({marks})"
    db.executemany(statement, [values] * n)


def test_an_empty_book_says_so_for_every_site(config: Config, config_folder: Path) -> None:
    del config
    done = _run(config_folder)
    assert done.exit_code == 0
    assert done.output.startswith("Events of all time\n\n2 sites together\n")
    assert done.output.count("0 rows are there now, all that were kept.") == 2


def test_received_is_kept_and_dropped_with_what_each_reason_means(
    config: Config, config_folder: Path
) -> None:
    _write(config, {("demo", TODAY, "kept"): 3_000, ("demo", TODAY - 9, "no_consent"): 1_000})
    lines = [
        " ".join(line.split()) for line in _run(config_folder, "--site", "demo").output.split("\n")
    ]
    assert lines[:5] == [
        "Events of all time",
        "",
        "demo",
        "received 4,000 100.0% Kept and dropped together.",
        "kept 3,000 75.0% The visitor allowed measuring, and it was written.",
    ]
    assert "no_consent 1,000 25.0% There was no consent with it, or the visitor refuses." in lines
    assert "0 rows are there now; 3,000 were deleted by retention or erasure." in lines
    assert [line.split()[0] for line in lines[5 : 5 + len(Drop)]] == [*Drop]


def test_days_are_the_last_ones_with_today(config: Config, config_folder: Path) -> None:
    tally = {("demo", TODAY - ago, "kept"): 10**ago for ago in range(4)}
    _write(config, tally)
    assert _json(config_folder, "--days", "1")["total"]["kept"] == 1
    some = _json(config_folder, "--days", "3")
    assert some["total"]["kept"] == 111
    assert some["since"] == time.strftime("%Y-%m-%d", time.gmtime((TODAY - 2) * 86_400))
    assert some["sites"]["demo"]["kept_ever"] == 1_111
    assert "Events since 20" in _run(config_folder, "--days", "3").output


def test_programs_get_the_whole_book(config: Config, config_folder: Path) -> None:
    _write(
        config,
        {("demo", TODAY, "kept"): 5, ("demo", TODAY, "bot"): 1, ("gone", 1, "expired"): 2},
        rows={"demo": 4},
    )
    said = _json(config_folder)
    dropped = dict.fromkeys([drop.value for drop in Drop], 0)
    assert said["since"] is None
    assert said["total"] == {
        "received": 8, "kept": 5, "dropped": {**dropped, "bot": 1, "expired": 2},
    }  # fmt: skip
    assert said["sites"]["demo"] == {
        "received": 6, "kept": 5, "dropped": {**dropped, "bot": 1},
        "kept_ever": 5, "rows": 4, "adds_up": True,
    }  # fmt: skip
    assert list(said["sites"]) == ["demo", "veldkamp", "gone"]
    assert list(_json(config_folder, "--site", "gone")["sites"]) == ["gone"]


@pytest.mark.parametrize("as_json", [False, True])
def test_more_rows_than_were_ever_kept_is_told_plainly(
    config: Config, config_folder: Path, as_json: bool
) -> None:
    """Also in a period that has none of them: the rows do not say when they came."""
    _write(config, {("demo", TODAY - 50, "kept"): 3}, rows={"demo": 4})
    done = _run(config_folder, "--days", "1", *(["--json"] if as_json else []))
    assert done.exit_code == 1
    assert "does not add up" in done.stderr
    if as_json:
        assert json.loads(done.stdout)["sites"]["demo"]["adds_up"] is False
    else:
        assert "DOES NOT ADD UP: 4 rows are there, but only 3 were ever kept." in done.stdout


def test_a_site_that_nobody_knows_is_told(config: Config, config_folder: Path) -> None:
    del config
    done = _run(config_folder, "--site", "nosuch")
    assert done.exit_code == 1
    assert "there is no site 'nosuch'" in done.output
