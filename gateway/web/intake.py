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
from gateway.rules.records import Drop
from gateway.web.guard import vouched
from gateway.web.limits import Limits, counted
from gateway.web.problem import Problem, TooMany, bad_body, busy, too_large
from gateway.web.wire import Head, Networks, signals

ONE_KEPT = b'{"kept":1,"dropped":{}}'
"""What nearly every request is answered with."""

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
    def head(self) -> Head: ...
    def answer(self, asked: Head, what: bytes | Problem) -> None:
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
        heads = [(post, post.head()) for post in posts]
        passed = [
            (post, head)
            for post, asked in heads
            if (head := self._passed(post, asked, began)) is not None
        ]
        requests = [Request(signals(head, post.body), post.gate.policy) for post, head in passed]
        judged = admit_all(requests, self._lookup, now)
        taken = []
        for (post, head), items in zip(passed, judged, strict=True):
            if isinstance(items, ValueError):
                self._refuse(post, head, bad_body(str(items)))
            else:
                taken.append((post, head, items))
        if taken:
            self._store(taken, began)

    def _store(self, taken: Sequence[tuple[Post, Head, Sequence[Judged]]], began: float) -> None:
        def told(outcomes: Sequence[Drop | None] | BusyError) -> None:
            if isinstance(outcomes, BusyError):
                for post, asked, _ in taken:
                    self._refuse(post, asked, busy(outcomes.retry_after))
                return
            took = time.monotonic() - began
            start = 0
            for post, asked, items in taken:
                end = start + len(items)
                self._metrics.answered(took)
                post.answer(asked, _said(outcomes[start:end]))
                start = end

        try:
            self._buffer.add([item for _, _, items in taken for item in items], told)
        except BusyError as problem:
            told(problem)

    def _passed(self, post: Post, asked: Head, now: float) -> Head | None:
        try:
            asked = vouched(asked, post.gate.origins)
        except Problem as problem:
            self._refuse(post, asked, problem)
            return None
        if len(post.body) > LARGEST_BODY:
            self._refuse(post, asked, too_large(LARGEST_BODY))
            return None
        if wait := self._limits.event(post.gate.policy.site, counted(asked), now):
            self._refuse(post, asked, TooMany(wait))
            return None
        return asked

    def _refuse(self, post: Post, asked: Head, problem: Problem) -> None:
        post.answer(asked, self.refused(problem))


def _said(outcomes: Sequence[Drop | None]) -> bytes:
    if len(outcomes) == 1 and outcomes[0] is None:
        return ONE_KEPT
    dropped = Counter(outcome.value for outcome in outcomes if outcome is not None)
    return msgspec.json.encode({"kept": len(outcomes) - dropped.total(), "dropped": dropped})
