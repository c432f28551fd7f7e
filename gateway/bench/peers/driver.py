"""What a driver of a peer is, and how long a peer is waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.bench.process import Server

SETTLE = 30.0
"""Seconds that a peer has to store what it answered."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page that is seen, before any peer's format."""

    address: str
    agent: str
    language: str
    path: str
    referrer: str


class Peer(Protocol):
    """One driver."""

    name: str
    wanted: bytes
    """The status with which it answers a visit it takes."""

    def missing(self) -> str:
        """What it lacks to be measured here, in words; "" for nothing."""
        ...

    def start(self, folder: Path, core: int | None) -> Server:
        """Set it up in an empty folder; its server, which is not started before it is entered."""
        ...

    def said(self, visits: Iterator[Visit]) -> Iterator[bytes]:
        """The visits as requests on the wire."""
        ...

    def stored(self, folder: Path) -> int:
        """How many visits are in its database."""
        ...


class Caller:
    """Whoever makes the visits, over one connection."""

    def __init__(self, peer: str, said: Iterator[bytes]) -> None:
        self.site = peer
        self._said = said

    def speak(self) -> bytes:
        """The next visit."""
        return next(self._said, b"")

    def hear(self, _: bytes) -> int:
        """An answer is about one visit, whether it is stored or not."""
        return 1


def settled(peer: Peer, folder: Path, answered: int, patience: float = SETTLE) -> int:
    """How many visits a peer has stored, once it has all that it answered or had its time."""
    deadline = time.monotonic() + patience
    while (stored := peer.stored(folder)) < answered and time.monotonic() < deadline:
        time.sleep(0.2)
    return stored
