"""`gateway export` and `gateway verify` as an operator and an outsider meet them."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from gateway import keys
from gateway.cli import app
from gateway.config import Config
from gateway.rules.seal import Seal
from gateway.web.app import Gateway
from tests.logs import exported, made
from tests.visiting import ORIGIN, PEER

runner = CliRunner()


def run(*arguments: object) -> Result:
    return runner.invoke(app, [str(one) for one in arguments])


@pytest.fixture
def main(config_folder: Path) -> Path:
    """The configuration of a gateway with a day of visitors."""
    path = config_folder / "gateway.toml"
    filled = runner.invoke(app, ["demo", "fill", "--days", "1", "--config", str(path)])
    assert filled.exit_code == 0
    return path


@pytest.fixture
def public(main: Path, config: Config) -> str:
    """The gateway's public key."""
    assert main.exists()
    [key] = Seal(keys.load(config.data).seals).public.values()
    return key.hex()


def test_what_was_exported_is_verified_by_who_has_the_public_key_alone(
    main: Path, public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "demo.jsonl"
    done = run("export", file, "--site", "demo", "--config", main)
    assert done.exit_code == 0, done.output
    assert f"all of it is in {file}" in done.output
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # no configuration, no database
    done = run("verify", file, "--key", public)
    assert done.exit_code == 0, done.output
    assert re.search(
        r"demo: \d+ records, 1 notices and 1 signed heads add up; .*exported 20", done.stdout
    )
    assert done.stderr == ""
    assert "come from the file itself" in run("verify", file).stderr
    wrong = run("verify", file, "--key", "00" * 32)
    assert wrong.exit_code == 1
    assert "is signed by a key that is not known" in wrong.stderr


def test_an_export_for_a_regulator_says_that_it_knows_nobody(main: Path, tmp_path: Path) -> None:
    file = tmp_path / "demo.jsonl"
    assert run("export", file, "--site", "demo", "--public", "--config", main).exit_code == 0
    assert "without personal parts" in run("verify", file).stdout


def test_an_export_overwrites_nothing_unless_it_is_told_to(main: Path, tmp_path: Path) -> None:
    file = tmp_path / "demo.jsonl"
    arguments = ("export", file, "--site", "demo", "--config", main)
    assert [run(*arguments).exit_code for _ in range(2)] == [0, 1]
    assert "--force" in run(*arguments).stderr
    assert run(*arguments, "--force").exit_code == 0


def test_the_broken_record_of_a_file_is_named(main: Path, public: str, tmp_path: Path) -> None:
    file = tmp_path / "demo.jsonl"
    run("export", file, "--site", "demo", "--config", main)
    text = file.read_bytes()
    place = text.index(b'"seq":7,')
    file.write_bytes(text[:place] + text[place:].replace(b'"time":1', b'"time":2', 1))
    done = run("verify", file, "--key", public)
    assert done.exit_code == 1
    assert "record 7: its content does not match its digest" in done.stderr
    assert "compare it with another copy" in done.stderr


def test_a_saved_head_is_held_against_the_database_too(
    main: Path, config: Config, tmp_path: Path
) -> None:
    """Who has the file can take away heads with records; not the head that somebody kept."""
    run("export", tmp_path / "demo.jsonl", "--site", "demo", "--config", main)
    lines = [json.loads(line) for line in (tmp_path / "demo.jsonl").read_bytes().splitlines()]
    head = tmp_path / "head.json"
    head.write_text(json.dumps(next(line for line in lines if line["kind"] == "head")))
    arguments = ("verify", "--config", main, "--site", "demo", "--head", head)
    assert run(*arguments).exit_code == 0
    with closing(sqlite3.connect(config.database)) as db:
        for trigger in ("consents_stay", "heads_stay"):
            db.execute(f"DROP TRIGGER {trigger}")
        [(last,)] = db.execute("SELECT max(seq) FROM consents")
        for table, key in (("consents", "seq"), ("standing", "seq"), ("heads", "records")):
            db.execute(f"DELETE FROM {table} WHERE {key} = ?", (last,))
        db.commit()
    assert run(*arguments[:-2]).exit_code == 0
    done = run(*arguments)
    assert done.exit_code == 1
    assert f"record {last}: it is missing: a signed head counts {last}" in done.stderr
    assert "say which one with --site" in run("verify", "--config", main, "--head", head).stderr


def test_no_command_prints_whose_consent_it_is(main: Path, config: Config, tmp_path: Path) -> None:
    file = tmp_path / "demo.jsonl"
    said = run("export", file, "--site", "demo", "--config", main).output
    said += run("verify", file).output + run("verify", "--config", main).output
    with closing(sqlite3.connect(config.database)) as db:
        ids = [
            value for row in db.execute("SELECT consent_id, salt FROM consents") for value in row
        ]
    assert not [value for value in ids if value and value in said]


async def test_progress_on_a_long_log_is_shown_on_a_terminal(tmp_path: Path) -> None:
    await made(tmp_path / "gateway.sqlite", 20_000, sealed_every=5_000)
    await exported(tmp_path / "gateway.sqlite")
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "gateway", "verify", str(tmp_path / "gateway.jsonl")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=other_end, check=True)  # noqa: ASYNC221
    os.close(other_end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert re.search(r"gateway.jsonl: 10000 of 20000 \(50%\), \d+ a second", shown)
    assert b"20000 records" in done.stdout
    assert b"a second" not in done.stdout


async def _receipt(config: Config, consent_id: str | None = None) -> tuple[str, bytes]:
    """The consent id and receipt of somebody in the log."""
    gateway = Gateway(config)
    async with gateway.running():
        async for _, found, _ in gateway.consents.receipts("demo"):
            consent_id = consent_id or found
        transport = httpx.ASGITransport(gateway.asgi, client=(PEER, 4711))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            code = gateway.recorder.code("demo", str(consent_id))
            answer = await client.get(f"/demo/receipts/{code}")
    return str(consent_id), answer.content


def test_a_receipt_is_checked_by_itself_and_held_against_the_log(
    main: Path, public: str, config: Config, tmp_path: Path
) -> None:
    receipt, exported_log = tmp_path / "receipt.json", tmp_path / "demo.jsonl"
    receipt.write_bytes(asyncio.run(_receipt(config))[1])
    run("export", exported_log, "--site", "demo", "--config", main)
    for arguments in (
        ("--receipt", receipt, "--key", public),
        ("--receipt", receipt, "--config", main),
        ("--receipt", receipt, "--site", "demo", "--config", main),
        (exported_log, "--receipt", receipt, "--key", public),
    ):
        done = run("verify", *arguments)
        assert done.exit_code == 0, done.output
        assert "the receipt holds" in done.output
        assert ("add up" in done.output) is ("--site" in arguments or exported_log in arguments)


def test_a_receipt_of_a_record_the_log_does_not_have_is_found(
    main: Path, config: Config, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(asyncio.run(_receipt(config))[1])
    with closing(sqlite3.connect(config.database)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM heads")
        db.execute("DELETE FROM standing")
        db.execute("DELETE FROM consents WHERE seq > 0")
        db.commit()
    done = run("verify", "--receipt", receipt, "--site", "demo", "--config", main)
    assert done.exit_code == 1
    assert "signed head" in done.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace(b"Noorderlicht", b"Zuiderlicht"), "does not hold"),
        (lambda text: b"[]", "is no receipt"),  # noqa: ARG005
        (lambda text: text[:-1], "is no receipt"),
    ],
    ids=["changed", "a list", "cut off"],
)
def test_a_receipt_that_does_not_hold_is_told(
    change: Callable[[bytes], bytes], said: str, main: Path, config: Config, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(change(asyncio.run(_receipt(config))[1]))
    done = run("verify", "--receipt", receipt, "--config", main)
    assert done.exit_code == 1
    assert said in done.output


def test_a_receipt_without_a_key_anywhere_asks_for_one(main: Path, config: Config) -> None:
    receipt = main.parent / "receipt.json"
    receipt.write_bytes(asyncio.run(_receipt(config))[1])
    done = run("verify", "--receipt", receipt, "--config", main.parent / "nowhere.toml")
    assert done.exit_code == 1
    assert "--key" in done.output


def test_a_consent_its_own_code_does_not_find_is_named(main: Path, config: Config) -> None:
    with closing(sqlite3.connect(config.database)) as db:
        db.execute(
            "UPDATE standing SET receipt = 'other' WHERE seq = (SELECT max(seq) FROM standing)"
        )
        db.commit()
    done = run("verify", "--site", "demo", "--config", main)
    assert done.exit_code == 1
    assert "the code on its receipt does not lead to it" in done.output


def test_the_log_of_a_site_that_is_configured_no_more_is_verified_too(main: Path) -> None:
    (main.parent / "sites" / "demo.toml").unlink()
    done = run("verify", "--config", main)
    assert done.exit_code == 0
    assert "demo: " in done.output
    assert run("verify", "--site", "demo", "--config", main).exit_code == 0
    assert run("verify", "--site", "nosuch", "--config", main).exit_code == 1


@pytest.mark.usefixtures("main")
async def test_a_gateway_says_whose_data_nobody_looks_after(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    left = replace(config, sites=tuple(one for one in config.sites if one.id != "demo"))
    async with Gateway(left).running():
        pass
    [said] = [one.getMessage() for one in caplog.records if one.name == "gateway"]
    assert "'demo', which has no file" in said
