"""A bounded memory of answers. Bounded, because what is asked for comes from strangers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `size` answers in two halves: when the young is full it becomes the old, which goes.

    Nearly what an LRU cache keeps, in two plain dictionaries: a hit on the young half costs one
    look-up and writes nothing, so a reader in another thread needs no lock.
    """

    __slots__ = ("_half", "_old", "young")

    def __init__(self, size: int) -> None:
        self._half = max(1, size // 2)
        self.young: dict[K, V] = {}
        """To be read only, by who looks up many at once; what is not in it may still be known."""
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        found = self.young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        if len(self.young) >= self._half:
            self._old, self.young = self.young, {}
        self.young[key] = value

    def clear(self) -> None:
        """Forget all of it."""
        self.young, self._old = {}, {}

    def __len__(self) -> int:
        return len(self.young) + len(self._old)
