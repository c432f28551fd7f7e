"""What the head of a request with events comes to, and those that were met before.

A browser says the same of itself with every event, all but the length of the body; to read and cut
that anew costs as much as everything else that is done with an event.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from hashlib import sha256
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from gateway.recent import Recent
from gateway.rules.records import Device, Signals
from gateway.web.limits import counted
from gateway.web.wire import Head, signals

_MOST_KNOWN = 16_384
"""Some 800 bytes each, most of them the token, which is remembered once."""
_LENGTH = len("ontent-length: ")
_MOST_DIGITS = 6
_BEGINS = (b"\r\nc", b"\r\nC")


class Asked(Struct, frozen=True, gc=False):
    """A request's head, cut and judged."""

    signals: Signals
    origin: str | None  # whose page may read the answer
    counted: str | None  # the network it is counted for

    def by(self, device: Device) -> Asked:
        """The same for memory: with what its user agent was reduced to in the place of that."""
        return replace(self, signals=replace(self.signals, user_agent="", device=device))


def asked_of(head: Head, origins: Collection[str]) -> Asked:
    """What it comes to for a site that is served from there."""
    origin = head.origin if head.origin in origins else None
    return Asked(signals(head), origin, counted(head))


class Outline(NamedTuple):
    """A request that is whole: the mark of its head, and where and how long its body is."""

    mark: bytes
    start: int
    length: int


class Heads:
    """Heads by their mark, only of visitors whose consent was found good.

    A mark is a digest of the peer's address and of all that the head says but the length of the
    body, under a key that dies with the process: neither memory nor a core dump holds an address
    or a user agent (P2), and no head can be made that passes for another.
    """

    def __init__(self, *, size: int = _MOST_KNOWN) -> None:
        self._key = secrets.token_bytes(32)
        self._known: Recent[bytes, Asked] = Recent(size)
        self.get = self._known.get
        self.put = self._known.put

    def __len__(self) -> int:
        return len(self._known)

    def outline(self, peer: bytes, data: bytes) -> Outline | None:
        """Of one whole request with a body of a length that is told, and nothing after it. None of
        anything else: that has to be read."""
        start = data.find(b"\r\n\r\n") + 4
        at = data.find(b"ontent-length: ", 0, start)
        if at < 0:
            at = data.find(b"ontent-Length: ", 0, start)
        # The line itself: in the midst of another header it would say nothing about the body.
        if at < 0 or data[at - 3 : at] not in _BEGINS:
            return None
        at += _LENGTH
        end = data.find(b"\r", at, at + _MOST_DIGITS + 1)
        digits = data[at:end]
        if not digits.isdigit() or len(data) - start != (length := int(digits)):
            return None
        # Half the time of blake2b where the processor knows it, as nearly all do. The key in front
        # is enough: no digest is ever told, so there is none that somebody could add to.
        said = b"%s%s\n%s%s" % (self._key, peer, data[:at], data[end:start])
        return Outline(sha256(said).digest(), start, length)
