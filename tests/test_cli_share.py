"""`gateway share`: links as an operator makes them and ends them."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Config

TODAY = datetime.now(UTC).date()


def run(folder: Path, *arguments: str, typed: str | None = None) -> Result:
    command = ["share", *arguments, "--config", str(folder / "gateway.toml")]
    return CliRunner().invoke(app, command, input=typed)


def add(folder: Path, *more: str, typed: str | None = None) -> Result:
    return run(folder, "add", "--site", "demo", "--name", "agency", *more, typed=typed)


def rows(config: Config, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(config.database)
    found = db.execute(query).fetchall()
    db.commit()
    db.close()
    return found


def test_the_address_stands_alone_on_the_last_line_and_its_key_is_kept_nowhere(
    config_folder: Path, config: Config
) -> None:
    done = add(config_folder, "--no-password", "--base", "https://consent.example.nl/")
    assert done.exit_code == 0
    found = re.fullmatch(
        r"https://consent\.example\.nl/shared/([A-Za-z0-9_-]{43})", done.output.splitlines()[-1]
    )
    assert found
    assert done.output.count(found[1]) == 1
    until = TODAY + timedelta(days=30)
    assert f"agency shows figures of demo until {until}; its address alone opens" in done.output
    assert found[1].encode() not in config.database.read_bytes()
    kept = rows(config, "SELECT digest, password, maker, expires - created FROM shares")
    assert kept == [(hashlib.sha256(found[1].encode()).hexdigest(), None, "", 30 * 86_400)]


def test_a_password_is_asked_for_twice_and_never_printed(
    config_folder: Path, config: Config
) -> None:
    done = add(config_folder, "--days", "7", typed="twaalf rozen\ntwaalf rozen\n")
    assert done.exit_code == 0
    assert "it asks for the password" in done.output
    assert "rozen" not in done.output
    assert done.output.splitlines()[-1].startswith("http://127.0.0.1:8000/shared/")
    [(password, lasts)] = rows(config, "SELECT password, expires - created FROM shares")
    assert str(password).startswith("$argon2id$")
    assert lasts == 7 * 86_400


def test_links_are_listed_with_what_became_of_them(config_folder: Path, config: Config) -> None:
    assert "There are no links" in run(config_folder, "list").output
    for _ in range(3):
        add(config_folder, "--no-password")
    rows(config, "UPDATE shares SET maker = 'anna', password = 'x' WHERE id = 2")
    rows(config, "UPDATE shares SET expires = 1800 WHERE id = 3")
    run(config_folder, "end", "1")
    assert run(config_folder, "list").output.splitlines() == [
        f"1  demo  agency  made {TODAY}  without password  ended {TODAY}",
        f"2  demo  agency  made {TODAY} by anna  with password  until {TODAY + timedelta(days=30)}",
        f"3  demo  agency  made {TODAY}  without password  over 1970-01-01",
    ]


def test_a_link_is_ended_once(config_folder: Path) -> None:
    add(config_folder, "--no-password")
    assert "Link 1 opens nothing any more" in run(config_folder, "end", "1").output
    again = run(config_folder, "end", "1")
    assert again.exit_code == 1
    assert "there is no open link 1" in again.output
    assert "->" in again.output


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("--site", "nosuch", "--name", "x", "--no-password"), None, "there is no site 'nosuch'"),
        (("--site", "demo", "--name", "", "--no-password"), None, "this name cannot be used"),
        (("--site", "demo", "--name", "x", "--no-password", "--days", "0"), None, "for 0 days"),
        (("--site", "demo", "--name", "x", "--no-password", "--days", "367"), None, "for 367 days"),
        (("--site", "demo", "--name", "x"), "short\nshort\n", "this password cannot be used"),
    ],
    ids=["site", "name", "no days", "many days", "password"],
)
def test_a_mistake_is_told_with_what_to_do_next(
    arguments: tuple[str, ...], typed: str | None, said: str, config_folder: Path
) -> None:
    done = run(config_folder, "add", *arguments, typed=typed)
    assert done.exit_code == 1
    assert said in done.output
    assert "->" in done.output
    assert "There are no links" in run(config_folder, "list").output
