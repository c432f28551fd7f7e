"""The dictionary of strings: each is stored once and named by its number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from gateway.recent import Recent

_MOST_KNOWN = 32_768
"""With strangers 4 MB."""

_LAST = "SELECT max(id) FROM words"
# With numbers of their own choice: when all of them were new, nobody needs to ask for them.
_ADD = """
INSERT INTO words (id, text) SELECT ? + key, value FROM json_each(?) WHERE true
ON CONFLICT (text) DO NOTHING"""
# One row with everything in it: each row of an answer gives the interpreter's lock away and takes
# it back, which on a busy core costs more than the look-up.
_FIND = """
SELECT json_group_object(text, id) FROM words WHERE text IN (SELECT value FROM json_each(?))"""


class Words:
    """Numbers of strings, remembered for those a committed transaction has seen."""

    def __init__(self) -> None:
        self._known: Recent[str, int] = Recent(_MOST_KNOWN)
        self._known.put("", 0)

    def encode(
        self, db: sqlite3.Connection, rows: Sequence[Sequence[str]]
    ) -> tuple[list[tuple[int, ...]], Mapping[str, int]]:
        """The rows with numbers for texts, and the numbers that are new to this memory.

        A number learnt in a transaction that is rolled back does not exist: so `confirm` is called
        with the new ones, and only after the commit.
        """
        number = self._known.young.__getitem__
        try:
            return [tuple(map(number, texts)) for texts in rows], {}
        except KeyError:
            texts = set().union(*rows)
        numbers = {text: known for text in texts if (known := self._known.get(text)) is not None}
        learnt = _learn(db, list(texts.difference(numbers)))
        numbers |= learnt
        return [tuple(map(numbers.__getitem__, texts)) for texts in rows], learnt

    def confirm(self, learnt: Mapping[str, int]) -> None:
        """Remember numbers that are committed."""
        for text, number in learnt.items():
            self._known.put(text, number)


def _learn(db: sqlite3.Connection, texts: Sequence[str]) -> dict[str, int]:
    """The numbers of texts, with new ones for those that have none yet."""
    if not texts:
        return {}
    new = json.dumps(texts)
    [(last,)] = db.execute(_LAST)
    if db.execute(_ADD, (last + 1, new)).rowcount == len(texts):
        return {text: last + 1 + place for place, text in enumerate(texts)}
    [(said,)] = db.execute(_FIND, (new,))
    numbers: dict[str, int] = json.loads(said)
    return numbers
