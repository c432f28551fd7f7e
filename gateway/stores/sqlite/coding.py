"""Events in numbers: each text, and what occurs together, is stored once and named."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from gateway.rules.canonical import canonical
from gateway.rules.network import number_of
from gateway.rules.records import Device, Event, Place, Source
from gateway.stores.sqlite.groups import Groups
from gateway.stores.sqlite.words import Words

COLUMNS = (
    *("minute", "site", "kind", "path", "name", "props"),
    *("source", "place", "device", "network", "seconds", "scroll", "count"),
)
"""Of a row, after the site and the key of its visitor."""


class _With(Struct, frozen=True, gc=False):
    """A device, and how it is used."""

    device: Device
    screen: str
    language: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """Numbers that exist once the transaction is committed."""

    words: Mapping[str, int]
    groups: Sequence[Mapping[Any, int]]


class Coding:
    """The numbers of one database, remembered for those a committed transaction has seen."""

    def __init__(self) -> None:
        self._words = Words()
        self._groups: tuple[Groups[Any], ...] = (
            Groups("sources", _SOURCE, _of_source),
            Groups("places", ("country", "region", "owner"), _of_place),
            Groups("devices", _DEVICE, _of_device),
        )

    def encode(
        self, db: sqlite3.Connection, events: Sequence[Event]
    ) -> tuple[Sequence[tuple[object, ...]], Learnt]:
        """A row for each event, and what was learnt: a number learnt in a transaction that is
        rolled back does not exist, so `confirm` is called with it, and only after the commit."""
        keys: tuple[Sequence[Hashable], ...] = (
            [event.source for event in events],
            [event.place for event in events],
            [_With(event.device, event.screen, event.language) for event in events],
        )
        known = [group.known(of) for group, of in zip(self._groups, keys, strict=True)]
        unknown = [_unknown(of, numbers) for of, numbers in zip(keys, known, strict=True)]
        texts = [_texts(event) for event in events]
        for group, new in zip(self._groups, unknown, strict=True):
            texts += map(group.texts, new)
        words, of_words = self._words.encode(db, texts)
        left = iter(words[len(events) :])
        learnt = [
            group.learn(db, new, [next(left) for _ in new])
            for group, new in zip(self._groups, unknown, strict=True)
        ]
        numbers = [
            [more[key] if number is None else number for key, number in zip(of, found, strict=True)]
            if more
            else found
            for of, found, more in zip(keys, known, learnt, strict=True)
        ]
        return list(_rows(events, words, *numbers)), Learnt(of_words, learnt)

    def confirm(self, learnt: Learnt) -> None:
        """Remember numbers that are committed."""
        self._words.confirm(learnt.words)
        for group, numbers in zip(self._groups, learnt.groups, strict=True):
            group.confirm(numbers)


def _unknown(keys: Sequence[Hashable], numbers: Sequence[int | None]) -> Sequence[Hashable]:
    """Those without a number, each once."""
    if None not in numbers:
        return ()
    pairs = zip(keys, numbers, strict=True)
    return [*dict.fromkeys(key for key, number in pairs if number is None)]


def _rows(
    events: Sequence[Event],
    words: Sequence[tuple[int, ...]],
    sources: Sequence[int | None],
    places: Sequence[int | None],
    devices: Sequence[int | None],
) -> Iterator[tuple[object, ...]]:
    networks = {network: number_of(network) for network in {event.network for event in events}}
    # The words of groups that were learnt stand behind those of events.
    for event, texts, source, place, device in zip(events, words, sources, places, devices):  # noqa: B905
        yield (
            event.site,
            event.visitor,
            event.minute,
            *texts,
            source,
            place,
            device,
            networks[event.network],
            event.seconds,
            event.scroll,
            event.count,
        )


def _texts(event: Event) -> tuple[str, ...]:
    props = canonical(dict(event.props)) if event.props else ""
    return (event.site, event.kind, event.path, event.name, props)


_SOURCE = (
    *("referrer", "channel"),
    *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
)


def _of_source(source: Source) -> tuple[str, ...]:
    return (
        source.referrer,
        source.channel,
        source.utm_source,
        source.utm_medium,
        source.utm_campaign,
        source.utm_content,
        source.utm_term,
    )


def _of_place(place: Place) -> tuple[str, ...]:
    return (place.country, place.region, place.owner)


_DEVICE = ("browser", "browser_major", "system", "kind", "screen", "language")


def _of_device(used: _With) -> tuple[str, ...]:
    device = used.device
    return (
        device.browser,
        device.browser_major,
        device.system,
        device.kind,
        used.screen,
        used.language,
    )
