"""Made-up visitors of the demo, played through the real gate: the same choices, tokens, pipeline
and stores as a visitor meets, only the clock is passed in."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from gateway.pipeline import Item, Lookups, Policy, admit
from gateway.rules import consent
from gateway.rules.consent import Standing
from gateway.rules.moment import local_day
from gateway.rules.receipt import code_of, digest_of
from gateway.rules.records import (
    Beacon,
    Choice,
    ConsentRecord,
    ConsentState,
    Event,
    Notice,
    Signals,
    Token,
)
from gateway.rules.site import Site
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append, ConsentStore, EventStore, Shown

DAY = 86_400
HOUR = 3_600

_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
)
_AGENT_WEIGHTS = (30, 27, 20, 9, 8, 6)
# Networks as the gate sees them, /24: Dutch ones mostly, and some of the neighbours.
_NETWORKS = (
    *("145.97.32.0/24", "77.160.12.0/24", "84.24.66.0/24", "213.127.8.0/24", "86.80.4.0/24"),
    *("81.240.10.0/24", "87.128.20.0/24", "83.0.30.0/24"),
)
_NETWORK_WEIGHTS = (22, 20, 18, 14, 12, 6, 6, 2)
_REFERRERS = (
    "",
    "https://www.google.nl/",
    "https://www.linkedin.com/feed/",
    "https://chatgpt.com/",
)
_REFERRER_WEIGHTS = (40, 38, 14, 8)
_PAGES = ("/", "/vacatures", "/over-ons", "/solliciteren", "/privacy")
_PAGE_WEIGHTS = (30, 40, 14, 12, 4)
_ACTIONS: tuple[consent.Action, ...] = ("accept", "save", "reject")
_ACTION_WEIGHTS = (52, 12, 36)
_REGRET = 0.05
_WIDTHS = (390, 820, 1366, 1920)


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of the gateway a rehearsal plays on."""

    site: Site
    notice: Notice
    policy: Policy
    lookup: Lookups
    consents: ConsentStore
    events: EventStore


@dataclass(frozen=True, slots=True)
class Played:
    """How much was played."""

    visitors: int
    consented: int
    events: int

    def plus(self, other: Played) -> Played:
        """Both together."""
        return Played(
            self.visitors + other.visitors,
            self.consented + other.consented,
            self.events + other.events,
        )


async def play(stage: Stage, *, days: int, until: int, seed: int = 1) -> Played:
    """Play the `days` days before the local day of `until` (seconds since 1970 UTC). The same
    seed plays the same visitors."""
    dice = random.Random(seed)  # noqa: S311 - a made-up crowd needs no secrecy
    today = local_day(until, stage.site.zone)
    played = Played(0, 0, 0)
    for back in range(days, 0, -1):
        midnight = datetime.combine(today - timedelta(days=back), time.min, stage.site.zone)
        played = played.plus(await _day(stage, dice, int(midnight.timestamp())))
    return played


async def _day(stage: Stage, dice: random.Random, start: int) -> Played:
    weekend = local_day(start, stage.site.zone).weekday() >= 5
    arrivals = sorted(
        start + 7 * HOUR + dice.randrange(14 * HOUR)
        for _ in range(dice.randrange(9, 15) if weekend else dice.randrange(18, 34))
    )
    choices = [_choice(stage, dice, when) for when in arrivals]
    await stage.consents.count_shown(
        [
            Shown(c.site, local_day(c.time, stage.site.zone).toordinal(), c.notice, c.language)
            for c in choices
            for _ in range(dice.choice((1, 1, 1, 2)))
        ]
    )
    made = await stage.consents.append([_append(stage, dice, c) for c in choices])
    records = [record for record in made if record is not None]
    given = [record for record in records if record.choice.state is ConsentState.GIVEN]
    browsing = [event for record in given for event in _visit(stage, dice, record)]
    kept = await stage.events.insert(browsing, start + DAY)
    regrets = [
        _withdrawal(stage, record, start + 22 * HOUR + minute * 60)
        for minute, record in enumerate(given)
        if dice.random() < _REGRET
    ]
    await stage.consents.append([_append(stage, dice, c) for c in regrets])
    return Played(len(choices), len(given), sum(outcome is None for outcome in kept))


def _withdrawal(stage: Stage, record: ConsentRecord, when: int) -> Choice:
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
        jurisdiction=stage.site.jurisdiction,
        months=stage.site.validity_months,
        now=when,
    )


def _choice(stage: Stage, dice: random.Random, when: int) -> Choice:
    action = dice.choices(_ACTIONS, _ACTION_WEIGHTS)[0]
    granted = {"accept": stage.site.asked, "save": ("analytics",)}.get(action, ())
    answer = consent.Answer(
        notice=stage.notice.id,
        choices={purpose: purpose in granted for purpose in stage.site.asked},
        action=action,
        language=dice.choices(("nl", "en"), (85, 15))[0],
        layer="preferences" if action == "save" else "first",
        method="button",
    )
    return consent.choose(
        answer,
        stage.notice,
        None,
        new_id=f"{dice.getrandbits(128):032x}",
        jurisdiction=stage.site.jurisdiction,
        months=stage.site.validity_months,
        now=when,
    )


def _append(stage: Stage, dice: random.Random, choice: Choice) -> Append:
    key = stage.policy.holders.visitor_key
    visitor = visitor_of(key, choice.site, choice.consent_id) if choice.consent_id else None
    day = local_day(choice.time, stage.site.zone).toordinal()
    code = digest_of(code_of(key, choice.site, choice.consent_id)) if choice.consent_id else None
    return Append(choice, visitor, day, f"{dice.getrandbits(128):032x}", receipt=code)


def _visit(stage: Stage, dice: random.Random, record: ConsentRecord) -> Iterator[Event]:
    choice = record.choice
    token = stage.policy.holders.tokens.sign(
        Token(
            site=choice.site,
            consent_id=str(choice.consent_id),
            seq=record.seq,
            choices=choice.choices,
            notice=choice.notice,
            valid_until=choice.valid_until,
        )
    )
    signals = Signals(
        network=dice.choices(_NETWORKS, _NETWORK_WEIGHTS)[0],
        user_agent=dice.choices(_AGENTS, _AGENT_WEIGHTS)[0],
        language=choice.language,
        cookie=token,
        authorization=None,
    )
    referrer = dice.choices(_REFERRERS, _REFERRER_WEIGHTS)[0]
    when, width = choice.time, dice.choice(_WIDTHS)
    for path in _walk(dice):
        beacon = Beacon(
            kind="pageview",
            url=stage.site.origins[0] + path,
            referrer=referrer,
            token=None,
            name="",
            props={},
            screen=width,
            language=choice.language,
        )
        [event] = admit([Item(beacon, signals, stage.policy)], stage.lookup, when)
        if isinstance(event, Event):
            yield event
        referrer = beacon.url
        when += dice.randrange(15, 240)


def _walk(dice: random.Random) -> Sequence[str]:
    return dice.choices(_PAGES, _PAGE_WEIGHTS, k=min(8, 1 + int(dice.expovariate(0.5))))
