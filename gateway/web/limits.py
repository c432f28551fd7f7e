"""How much may be asked: of every network, and of every site.

Only cut networks are held, in memory only, and none is ever told: not in an answer, a log or a
metric (P2).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from gateway.rules.bucket import Allowance, Turnstile
from gateway.web.problem import TooMany
from gateway.web.wire import Head


class Limits:
    """One for a process. `workers` processes share what is allowed in equal parts."""

    def __init__(
        self,
        events: Allowance,
        choices: Allowance,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self._events = Turnstile(events.shared(workers))
        self._choices = Turnstile(choices.shared(workers))
        # Apart from the choices: who guesses codes must not keep others from a refusal (P7).
        self._codes = Turnstile(choices.shared(workers))

    def event(self, site: str, network: str | None, now: float) -> int:
        """0 for a request that may pass, else the whole seconds to wait. `now` is monotonic;
        `network` None stands for a trusted speaker, who is counted for the site only."""
        return self._events.take(site, network, now)

    def choice(self, site: str, network: str | None, now: float) -> int:
        """The same for a choice, whichever: a yes, a no and a withdrawal take from one bucket, so
        that none is harder than another (P7, GDPR Art. 7(3))."""
        return self._choices.take(site, network, now)

    def code(self, site: str, network: str | None, now: float) -> int:
        """The same for a look at what a secret code opens."""
        return self._codes.take(site, network, now)

    def check_event(self, site: str, asked: Head) -> None:
        """Raises Problem 429."""
        _check(self.event(site, counted(asked), self.clock()))

    def check_choice(self, site: str, asked: Head) -> None:
        """After the check of the origin: else another website could use up, by its visitors'
        browsers, the choices of their network. Raises Problem 429."""
        _check(self.choice(site, counted(asked), self.clock()))

    def check_code(self, site: str, asked: Head) -> None:
        """Raises Problem 429."""
        _check(self.code(site, counted(asked), self.clock()))


def counted(asked: Head) -> str | None:
    """The network a request is counted for. Of a trusted speaker none: behind a proxy that does not
    say for whom it speaks, all visitors would share one bucket."""
    return None if asked.trusted else asked.network


def _check(wait: int) -> None:
    if wait:
        raise TooMany(wait)
