"""What a rehearsal plays on, what it plays with, and how much was played."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from gateway.pipeline import Lookups, Policy
from gateway.recorder import Recorder
from gateway.rehearsal.diary import Diary
from gateway.rehearsal.rhythm import Rhythm
from gateway.rules.notice import publish
from gateway.rules.records import Notice
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, EventStore

_LONG = 180
"""Days of a history in which the notice changes halfway."""
_MOVED_FROM = "Oude Voorbeeldstraat 8, 9712 AA Groningen"


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of the gateway a rehearsal plays on. `notices`, oldest first, are published."""

    site: Site
    notices: tuple[Notice, ...]
    policy: Policy
    lookup: Lookups
    consents: ConsentStore
    events: EventStore

    def notice_at(self, moment: int) -> Notice:
        """The notice that was shown then."""
        return [one for one in self.notices if one.first_published <= moment][-1]

    def moment(self, day: date, second: int = 0) -> int:
        """Seconds since 1970 UTC of a second on the site's own clock: on a day of 23 hours the
        evening is in the evening."""
        clock = time(second // 3_600, second // 60 % 60, second % 60)
        return int(datetime.combine(day, clock, self.site.zone).timestamp())


@dataclass(frozen=True, slots=True)
class Scene:
    """One playing: who comes, how often, and who they are found again by."""

    stage: Stage
    visitors: int
    rhythm: Rhythm
    dice: random.Random
    recorder: Recorder
    diary: Diary

    def moment(self, day: date) -> int:
        """Some moment of a day, at an hour when people come."""
        hour = self.rhythm.hours(day).draw(self.dice)
        return self.stage.moment(day, hour * 3_600 + self.dice.randrange(3_600))


@dataclass(frozen=True, slots=True)
class Played:
    """How many came, how many of them allowed measuring, and what was kept, by kind of event."""

    visitors: int = 0
    consented: int = 0
    dropped: int = 0
    events: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Played) -> Played:
        """Both together."""
        kinds = {**self.events, **other.events}
        return Played(
            self.visitors + other.visitors,
            self.consented + other.consented,
            self.dropped + other.dropped,
            {kind: self.events.get(kind, 0) + other.events.get(kind, 0) for kind in kinds},
        )


def notices_over(current: Notice, start: int, days: int) -> tuple[Notice, ...]:
    """The notices of a history that began at `start`, oldest first: the current one, and before it
    one with an earlier address of the company if the history is long. A new address asks nothing
    more of anybody, so what was agreed to holds."""
    said = json.loads(current.content)
    if days < _LONG:
        return (publish(said, start),)
    first, *others = said["controllers"]
    earlier = {**said, "controllers": [{**first, "address": _MOVED_FROM}, *others]}
    return publish(earlier, start), publish(said, start + days // 2 * 86_400)
