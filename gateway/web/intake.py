"""What becomes of requests with events, through whichever door they came: let in or not, put into
the queue, and answered when all of it is on disk.

Requests are taken together, all that came in one turn of the event loop, one step after the other:
the same few functions run over all of them, which the processor does in half the time it takes to
run through everything for each.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from gateway.buffer import Buffer
from gateway.errors import BusyError
from gateway.metrics import Metrics
from gateway.pipeline import Judged, Lookups, Policy, Request, admit_all
from gateway.rules.beacon import LARGEST_BODY
from gateway.rules.records import Drop, Event
from gateway.web.asked import Asked, Heads, asked_of
from gateway.web.guard import vouched
from gateway.web.limits import Limits
from gateway.web.problem import Problem, TooMany, bad_body, busy, too_large
from gateway.web.wire import Head, Networks

ONE_KEPT = b'{"kept":1,"dropped":{}}'
"""What nearly every request is answered with."""

_TOGETHER = 1_000
"""Items that are put into the queue as one, and so committed or refused as one: of fifty lists that
came at once either all found room or none did, and one commit had all of them."""
_REASONS = {
    400: "bad_body",
    403: "wrong_origin",
    413: "too_large",
    429: "too_many",
    503: "busy",
}


@dataclass(frozen=True, slots=True)
class Gate:
    """One site's door: its policy and the origins its pages are served from."""

    policy: Policy
    origins: frozenset[str]


class Post(Protocol):
    """A request with events, whole."""

    @property
    def gate(self) -> Gate: ...
    @property
    def body(self) -> bytes: ...
    @property
    def mark(self) -> bytes | None:
        """Of its head, if that may be remembered."""
        ...

    @property
    def known(self) -> Asked | None:
        """What its head comes to, if that is remembered."""
        ...

    def head(self) -> Head: ...
    def answer(self, asked: Asked, what: bytes | Problem) -> None:
        """Called once, when all of it is on disk: with the body of a 202, or with the problem why
        nothing was stored."""
        ...


class Intake:
    """One for a process."""

    def __init__(
        self,
        gates: Mapping[str, Gate],
        lookup: Lookups,
        buffer: Buffer[Judged, Drop | None],
        limits: Limits,
        metrics: Metrics,
        trusted: Networks,
    ) -> None:
        self.gates = gates
        self.trusted = trusted
        self.heads = Heads()
        self._lookup = lookup
        self._buffer = buffer
        self._limits = limits
        self._metrics = metrics
        self._turn: list[Post] = []

    def take(self, post: Post) -> None:
        """Take a request with all others of this turn of the loop."""
        if not self._turn:
            asyncio.get_running_loop().call_soon(self._take_all)
        self._turn.append(post)

    def refused(self, problem: Problem) -> Problem:
        """Count it."""
        self._metrics.refused(_REASONS[problem.status])
        return problem

    def _take_all(self) -> None:
        posts, self._turn = self._turn, []
        began, now = time.monotonic(), int(time.time())
        read = [(post, post.known or self._read(post)) for post in posts]
        passed = [
            (post, asked)
            for post, asked in read
            if asked is not None and self._passes(post, asked, began)
        ]
        requests = [Request(post.body, asked.signals, post.gate.policy) for post, asked in passed]
        judged = admit_all(requests, self._lookup, now)
        taken: list[tuple[Post, Asked, Sequence[Judged]]] = []
        size = 0
        for (post, asked), items in zip(passed, judged, strict=True):
            if isinstance(items, ValueError):
                self._refuse(post, asked, bad_body(str(items)))
                continue
            if taken and size + len(items) > _TOGETHER:
                self._store(taken, began)
                taken, size = [], 0
            taken.append((post, asked, items))
            size += len(items)
            if post.mark and isinstance(event := items[0], Event):
                self.heads.put(post.mark, asked.by(event.device))
        if taken:
            self._store(taken, began)

    def _store(self, taken: Sequence[tuple[Post, Asked, Sequence[Judged]]], began: float) -> None:
        def told(outcomes: Sequence[Drop | None] | BusyError) -> None:
            if isinstance(outcomes, BusyError):
                for post, asked, _ in taken:
                    self._refuse(post, asked, busy(outcomes.retry_after))
                return
            self._metrics.answered(time.monotonic() - began, len(taken))
            start = 0
            for post, asked, items in taken:
                end = start + len(items)
                post.answer(asked, _said(outcomes[start:end]))
                start = end

        try:
            self._buffer.add([item for _, _, items in taken for item in items], told)
        except BusyError as problem:
            told(problem)

    def _read(self, post: Post) -> Asked | None:
        head, origins = post.head(), post.gate.origins
        try:
            return asked_of(vouched(head, origins), origins)
        except Problem as problem:
            self._refuse(post, asked_of(head, origins), problem)
            return None

    def _passes(self, post: Post, asked: Asked, now: float) -> bool:
        if len(post.body) > LARGEST_BODY:
            self._refuse(post, asked, too_large(LARGEST_BODY))
            return False
        if wait := self._limits.event(post.gate.policy.site, asked.counted, now):
            self._refuse(post, asked, TooMany(wait))
            return False
        return True

    def _refuse(self, post: Post, asked: Asked, problem: Problem) -> None:
        post.answer(asked, self.refused(problem))


def _said(outcomes: Sequence[Drop | None]) -> bytes:
    if len(outcomes) == 1 and outcomes[0] is None:
        return ONE_KEPT
    dropped = Counter(outcome.value for outcome in outcomes if outcome is not None)
    return msgspec.json.encode({"kept": len(outcomes) - dropped.total(), "dropped": dropped})
