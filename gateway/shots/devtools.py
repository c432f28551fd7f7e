"""The DevTools protocol over two pipes: JSON messages, each ended by a NUL.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Callable, Mapping
from typing import Any

from gateway.errors import GatewayError
from gateway.shots.process import Pipes

_CHUNK = 1 << 16
_BY_HAND = "see what it says by hand: chromium --headless --dump-dom about:blank"


class ProtocolError(Exception):
    """Chromium answered that it could not do what was asked."""


class DevTools:
    """One conversation. Events come to `heard` while an answer is awaited."""

    def __init__(self, pipes: Pipes, patience: float) -> None:
        self._pipes = pipes
        self._patience = patience
        self._last = 0
        self._unread = bytearray()
        self.heard: Callable[[Mapping[str, Any]], None] = lambda _: None

    def call(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """Ask and wait for the answer, for as long as our patience (in seconds).

        Raises GatewayError when Chromium has ended or does not answer, ProtocolError when it
        says no.
        """
        asked = self.tell(method, session, **params)
        deadline = time.monotonic() + self._patience
        while True:
            message = self._read(deadline, method)
            if message.get("id") == asked:
                if "error" in message:
                    raise ProtocolError(f"{method}: {message['error'].get('message')}")
                result: dict[str, Any] = message["result"]
                return result
            if "method" in message:
                self.heard(message)

    def tell(self, method: str, session: str | None = None, **params: object) -> int:
        """Ask without waiting; the number the answer will bear."""
        self._last += 1
        message: dict[str, object] = {"id": self._last, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        unsent = memoryview(json.dumps(message).encode() + b"\0")
        try:
            while unsent:
                unsent = unsent[os.write(self._pipes.ask, unsent) :]
        except BrokenPipeError:
            raise _ended() from None
        return self._last

    def _read(self, deadline: float, method: str) -> dict[str, Any]:
        while (end := self._unread.find(b"\0")) < 0:
            with selectors.DefaultSelector() as waiting:
                waiting.register(self._pipes.answers, selectors.EVENT_READ)
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    raise GatewayError(
                        f"Chromium does not answer ({method}, {self._patience:g} s)", hint=_BY_HAND
                    )
            chunk = os.read(self._pipes.answers, _CHUNK)
            if not chunk:
                raise _ended()
            self._unread += chunk
        message: dict[str, Any] = json.loads(self._unread[:end])
        del self._unread[: end + 1]
        return message


def _ended() -> GatewayError:
    return GatewayError("Chromium ended before the picture was taken", hint=_BY_HAND)
