"""Running the application in uvicorn, with everything off that would write an address down."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

from gateway.errors import GatewayError

_BACKLOG = 2_048
_DRAIN_SECONDS = 10


def run(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then drain. Raises GatewayError when the port is taken."""
    with _listen(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                access_log=False,  # it writes full addresses; web/accesslog writes cut ones (P2)
                proxy_headers=False,  # web/wire reads them, from the right
                server_header=False,
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
