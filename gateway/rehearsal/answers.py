"""What visitors answer to the banner: accepted, in part, refused, by their browser, or nothing."""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Literal

from gateway.rehearsal.chance import Odds
from gateway.rehearsal.people import Person
from gateway.rules import consent
from gateway.rules.consent import Standing
from gateway.rules.records import Choice, ConsentRecord, Notice
from gateway.rules.site import Site

MEASURING = "analytics"

Answer = Literal["all", "measuring", "others", "none", "signal", "silence"]

_OTHERWISE: tuple[tuple[Answer, float], ...] = (
    ("measuring", 7),
    ("others", 1.5),
    ("none", 25),
    ("signal", 1.5),
)
# The earlier notice was ignored more often; on a phone it is in the way sooner.
_ANSWERS: dict[tuple[bool, bool], Odds[Answer]] = {
    (False, False): Odds.of((("all", 41), ("silence", 24), *_OTHERWISE)),
    (False, True): Odds.of((("all", 46), ("silence", 19), *_OTHERWISE)),
    (True, False): Odds.of((("all", 47), ("silence", 18), *_OTHERWISE)),
    (True, True): Odds.of((("all", 52), ("silence", 13), *_OTHERWISE)),
}
_REGRET = 0.04


def answer(dice: random.Random, person: Person, renewed: bool) -> Answer:
    """What somebody answers; `renewed` is the later of two notices."""
    return _ANSWERS[renewed, person.device == "phone"].draw(dice)


def seen(dice: random.Random, said: Answer) -> int:
    """How often the banner was shown for it: on each page, until it is answered."""
    if said == "signal":
        return 0
    return dice.choice((1, 1, 2, 3, 5) if said == "silence" else (1, 1, 1, 1, 2))


def regret(dice: random.Random) -> int:
    """After how many days somebody withdraws; 0 for never."""
    return 1 + int(dice.expovariate(1 / 12)) if dice.random() < _REGRET else 0


def chosen(
    dice: random.Random, site: Site, notice: Notice, person: Person, said: Answer, when: int
) -> Choice:
    """The choice a new visitor made on a notice."""
    granted = _granted(said, site.asked)
    action = _action(said, granted)
    return consent.choose(
        consent.Answer(
            notice=notice.id,
            choices={purpose: purpose in granted for purpose in site.asked},
            action=action,
            language=spoken(site, person),
            layer="preferences" if action == "save" else "first",
            method="gpc" if said == "signal" else "button",
        ),
        notice,
        None,
        new_id=f"{dice.getrandbits(128):032x}",
        jurisdiction=site.jurisdiction,
        months=site.validity_months,
        now=when,
    )


def spoken(site: Site, person: Person) -> str:
    """The language the banner speaks to somebody."""
    for language in (person.language, "en"):
        if language in site.languages:
            return language
    return site.languages[0]


def withdrawn(site: Site, record: ConsentRecord, when: int) -> Choice:
    """The end of a consent, as the visitor said it."""
    choice = record.choice
    standing = Standing(
        site=choice.site,
        consent_id=str(choice.consent_id),
        seq=record.seq,
        state=choice.state,
        choices=choice.choices,
        notice=choice.notice,
        language=choice.language,
        valid_until=choice.valid_until,
    )
    return consent.withdraw(
        standing,
        method="button",
        jurisdiction=site.jurisdiction,
        months=site.validity_months,
        now=when,
    )


def _granted(said: Answer, asked: Collection[str]) -> Collection[str]:
    if said == "all":
        return asked
    if said == "measuring":
        return (MEASURING,)
    return [one for one in asked if one != MEASURING] if said == "others" else ()


def _action(said: Answer, granted: Collection[str]) -> consent.Action:
    if said == "all":
        return "accept"
    return "save" if granted else "reject"
