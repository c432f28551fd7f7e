"""`gateway webhook`, as an operator meets it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import config as configuration
from gateway.cli.webhook import app
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries

runner = CliRunner()
SITES = ("demo", "veldkamp", "demo")


@pytest.fixture
def config_file(config_folder: Path) -> Path:
    """A gateway that owes three messages; the first one was given up."""

    async def fill() -> None:
        database = Database(configuration.load(config_folder / "gateway.toml").database)
        await database.open()
        now = int(time.time())
        async with database.writing() as db:
            await db.executemany(
                "INSERT INTO deliveries"
                " (site, hook, message, consent_id, state, purposes, created, next_try)"
                " VALUES (?, 'crm', ?, 'whose-it-was', 'withdrawn', '[\"marketing\"]', ?, ?)",
                [(site, f"msg_{n}", now, now + n) for n, site in enumerate(SITES)],
            )
            await db.execute(
                "INSERT INTO standing (site, visitor, consent_id, seq, state, choices, notice,"
                " language, analytics, valid_until)"
                " VALUES (?, 1, 'whose-it-was', 2, 'withdrawn', '{}', '', 'nl', 0, ?)",
                (SITES[0], now),
            )
        deliveries = SqliteDeliveries(database)
        [first] = await deliveries.claim(now, 60, 8)
        await deliveries.settle(first.id, "410", now, delivered=False, next_try=None)
        await database.close()

    asyncio.run(fill())
    return config_folder / "gateway.toml"


def run(config_file: Path, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--config", str(config_file)])


def test_the_list_shows_what_was_told_newest_first_and_never_about_whom(config_file: Path) -> None:
    done = run(config_file, "list")
    assert done.exit_code == 0
    head, *rows = done.output.splitlines()
    assert [row.split()[0] for row in rows] == ["3", "2", "1"]
    assert head.split() == (
        ["id", "time", "site", "hook", "state", "purposes"]
        + ["status", "attempts", "answer", "next", "try"]
    )  # fmt: skip
    number, _, *said, next_try = rows[2].split()
    assert (number, next_try) == ("1", "-")
    assert said == ["demo", "crm", "withdrawn", "marketing", "failed", "1", "410"]
    assert len({row.index("crm") for row in rows}) == 1
    assert "whose-it-was" not in done.output


def test_the_list_can_be_of_one_site_and_short(config_file: Path) -> None:
    done = run(config_file, "list", "--site", "veldkamp")
    assert [line.split()[0] for line in done.output.splitlines()] == ["id", "2"]
    assert len(run(config_file, "list", "--limit", "1").output.splitlines()) == 2
    missing = run(config_file, "list", "--site", "nosuch")
    assert missing.exit_code == 1
    assert "there is no site 'nosuch'" in missing.output


def test_where_nobody_was_told_anything_it_says_so(config_folder: Path) -> None:
    done = run(config_folder / "gateway.toml", "list")
    assert done.output == "There are no messages.\n"


def test_only_a_message_that_failed_can_be_sent_again(config_file: Path) -> None:
    done = run(config_file, "retry", "1")
    assert (done.exit_code, done.output) == (0, "Message 1 is due; a running gateway sends it.\n")
    for number in ("1", "2", "99"):
        refused = run(config_file, "retry", number)
        assert refused.exit_code == 1
        assert f"message {number} cannot be sent again" in refused.output
        assert "gateway webhook list" in refused.output
