"""What stands in front of our own code: bounds on a connection."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.serving import Served


def _talk(port: int, *parts: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=3) as client:
        said = b""
        try:
            for part in parts:
                client.sendall(part)
            while chunk := client.recv(65_536):
                said += chunk
        except (ConnectionError, TimeoutError):
            pass  # cut off, or nothing more to say
        return said


def test_a_head_without_end_is_cut_off_and_a_long_body_is_not(tmp_path: Path) -> None:
    start = b"POST /demo/event HTTP/1.1\r\nhost: x\r\n"
    with Served(tmp_path) as served:
        endless = [b"x-filler: " + b"y" * 60_000 + b"\r\n" for _ in range(20)]
        assert _talk(served.port, start, *endless, b"\r\n") == b""
        body = b"z" * 200_000
        long = start + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body) + body
        assert b" 413 " in _talk(served.port, long).partition(b"\r\n")[0]
        two = b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n" * 2
        assert _talk(served.port, two).count(b"200 OK") == 2
