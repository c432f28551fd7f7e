"""What a site owner wants visitors to do, and the steps that lead there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1, max_length=300)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Identifier = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]

On = Literal["page", "event", "form", "download", "outbound", "upload"]


class Goal(Struct, frozen=True, forbid_unknown_fields=True):
    """It is reached in a visit in which a page is viewed, an event told, a form sent, a file taken
    along or sent, or a link to another site followed, of one of these values; `*` in them stands
    for anything."""

    id: Identifier
    names: dict[Language, Name]
    on: On
    values: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=20)]

    def fits(self, text: str) -> bool:
        """Whether something of this value reaches it."""
        return any(_fits(value, text) for value in self.values)


class Funnel(Struct, frozen=True, forbid_unknown_fields=True):
    """Goals one after the other, in one visit."""

    id: Identifier
    names: dict[Language, Name]
    steps: Annotated[tuple[Identifier, ...], Meta(min_length=2, max_length=8)]


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not fit together: the key, its value, and what was wanted."""

    key: str
    value: object
    wanted: str


def problems(goals: Sequence[Goal], funnels: Sequence[Funnel]) -> Sequence[Problem]:
    """What no type can say."""
    found = [*_twice("goals", goals), *_twice("funnels", funnels)]
    ids = {goal.id for goal in goals}
    for number, funnel in enumerate(funnels):
        for step in funnel.steps:
            if step not in ids:
                known = ", ".join(sorted(ids)) or "none yet"
                found.append(Problem(f"funnels[{number}].steps", step, f"ids of goals: {known}"))
    return found


def _fits(value: str, text: str) -> bool:
    """Not by a regular expression: what visitors send must not keep a core busy."""
    first, *others = value.split("*")
    if not others:
        return text == first
    *middle, last = others
    place, end = len(first), len(text) - len(last)
    if end < place or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _twice(key: str, named: Sequence[Goal] | Sequence[Funnel]) -> list[Problem]:
    ids = [one.id for one in named]
    return [Problem(key, ids, "each id once")] if len(set(ids)) < len(ids) else []
