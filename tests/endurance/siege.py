"""Clients that want to hold a server up: each opens with something, and then drips."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.endurance.talking import Cut, Line

_HEAD = b"host: x\r\nuser-agent: x\r\n"
_CHUNKED = _HEAD + b"transfer-encoding: chunked\r\n\r\n"
_LONG = _HEAD + b"content-length: 5000\r\n\r\n"
_KIB = b"%x\r\n" % 16_384 + b" " * 16_384 + b"\r\n"


@dataclass(frozen=True, slots=True)
class Attack:
    """Bytes to open with, bytes to send `every` so many seconds; none is silence."""

    opening: bytes
    drip: bytes
    every: float = 1.0

    async def last(self, port: int, most: float) -> float:
        """Seconds until the gateway ended it; `most` when it did not."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(most), Line(port) as line:
                hearing = asyncio.create_task(line.ended())
                try:
                    await self._go_on(line, hearing)
                finally:
                    hearing.cancel()
        except (TimeoutError, ConnectionError):
            pass  # it lasted as long as it was given; or was refused at the door
        return time.monotonic() - begun

    async def _go_on(self, line: Line, hearing: asyncio.Task[bytes]) -> None:
        try:
            if self.opening:
                await line.send(self.opening)
            while not hearing.done():
                await asyncio.wait([hearing], timeout=self.every)
                if self.drip:
                    await line.send(self.drip)
        except Cut:
            return


SLOW: Mapping[str, Attack] = {
    "silence": Attack(b"", b""),
    "head without an end": Attack(b"GET /healthz HTTP/1.1\r\nhost: x\r\n", b""),
    "slow request line": Attack(b"GET /", b"x"),
    "slow head": Attack(b"POST /demo/event HTTP/1.1\r\nx-slow: ", b"y"),
    "slow heads": Attack(b"POST /demo/event HTTP/1.1\r\n", b"x-slow: y\r\n"),
    "slow second head": Attack(b"GET /healthz HTTP/1.1\r\n" + _HEAD + b"\r\nGET /", b"x"),
    "no body": Attack(b"POST /demo/event HTTP/1.1\r\n" + _LONG, b""),
    "slow body": Attack(b"POST /demo/event HTTP/1.1\r\n" + _LONG, b" "),
    "slow choice": Attack(b"POST /demo/consent HTTP/1.1\r\n" + _LONG, b" "),
    "slow chunks": Attack(b"POST /demo/event HTTP/1.1\r\n" + _CHUNKED, b"1\r\n \r\n"),
    "slow body nobody reads": Attack(b"POST /healthz HTTP/1.1\r\n" + _LONG, b" "),
    "slow chunks to a page": Attack(b"GET /demo/banner.js HTTP/1.1\r\n" + _CHUNKED, b"1\r\n \r\n"),
}
FAST: Mapping[str, Attack] = {
    "endless head": Attack(b"GET / HTTP/1.1\r\n", b"x-y: " + b"z" * 8_000 + b"\r\n", 0.005),
    "endless word": Attack(b"GET / HTTP/1.1\r\nx-y: ", b"z" * 8_000, 0.005),
    "endless path": Attack(b"GET /", b"z" * 8_000, 0.005),
    "endless chunks": Attack(b"POST /demo/event HTTP/1.1\r\n" + _CHUNKED, _KIB, 0.005),
    "endless choice": Attack(b"POST /demo/consent HTTP/1.1\r\n" + _CHUNKED, _KIB, 0.005),
    "endless chunks to a page": Attack(b"GET /healthz HTTP/1.1\r\n" + _CHUNKED, _KIB, 0.005),
    "endless chunk head": Attack(
        b"POST /demo/event HTTP/1.1\r\n" + _CHUNKED + b"1;x=", b"y" * 8_000, 0.005
    ),
    "endless trailer": Attack(
        b"POST /demo/event HTTP/1.1\r\n" + _CHUNKED + b"0\r\n", b"x-y: z\r\n" * 1_000, 0.005
    ),
}
