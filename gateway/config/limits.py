"""`[limits]` of `gateway.toml`: how many requests a network and a site may make."""

from __future__ import annotations

import os
from typing import Annotated

from msgspec import Meta, Struct

from gateway.errors import ConfigError
from gateway.rules.bucket import Allowance, Rate

_PerSecond = Annotated[int, Meta(ge=0, le=1_000_000)]
_Burst = Annotated[int, Meta(ge=1, le=1_000_000)]
_PerHour = Annotated[int, Meta(ge=0, le=1_000_000)]
_HOUR = 3600
_WORKERS = "a number from 1, as `gateway serve --workers` sets it"


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Requests a second, where 0 is no limit, and at once after a quiet time."""

    events_per_network: _PerSecond = 100
    events_per_network_burst: _Burst = 1_000
    events_per_site: _PerSecond = 20_000
    events_per_site_burst: _Burst = 40_000
    choices_per_network: _PerSecond = 20
    choices_per_network_burst: _Burst = 400
    choices_per_site: _PerSecond = 2_000
    choices_per_site_burst: _Burst = 4_000
    queries_per_key_hour: _PerHour = 600

    @property
    def events(self) -> Allowance:
        """For `/{site}/event` and `/{site}/shown`."""
        return Allowance(
            Rate(self.events_per_network, self.events_per_network_burst),
            Rate(self.events_per_site, self.events_per_site_burst),
        )

    @property
    def choices(self) -> Allowance:
        """For every route that takes a visitor's choice, and for looks at a receipt."""
        return Allowance(
            Rate(self.choices_per_network, self.choices_per_network_burst),
            Rate(self.choices_per_site, self.choices_per_site_burst),
        )

    @property
    def queries(self) -> Rate:
        """For each key of a program."""
        return Rate(self.queries_per_key_hour / _HOUR, max(1, self.queries_per_key_hour))


def check_limits(file: str, limits: Limits) -> None:
    """That no network can use up alone what a site has for everybody. Raises ConfigError."""
    for name, allowed in (("events", limits.events), ("choices", limits.choices)):
        network, site = allowed.network, allowed.site
        if not network.per_second or not site.per_second:
            continue
        for key, one, all_of_them in (
            (f"{name}_per_network", network.per_second, site.per_second),
            (f"{name}_per_network_burst", network.burst, site.burst),
        ):
            if 2 * one > all_of_them:
                whole = key.replace("network", "site")
                wanted = f"at most half of limits.{whole}: one network is not to use it up"
                raise ConfigError(file, f"limits.{key}", one, wanted)


def workers_of_environment() -> int:
    """How many processes share the limits. Raises ConfigError."""
    text = os.environ.get("GATEWAY_WORKERS") or "1"
    if not text.isdecimal() or not int(text):
        raise ConfigError("the environment", "GATEWAY_WORKERS", text, _WORKERS)
    return int(text)
