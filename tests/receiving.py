"""A recipient of webhooks: a real HTTP server that keeps what it heard and answers as told."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Heard:
    """One request, with the names of its headers in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def said(self) -> dict[str, Any]:
        """What the message says."""
        said: dict[str, Any] = json.loads(self.content)
        return said


class Receiver:
    """Use it as a context. `answer` is a status, or a function that answers by itself."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.heard: list[Heard] = []
        self.answer: int | Callable[[BaseHTTPRequestHandler], None] = 204
        self.headers: dict[str, str] = {}
        self.over = threading.Event()
        self.most_at_once = 0
        self._open = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = int(self._server.server_address[1])
        self.base = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hang(self, request: BaseHTTPRequestHandler) -> None:
        """An answer that never comes."""
        del request
        self.over.wait(60)

    def ponder(self, request: BaseHTTPRequestHandler) -> None:
        """An answer that takes a moment."""
        self.over.wait(0.02)
        request.send_response(204)
        request.end_headers()

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """An answer of which a byte comes now and then: no socket runs into its timeout."""
        request.wfile.write(b"HTTP/1.1 200 OK\r\nServer: ")
        while not self.over.wait(0.05):
            request.wfile.write(b"x")

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Keep a request and answer it."""
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        length = int(request.headers.get("content-length", "0"))
        headers = {name.lower(): value for name, value in request.headers.items()}
        content = request.rfile.read(length)
        self.heard.append(Heard(request.command, request.path, headers, content))
        try:
            if callable(self.answer):
                self.answer(request)
                return
            request.send_response(self.answer)
            for name, value in self.headers.items():
                request.send_header(name, value)
            request.end_headers()
        finally:
            with self._lock:
                self._open -= 1


def without_proxies(patch: pytest.MonkeyPatch) -> None:
    """Whatever proxy the machine that runs the tests is behind."""
    for scheme in ("http", "https", "all", "no"):
        for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            patch.delenv(name, raising=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined at the end, so that none outlives its test

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up on us is no fault here."""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self)

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler
