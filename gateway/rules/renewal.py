"""What a new notice asks again: only purposes of which more is asked than was agreed to (R18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def outdated(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """The purposes the new content asks for that a consent under the old content does not cover.

    More is asked when the purpose, one of its recipients or a controller is new, or when the
    owner calls the change of wording material by raising its `revision`. Less never asks again:
    nobody is asked without need (R16).
    """
    if _names(new["controllers"]) - _names(old["controllers"]):
        return frozenset(_asked(new))
    before = _asked(old)
    return frozenset(
        name
        for name, purpose in _asked(new).items()
        if name not in before or _asks_more(before[name], purpose)
    )


def _asked(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in content["purposes"] if one["basis"] == "consent"}


def _asks_more(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    # Notices from before there were revisions have none.
    return (
        bool(_names(new["recipients"]) - _names(old["recipients"]))
        or new.get("revision", 1) > old.get("revision", 1)
    )  # fmt: skip


def _names(parties: list[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(party["name"] for party in parties)
