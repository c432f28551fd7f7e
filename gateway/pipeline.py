"""START HERE: how one item becomes an Event, or a Drop with a reason.

The steps stand in `admit` in their order, each in the words of the rule it keeps. Nothing is
stored here and nothing is read but what is passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.holders import Holder, Holders
from gateway.landings import Landings
from gateway.rules.beacon import parse
from gateway.rules.records import Beacon, Device, Drop, Dropped, Event, Place, Signals
from gateway.rules.truncate import cut_language, cut_target, cut_word, screen_class


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
    holders: Holders
    landings: Landings


def admit_all(signals: Signals, policy: Policy, lookup: Lookups, now: int) -> list[Event | Dropped]:
    """Every item of one request. Raises ValueError, with a sentence, when the body is bad."""
    return [
        Dropped(policy.site, item)
        if isinstance(item, Drop)
        else admit(item, signals, policy, lookup, now)
        for item in parse(signals.body)
    ]


def admit(
    beacon: Beacon, signals: Signals, policy: Policy, lookup: Lookups, now: int
) -> Event | Dropped:
    """One item past the gate: consent first, then recognition, then truncation."""
    holder = present_holder(beacon, signals, policy, now)
    if isinstance(holder, Drop):
        return Dropped(policy.site, holder)
    if not holder.allowed:
        return Dropped(policy.site, Drop.NOT_ALLOWED)
    device = lookup.device(signals.user_agent)
    if device.kind == "bot":
        return Dropped(policy.site, Drop.BOT)
    return truncate(beacon, signals, policy, holder, device, lookup.place(signals.network), now)


def present_holder(beacon: Beacon, signals: Signals, policy: Policy, now: int) -> Holder | Drop:
    """Whose signed consent came with the item: in it, in the header, or in the cookie."""
    text = beacon.token or signals.authorization or signals.cookie
    if not text:
        return Drop.NO_CONSENT
    if "." not in text and text == signals.cookie:
        return Drop.NO_CONSENT  # a refusal cookie carries no signature
    return policy.holders.of(text, policy.site, now)


def truncate(
    beacon: Beacon,
    signals: Signals,
    policy: Policy,
    holder: Holder,
    device: Device,
    place: Place,
    now: int,
) -> Event:
    """The only maker of events: every field is cut before it is put in."""
    landing = policy.landings.of(policy.site, beacon.url, beacon.referrer, policy.own_hosts)
    return Event(
        site=policy.site,
        minute=now // 60,
        visitor=holder.visitor,
        consent_seq=holder.seq,
        kind=beacon.kind,
        path=landing.path,
        source=landing.source,
        place=place,
        network=signals.network,
        device=device,
        screen=screen_class(beacon.screen),
        language=cut_language(beacon.language or signals.language),
        name=_name(beacon, policy),
        props=_props(beacon, policy) if beacon.props else beacon.props,
        seconds=beacon.seconds,
        scroll=beacon.scroll,
        count=beacon.count,
    )


def _props(beacon: Beacon, policy: Policy) -> Mapping[str, str]:
    return {k: cut_word(v) for k, v in beacon.props.items() if k in policy.properties}


def _name(beacon: Beacon, policy: Policy) -> str:
    """What an event is called, or for kinds without a name of their own what it was about."""
    if beacon.target:
        return cut_target(beacon.target, policy.own_hosts)
    return beacon.file_class or (cut_word(beacon.name) if beacon.name else "")
