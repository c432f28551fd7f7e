"""Playing: made-up visitors meet the same choices, tokens, pipeline and stores as real ones do.
Only the clock is passed in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain, groupby

import msgspec

from gateway.pipeline import Judged, Request, admit_all
from gateway.recorder import Recorder
from gateway.rehearsal import banner, ways
from gateway.rehearsal.diary import Diary, Guest
from gateway.rehearsal.journeys import Visit
from gateway.rehearsal.places import Atlas
from gateway.rehearsal.rhythm import Rhythm
from gateway.rehearsal.stage import Played, Scene, Stage
from gateway.rehearsal.ways import Way
from gateway.rules.moment import local_day
from gateway.rules.records import Event, Signals
from gateway.upkeep import expire

VISITORS = 130
"""That come on an average working day."""

_Sent = tuple[int, Request]
"""What a page sent, and when."""

_encode = msgspec.json.Encoder().encode


async def play(
    stage: Stage,
    *,
    days: int,
    until: int,
    visitors: int = VISITORS,
    seed: int = 1,
    told: Callable[[date, Played], None] = lambda _day, _played: None,
) -> Played:
    """Play the `days` days before the local day of `until` (seconds since 1970 UTC). After each,
    `told` hears of it and of all that was played so far. The same seed plays the same visitors."""
    last = local_day(until, stage.site.zone) - timedelta(days=1)
    scene = Scene(
        # Nobody outside is told that a consent ended which nobody gave.
        replace(
            stage,
            site=msgspec.structs.replace(stage.site, webhooks=()),
            lookup=Atlas(stage.lookup),
        ),
        visitors,
        Rhythm(last),
        random.Random(f"{seed}/{stage.site.id}"),  # noqa: S311 - a made-up crowd needs no secrecy
        Recorder(stage.policy.holders.visitor_key),
        Diary(),
    )
    played = Played()
    for back in range(days - 1, -1, -1):
        day = last - timedelta(days=back)
        played = played.plus(await _day(scene, day))
        told(day, played)
    return played


async def _day(scene: Scene, day: date) -> Played:
    """One day, with a commit for what was shown, what was chosen and what was visited."""
    stage = scene.stage
    start, end = stage.moment(day), stage.moment(day + timedelta(days=1))
    await expire(stage.site, stage.consents, scene.recorder, start)
    back = scene.diary.coming(day.toordinal(), end)
    new = banner.newcomers(scene, day, len(back))
    await banner.show(scene, day, new)
    guests = await banner.choose(scene, day, new)
    sent = [
        *(_visit(scene, day, *one, ways.first(scene.dice, day, scene.rhythm)) for one in guests),
        *(_visit(scene, day, scene.moment(day), one, ways.again(scene.dice)) for one in back),
    ]
    judged = _admitted(scene, [one for one in chain(*sent) if one[0] < end])
    # The day of the account book is that of UTC: at noon it is the same one.
    kept = await stage.events.insert(judged, (start + end) // 2)
    pairs = zip(judged, kept, strict=True)
    kinds = Counter(one.kind for one, drop in pairs if drop is None and isinstance(one, Event))
    return Played(len(new), len(guests), len(kept) - kinds.total(), kinds)


def _visit(scene: Scene, day: date, start: int, guest: Guest, way: Way) -> Iterator[_Sent]:
    policy, person = scene.stage.policy, guest.person
    signals = Signals(
        network=scene.dice.choice(person.networks),
        user_agent=person.user_agent(day),
        language=person.language,
        cookie=guest.token,
        authorization=None,
    )
    visit = Visit(person, way, day, scene.stage.site.origins[0])
    for after, body in visit.sent(scene.dice):
        yield start + after, Request(_encode(body), signals, policy)


def _admitted(scene: Scene, sent: Sequence[_Sent]) -> Sequence[Judged]:
    """Past the gate, each at its own minute."""
    judged: list[Judged] = []
    ordered = sorted(sent, key=lambda one: one[0])
    for minute, several in groupby(ordered, key=lambda one: one[0] // 60):
        requests = [request for _, request in several]
        for answer in admit_all(requests, scene.stage.lookup, minute * 60):
            if isinstance(answer, ValueError):
                raise answer
            judged += answer
    return judged
