"""START HERE: how one item becomes an Event, or a Drop with a reason.

The steps stand in `admit` in their order, each in the words of the rule it keeps. Nothing is
stored here and nothing is read but what is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.rules.beacon import parse
from gateway.rules.channels import source_of
from gateway.rules.consent import allows
from gateway.rules.records import Beacon, Device, Drop, Event, Place, Signals, Token
from gateway.rules.token import TokenSigner
from gateway.rules.truncate import cut_language, cut_path, cut_target, cut_word, screen_class
from gateway.rules.visitor import visitor_of

PURPOSE = "analytics"


class Lookups(Protocol):
    """What a user agent and a cut address are reduced to."""

    def device(self, user_agent: str) -> Device: ...
    def place(self, network: str) -> Place: ...


@dataclass(frozen=True, slots=True)
class Policy:
    """What the gate must know of one site, as ready values."""

    site: str
    own_hosts: frozenset[str]
    properties: frozenset[str]
    tokens: TokenSigner
    visitor_key: bytes


def admit_all(signals: Signals, policy: Policy, lookup: Lookups, now: int) -> list[Event | Drop]:
    """Every item of one request. Raises ValueError, with a sentence, when the body is bad."""
    return [
        item if isinstance(item, Drop) else admit(item, signals, policy, lookup, now)
        for item in parse(signals.body)
    ]


def admit(
    beacon: Beacon, signals: Signals, policy: Policy, lookup: Lookups, now: int
) -> Event | Drop:
    """One item past the gate: consent first, then recognition, then truncation."""
    token = present_token(beacon, signals, policy, now)
    if isinstance(token, Drop):
        return token
    if not allows(token, PURPOSE):
        return Drop.NOT_ALLOWED
    device = lookup.device(signals.user_agent)
    if device.kind == "bot":
        return Drop.BOT
    return truncate(beacon, signals, policy, token, device, lookup.place(signals.network), now)


def present_token(beacon: Beacon, signals: Signals, policy: Policy, now: int) -> Token | Drop:
    """The signed consent that came with the item: in it, in the header, or in the cookie."""
    text = beacon.token or signals.authorization or signals.cookie
    if not text:
        return Drop.NO_CONSENT
    if "." not in text and text == signals.cookie:
        return Drop.NO_CONSENT  # a refusal cookie carries no signature
    return policy.tokens.read(text, policy.site, now)


def truncate(
    beacon: Beacon,
    signals: Signals,
    policy: Policy,
    token: Token,
    device: Device,
    place: Place,
    now: int,
) -> Event:
    """The only maker of events: every field is cut before it is put in."""
    return Event(
        site=policy.site,
        minute=now // 60,
        visitor=visitor_of(policy.visitor_key, policy.site, token.consent_id),
        consent_seq=token.seq,
        kind=beacon.kind,
        path=cut_path(beacon.url),
        source=source_of(beacon.url, beacon.referrer, policy.own_hosts),
        place=place,
        network=signals.network,
        device=device,
        screen=screen_class(beacon.screen),
        language=cut_language(beacon.language or signals.language),
        name=_name(beacon, policy),
        props={k: cut_word(v) for k, v in beacon.props.items() if k in policy.properties},
        seconds=beacon.seconds,
        scroll=beacon.scroll,
        count=beacon.count,
    )


def _name(beacon: Beacon, policy: Policy) -> str:
    """What an event is called, or for kinds without a name of their own what it was about."""
    if beacon.target:
        return cut_target(beacon.target, policy.own_hosts)
    return beacon.file_class or cut_word(beacon.name)
