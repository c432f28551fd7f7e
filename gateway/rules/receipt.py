"""The receipt of a consent: the code it is found by."""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter that is read as another."""
LENGTH = 12
"""Characters of a code: 60 bits, which nobody guesses over a network."""

_LOOKALIKES = str.maketrans("OIL", "011")


def code_of(key: bytes, site: str, consent_id: str) -> str:
    """The code of a consent, made from it by a key: it is not stored, and only who holds the
    consent or the key can know it."""
    value = hmac.digest(key, f"receipt\0{site}\0{consent_id}".encode(), "sha256")
    bits = int.from_bytes(value[:8], "big")
    return "".join(ALPHABET[bits >> 59 - 5 * place & 31] for place in range(LENGTH))


def shown(code: str) -> str:
    """As people read and type it: K7QM-2XWP-9TRD."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read(text: str) -> str | None:
    """The code somebody typed, or None when it cannot be one."""
    code = "".join(text.upper().split()).replace("-", "").translate(_LOOKALIKES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def digest_of(code: str) -> str:
    """What is kept to find a consent by its code."""
    return hashlib.sha256(code.encode()).hexdigest()
