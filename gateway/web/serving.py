"""Running the application in uvicorn, with everything off that would write an address down."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.errors import GatewayError

_BACKLOG = 2_048
_LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers."""
_DRAIN_SECONDS = 10


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a bound on what stands before a body; uvicorn's own parser has none, and took
    a header of 60 MB."""

    _head_bytes = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Close the connection when a head grows past its bound."""
        super().data_received(data)
        if self._in_head:  # still: a body that came along would have ended it
            self._head_bytes += len(data)
            if self._head_bytes > _LARGEST_HEAD:
                self.transport.close()

    def on_headers_complete(self) -> None:
        """From here on it is body, which is bounded where it is read."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes next is the head of another request."""
        self._in_head = True
        super().on_message_complete()


def run(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then drain. Raises GatewayError when the port is taken."""
    with _listen(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                access_log=False,  # it writes full addresses; web/accesslog writes cut ones (P2)
                proxy_headers=False,  # web/wire reads them, from the right
                server_header=False,
                http=BoundedProtocol,
                ws="none",
                lifespan="on",
                log_config=None,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=_DRAIN_SECONDS,
            )
        )
        server.run(sockets=[listener])
    if not server.started:
        raise GatewayError("the gateway could not start", hint="the lines above say why")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise GatewayError(
            f"cannot listen on {host}:{port} ({problem.strerror})",
            hint="stop what runs there, or choose another with --port",
        ) from problem
    listener.set_inheritable(True)
    return listener
