"""What a new notice asks again: only purposes of which more is asked than was agreed to (R18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """What a consent to one purpose is given for: to whom, who gets data, in which wording."""

    controllers: frozenset[str]
    recipients: frozenset[str]
    revision: int

    def cover(self, more: Terms) -> bool:
        """Whether who agreed to these has agreed to those."""
        return (
            more.controllers <= self.controllers
            and more.recipients <= self.recipients
            and more.revision <= self.revision
        )

    def with_all_of(self, other: Terms) -> Terms:
        """Terms that cover both."""
        return Terms(
            self.controllers | other.controllers,
            self.recipients | other.recipients,
            max(self.revision, other.revision),
        )


def terms(content: Mapping[str, Any]) -> dict[str, Terms]:
    """Of every purpose a notice asks consent for, by its id."""
    controllers = _names(content["controllers"])
    return {
        # Notices from before there were revisions have none.
        one["id"]: Terms(controllers, _names(one["recipients"]), one.get("revision", 1))
        for one in content["purposes"]
        if one["basis"] == "consent"
    }


def outdated(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """The purposes the new content asks for that a consent under the old content does not cover.

    More is asked when the purpose, one of its recipients or a controller is new, or when the
    owner calls the change of wording material by raising its `revision`. Less never asks again:
    nobody is asked without need (R16).
    """
    return _uncovered(terms(old), terms(new))


def renewed(
    earlier: Sequence[Mapping[str, Terms]], last: Mapping[str, Terms]
) -> list[frozenset[str]]:
    """For each earlier notice, oldest first, the purposes of the last that a consent under it
    covers no more. What any notice in between asked more counts as well."""
    since = dict(last)
    found = []
    for one in reversed(earlier):
        found.append(_uncovered(one, {name: since[name] for name in last}))
        for name, said in one.items():
            since[name] = since[name].with_all_of(said) if name in since else said
    return found[::-1]


def _uncovered(old: Mapping[str, Terms], new: Mapping[str, Terms]) -> frozenset[str]:
    return frozenset(
        name for name, asked in new.items() if name not in old or not old[name].cover(asked)
    )


def _names(parties: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(party["name"] for party in parties)
