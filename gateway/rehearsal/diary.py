"""Who comes back, and when: the only thing a rehearsal remembers."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field

from gateway.rehearsal.answers import MEASURING, regret
from gateway.rehearsal.people import Person, returns
from gateway.rules.records import ConsentRecord

_WEEKEND = 0.45
"""Share of returns that are kept on a Saturday or a Sunday."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody whose consent stands, with the record and the token of it."""

    person: Person
    record: ConsentRecord
    token: str

    @property
    def measured(self) -> bool:
        """Whether the visits of this guest may be counted."""
        return self.record.choice.choices.get(MEASURING, False)


@dataclass(frozen=True, slots=True)
class Diary:
    """Days are ordinals of the site's own calendar; one that is asked for is forgotten."""

    _coming: dict[int, list[Guest]] = field(default_factory=lambda: defaultdict(list))
    _leaving: dict[int, list[Guest]] = field(default_factory=lambda: defaultdict(list))

    def note(self, dice: random.Random, guest: Guest, day: int) -> None:
        """Write down when a guest comes back and when, if ever, they withdraw. Who withdrew comes
        back as a stranger, if at all."""
        left = regret(dice)
        if left:
            self._leaving[day + left].append(guest)
        if not guest.measured:
            return
        for after in returns(dice, guest.person):
            if left and after >= left:
                break
            weekday = (day + after) % 7  # ordinal 1 was a Monday
            if weekday in range(1, 6) or dice.random() < _WEEKEND:
                self._coming[day + after].append(guest)

    def coming(self, day: int, end: int) -> list[Guest]:
        """Who comes back that day with a consent that lasts until `end`, in seconds since 1970."""
        return _lasting(self._coming.pop(day, []), end)

    def leaving(self, day: int, end: int) -> list[Guest]:
        """Who withdraws that day, of those whose consent lasts until `end`."""
        return _lasting(self._leaving.pop(day, []), end)


def _lasting(guests: list[Guest], end: int) -> list[Guest]:
    return [guest for guest in guests if guest.record.choice.valid_until > end]
