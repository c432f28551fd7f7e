"""`gateway demo fill` as somebody meets it who wants a year to look at."""

from __future__ import annotations

import io
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Config

FEW = ("--visitors", "3")


def fill(folder: Path, *arguments: str) -> Result:
    config = str(folder / "gateway.toml")
    return CliRunner().invoke(app, ["demo", "fill", *arguments, "--config", config])


def sites_of(config: Config, table: str) -> set[str]:
    with closing(sqlite3.connect(config.database)) as db:
        return {row[0] for row in db.execute(f"SELECT DISTINCT site FROM {table}")}


@pytest.mark.parametrize("sites", [("all",), ("demo", "veldkamp"), ("demo", "all")])
def test_several_sites_are_filled_at_once(
    sites: tuple[str, ...], config_folder: Path, config: Config
) -> None:
    named = [word for site in sites for word in ("--site", site)]
    done = fill(config_folder, *named, "--days", "2", *FEW)
    assert done.exit_code == 0, done.output
    assert sites_of(config, "consents") == {"demo", "veldkamp"}
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["demo", "veldkamp"]


def test_of_several_sites_those_that_have_choices_are_left_alone(config_folder: Path) -> None:
    fill(config_folder, "--days", "1", *FEW)
    done = fill(config_folder, "--days", "1", "--site", "all", "--if-empty", *FEW)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["veldkamp"]
    again = fill(config_folder, "--days", "1", "--site", "all", *FEW)
    assert again.exit_code == 1
    assert "demo has choices already" in again.output


def test_one_site_of_several_that_has_choices_keeps_all_from_being_filled(
    config_folder: Path, config: Config
) -> None:
    """Half of what was asked for would have to be found out by the operator."""
    fill(config_folder, "--days", "1", "--site", "veldkamp", *FEW)
    assert fill(config_folder, "--days", "1", "--site", "all", *FEW).exit_code == 1
    assert sites_of(config, "consents") == {"veldkamp"}


def test_more_visitors_and_another_seed_can_be_asked_for(
    config_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = []
    for name, more in (("a", ()), ("b", ("--seed", "2")), ("c", ("--visitors", "60"))):
        monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / name))
        said.append(fill(config_folder, "--days", "3", "--visitors", "20", *more).stdout)
    assert len(set(said)) == 3
    numbers = [int(re.findall(r": ([\d,]+) made-up", line)[0]) for line in said]
    assert numbers[2] > max(numbers[:2])


def test_without_a_terminal_progress_is_a_line_a_month_and_no_part_of_the_answer(
    config_folder: Path,
) -> None:
    done = fill(config_folder, "--days", "62", *FEW)
    assert len(done.stdout.splitlines()) == 1
    lines = done.stderr.splitlines()
    assert len(lines) in (2, 3)
    assert all(re.fullmatch(r"demo: up to \d{4}-\d\d-\d\d, [\d,]+ events", one) for one in lines)


def test_the_month_that_a_first_start_plays_says_nothing_meanwhile(config_folder: Path) -> None:
    assert fill(config_folder, *FEW).stderr == ""


def test_on_a_terminal_progress_is_a_bar(
    config_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    runner_sees = sys.stderr
    config = str(config_folder / "gateway.toml")
    monkeypatch.setattr(sys, "stderr", screen)
    app(["demo", "fill", "--days", "3", *FEW, "--config", config], standalone_mode=False)
    monkeypatch.setattr(sys, "stderr", runner_sees)
    assert "100%" in screen.getvalue()
    assert "demo" in screen.getvalue()
