"""The dictionary of strings: each is stored once and named by its number."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from gateway.recent import Recent

_MOST_KNOWN = 50_000

# One row with everything in it: each row of an answer gives the interpreter's lock away and takes
# it back, which on a busy core costs more than the look-up.
_ADD = """
INSERT INTO words (text) SELECT value FROM json_each(?) WHERE true ON CONFLICT (text) DO NOTHING"""
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
        encoded: list[tuple[int, ...] | None] = []
        unknown: set[str] = set()
        for texts in rows:
            try:
                encoded.append(tuple(map(number, texts)))
            except KeyError:
                encoded.append(None)
                unknown.update(texts)
        learnt = self._learn(db, unknown) if unknown else {}
        return [
            tuple(learnt[text] for text in texts) if row is None else row
            for row, texts in zip(encoded, rows, strict=True)
        ], learnt

    def confirm(self, learnt: Mapping[str, int]) -> None:
        """Remember numbers that are committed."""
        for text, number in learnt.items():
            self._known.put(text, number)

    def _learn(self, db: sqlite3.Connection, texts: set[str]) -> dict[str, int]:
        found = {text: self._known.get(text) for text in texts}
        learnt = {text: number for text, number in found.items() if number is not None}
        if len(learnt) < len(texts):
            new = json.dumps([text for text in texts if text not in learnt])
            db.execute(_ADD, (new,))
            [(said,)] = db.execute(_FIND, (new,))
            learnt.update(json.loads(said))
        return learnt
