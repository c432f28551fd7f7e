"""What the key of a program looks like: recognisable, so that who finds one in a repository or a
log knows what it is, and scanners for leaked secrets can be told."""

from __future__ import annotations

import base64
import hashlib
import re

_PREFIX = "gwk_"
BYTES = 32
"""Of randomness in a key."""
_KEY = re.compile(r"gwk_[A-Za-z0-9_-]{43}")


def key_of(randomness: bytes) -> str:
    """A key as it is shown, once."""
    return _PREFIX + base64.urlsafe_b64encode(randomness).decode().rstrip("=")


def is_key(text: str) -> bool:
    """Whether it can be one."""
    return _KEY.fullmatch(text) is not None


def digest_of_key(key: str) -> str:
    """What is kept of it. A plain digest and no argon2: that makes guessing slow where people chose
    the secret, and of 256 random bits nobody guesses one, however quickly."""
    return hashlib.sha256(key.encode()).hexdigest()
