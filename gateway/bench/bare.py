"""The yardstick: uvicorn with an application that reads the body and answers, nothing else.

`python -m gateway.bench.bare PORT FILE STATUS` answers every request with the status and the bytes
of FILE, which is an answer of the gateway: so both send as much, and the load has as much to read.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]],
    Awaitable[None],
]


def answering(body: bytes, status: int) -> App:
    """The application."""
    length = str(len(body)).encode()
    start: Message = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", b"application/json"), (b"content-length", length)],
    }
    end: Message = {"type": "http.response.body", "body": body}

    async def app(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body", False):
            pass
        await send(start)
        await send(end)

    return app


def main(port: str, file: str, status: str) -> None:
    """Serve until told to stop."""
    uvicorn.run(
        answering(Path(file).read_bytes(), int(status)),
        port=int(port),
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        log_config=None,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
