"""What the address of a page and its referrer are cut to, remembered."""

from __future__ import annotations

from msgspec import Struct

from gateway.recent import Recent
from gateway.rules.channels import NOWHERE, KnownSources, Referrer, referrer_of, source_at
from gateway.rules.records import Source
from gateway.rules.truncate import cut_path

_MOST_KNOWN = 16_384


class Landing(Struct, frozen=True, gc=False):
    """Where a visitor is and came from, cut."""

    path: str
    source: Source


class Landings:
    """Cutting an address takes ten times as long as all else the gate does with an event; most
    addresses have been seen before."""

    def __init__(self, known: KnownSources, *, size: int = _MOST_KNOWN) -> None:
        self._sources = known
        # Keyed by hashes, so that neither memory nor a core dump holds a query string (P2).
        self._known: Recent[int, Landing] = Recent(size)
        self._referrers: Recent[int, Referrer] = Recent(size)

    def of(self, site: str, url: str, referrer: str, own_hosts: frozenset[str]) -> Landing:
        """The path of `url`, and what it and the referrer say about the source."""
        key = hash((site, url, referrer))
        landing = self._known.get(key)
        if landing is None:
            source = source_at(url, self._referrer(referrer), own_hosts, self._sources)
            landing = Landing(cut_path(url), source)
            self._known.put(key, landing)
        return landing

    def is_spam(self, referrer: str, own_hosts: frozenset[str]) -> bool:
        """Whether a referrer is one of those that advertise themselves in statistics."""
        found = self._referrer(referrer)
        return found.is_spam and found.host not in own_hosts

    def _referrer(self, url: str) -> Referrer:
        if not url:
            return NOWHERE
        known = self._referrers.get(key := hash(url))
        if known is None:
            known = referrer_of(url, self._sources)
            self._referrers.put(key, known)
        return known
