"""Networks that made-up visitors come from, as the gate sees them, and the places that are made up
for them where no database knows one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache

from gateway.pipeline import Lookups
from gateway.rehearsal.chance import Odds
from gateway.rules.records import Device, Place

_NORTH = ("GR", "GR", "GR", "DR", "DR", "FR", "FR", "OV")
_ALL = (*_NORTH, "OV", "GE", "UT", "NH", "ZH", "NB")
_MOST_NETWORKS = 60
"""Of one provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs networks that begin alike: two parts of an IPv4 or IPv6 address."""

    begin: str
    owner: str
    country: str
    regions: tuple[str, ...]

    def network(self, number: int) -> str:
        """One of its networks, cut as the gate cuts them."""
        if ":" in self.begin:
            return f"{self.begin}:{number:x}::/48"
        return f"{self.begin}.{number}.0/24"


_PROVIDERS = (
    (Provider("77.160", "KPN", "NL", _ALL), 20),
    (Provider("2a02:a45a", "KPN", "NL", _ALL), 8),
    (Provider("84.24", "Ziggo", "NL", _ALL), 20),
    (Provider("2001:1c04", "Ziggo", "NL", _ALL), 7),
    (Provider("213.127", "Odido", "NL", _NORTH), 9),
    (Provider("145.97", "SURF", "NL", ("GR",)), 5),
    (Provider("86.80", "Delta Fiber", "NL", ("DR", "OV", "FR")), 6),
    (Provider("62.45", "Ziekenhuis Voorbeeld", "NL", ("GR",)), 1.6),
    (Provider("82.94", "Gemeente Voorbeeld", "NL", ("DR",)), 1.4),
    (Provider("81.240", "Proximus", "BE", ("VLG", "BRU")), 3),
    (Provider("87.128", "Deutsche Telekom", "DE", ("NI", "NW")), 4),
    (Provider("83.0", "Orange Polska", "PL", ("MZ", "WP")), 2.5),
    (Provider("86.120", "Digi", "RO", ("B",)), 1.2),
    (Provider("46.118", "Kyivstar", "UA", ("30",)), 0.7),
    (Provider("81.32", "Telefónica", "ES", ("MD",)), 0.6),
)
_MOBILE = (
    (Provider("188.207", "KPN Mobile", "NL", _ALL), 40),
    (Provider("188.206", "VodafoneZiggo Mobile", "NL", _ALL), 33),
    (Provider("178.224", "Odido Mobile", "NL", _ALL), 27),
)
_AT_HOME, _ON_THE_WAY = Odds.of(_PROVIDERS), Odds.of(_MOBILE)
_BY_BEGIN = {one.begin: one for one, _ in (*_PROVIDERS, *_MOBILE)}


def at_home(dice: random.Random) -> tuple[str, str]:
    """A network with a line to a house, and its country."""
    provider = _AT_HOME.draw(dice)
    return _network(dice, provider), provider.country


def on_the_way(dice: random.Random) -> str:
    """A network of a Dutch mobile operator."""
    return _network(dice, _ON_THE_WAY.draw(dice))


def _network(dice: random.Random, provider: Provider) -> str:
    # A few of them hold most people, as anywhere.
    return provider.network(1 + int(_MOST_NETWORKS * dice.random() ** 2))


@lru_cache(maxsize=4_096)
def made_up(network: str) -> Place:
    """The place of one of these networks; nowhere, for any other."""
    parts = network.replace(":", ".").split(".")
    provider = _BY_BEGIN.get(".".join(parts[:2])) or _BY_BEGIN.get(":".join(parts[:2]))
    if provider is None:
        return Place("", "", "")
    number = int(parts[2], 16 if ":" in network else 10)
    return Place(provider.country, provider.regions[number % len(provider.regions)], provider.owner)


@dataclass(frozen=True, slots=True)
class Atlas:
    """The gate's own look-ups. What databases are silent about is made up, like who comes: else a
    demo without them would have no countries, regions and networks to show."""

    known: Lookups

    def device(self, user_agent: str) -> Device:
        return self.known.device(user_agent)

    def place(self, network: str) -> Place:
        found, told = self.known.place(network), made_up(network)
        if found.country not in ("", told.country):
            return found
        return Place(
            found.country or told.country,
            found.region or told.region,
            found.owner or told.owner,
        )
