"""How a consent becomes a visitor: a keyed value, another one for each site."""

from __future__ import annotations

import hmac


def visitor_of(key: bytes, site: str, consent_id: str) -> int:
    """A signed 64-bit value that cannot be turned back without the key.

    The site is part of it, so that visitors of sister sites cannot be joined (P9).
    """
    value = hmac.digest(key, f"{site}\0{consent_id}".encode(), "sha256")
    return int.from_bytes(value[:8], "big", signed=True)
