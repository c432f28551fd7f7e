"""Running the application in uvicorn, with everything off that would write an address down."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import time

import uvicorn
from starlette.types import ASGIApp

from gateway.errors import GatewayError
from gateway.web.connection import Connection, connections_to
from gateway.web.intake import Intake
from gateway.web.workers import STOP_SECONDS

_BACKLOG = 2_048
_EVERY = 10
"""Ticks, of a tenth of a second, between two looks at who keeps us waiting."""
_DRAIN_SECONDS = 10

_GARBAGE = 10_000
"""New objects after which circles among them are looked for."""

_log = logging.getLogger("gateway.serving")


class _Server(uvicorn.Server):
    """Ends requests that take too long, and itself when the process that started it is gone: nobody
    would stop it, and it would hold the port against the next one."""

    def __init__(self, config: uvicorn.Config, parent: int | None) -> None:
        super().__init__(config)
        self._parent = parent

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % _EVERY == 0:
            now = time.monotonic()
            for one in tuple(self.server_state.connections):
                if isinstance(one, Connection):
                    one.expire(now)
        if self._parent is not None and self._parent != os.getppid():
            _log.error("the process that started this worker is gone: it stops as well")
            self._parent = None
            self.should_exit = True
            signal.alarm(STOP_SECONDS)  # nobody is left to kill it should it hang
        return await super().on_tick(counter)


def run(
    app: ASGIApp, intake: Intake, listener: socket.socket, *, parent: int | None = None
) -> None:
    """Serve until SIGINT or SIGTERM, or until the process `parent` is gone; then drain. Events go
    to the intake the short way.

    Raises GatewayError when it could not start.
    """
    config = uvicorn.Config(
        app,
        access_log=False,  # it writes full addresses; web/accesslog writes cut ones (P2)
        proxy_headers=False,  # web/wire reads them, from the right
        server_header=False,
        http=connections_to(intake),
        ws="none",
        lifespan="on",
        log_config=None,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    server = _Server(config, parent)
    # Requests leave no circles behind; looking for some after every 700 new objects took 7% of the
    # time. What is there from the start stays, and need not be looked at again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, 20, 20)
    with listener:
        server.run(sockets=[listener])
    if not server.started:
        raise GatewayError("the gateway could not start", hint="the lines above say why")


def listen(host: str, port: int) -> socket.socket:
    """A socket at that address, at which nobody is heard yet. Raises GatewayError when the port
    is taken."""
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
    return listener


def given(descriptor: int) -> socket.socket:
    """The socket that the process which started this one listens at."""
    return socket.socket(fileno=descriptor)
