"""How a consent becomes a visitor: a keyed value, another one for each site."""

from __future__ import annotations

import hmac
from functools import lru_cache


def visitor_of(key: bytes, site: str, consent_id: str) -> int:
    """A signed 64-bit value that cannot be turned back without the key.

    The site is part of it, so that visitors of sister sites cannot be joined (P9).
    """
    digest = _begun(key).copy()
    digest.update(f"{site}\0{consent_id}".encode())
    return int.from_bytes(digest.digest()[:8], "big", signed=True)


@lru_cache(maxsize=8)
def _begun(key: bytes) -> hmac.HMAC:
    # hmac.digest() gives the interpreter's lock away: see `token`.
    return hmac.new(key, digestmod="sha256")
