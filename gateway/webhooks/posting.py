"""Posts one message over HTTP: bounded in time and size, redirects not followed, certificates
checked. Proxies are those of the environment."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.error import URLError
from urllib.request import (
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

_TIMEOUT = 10
"""Seconds without a connection, or without a byte."""
_MOST = 4_096
_LONGEST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient said: a status, or in `words` why there is none."""

    words: str
    status: int | None = None
    retry_after: str = ""


class Line:
    """One attempt, which another thread can cut off: a recipient who sends a byte now and then
    never runs into a timeout."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None
        self.cut_off = ""

    def opening(self, connection: HTTPConnection) -> None:
        """What there will be to cut."""
        self._connection = connection

    def check(self) -> None:
        """Raises TimeoutError when it was cut."""
        if self.cut_off:
            raise TimeoutError

    def cut(self, why: str) -> None:
        """End it; `why` is what its answer will say."""
        self.cut_off = why
        wire = self._connection.sock if self._connection else None
        if wire is not None:
            with suppress(OSError):
                # Not the method of a TLS socket, which takes the session away under the reader.
                socket.socket.shutdown(wire, socket.SHUT_RDWR)


def post(url: str, headers: dict[str, str], body: bytes, line: Line, tls: ssl.SSLContext) -> Answer:
    """Send it and wait for the answer. Raises nothing: what goes wrong is an answer too."""
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - configured
    # Bare: with the handlers of `build_opener` it would follow redirects, with the consent id.
    opener = OpenerDirector()
    for handler in (ProxyHandler(), _Plain(line), _Secure(line, tls)):
        opener.add_handler(handler)
    try:
        with opener.open(request, timeout=_TIMEOUT) as answer:
            line.check()  # cut among its headers, an answer looks as if they ended there
            with suppress(OSError, HTTPException):
                answer.read1(_MOST)  # closed unread, some recipients take it for our failure
            said = str(answer.headers.get("Retry-After", ""))
            return Answer(str(answer.status), answer.status, said)
    except Exception as problem:  # noqa: BLE001
        # Whatever an address or an answer makes of it, or the message would never be settled.
        return Answer(line.cut_off or _words(problem))


class _PlainConnection(HTTPConnection):
    line: Line

    def connect(self) -> None:
        self.line.opening(self)
        super().connect()
        # A look-up of the host cannot be cut. If it took too long, another worker may be sending.
        self.line.check()


class _SecureConnection(HTTPSConnection):
    line: Line

    def connect(self) -> None:
        self.line.opening(self)
        super().connect()
        self.line.check()


class _Plain(HTTPHandler):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)

    def _connection(self, host: str, /, **more: Any) -> HTTPConnection:
        made = _PlainConnection(host, **more)
        made.line = self._line
        return made


class _Secure(HTTPSHandler):
    def __init__(self, line: Line, tls: ssl.SSLContext) -> None:
        super().__init__(context=tls)
        self._line, self._tls = line, tls

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)

    def _connection(self, host: str, /, **more: Any) -> HTTPConnection:
        made = _SecureConnection(host, **more, context=self._tls)
        made.line = self._line
        return made


def _words(problem: BaseException) -> str:
    """What an operator can act on. An address may hold a secret: it is not repeated."""
    if isinstance(problem, URLError) and isinstance(problem.reason, BaseException):
        return _words(problem.reason)
    match problem:
        case TimeoutError():
            words = "timeout"
        case ssl.SSLCertVerificationError():
            words = f"certificate refused: {problem.verify_message}"
        case ssl.SSLError():
            words = "no secure connection"
        case socket.gaierror():
            words = "host not found"
        case OSError(strerror=str() as reason):
            words = reason.lower()
        case _:
            words = f"no answer ({type(problem).__name__})"
    return words[:_LONGEST_WORDS]
