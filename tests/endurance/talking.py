"""One connection to a gateway, with nothing between: every byte is sent when the test says so."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
_PATIENCE_SECONDS = 40.0
# Without digits, which are masked, and without a to f: 16 of those in a row are masked as a code.
_ALPHABET = "ghijklmnopqrstuvwxyz"


class Cut(ConnectionError):
    """The connection ended before an answer was complete."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as a value."""
        return json.loads(self.body)


def letters(number: int) -> str:
    """A number in letters, so that a path keeps it."""
    said = ""
    while True:
        number, digit = divmod(number, len(_ALPHABET))
        said = _ALPHABET[digit] + said
        if not number:
            return said


def request(port: int, path: str, body: bytes | None = None, token: str | None = None) -> bytes:
    """A GET, or a POST of what a page of the demo site sends."""
    page = f"http://127.0.0.1:{port}"
    head = f"host: 127.0.0.1:{port}\r\norigin: {page}\r\nuser-agent: {FIREFOX}\r\n"
    if token is not None:
        head += f"authorization: Consent {token}\r\n"
    if body is None:
        return f"GET {path} HTTP/1.1\r\n{head}\r\n".encode()
    length = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{head}{length}\r\n".encode() + body


def view(port: int, path: str, token: str | None = None) -> dict[str, str]:
    """A page view as the tracker sends it."""
    said = {"kind": "pageview", "url": f"http://127.0.0.1:{port}{path}"}
    return said if token is None else {**said, "token": token}


class Line:
    """An HTTP/1.1 connection to a port of this machine; `async with` opens and closes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        # Closing waits for what is still to be sent, and there are those who never take it.
        stuck = self._writer.transport.get_write_buffer_size() > 0
        (self._writer.transport.abort if stuck else self._writer.close)()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def get(self, path: str) -> Answer:
        """Ask for a page."""
        await self.send(request(self.port, path))
        return await self.hear()

    async def post(self, path: str, body: object, token: str | None = None) -> Answer:
        """Send a value as JSON. Raises Cut when the connection ends before the answer."""
        await self.send(request(self.port, path, json.dumps(body).encode(), token))
        return await self.hear()

    async def send(self, data: bytes) -> None:
        """Send bytes; returns when the system took them. Raises Cut."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as problem:
            raise Cut from problem

    async def hear(self) -> Answer:
        """The next answer. Raises Cut, and TimeoutError when none comes at all."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.rstrip().split("\r\n")
                pairs = (line.partition(": ") for line in lines)
                headers = {name.lower(): value for name, _, value in pairs}
                body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        except TimeoutError:
            raise
        except (OSError, EOFError) as problem:
            raise Cut from problem
        return Answer(int(first.split(" ")[1]), headers, body)

    async def ended(self) -> bytes:
        """Wait until the other side closes; what it said before that."""
        said = b""
        with contextlib.suppress(OSError):
            while chunk := await self._reader.read(65_536):
                said = (said + chunk)[-4096:]
        return said


async def notice_of(port: int) -> str:
    """The notice the demo site shows now."""
    async with Line(port) as line:
        listed = (await line.get("/demo/notices")).json()["notices"]
    return str(next(notice["id"] for notice in listed if notice["current"]))


def choice(notice: str, action: str, **more: object) -> dict[str, object]:
    """A click on a button of the banner's first layer."""
    said = dict.fromkeys(("analytics", "marketing"), action == "accept")
    return {"notice": notice, "action": action, "choices": said, "language": "nl", **more}


async def counted(port: int, name: str) -> float | None:
    """The sum of a counter on /metrics over its labels; None when there is no such counter."""
    async with Line(port) as line:
        text = (await line.get("/metrics")).body.decode()
    if f"# TYPE {name}" not in text:
        return None
    lines = [one for one in text.splitlines() if one.startswith(name)]
    return sum(float(one.rpartition(" ")[2]) for one in lines)
