"""Token buckets: how many requests may come at once, and how many a second after that.

Time is passed in, in seconds of any clock that never goes back. What is remembered is bounded,
because networks come from strangers; a bucket that was forgotten is a full one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

MOST_KEYS = 32_768
"""Buckets remembered at once, about 4 MB. Whoever wants his own forgotten must come from half as
many other networks first, and has no use for it then."""
_GRACE = 1e-3
"""Of a token: who waited as long as he was told is not sent away over a rounding error."""

_LONG_AGO = float("-inf")


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` requests a second on average, and `burst` at once after a quiet time. A rate of
    0 is no limit."""

    per_second: float
    burst: float

    def shared(self, by: int) -> Rate:
        """The part of each of `by` processes that count for themselves. One at once is the least:
        a bucket that holds less would never let anybody pass."""
        return Rate(self.per_second / by, max(1.0, self.burst / by))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one network may ask for, and what all of them together may ask of one site."""

    network: Rate
    site: Rate

    def shared(self, by: int) -> Allowance:
        """See `Rate.shared`."""
        return Allowance(self.network.shared(by), self.site.shared(by))


class Buckets:
    """A bucket for each key. Of each only one number is kept: the moment, counted in tokens, at
    which it will be full again. Counted so, every request adds exactly 1 and no error adds up.

    The keys lie in two halves: when the young is full, or as old as a bucket needs to fill, it
    becomes the old, which goes. So nobody who stopped asking is remembered for longer than twice
    that, once somebody else asks (GDPR Art. 5(1)(e)).
    """

    __slots__ = ("_burst", "_half", "_old", "_per_second", "_turning", "_young")

    def __init__(self, rate: Rate, most: int = MOST_KEYS) -> None:
        self._per_second = rate.per_second
        self._burst = rate.burst + _GRACE
        self._half = max(1, most // 2)
        self._turning = _LONG_AGO  # the moment at which the young half has its age
        self._young: dict[str, float] = {}
        self._old: dict[str, float] = {}

    def take(self, key: str, now: float) -> float:
        """Take a token: 0 when there was one, else the seconds until there will be, and nothing
        was taken."""
        if not self._per_second:
            return 0.0
        moment = now * self._per_second
        if moment >= self._turning:
            self._turn(moment)
        full = self._young.get(key)
        if full is None:
            full = self._recalled(key, moment)
        after = (full if full > moment else moment) + 1.0
        lacking = after - moment - self._burst
        if lacking > 0.0:
            return lacking / self._per_second
        self._young[key] = after
        return 0.0

    def _recalled(self, key: str, moment: float) -> float:
        """What the old half knows of a key. Young again even if it is refused now: else whoever
        goes on asking would be forgotten, and so let in."""
        known = self._old.get(key, _LONG_AGO)
        if len(self._young) >= self._half:
            self._turn(moment)
        self._young[key] = known
        return known

    def _turn(self, moment: float) -> None:
        # After a quiet time the young ones are full too.
        self._old = self._young if moment < self._turning + self._burst else {}
        self._young = {}
        self._turning = moment + self._burst

    def __len__(self) -> int:
        return len(self._young) + len(self._old)


class Turnstile:
    """Who may pass: first by network, then by site. So a flood from one network ends at its own
    bucket, and takes from a site's no more than that lets through."""

    __slots__ = ("_networks", "_sites")

    def __init__(self, allowance: Allowance, most: int = MOST_KEYS) -> None:
        self._networks = Buckets(allowance.network, most)
        self._sites = Buckets(allowance.site, most)

    def take(self, site: str, network: str | None, now: float) -> int:
        """0 for a request that may pass, else the whole seconds to wait, at least 1. A network of
        None is none to be held against anybody."""
        wait = 0.0 if network is None else self._networks.take(network, now)
        return ceil(wait or self._sites.take(site, now))
