"""By what visits and events can be told apart, and where each of it stands.

Values go by the numbers of their words in the store. `Named` gives those that occur dense numbers
of their own, so that counting them is an array and not a search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from gateway.rules.figures import segment as s
from gateway.rules.figures.frame import Frame
from gateway.rules.figures.segment import Column, Columns
from gateway.rules.figures.values import Keys, Values, each_key

GROUPS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "source": (
            *("referrer", "channel"),
            *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
        ),
        "place": ("country", "region", "owner"),
        "device": ("browser", "browser_major", "system", "kind", "screen", "language"),
    }
)
"""What a visit names by one number, and the words in it."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Where the values of a dimension stand."""

    of: Literal["visit", "event"]
    column: str
    words: tuple[str, ...] = ()  # of the group the column names; several make one value
    kinds: tuple[int, ...] = ()  # of events that have it


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        "page": Dimension("event", "path"),
        "event": Dimension("event", "name", kinds=(s.EVENT,)),
        "outbound": Dimension("event", "name", kinds=(s.OUTBOUND,)),
        "download": Dimension("event", "name", kinds=(s.DOWNLOAD,)),
        "upload": Dimension("event", "name", kinds=(s.UPLOAD,)),
        "form": Dimension("event", "path", kinds=(s.FORM,)),
        "missing": Dimension("event", "path", kinds=(s.MISSING,)),
        "entry_page": Dimension("visit", "entry"),
        "exit_page": Dimension("visit", "exit"),
        "referrer": Dimension("visit", "source", ("referrer",)),
        "channel": Dimension("visit", "source", ("channel",)),
        "utm_source": Dimension("visit", "source", ("utm_source",)),
        "utm_medium": Dimension("visit", "source", ("utm_medium",)),
        "utm_campaign": Dimension("visit", "source", ("utm_campaign",)),
        "utm_content": Dimension("visit", "source", ("utm_content",)),
        "utm_term": Dimension("visit", "source", ("utm_term",)),
        "country": Dimension("visit", "place", ("country",)),
        "region": Dimension("visit", "place", ("country", "region")),
        "owner": Dimension("visit", "place", ("owner",)),
        "browser": Dimension("visit", "device", ("browser",)),
        "browser_version": Dimension("visit", "device", ("browser", "browser_major")),
        "system": Dimension("visit", "device", ("system",)),
        "device": Dimension("visit", "device", ("kind",)),
        "screen": Dimension("visit", "device", ("screen",)),
        "language": Dimension("visit", "device", ("language",)),
        "returning": Dimension("visit", "before"),
    }
)
"""All but times and `property:<name>`."""

PROPERTY = "property:"
RETURNING = ("new", "returning")
"""The texts of that dimension: it has no words in the store."""


@dataclass(frozen=True, slots=True)
class Named:
    """The values of a dimension, and for each the numbers of the words its text is made of."""

    values: Values
    words: Sequence[tuple[int, ...]]


def needed(dimension: str) -> tuple[frozenset[str], frozenset[str]]:
    """The columns of visits and of events that a dimension is read from."""
    if dimension.startswith(PROPERTY):
        return frozenset(), frozenset(("props",))
    where = DIMENSIONS[dimension]
    if where.of == "visit":
        return frozenset((where.column,)), frozenset()
    return frozenset(), frozenset((where.column, "path", "again"))


def named(frame: Frame, dimension: str, book: Columns) -> Named:
    """The values of a dimension in a frame. `book` has the words of each group: an array by the
    number of the group, for each word there is."""
    visits, events = frame.segment.visits, frame.segment.events
    if dimension.startswith(PROPERTY):
        return _dense("props", True, events["props"])
    where = DIMENSIONS[dimension]
    if dimension == "returning":
        back = (visits["before"] > 0).astype(np.intp)
        return Named(each_key(Keys("returning", False, back, 2)), [(0,), (1,)])
    if where.words:
        groups = _dense(where.column, False, visits[where.column])
        return _by_group(groups, [book[word] for word in where.words])
    if where.of == "visit":
        return _dense(where.column, False, visits[where.column])
    if not where.kinds:
        return _dense("path", True, events["path"], by_path=True)
    mine = np.flatnonzero(np.isin(events["kind"], where.kinds))
    found = _dense(dimension, True, events[where.column][mine])
    codes = np.full(len(events["kind"]), -1, np.intp)
    codes[mine] = found.values.keys.codes
    keys = Keys(dimension, True, codes, found.values.amount)
    return Named(each_key(keys), found.words)


def _dense(name: str, of_events: bool, column: Column, *, by_path: bool = False) -> Named:
    there = np.zeros(int(column.max(initial=0)) + 1, bool)
    there[column] = True
    words = np.flatnonzero(there)
    codes = (np.cumsum(there) - 1)[column]
    keys = Keys(name, of_events, codes, len(words), by_path)
    return Named(each_key(keys), [(int(word),) for word in words])


def _by_group(groups: Named, words: Sequence[Column]) -> Named:
    """Groups are few: their values are told apart once, and not visit by visit."""
    numbers = np.array([number for (number,) in groups.words], np.intp)
    table = np.stack([column[numbers].astype(np.int64) for column in words], axis=1)
    different, of_key = np.unique(table, axis=0, return_inverse=True)
    texts = [tuple(int(word) for word in row) for row in different]
    return Named(Values(groups.values.keys, of_key.reshape(-1), len(texts)), texts)


def renamed(one: Named, texts: Sequence[str | None], name: str) -> tuple[Values, Sequence[str]]:
    """Values told apart by their texts instead, where several words have the same. None: no value
    at all."""
    kept = sorted({text for text in texts if text is not None})
    number = {text: n for n, text in enumerate(kept)}
    codes = np.array([-1 if text is None else number[text] for text in texts], np.intp)
    of_old = one.values.keys
    keys = Keys(name, of_old.of_events, np.append(codes, -1)[of_old.codes], len(kept))
    return each_key(keys), kept
