"""A day's newcomers before the banner: what was shown and what was chosen goes into the stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.rehearsal.answers import Answer, answer, chosen, seen, spoken, withdrawn
from gateway.rehearsal.chance import about
from gateway.rehearsal.diary import Guest
from gateway.rehearsal.people import Person, somebody
from gateway.rehearsal.stage import Scene
from gateway.rules.records import Choice, ConsentRecord, ConsentState, Notice, Token
from gateway.rules.tallies import class_of
from gateway.stores.base import Append, Shown

_FEWEST_NEW = 0.4
"""Of those who are expected, however many come back."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is asked, and what they say."""

    when: int
    person: Person
    said: Answer


def newcomers(scene: Scene, day: date, back: int) -> Sequence[Newcomer]:
    """Who comes for the first time that day, in the order of time; `back` come again."""
    rhythm, dice = scene.rhythm, scene.dice
    wanted = scene.visitors * rhythm.busy(day) * (1 + sum(rhythm.more(day).values()))
    many = about(dice, max(wanted - back, wanted * _FEWEST_NEW))
    renewed = _notice(scene, day) is scene.stage.notices[-1]
    found = []
    for _ in range(many):
        person = somebody(dice)
        found.append(Newcomer(scene.moment(day), person, answer(dice, person, renewed)))
    return sorted(found, key=lambda one: one.when)


async def show(scene: Scene, day: date, new: Sequence[Newcomer]) -> None:
    """Count how often they saw the banner."""
    await scene.stage.consents.count_shown(list(_shown(scene, day, new)))


async def choose(scene: Scene, day: date, new: Sequence[Newcomer]) -> Sequence[tuple[int, Guest]]:
    """Write their choices, and that day's withdrawals, in the order of time. Who of them allowed
    measuring, and when."""
    stage, dice = scene.stage, scene.dice
    notice = _notice(scene, day)
    pairs = [
        (one, chosen(dice, stage.site, notice, one.person, one.said, one.when))
        for one in new
        if one.said != "silence"
    ]
    items = [_entry(scene, choice, one.person, day) for one, choice in pairs]
    items += _ends(scene, day)
    made = await stage.consents.append(sorted(items, key=lambda item: item.choice.time))
    given = {
        record.choice.consent_id: record
        for record in made
        if record is not None and record.choice.state is ConsentState.GIVEN
    }
    guests = []
    for one, choice in pairs:
        if choice.state is ConsentState.GIVEN and (record := given.get(choice.consent_id)):
            guest = Guest(one.person, record, _token(scene, record))
            scene.diary.note(dice, guest, day.toordinal())
            if guest.measured:
                guests.append((one.when, guest))
    return guests


def _notice(scene: Scene, day: date) -> Notice:
    return scene.stage.notice_at(scene.stage.moment(day))


def _shown(scene: Scene, day: date, new: Sequence[Newcomer]) -> Iterator[Shown]:
    site, notice = scene.stage.site, _notice(scene, day)
    for one in new:
        language, device = spoken(site, one.person), _device(scene, one.person, day)
        shown = Shown(site.id, day.toordinal(), notice.id, language, device)
        yield from [shown] * seen(scene.dice, one.said)


def _ends(scene: Scene, day: date) -> Iterator[Append]:
    tomorrow = scene.stage.moment(day + timedelta(days=1))
    for guest in scene.diary.leaving(day.toordinal(), tomorrow):
        choice = withdrawn(scene.stage.site, guest.record, scene.moment(day))
        yield _entry(scene, choice, guest.person, day)


def _entry(scene: Scene, choice: Choice, person: Person, day: date) -> Append:
    return scene.recorder.entry(scene.stage.site, choice, device=_device(scene, person, day))


def _device(scene: Scene, person: Person, day: date) -> str:
    return class_of(scene.stage.lookup.device(person.user_agent(day)).kind)


def _token(scene: Scene, record: ConsentRecord) -> str:
    choice = record.choice
    return scene.stage.policy.holders.tokens.sign(
        Token(
            site=choice.site,
            consent_id=str(choice.consent_id),
            seq=record.seq,
            choices=choice.choices,
            notice=choice.notice,
            valid_until=choice.valid_until,
        )
    )
