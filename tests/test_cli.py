"""The command line as an operator meets it."""

from __future__ import annotations

import re
import socket
import sqlite3
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import app
from gateway.config import Config

runner = CliRunner()


def run(folder: Path, *arguments: str, **more: str) -> Result:
    config = str(folder / "gateway.toml")
    return runner.invoke(app, [*arguments, "--config", config], env=more)


def test_check_says_what_would_be_served_and_how_to_get_countries(config_folder: Path) -> None:
    done = run(config_folder, "check")
    assert done.exit_code == 0
    assert "demo: 1 origins, 1 controllers" in done.output
    assert "veldkamp: 5 origins, 4 controllers" in done.output
    assert "gateway geo get" in done.output


def test_check_names_file_key_value_and_what_was_wanted(config_folder: Path) -> None:
    file = config_folder / "sites" / "demo.toml"
    file.write_text(file.read_text("utf-8").replace("threshold = 5", 'threshold = "five"'), "utf-8")
    done = run(config_folder, "check")
    assert done.exit_code == 1
    for word in ("demo.toml", "threshold", "'five'", "int"):
        assert word in done.output


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_notice_that_steers_is_not_published(command: str, config_folder: Path) -> None:
    """R4, R6: told with the rule, the words and how to mend them."""
    texts = config_folder / "texts" / "en.toml"
    text = texts.read_text("utf-8")
    text = text.replace('reject = "Reject all"', 'reject = "More options"')
    texts.write_text(text.replace("to make this website work", "for the best experience"), "utf-8")
    done = run(config_folder, command)
    assert done.exit_code == 1
    for words in ("R4", "R6", '"best experience"', "en.toml: banner.reject", "->"):
        assert words in done.output
    assert not (config_folder.parent / "data" / "gateway.sqlite").exists()


def test_check_makes_no_data_and_no_secrets(config_folder: Path) -> None:
    run(config_folder, "check")
    assert not (config_folder.parent / "data").exists()


def test_secrets_are_made_on_the_first_run_for_the_owner_only(config_folder: Path) -> None:
    run(config_folder, "user", "add", "anna", "--no-password")
    data = config_folder.parent / "data"
    for name in ("secrets.json", "gateway.sqlite"):
        assert stat.S_IMODE((data / name).stat().st_mode) == 0o600
    before = (data / "secrets.json").read_bytes()
    run(config_folder, "user", "add", "ben", "--no-password")
    assert (data / "secrets.json").read_bytes() == before


def test_a_user_is_added_with_a_password_that_is_asked_for(config_folder: Path) -> None:
    config = str(config_folder / "gateway.toml")
    done = runner.invoke(
        app,
        ["user", "add", "anna", "--config", config],
        input="correct horse battery\ncorrect horse battery\n",
    )
    assert done.exit_code == 0
    assert "correct horse" not in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "anna", "--no-password"), "there is a user 'anna' already"),
        (("user", "add", "ben", "--role", "king", "--no-password"), "there is no role 'king'"),
        (("user", "link", "carl"), "there is no user 'carl'"),
        (("verify", "--site", "nosuch"), "there is no site 'nosuch'"),
        (("demo", "fill", "--site", "nosuch"), "there is no site 'nosuch'"),
        (("geo", "get", "--source", "nosuch"), "there is no source 'nosuch'"),
        (("geo", "get", "--source", "maxmind"), "account"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_told_with_what_to_do_next(
    arguments: tuple[str, ...], said: str, config_folder: Path
) -> None:
    run(config_folder, "user", "add", "anna", "--no-password")
    done = run(config_folder, *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "->" in done.output
    assert "Traceback" not in done.output


def test_a_short_password_is_refused(config_folder: Path) -> None:
    done = run(config_folder, "user", "add", "anna", GATEWAY_PASSWORD="short")
    assert done.exit_code == 1
    assert "12 to 200" in done.output


def test_adding_a_user_twice_can_be_harmless(config_folder: Path) -> None:
    for _ in range(2):
        done = run(config_folder, "user", "add", "demo", "--no-password", "--if-missing")
        assert done.exit_code == 0


def test_a_link_leads_to_the_gateway(config_folder: Path) -> None:
    run(config_folder, "user", "add", "demo", "--no-password")
    done = run(config_folder, "user", "link", "demo")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/login/link\?key=[\w-]{43}\n", done.output)
    other = run(config_folder, "user", "link", "demo", "--base", "https://stats.example/")
    assert other.output.startswith("https://stats.example/login/link?key=")


def test_the_demo_is_filled_once_and_its_log_verifies(config_folder: Path, config: Config) -> None:
    done = run(config_folder, "demo", "fill", "--days", "3")
    assert done.exit_code == 0
    assert "page views" in done.output
    assert run(config_folder, "demo", "fill", "--if-empty").output == ""
    again = run(config_folder, "demo", "fill")
    assert again.exit_code == 1
    assert "has choices already" in again.output
    assert "add up" in run(config_folder, "verify", "--site", "demo").output
    db = sqlite3.connect(config.database)
    [(late,)] = db.execute(
        "SELECT count(*) FROM consents c JOIN notices n ON n.id = c.notice"
        " WHERE c.time < n.first_published"
    )
    db.close()
    assert late == 0


def test_the_same_demo_is_made_twice(tmp_path: Path, config_folder: Path) -> None:
    said = set()
    for name in ("one", "two"):
        done = run(config_folder, "demo", "fill", "--days", "2", GATEWAY_DATA=str(tmp_path / name))
        said.add(done.output)
    assert len(said) == 1


def test_verify_names_the_record_that_was_changed(config_folder: Path, config: Config) -> None:
    run(config_folder, "demo", "fill", "--days", "1")
    db = sqlite3.connect(config.database)
    db.execute("DROP TRIGGER consents_never_change")
    db.execute("UPDATE consents SET state = 'given' WHERE seq = 7 AND state <> 'given'")
    db.execute("UPDATE consents SET language = 'xx' WHERE seq = 7")
    db.commit()
    db.close()
    done = run(config_folder, "verify")
    assert done.exit_code == 1
    assert "record 7" in done.output


def test_a_port_that_is_taken_is_told(config_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(config_folder, "serve", "--port", str(taken.getsockname()[1]))
    assert done.exit_code == 1
    assert "cannot listen on 127.0.0.1" in done.output
    assert "--port" in done.output
