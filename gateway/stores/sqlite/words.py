"""The dictionary of strings: each is stored once and named by its number."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Mapping

import aiosqlite

_MOST_CACHED = 50_000


class Words:
    """Numbers of strings, remembered for those a committed transaction has seen.

    A number learnt in a transaction that is rolled back does not exist: so `confirm` is called
    only after the commit.
    """

    def __init__(self) -> None:
        self._cache: OrderedDict[str, int] = OrderedDict({"": 0})

    async def numbers(self, db: aiosqlite.Connection, texts: Collection[str]) -> dict[str, int]:
        """The number of each text, added to the dictionary where it is new."""
        known = {text: self._cache[text] for text in texts if text in self._cache}
        unknown = json.dumps([text for text in texts if text not in known])
        if unknown != "[]":
            await db.execute(
                "INSERT INTO words (text) SELECT value FROM json_each(?)"
                " WHERE true ON CONFLICT (text) DO NOTHING",
                (unknown,),
            )
            rows = await db.execute_fetchall(
                "SELECT text, id FROM words WHERE text IN (SELECT value FROM json_each(?))",
                (unknown,),
            )
            known.update((row[0], row[1]) for row in rows)
        return known

    def confirm(self, numbers: Mapping[str, int]) -> None:
        """Remember numbers that are committed."""
        for text, number in numbers.items():
            self._cache[text] = number
            self._cache.move_to_end(text)
        while len(self._cache) > _MOST_CACHED:
            self._cache.popitem(last=False)
