"""One byte string for one value, so that a digest can be made twice and compare.

The form is that of RFC 8785 for what we use: objects, arrays, strings, integers, booleans, null.
Floats are refused because two languages print them differently.
"""

from __future__ import annotations

import hashlib
from types import NoneType

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")
# Of exactly these types most values are; asking for them first makes the check three times as fast.
_PLAIN = frozenset((str, int, bool, NoneType))


def canonical(value: object) -> str:
    """The value as JSON with sorted keys and no spaces. Raises TypeError for a float, for a key
    that is no text and for what JSON has no word for; UnicodeEncodeError for half a character."""
    return _bytes(value).decode()


def digest(value: object) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits. Raises as `canonical` does."""
    return hashlib.sha256(_bytes(value)).hexdigest()


def _bytes(value: object) -> bytes:
    _refuse_others(value)
    return _ENCODER.encode(value)


def _refuse_others(value: object) -> None:
    # The encoder would write a float, and turn bytes, sets and dates into texts and lists.
    if type(value) in _PLAIN:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key that is no text has no canonical form: {key!r}")
            if type(item) not in _PLAIN:
                _refuse_others(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_others(item)
    elif not isinstance(value, str | int):
        raise TypeError(f"it has no canonical form: {value!r}")
