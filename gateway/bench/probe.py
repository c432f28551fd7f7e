"""Looks at /healthz twenty times a second on a connection that is idle otherwise: what it waits is
how long the server was busy with something else.

`python -m gateway.bench.probe PORT` says "looking" with its first look behind it, looks until its
standard input ends and then prints what each look took, in seconds, shortest first. It is a process
of its own, for the load is busy too.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time

_PAUSE = 0.05
_ASKED = b"GET /healthz HTTP/1.1\r\nhost: gateway.example\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def connected(port: int) -> socket.socket:
    """A connection to a server on this machine."""
    peer = socket.create_connection(("127.0.0.1", port))
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def look(peer: socket.socket) -> float:
    """Ask once; how long the whole answer took. Raises OSError when there is none."""
    began = time.perf_counter()
    peer.sendall(_ASKED)
    heard = b""
    while True:
        head, found, body = heard.partition(b"\r\n\r\n")
        if found:
            length = _LENGTH.search(head)
            if length is None or len(body) >= int(length[1]):
                return time.perf_counter() - began
        more = peer.recv(65_536)
        if not more:
            raise ConnectionError("the server hung up")
        heard += more


def main(port: str) -> None:
    """Look until nobody listens."""
    with connected(int(port)) as peer:
        taken = [look(peer)]
        print("looking", flush=True)  # noqa: T201 - without it a short load is over before a look
        while not select.select([sys.stdin], [], [], _PAUSE)[0]:
            taken.append(look(peer))
    print(json.dumps(sorted(taken)))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
