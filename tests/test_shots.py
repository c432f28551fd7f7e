"""Pictures of a notice: what they show, what they are kept with, and that Chromium always ends."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import struct
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway.cli import notice
from gateway.errors import GatewayError
from gateway.shots import LIST, Subject, find, kept, shoot
from gateway.shots.devtools import DevTools, ProtocolError
from gateway.shots.process import Pipes
from tests.test_notices_cli import edit, publish

SUBJECT = Subject(site="demo", notice="ab" * 32, languages=("nl", "en"), files={})
WIDTHS = {"phone": (780, 1688), "desktop": (1280, 800)}


def run(folder: Path, *arguments: str) -> Result:
    config = str(folder / "gateway.toml")
    return CliRunner().invoke(
        notice.app, ["shoot", "--site", "demo", *arguments, "--config", config]
    )


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where Chromium's home is made, so that a test can see that it is gone."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        yield Path(folder)


@pytest.mark.browser
def test_each_layer_is_pictured_in_each_language_on_each_screen(
    config_folder: Path, temporary: Path
) -> None:
    [first] = publish(config_folder)
    done = run(config_folder)
    assert done.exit_code == 0
    assert f"8 pictures of {first.id[:12]} taken" in done.output
    folder = config_folder.parent / "data" / "notices" / first.id
    said = json.loads((folder / LIST).read_text("utf-8"))
    assert (said["site"], said["notice"]) == ("demo", first.id)
    assert said["browser"].startswith("Chrome/")
    files = {
        f"{language}-{screen}-{layer}.png"
        for language in ("nl", "en")
        for screen in WIDTHS
        for layer in ("first", "preferences")
    }
    assert {path.name for path in folder.iterdir()} == {LIST, *files}
    digests = {one["file"]: one["sha256"] for one in said["pictures"]}
    for file in files:
        png = (folder / file).read_bytes()
        assert size(png) == WIDTHS[file.split("-")[1]]
        assert digests[file] == hashlib.sha256(png).hexdigest()
    assert len(set(digests.values())) == len(files), "no two show the same"
    assert not list(temporary.iterdir())


@pytest.mark.browser
def test_pictures_that_were_taken_stay_until_they_are_asked_for_again(config_folder: Path) -> None:
    """The first ones are the proof: they are nearest to the publication (R25)."""
    [first] = publish(config_folder)
    run(config_folder)
    folder = config_folder.parent / "data" / "notices" / first.id
    before = (folder / LIST).stat().st_mtime_ns
    done = run(config_folder)
    assert "were taken before" in done.output
    assert (folder / LIST).stat().st_mtime_ns == before
    (folder / "nl-phone-first.png").write_bytes(b"painted over")
    done = run(config_folder)
    assert done.exit_code == 1
    assert "nl-phone-first.png was changed" in done.output
    assert run(config_folder, "--again").exit_code == 0
    assert size((folder / "nl-phone-first.png").read_bytes()) == WIDTHS["phone"]


@pytest.mark.browser
def test_another_text_makes_another_picture(config_folder: Path, tmp_path: Path) -> None:
    publish(config_folder)
    run(config_folder, "--out", str(tmp_path / "old"))
    edit(config_folder, "Filmpjes van anderen tonen.", "Films van anderen tonen.")
    publish(config_folder)
    run(config_folder, "--out", str(tmp_path / "new"))
    same = {
        path.name
        for path in (tmp_path / "old").glob("*.png")
        if path.read_bytes() == (tmp_path / "new" / path.name).read_bytes()
    }
    assert "nl-phone-first.png" not in same
    assert "nl-desktop-preferences.png" not in same
    assert "en-phone-first.png" in same, "the English text is as it was"


@pytest.mark.browser
def test_a_script_that_shows_no_banner_makes_no_picture_and_leaves_nothing(
    tmp_path: Path, temporary: Path
) -> None:
    with pytest.raises(GatewayError, match=r"banner \(first, nl\) did not appear"):
        shoot(SUBJECT, tmp_path / "out", find(None), patience=1.5)
    assert not (tmp_path / "out").exists()
    assert not list(temporary.iterdir())


@pytest.mark.browser
def test_what_is_pictured_reaches_no_server(tmp_path: Path) -> None:
    """A script that asks a server for something gets nowhere: nobody sees a picture being taken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        script = (
            f"fetch({address!r}, {{mode: 'no-cors', keepalive: true}});new Image().src={address!r}"
        )
        subject = Subject("demo", "ab" * 32, ("nl",), {"banner.js": script.encode()})
        with pytest.raises(GatewayError, match="did not appear"):
            shoot(subject, tmp_path / "out", find(None), patience=1.5)
        with pytest.raises(TimeoutError):
            server.accept()


def program(folder: Path, *lines: str) -> Path:
    path = folder / "chromium"
    path.write_text("\n".join(["#!/bin/sh", f"echo $$ >{folder / 'pid'}", *lines]), "utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("exit 1",), "Chromium ended before the picture was taken"),
        (("sleep 60 & sleep 60",), r"Chromium does not answer \(Browser.getVersion, 0.3 s\)"),
        (("sleep 60 <&3 & exit 0",), "does not answer|ended"),
    ],
    ids=["ends at once", "hangs", "leaves a helper"],
)
def test_a_chromium_that_does_not_work_is_ended_and_told(
    lines: tuple[str, ...], said: str, tmp_path: Path, temporary: Path
) -> None:
    began = time.monotonic()
    with pytest.raises(GatewayError, match=said) as caught:
        shoot(SUBJECT, tmp_path / "out", program(tmp_path, *lines), patience=0.3)
    assert "by hand" in caught.value.hint
    assert time.monotonic() - began < 10
    child = int((tmp_path / "pid").read_text())
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)
    assert not list(temporary.iterdir())


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    broken = program(tmp_path)
    broken.write_bytes(b"\x7fELF and then nothing")
    with pytest.raises(GatewayError, match="cannot be started"):
        shoot(SUBJECT, tmp_path / "out", broken)


def test_chromium_gets_no_secret_of_ours_and_a_home_of_its_own(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_PASSWORD", "correct horse battery")
    spy = program(tmp_path, f"env >{tmp_path / 'env'}", f'echo "$@" >{tmp_path / "flags"}')
    with pytest.raises(GatewayError):
        shoot(SUBJECT, tmp_path / "out", spy, patience=2)
    env = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert "GATEWAY_PASSWORD" not in env
    assert env["HOME"].startswith(str(temporary))
    flags = (tmp_path / "flags").read_text()
    assert ("--no-sandbox" in flags) == (os.geteuid() == 0)
    assert "~NOTFOUND" in flags


@pytest.fixture
def pipes() -> Iterator[tuple[Pipes, int, int]]:
    """Our ends, and those at which a Chromium reads and writes."""
    reads, ask = os.pipe()
    answers, writes = os.pipe()
    yield Pipes(ask, answers), reads, writes
    for end in (reads, ask, answers, writes):
        os.close(end)


def test_answers_are_told_from_events_however_they_arrive(
    pipes: tuple[Pipes, int, int],
) -> None:
    ours, reads, writes = pipes
    tools = DevTools(ours, patience=1)
    heard: list[str] = []
    tools.heard = lambda message: heard.append(message["method"])
    os.write(writes, b'{"method":"one"}\0{"id":7,"result":{}}\0{"id":1,"result":{"a":2}}\0{"id":2,')
    assert tools.call("Ask.this", "session", x=1) == {"a": 2}
    assert json.loads(os.read(reads, 1000).rstrip(b"\0")) == {
        "id": 1, "method": "Ask.this", "params": {"x": 1}, "sessionId": "session",
    }  # fmt: skip
    assert heard == ["one"]
    os.write(writes, b'"error":{"message":"no such thing"}}\0')
    with pytest.raises(ProtocolError, match=r"Ask.that: no such thing"):
        tools.call("Ask.that")


def test_an_end_of_the_conversation_is_told_to_who_asks(
    pipes: tuple[Pipes, int, int],
) -> None:
    nobody, ask = os.pipe()
    os.close(nobody)
    tools = DevTools(Pipes(ask, pipes[0].answers), patience=1)
    with pytest.raises(GatewayError, match="Chromium ended"):
        tools.call("Ask.this")
    os.close(ask)


def test_a_system_that_cannot_hand_over_pipes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.posix_spawn")
    with pytest.raises(GatewayError, match="on this system"):
        shoot(SUBJECT, tmp_path / "out", program(tmp_path))


def test_pictures_of_another_notice_are_not_taken_for_these(tmp_path: Path) -> None:
    assert kept(SUBJECT, tmp_path) is None
    entry = {"file": "x.png", "sha256": "00", "taken": "2026-01-01T00:00:00Z"}
    said = {"notice": SUBJECT.notice, "browser": "b", "pictures": [entry]}
    for text, problem in [
        ("{", "cannot be read"),
        ('{"notice": "x", "pictures": []}', "cannot be read"),
        (json.dumps({**said, "notice": "cd" * 32}), "of another notice"),
        (json.dumps(said), "nl-phone-first.png is missing"),
    ]:
        (tmp_path / LIST).write_text(text, "utf-8")
        with pytest.raises(GatewayError, match=problem) as caught:
            kept(SUBJECT, tmp_path)
        assert "--again" in caught.value.hint


@pytest.mark.browser
def test_a_long_name_of_the_temporary_folder_is_no_problem(
    config_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chromium ends without a word where a socket in its home has no room for its name."""
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    publish(config_folder)
    assert run(config_folder).exit_code == 0


@pytest.mark.browser
def test_a_folder_that_cannot_be_written_is_told(config_folder: Path, tmp_path: Path) -> None:
    publish(config_folder)
    (tmp_path / "file").write_text("in the way")
    done = run(config_folder, "--out", str(tmp_path / "file"))
    assert done.exit_code == 1
    assert "cannot be written" in done.output
    assert "--out" in done.output
