"""What the address of a page and its referrer are cut to, remembered."""

from __future__ import annotations

from msgspec import Struct

from gateway.recent import Recent
from gateway.rules.channels import source_at
from gateway.rules.records import Source
from gateway.rules.truncate import cut_host, cut_path

_MOST_KNOWN = 16_384


class Landing(Struct, frozen=True, gc=False):
    """Where a visitor is and came from, cut."""

    path: str
    source: Source


class Landings:
    """Cutting an address takes ten times as long as all else the gate does with an event; most
    addresses have been seen before."""

    def __init__(self, *, size: int = _MOST_KNOWN) -> None:
        # Keyed by hashes, so that neither memory nor a core dump holds a query string (P2).
        self._known: Recent[int, Landing] = Recent(size)
        self._hosts: Recent[int, str] = Recent(size)

    def of(self, site: str, url: str, referrer: str, own_hosts: frozenset[str]) -> Landing:
        """The path of `url`, and what it and the referrer say about the source."""
        key = hash((site, url, referrer))
        landing = self._known.get(key)
        if landing is None:
            host = self._host(referrer) if referrer else ""
            landing = Landing(cut_path(url), source_at(url, host, own_hosts))
            self._known.put(key, landing)
        return landing

    def _host(self, referrer: str) -> str:
        host = self._hosts.get(key := hash(referrer))
        if host is None:
            host = cut_host(referrer)
            self._hosts.put(key, host)
        return host
