"""Posting one message: whatever the other side does, there is an answer an operator understands."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.webhooks import posting
from gateway.webhooks.posting import Answer, Line, post
from tests.receiving import Receiver, without_proxies


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    without_proxies(monkeypatch)
    with Receiver() as made:
        yield made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no authority signed, with its key."""
    key, now = generate_private_key(SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "recipient")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "recipient.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    without_proxies(monkeypatch)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    with Receiver(server) as made:
        yield made


def sent(url: str, line: Line | None = None, trusted: Path | None = None) -> Answer:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if trusted:
        tls.load_verify_locations(trusted)
    return post(url, {"webhook-id": "msg_1"}, b"{}", line or Line(), tls)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Receiver) -> None:
    assert sent(secure.base).words.startswith("certificate refused: self")
    assert secure.heard == []


def test_a_message_goes_over_an_encrypted_line(secure: Receiver, certificate: Path) -> None:
    assert sent(secure.base, trusted=certificate) == Answer("204", 204)
    [heard] = secure.heard
    assert (heard.content, heard.headers["webhook-id"]) == (b"{}", "msg_1")


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("slow", ["hang", "drip"])
def test_a_slow_answer_can_be_cut_off(
    slow: str, encrypted: bool, request: pytest.FixtureRequest, certificate: Path
) -> None:
    side: Receiver = request.getfixturevalue("secure" if encrypted else "receiver")
    side.answer = getattr(side, slow)
    line = Line()
    bell = threading.Timer(0.3, line.cut, ["timeout"])
    bell.start()
    began = time.monotonic()
    assert sent(side.base, line, certificate) == Answer("timeout")
    assert 0.2 < time.monotonic() - began < 3
    bell.join()


def test_who_does_not_answer_is_not_waited_for(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "_TIMEOUT", 0.2)
    receiver.answer = receiver.hang
    assert sent(receiver.base) == Answer("timeout")


def test_what_was_cut_off_before_it_was_sent_is_not_sent(receiver: Receiver) -> None:
    """A look-up of the host may take longer than the lease: another worker sends it by then."""
    line = Line()
    line.cut("timeout")
    assert sent(receiver.base, line) == Answer("timeout")
    assert receiver.heard == []


def _garbage(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"hello\r\n\r\n")


def _nothing(request: BaseHTTPRequestHandler) -> None:
    request.close_connection = True


@pytest.mark.parametrize(
    ("answer", "words"), [(_garbage, "BadStatusLine"), (_nothing, "Disconnected")]
)
def test_what_is_no_answer_is_said_to_be_none(
    answer: object, words: str, receiver: Receiver
) -> None:
    receiver.answer = answer  # type: ignore[assignment]
    said = sent(receiver.base)
    assert (said.status, said.retry_after) == (None, "")
    assert words in said.words


def _endless(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        request.wfile.write(b"x" * 10_000)


def test_no_more_than_the_start_of_a_long_answer_is_read(receiver: Receiver) -> None:
    receiver.answer = _endless
    began = time.monotonic()
    assert sent(receiver.base).status == 200
    assert time.monotonic() - began < 2


def test_it_is_said_when_nobody_is_there(receiver: Receiver) -> None:
    del receiver
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert sent(f"http://127.0.0.1:{free.getsockname()[1]}/") == Answer("connection refused")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:x/secret", "http://127.0.0.1/gehéim", "ftp://127.0.0.1/secret"]
)
def test_an_address_that_cannot_be_used_is_an_answer_that_does_not_repeat_it(
    url: str, receiver: Receiver
) -> None:
    """It may hold a secret, and the answer goes to the log."""
    del receiver
    said = sent(url)
    assert said.words.startswith("no answer")
    assert "secret" not in said.words


def test_encryption_that_is_not_spoken_is_said(receiver: Receiver) -> None:
    assert sent(receiver.base.replace("http:", "https:")).words == "no secure connection"


def test_the_proxy_of_the_environment_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", receiver.base)
    assert sent("http://recipient.invalid/hook").status == 204
    assert [heard.path for heard in receiver.heard] == ["http://recipient.invalid/hook"]


def test_a_host_nobody_knows_is_said(receiver: Receiver) -> None:
    del receiver
    assert sent("http://recipient.invalid/hook") == Answer("host not found")
