"""`gateway mail`, as an operator meets it, and the running gateway that sends by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import config as configuration
from gateway.cli.mail import app
from gateway.stores.base import Issue
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.reports import SqliteReports
from gateway.web.app import Gateway
from tests.mailing import MONDAY, PASSWORD, MailServer, certificate, knows, parts

MAIL = """
[mail]
host = "127.0.0.1"
sender = "cijfers@noorderlicht.example"
public_url = "https://consent.noorderlicht.example/"
port = {port}
"""
USER = 'tls = "starttls"\nuser = "cijfers"\npassword_file = "mail.secret"\n'
REPORT = """
[[reports]]
to = ["anna@noorderlicht.example"]
every = "week"
language = "en"
"""
runner = CliRunner()


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.stop()


@pytest.fixture
def config_file(config_folder: Path, server: MailServer) -> Path:
    file = config_folder / "gateway.toml"
    more = MAIL.format(port=server.port)
    file.write_text(file.read_text("utf-8") + more + 'tls = "none"\n', "utf-8")
    site = config_folder / "sites/demo.toml"
    site.write_text(site.read_text("utf-8") + REPORT, "utf-8")
    return file


def run(config_file: Path, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--config", str(config_file)])


def test_a_summary_can_be_seen_before_there_is_a_mail_server(config_folder: Path) -> None:
    file = config_folder / "gateway.toml"
    done = run(file, "show", "--site", "demo", "--language", "en")
    assert done.exit_code == 0
    assert done.output.startswith("Noorderlicht Werk\nFigures of last week\n")
    assert "https://HOST/dashboard/demo?from=" in done.output
    done = run(file, "show", "--site", "demo", "--every", "month", "--html")
    assert done.output.startswith("<!DOCTYPE html>\n")
    assert "Cijfers van vorige maand" in done.output


def test_a_summary_is_sent_now_and_as_often_as_one_asks(
    config_file: Path, server: MailServer
) -> None:
    server.start()
    for _ in range(2):
        done = run(config_file, "send", "--site", "demo", "--to", "bob@noorderlicht.example")
        assert done.exit_code == 0, done.output
        assert done.output.startswith("127.0.0.1 took it: Noorderlicht Werk: cijfers van ")
    first, second = server.messages
    assert first["To"] == "bob@noorderlicht.example"
    assert first["Message-ID"] != second["Message-ID"]
    plain, _ = parts(first)
    assert "\r\nhttps://consent.noorderlicht.example/dashboard/demo?from=20" in plain
    assert run(config_file, "list").output == "No summary has been due yet.\n"


def test_a_refused_password_is_told_with_what_to_do(
    config_folder: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(config_folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    server.start(pem, auth_required=True, authenticator=knows("another"))
    secret = config_folder / "mail.secret"
    secret.write_text(PASSWORD, "utf-8")
    secret.chmod(0o600)
    file = config_folder / "gateway.toml"
    file.write_text(file.read_text("utf-8") + MAIL.format(port=server.port) + USER, "utf-8")
    done = run(file, "send", "--site", "demo", "--to", "bob@noorderlicht.example")
    assert done.exit_code == 1
    assert done.output == (
        "not sent: the server refused user and password (535 5.7.8)\n"
        "  -> correct user and password_file under [mail]\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("send", "--site", "demo", "--to", "bob"), "'bob' is no e-mail address"),
        (("send", "--site", "demo", "--to", "b@x.nl\nBcc: c@x.nl"), "is no e-mail address"),
        (("send", "--site", "nosuch", "--to", "bob@x.nl"), "there is no site 'nosuch'"),
        (("show", "--site", "nosuch"), "there is no site 'nosuch'"),
        (("list", "--site", "nosuch"), "there is no site 'nosuch'"),
        (("send", "--site", "demo", "--to", "bob@x.nl"), "not sent: nobody answers at 127.0.0.1:"),
    ],
)
def test_a_mistake_is_told(arguments: tuple[str, ...], said: str, config_file: Path) -> None:
    done = run(config_file, *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "  -> " in done.output


def test_without_a_mail_server_there_is_nothing_to_send_with(config_folder: Path) -> None:
    done = run(config_folder / "gateway.toml", "send", "--site", "demo", "--to", "bob@x.nl")
    assert done.exit_code == 1
    assert "there is no mail server to send it with" in done.output
    assert "write [mail] into" in done.output


def test_the_list_shows_what_went_out_and_what_did_not(config_file: Path) -> None:
    async def fill() -> None:
        database = Database(configuration.load(config_file).database)
        await database.open()
        for day in (4, 11):
            issue = Issue("demo", "week", "en", date(2027, 1, day))
            await SqliteReports(database).claim(issue, MONDAY, 300)
        await database.close()

    asyncio.run(fill())
    head, *rows = run(config_file, "list").output.splitlines()
    assert head.split()[:4] == ["site", "every", "from", "language"]
    assert [row.split()[:6] for row in rows] == [
        ["demo", "week", "2027-01-11", "en", "waiting", "1"],
        ["demo", "week", "2027-01-04", "en", "waiting", "1"],
    ]
    assert len(run(config_file, "list", "--limit", "1").output.splitlines()) == 2


async def test_a_running_gateway_sends_it_by_itself(
    config_file: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    monkeypatch.setattr(time, "time", lambda: float(MONDAY))
    gateway = Gateway(configuration.load(config_file))
    async with gateway.running():
        await asyncio.to_thread(server.arrived.wait, 10)
    [message] = server.messages
    assert message["Subject"] == "Noorderlicht Werk: figures of 11 to 17 January 2027"
    assert message["To"] == "anna@noorderlicht.example"
