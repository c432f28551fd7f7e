"""What mail servers say to a summary, and what the operator is told of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway.mail.sending
from gateway.errors import GatewayError
from gateway.mail.sending import Outcome, post
from tests.mailing import PASSWORD, Account, MailServer, certificate, knows

CONTENT = b"Subject: x\r\n\r\nHello.\r\n.\r\n"
ANNA, BOB = "anna@demo.example", "bob@demo.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    made = MailServer()
    yield made
    made.stop()


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As an operator names an authority of their own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


async def sent(account: Account, *to: str) -> Outcome:
    return await post(account, to or (ANNA,), CONTENT)


async def test_over_starttls_with_a_password(server: MailServer, trusted: Path) -> None:
    server.start(trusted, require_starttls=True, auth_required=True, authenticator=knows(PASSWORD))
    account = Account(server.port, tls="starttls", user="cijfers")
    assert await sent(account) == Outcome("sent", "sent")
    assert server.contents == [CONTENT]


async def test_over_tls_from_the_first_byte(server: MailServer, trusted: Path) -> None:
    server.start(trusted, tls=True)
    assert (await sent(Account(server.port, tls="tls"))).kind == "sent"


async def test_without_tls_on_this_machine(server: MailServer) -> None:
    server.start()
    assert (await sent(Account(server.port))).kind == "sent"


async def test_a_wrong_password_is_told_plainly_and_is_in_no_log(
    server: MailServer, trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.start(trusted, auth_required=True, authenticator=knows("another"))
    outcome = await sent(Account(server.port, tls="starttls", user="cijfers"))
    assert outcome == Outcome(
        "later",
        "the server refused user and password (535 5.7.8)",
        "correct user and password_file under [mail]",
    )
    assert server.contents == []
    # The server is another process in real life; its log is not ours.
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name[:4] != "mail")
    assert PASSWORD not in ours + repr(outcome)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_refused(
    tls: str, server: MailServer, pem: Path
) -> None:
    server.start(pem, tls=tls == "tls")
    outcome = await sent(Account(server.port, tls="tls" if tls == "tls" else "starttls"))
    at = f"127.0.0.1:{server.port}"
    assert outcome.words == f"the certificate of {at} is refused: self-signed certificate"
    assert "SSL_CERT_FILE" in outcome.hint
    assert (outcome.kind, server.contents) == ("later", [])


async def test_a_certificate_of_another_host_is_refused(server: MailServer, trusted: Path) -> None:
    server.start(trusted)
    outcome = await sent(Account(server.port, host="localhost", tls="starttls"))
    assert "Hostname mismatch" in outcome.words
    assert "the name in the certificate" in outcome.hint


async def test_nothing_goes_in_the_clear_where_tls_is_wanted(server: MailServer) -> None:
    server.start()
    starttls = await sent(Account(server.port, tls="starttls", user="cijfers"))
    assert starttls.words == "the server offers no STARTTLS"
    assert (await sent(Account(server.port, tls="tls"))).words == (
        f"no secure connection with 127.0.0.1:{server.port}"
    )
    assert server.contents == []


async def test_a_server_that_knows_no_users_is_told_no_password(server: MailServer) -> None:
    server.start()
    outcome = await sent(Account(server.port, user="cijfers"))
    assert outcome.words == "the server lets nobody sign in here"
    assert "leave out user and password_file" in outcome.hint


async def test_a_server_that_is_not_there(server: MailServer) -> None:
    assert (await sent(Account(server.port))).words == f"nobody answers at 127.0.0.1:{server.port}"
    unknown = await sent(Account(25, host="mail.invalid"))
    assert unknown.words == "the host of mail.invalid:25 is not found"


async def test_a_server_that_hangs_is_waited_for_so_long(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the content it is tried again; after it nobody knows."""
    monkeypatch.setattr(gateway.mail.sending, "_TIMEOUT", 0.3)
    server.ponder = 1
    server.start()
    assert await sent(Account(server.port)) == gateway.mail.sending._UNSURE
    server.ponder = 0
    monkeypatch.setattr(gateway.mail.sending, "LONGEST", 0.0)
    late = await sent(Account(server.port))
    assert (late.kind, late.words) == ("later", f"127.0.0.1:{server.port} did not answer in time")


async def test_a_password_that_cannot_be_read_is_told(server: MailServer, trusted: Path) -> None:
    class Broken(Account):
        def __getattribute__(self, name: str) -> object:
            if name == "password":
                raise GatewayError("others can read it", hint="chmod 600 it")
            return super().__getattribute__(name)

    server.start(trusted)
    outcome = await sent(Broken(server.port, tls="starttls", user="cijfers"))
    assert outcome == Outcome("later", "others can read it", "chmod 600 it")


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("451 4.3.0 try later", "later", "the server refused the message (451 4.3.0)"),
        ("554 5.7.1 spam", "never", "the server refused the message (554 5.7.1)"),
        ("550 no", "never", "the server refused the message (550)"),
    ],
)
async def test_a_clear_no_is_tried_again_only_where_it_is_for_now(
    answer: str, kind: str, words: str, server: MailServer
) -> None:
    server.answer = answer
    server.start()
    outcome = await sent(Account(server.port))
    assert (outcome.kind, outcome.words) == (kind, words)


@pytest.mark.parametrize(
    ("refuse", "kind", "words"),
    [
        ({ANNA: "550 5.1.1 <anna@demo.example>: unknown"}, "sent",
         "sent; 1 of 2 recipients refused (550 5.1.1)"),
        ({ANNA: "550 5.1.1 no", BOB: "550 5.1.1 no"}, "never",
         "the server refused every recipient (550 5.1.1)"),
        ({ANNA: "550 5.1.1 no", BOB: "450 4.2.0 greylisted"}, "later",
         "the server refused every recipient (450 4.2.0)"),
    ],
    ids=["one of two", "all", "one for now"],
)  # fmt: skip
async def test_recipients_that_are_refused_are_counted_and_not_named(
    refuse: dict[str, str], kind: str, words: str, server: MailServer
) -> None:
    server.refuse = refuse
    server.start()
    outcome = await sent(Account(server.port), ANNA, BOB)
    assert (outcome.kind, outcome.words) == (kind, words)
    assert "anna" not in repr(outcome)
    assert [one.rcpt_tos for one in server.envelopes] == ([[BOB]] if kind == "sent" else [])


async def test_who_may_not_hand_it_over_does_not(server: MailServer) -> None:
    server.start()

    async def no() -> bool:
        return False

    outcome = await post(Account(server.port), [ANNA], CONTENT, no)
    assert (outcome.kind, server.contents) == ("later", [])
