"""Columns of numbers as bytes, in as few as the numbers need.

One letter for the width, eight bytes for what is added to each number, then the numbers. A column
of zeros is nothing: most events have no name, no properties and no seconds.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import msgspec
import numpy as np

from gateway.rules.figures.segment import Column, Columns

_HEAD = struct.Struct("<cq")
_WIDTHS = tuple((letter, np.dtype(f"<{letter}")) for letter in ("u1", "u2", "u4", "u8"))
_LETTERS = {b"1": _WIDTHS[0][1], b"2": _WIDTHS[1][1], b"4": _WIDTHS[2][1], b"8": _WIDTHS[3][1]}


def packed(column: Column) -> bytes:
    """The bytes of a column."""
    if not len(column):
        return b""
    low, high = int(column.min()), int(column.max())
    if low == high == 0:
        return b""
    # Small numbers stay as they are: reading them is then no addition.
    base = 0 if low >= 0 and high < 2**16 else low
    letter, width = next(
        (one, dtype) for one, dtype in _LETTERS.items() if high - base <= np.iinfo(dtype).max
    )
    numbers = column.astype(np.int64) - base if base else column
    return _HEAD.pack(letter, base) + numbers.astype(width).tobytes()


def unpacked(data: bytes, amount: int) -> Column:
    """The numbers of a column with so many of them."""
    if not data:
        return np.zeros(amount, np.uint8)
    letter, base = _HEAD.unpack_from(data)
    numbers = np.frombuffer(data, _LETTERS[letter], offset=_HEAD.size)
    if not base:
        return numbers
    narrow = -(2**31) <= base < 2**30 and numbers.itemsize <= 2
    return numbers.astype(np.int32) + np.int32(base) if narrow else numbers.astype(np.int64) + base


def all_packed(visits: Columns, events: Columns) -> bytes:
    """Many columns as one value."""
    told = [len(visits["visit"]), len(events["kind"])]
    return msgspec.msgpack.encode(
        [told, *({name: packed(one) for name, one in part.items()} for part in (visits, events))]
    )


_parts = msgspec.msgpack.Decoder(tuple[tuple[int, int], dict[str, bytes], dict[str, bytes]])


def all_unpacked(data: bytes) -> tuple[Mapping[str, Column], Mapping[str, Column]]:
    """The columns of visits, and those of events."""
    (visits, events), of_visits, of_events = _parts.decode(data)
    return (
        {name: unpacked(one, visits) for name, one in of_visits.items()},
        {name: unpacked(one, events) for name, one in of_events.items()},
    )
