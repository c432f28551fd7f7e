"""`gateway key`: keys of programs as an operator makes them and takes them back."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Config
from gateway.rules.apikey import digest_of_key, is_key


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["key", *arguments, "--config", str(folder / "gateway.toml")])


def test_a_new_key_stands_alone_on_the_last_line_and_nowhere_else(
    config_folder: Path, config: Config
) -> None:
    done = run(config_folder, "add", "--site", "demo", "--site", "veldkamp", "--name", "report")
    assert done.exit_code == 0
    key = done.output.splitlines()[-1]
    assert is_key(key)
    assert done.output.count(key) == 1
    assert "report may ask for figures of demo, veldkamp" in done.output
    assert key.encode() not in config.database.read_bytes()
    db = sqlite3.connect(config.database)
    assert db.execute("SELECT digest FROM api_keys").fetchall() == [(digest_of_key(key),)]
    db.close()


def test_two_keys_are_never_the_same(config_folder: Path) -> None:
    keys = {
        run(config_folder, "add", "--site", "demo", "--name", name).output.splitlines()[-1]
        for name in ("one", "two")
    }
    assert len(keys) == 2


def test_keys_are_listed_with_their_sites_and_days(config_folder: Path, config: Config) -> None:
    assert "There are no keys" in run(config_folder, "list").output
    run(config_folder, "add", "--site", "veldkamp", "--site", "demo", "--name", "report")
    today = datetime.now(UTC).date()
    listed = run(config_folder, "list").output
    assert listed == f"1  report  demo, veldkamp  made {today}  never used\n"
    db = sqlite3.connect(config.database)
    db.execute("UPDATE api_keys SET last_used = 20000")
    db.commit()
    db.close()
    assert "last used 2024-10-04" in run(config_folder, "list").output


@pytest.mark.parametrize("named", ["report", "1"])
def test_a_key_is_taken_back_by_its_name_or_number(named: str, config_folder: Path) -> None:
    run(config_folder, "add", "--site", "demo", "--name", "report")
    assert "report opens nothing any more" in run(config_folder, "remove", named).output
    assert re.search(r"removed \d{4}-\d\d-\d\d", run(config_folder, "list").output)
    again = run(config_folder, "remove", named)
    assert again.exit_code == 1
    assert f"there is no key '{named}'" in again.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "--site", "nosuch", "--name", "report"), "there is no site 'nosuch'"),
        (("add", "--site", "demo", "--name", ""), "this name cannot be used"),
        (("add", "--site", "demo", "--name", "7"), "this name cannot be used"),
        (("add", "--site", "demo", "--name", "a\nb"), "this name cannot be used"),
        (("add", "--site", "demo", "--name", "n" * 81), "this name cannot be used"),
        (("add", "--site", "demo", "--name", "taken"), "there is a key 'taken' already"),
    ],
    ids=["site", "empty", "number", "line", "long", "taken"],
)
def test_a_mistake_is_told_with_what_to_do_next(
    arguments: tuple[str, ...], said: str, config_folder: Path
) -> None:
    run(config_folder, "add", "--site", "demo", "--name", "taken")
    done = run(config_folder, *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "->" in done.output
