"""What a page sends: parsed, bounded, and nothing trusted yet."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gateway.rules.records import Beacon, Drop

LARGEST_BODY = 64 * 1024
"""Bytes of one request; a page view has about 300."""
MOST_EVENTS = 200

_Url = Annotated[str, Meta(max_length=4096)]
_Word = Annotated[str, Meta(max_length=200)]


class _Item(Struct, frozen=True):
    kind: Literal["pageview", "event"]
    url: Annotated[str, Meta(min_length=1, max_length=4096)]
    referrer: _Url | None = None
    token: _Url | None = None
    name: _Word = ""
    props: Annotated[dict[_Word, _Word | int | float | bool | None], Meta(max_length=30)] = {}
    screen: Annotated[float, Meta(ge=0, le=100_000)] = 0
    language: _Word | None = None


class _Batch(Struct, frozen=True):
    events: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_EVENTS)]


_peek = msgspec.json.Decoder(dict[str, msgspec.Raw])
_batch = msgspec.json.Decoder(_Batch)
_item = msgspec.json.Decoder(_Item)


def parse(body: bytes) -> list[Beacon | Drop]:
    """The items of a body, one event or `{"events": [...]}`.

    A bad item in a list is dropped as `invalid`. Raises ValueError, with a sentence for the
    sender, when the body is no JSON object or its one event is bad.
    """
    try:
        if "events" in _peek.decode(body):
            return [_try(raw) for raw in _batch.decode(body).events]
        return [_beacon(_item.decode(body))]
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(str(problem)) from None


def _try(raw: msgspec.Raw) -> Beacon | Drop:
    try:
        return _beacon(_item.decode(raw))
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return Drop.INVALID


def _beacon(item: _Item) -> Beacon:
    if item.kind == "event" and not item.name.strip():
        raise ValueError("an event of kind `event` has a `name`")
    return Beacon(
        kind=item.kind,
        url=item.url,
        referrer=item.referrer or "",
        token=item.token or None,
        name=item.name if item.kind == "event" else "",
        props={key: _text(value) for key, value in item.props.items() if value is not None},
        screen=int(item.screen),
        language=item.language or "",
    )


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
