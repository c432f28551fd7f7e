"""P2 in memory: a crash dump must not hold what was cut."""

from __future__ import annotations

import gc
from urllib.parse import urlsplit

from gateway.rules.channels import source_of
from gateway.rules.truncate import cut_host, cut_path
from gateway.sources import known_sources

URL = "https://site.example/dank?email=only-here@memory.example&bsn=123456782&n={}"


def _remembered() -> int:
    return int(getattr(urlsplit, "cache_info")().misses)  # noqa: B009 - unknown to the type stubs


def test_no_library_remembers_the_urls_it_was_given() -> None:
    """urlsplit keeps the last 128 it saw, with their query strings."""
    before, known = _remembered(), known_sources()
    for n in range(50):
        url = URL.format(n)
        cut_path(url)
        cut_host(url)
        source_of(url, url, frozenset(), known)
    assert _remembered() == before
    del url
    gc.collect()
    mark = "@".join(("only-here", "memory"))  # whole, it would be found among our own constants
    tuples = [one for one in gc.get_objects() if isinstance(one, tuple)]
    kept = [one for one in tuples if any(isinstance(it, str) and mark in it for it in one)]
    assert kept == []
