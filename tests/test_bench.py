"""The measurements themselves: they run from end to end, and notice what cannot be right."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.bench import choices, history, log, plain
from gateway.bench.load import drive
from gateway.bench.process import BenchError, Server
from gateway.bench.tables import table
from gateway.bench.visitors import Requests, Stage, Visitor, requests
from gateway.cli.bench import app
from gateway.config import Config
from gateway.rules.publishing import publish_all
from gateway.rules.records import Notice
from gateway.web.release import script_digest

NOW = 1_800_000_000
RECORDS = 700


@pytest.fixture
def config_path(config_folder: Path) -> str:
    return str(config_folder / "gateway.toml")


@pytest.fixture
def notices(config: Config) -> dict[str, Notice]:
    return publish_all(config.sites, config.texts, script_digest(), NOW)


@pytest.fixture
def crowd(config: Config, notices: dict[str, Notice]) -> dict[str, Requests]:
    """What visitors of every site send."""
    return {site.id: requests(Stage(site, notices[site.id].id)) for site in config.sites}


def said(*arguments: str) -> str:
    """What a command of `gateway bench` prints; only one that went well has a figure to tell."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_choices_are_measured_and_all_that_were_acknowledged_are_in_the_log(
    config_path: str,
) -> None:
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    told = said(
        "choices", "--seconds", "0.2", "--connections", "4", "--rounds", "1", "--records", "300",
        "--config", config_path,
    )  # fmt: skip
    assert "every one of them is in the log, no other is" in told
    growth, sides, store = re.findall(r"(?:^\|.*\|$\n?)+", told, re.MULTILINE)
    assert re.findall(r"^\| (\d+) ", growth, re.MULTILINE) == ["1", "4", "16"]
    assert len(sides.splitlines()) == 2 + 3
    assert re.findall(r"^\| ([\d,]+) ", store, re.MULTILINE) == ["1", "10", "100", "1,000"]
    assert before is None or os.sched_getaffinity(0) == before


def test_a_log_that_holds_more_or_less_than_was_acknowledged_is_told(
    config: Config, config_path: str, notices: dict[str, Notice], tmp_path: Path
) -> None:
    site = config.sites[0]
    asyncio.run(history.make(tmp_path, site, notices[site.id], RECORDS))
    choices.audit(tmp_path, Path(config_path), {site.id: RECORDS})
    for acknowledged in (RECORDS + 1, RECORDS - 1):
        with pytest.raises(BenchError, match=f"has {RECORDS} records, but {acknowledged} were"):
            choices.audit(tmp_path, Path(config_path), {site.id: acknowledged})


def test_a_log_that_was_changed_is_no_measure_of_anything(
    config: Config, config_path: str, notices: dict[str, Notice], tmp_path: Path
) -> None:
    site = config.sites[0]
    asyncio.run(history.make(tmp_path, site, notices[site.id], RECORDS))
    with sqlite3.connect(tmp_path / "gateway.sqlite") as db:
        db.execute("DROP TRIGGER consents_never_change")
        db.execute("UPDATE consents SET language = 'xx' WHERE seq = 350")
    db.close()
    with pytest.raises(BenchError) as broken:
        choices.audit(tmp_path, Path(config_path), {site.id: RECORDS})
    assert "record 350" in broken.value.hint


def test_a_made_up_log_has_all_kinds_of_choices(
    config: Config, notices: dict[str, Notice], tmp_path: Path
) -> None:
    site = config.sites[0]
    made = asyncio.run(history.make(tmp_path, site, notices[site.id], 2_000, batch=300))
    assert (made.records, made.heads) == (2_000, 6)
    with sqlite3.connect(tmp_path / "gateway.sqlite") as db:
        kinds = dict(db.execute("SELECT action, count(*) FROM consents GROUP BY action"))
        [(ended,)] = db.execute("SELECT count(*) FROM standing WHERE state = 'withdrawn'")
    db.close()
    assert kinds["accept"] > kinds["reject"] > kinds["save"] > kinds["withdraw"] > 0
    assert ended == kinds["withdraw"]


def test_a_log_is_measured_in_the_database_and_as_an_export(config_path: str) -> None:
    told = said("log", "--records", str(RECORDS), "--config", config_path)
    assert f"A log of {RECORDS} records and 1 signed heads" in told
    assert len(re.findall(r"bare loop", told)) == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("demo: 699 records, 1 notices and 2 signed heads add up", id="verified"),
        pytest.param("other: 700 records, 1 notices and 2 signed heads add up", id="another site"),
        pytest.param("701\n", id="bare loop"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_reading_that_leaves_records_out_is_told(answer: str) -> None:
    """The yardstick is held to the same: else it would look fast."""
    log.check("reading", "700\n", "demo", RECORDS)
    with pytest.raises(BenchError, match=f"reading went over .* of {RECORDS}"):
        log.check("reading", answer, "demo", RECORDS)


def test_the_bare_loop_reads_every_row_and_every_line(
    config: Config, notices: dict[str, Notice], tmp_path: Path
) -> None:
    site = config.sites[0]
    asyncio.run(history.make(tmp_path, site, notices[site.id], 30))
    assert plain.database(tmp_path / "gateway.sqlite", site.id) == 30
    assert plain.database(tmp_path / "gateway.sqlite", "nobody") == 0
    (tmp_path / "lines").write_bytes(b"one\ntwo\n")
    assert plain.export(tmp_path / "lines") == 2


@contextmanager
def _answering(answer: bytes) -> Iterator[int]:
    """A server that gives one answer to one request and hangs up; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(65_536)
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        pytest.param(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", "1 x 503", id="refused"),
        pytest.param(b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n{}", "1 x no", id="cut"),
        pytest.param(b"", "1 x no", id="hung up"),
    ],
)  # fmt: skip
def test_a_request_that_was_not_acknowledged_is_told(
    crowd: dict[str, Requests], answer: bytes, named: str
) -> None:
    with _answering(answer) as port, pytest.raises(BenchError, match=named):
        asyncio.run(drive(port, [Visitor(crowd, 0)], seconds=0.2, warm_up=0))


def test_visitors_come_back_with_their_token_and_new_ones_come_without(
    crowd: dict[str, Requests],
) -> None:
    visitor = Visitor(crowd, seed=3)
    kept = []
    for _ in range(400):
        request = visitor.speak()
        head, _, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        assert length is not None
        assert int(length[1]) == len(body)
        assert b"POST /%s/consent" % visitor.site.encode() in head
        kept.append(b"cookie: gw_consent=abc" in head)
        visitor.hear(b'{"state":"given","token":"abc"}')
    assert 40 < sum(kept) < 160
    visitor.hear(b'{"state":"refused","token":null}')
    assert not visitor.has_token
    assert b"cookie" not in visitor.speak()


def test_sites_with_webhooks_are_not_measured(config_folder: Path) -> None:
    """Real recipients would be told of made-up withdrawals."""
    site = config_folder / "sites" / "demo.toml"
    hook = '[[webhooks]]\nname = "film"\nurl = "https://example.org/"\npurposes = ["marketing"]\n'
    said = site.read_text("utf-8").replace("[[purposes]]", f"{hook}\n[[purposes]]", 1)
    site.write_text(said, "utf-8")
    done = CliRunner().invoke(app, ["choices", "--config", str(config_folder / "gateway.toml")])
    assert done.exit_code == 1
    assert "demo has webhooks" in done.stderr


def test_a_server_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = ("-m", "gateway", "serve", "--config", str(tmp_path / "none.toml"))
    with (
        pytest.raises(BenchError, match="the gateway did not start") as failed,
        Server("gateway", command, tmp_path, None),
    ):
        pass
    assert "none.toml" in failed.value.hint


def test_a_table_lines_up() -> None:
    assert table(("a", "b"), [("long", "1"), ("x", "12,345")]) == (
        "| a    |      b |\n| ---- | -----: |\n| long |      1 |\n| x    | 12,345 |"
    )
