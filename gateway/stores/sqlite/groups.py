"""What occurs together in events: stored once and named by its number, as words are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from gateway.recent import Recent

_MOST_KNOWN = 16_384

K = TypeVar("K", bound=Hashable)


class Groups(Generic[K]):
    """Numbers of groups, remembered for those a committed transaction has seen."""

    def __init__(
        self, table: str, columns: Sequence[str], texts: Callable[[K], tuple[str, ...]]
    ) -> None:
        """`texts` are the words of a group, in the order of the columns. Names are our own."""
        self.texts = texts
        self._known: Recent[K, int] = Recent(_MOST_KNOWN)
        values = ", ".join(f"value ->> {place}" for place in range(len(columns)))
        match = " AND ".join(f"g.{name} = value ->> {place}" for place, name in enumerate(columns))
        self._last = f"SELECT coalesce(max(id), 0) FROM {table}"  # noqa: S608 - our own names
        self._add = f"""
            INSERT INTO {table} (id, {", ".join(columns)})
            SELECT ? + key, {values} FROM json_each(?) WHERE true ON CONFLICT DO NOTHING"""  # noqa: S608
        # One row: see `words`.
        self._find = f"""
            SELECT json_group_array(id) FROM (
                SELECT g.id FROM json_each(?) CROSS JOIN {table} g ON {match} ORDER BY key)"""  # noqa: S608

    def known(self, keys: Sequence[K]) -> Sequence[int | None]:
        """The numbers of groups; None for those that have to be learnt."""
        number = self._known.young.__getitem__
        try:
            return [*map(number, keys)]
        except KeyError:
            return [*map(self._known.get, keys)]

    def learn(
        self, db: sqlite3.Connection, keys: Sequence[K], words: Collection[tuple[int, ...]]
    ) -> dict[K, int]:
        """The numbers of groups of these words, with new ones for those that have none yet. As with
        words, `confirm` is called with them, and only after the commit."""
        if not keys:
            return {}
        rows = json.dumps(list(words))
        [(last,)] = db.execute(self._last)
        if db.execute(self._add, (last + 1, rows)).rowcount == len(keys):
            return {key: last + 1 + place for place, key in enumerate(keys)}
        [(said,)] = db.execute(self._find, (rows,))
        return dict(zip(keys, json.loads(said), strict=True))

    def confirm(self, learnt: Mapping[K, int]) -> None:
        """Remember numbers that are committed."""
        for key, number in learnt.items():
            self._known.put(key, number)
