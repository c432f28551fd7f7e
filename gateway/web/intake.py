"""What becomes of a request with events, through whichever door it came: let in or not, put into
the queue, and answered when all of it is on disk."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gateway.buffer import Buffer
from gateway.errors import BusyError
from gateway.metrics import Metrics
from gateway.pipeline import Lookups, Policy, admit_all
from gateway.rules.beacon import LARGEST_BODY
from gateway.rules.records import Drop, Dropped, Event
from gateway.web.guard import vouched
from gateway.web.limits import Limits
from gateway.web.problem import Problem, TooMany, bad_body, busy, too_large
from gateway.web.wire import Head, Networks, signals

_REASONS = {
    400: "bad_body",
    403: "wrong_origin",
    413: "too_large",
    429: "too_many",
    503: "busy",
}
_ONE_KEPT = b'{"kept":1,"dropped":{}}'


@dataclass(frozen=True, slots=True)
class Gate:
    """One site's door: its policy and the origins its pages are served from."""

    policy: Policy
    origins: frozenset[str]


class Intake:
    """One for a process."""

    def __init__(
        self,
        gates: Mapping[str, Gate],
        lookup: Lookups,
        buffer: Buffer[Event | Dropped, Drop | None],
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

    def take(
        self, gate: Gate, asked: Head, body: bytes, answer: Callable[[bytes | Problem], None]
    ) -> None:
        """Judge a request and queue its items. `answer` is called once, when all are on disk: with
        the body of a 202, or with the problem why nothing was stored.

        Raises Problem for what is refused at once: then `answer` is not called.
        """
        began = time.monotonic()

        def told(outcomes: Sequence[Drop | None] | BusyError) -> None:
            if isinstance(outcomes, BusyError):
                answer(self.refused(busy(outcomes.retry_after)))
            else:
                self._metrics.answered(time.monotonic() - began)
                answer(_said(outcomes))

        try:
            self._buffer.add(self._admitted(gate, asked, body, began), told)
        except Problem as problem:
            raise self.refused(problem) from None
        except BusyError as problem:
            raise self.refused(busy(problem.retry_after)) from None

    def refused(self, problem: Problem) -> Problem:
        """Count it."""
        self._metrics.refused(_REASONS[problem.status])
        return problem

    def _admitted(
        self, gate: Gate, asked: Head, body: bytes, now: float
    ) -> Sequence[Event | Dropped]:
        asked = vouched(asked, gate.origins)
        site = gate.policy.site
        if wait := self._limits.event(site, None if asked.trusted else asked.network, now):
            raise TooMany(wait)
        if len(body) > LARGEST_BODY:
            raise too_large(LARGEST_BODY)
        try:
            return admit_all(signals(asked, body), gate.policy, self._lookup, int(time.time()))
        except ValueError as problem:
            raise bad_body(str(problem)) from None


def _said(outcomes: Sequence[Drop | None]) -> bytes:
    if len(outcomes) == 1 and outcomes[0] is None:
        return _ONE_KEPT
    dropped = Counter(outcome.value for outcome in outcomes if outcome is not None)
    return msgspec.json.encode({"kept": len(outcomes) - dropped.total(), "dropped": dropped})
