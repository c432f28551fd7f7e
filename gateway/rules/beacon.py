"""What a page sends: parsed, bounded, and nothing trusted yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gateway.rules.records import Beacon, Drop

LARGEST_BODY = 128 * 1024
"""Bytes of one request; a page view has about 300, and as much again with its token."""
MOST_EVENTS = 200

MOST_FILES = 1_000
"""Files of one upload."""

_Kind = Literal[
    "pageview", "engagement", "outbound", "download", "form", "upload", "missing", "event"
]
_Url = Annotated[str, Meta(max_length=4096)]
_Word = Annotated[str, Meta(max_length=200)]


class _Item(Struct, frozen=True):
    kind: _Kind
    url: Annotated[str, Meta(min_length=1, max_length=4096)]
    referrer: _Url | None = None
    token: _Url | None = None
    name: _Word = ""
    props: Annotated[dict[_Word, _Word | int | float | bool | None], Meta(max_length=30)] = {}
    screen: Annotated[float, Meta(ge=0, le=100_000)] = 0
    language: _Word | None = None
    target: Annotated[str, Meta(pattern=r"^([Hh][Tt]{2}[Pp][Ss]?://.|\Z)", max_length=4096)] = ""
    type: Literal["", "document", "image", "spreadsheet", "other"] = ""
    seconds: Annotated[float, Meta(ge=0, le=86_400)] = 0
    scroll: Annotated[float, Meta(ge=0, le=100)] = 0
    count: Annotated[int, Meta(ge=0, le=MOST_FILES)] = 0


class _Sound(Struct, frozen=True):
    events: Annotated[list[_Item], Meta(min_length=1, max_length=MOST_EVENTS)]


class _Batch(Struct, frozen=True):
    events: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_EVENTS)]


_LINKS = frozenset(("outbound", "download"))
_DESCRIBED = frozenset(("pageview", "event"))
"""The kinds a page may describe. Of the others it is kept that they happened (GDPR Art. 5(1)(c)):
a property of a form would be what somebody wrote in it."""

_NO_PROPS: Mapping[str, str] = {}

_peek = msgspec.json.Decoder(dict[str, msgspec.Raw])
_sound = msgspec.json.Decoder(_Sound)
_batch = msgspec.json.Decoder(_Batch)
_item = msgspec.json.Decoder(_Item)


def parse(body: bytes) -> list[Beacon | Drop]:
    """The items of a body, one event or `{"events": [...]}`.

    A bad item in a list is dropped as `invalid`. Raises ValueError, with a sentence for the
    sender, when the body is no JSON object or its one event is bad.
    """
    try:
        # Most bodies are one event, and need not be read twice to know it.
        if b"events" in body or b"\\u" in body:
            return _listed(body)
        return [_beacon(_item.decode(body))]
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        raise ValueError(str(problem)) from None


def _listed(body: bytes) -> list[Beacon | Drop]:
    try:
        # Nearly every list is sound, and then read once instead of three times.
        return [_try(item) for item in _sound.decode(body).events]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        if "events" in _peek.decode(body):
            return [_try(raw) for raw in _batch.decode(body).events]
        return [_beacon(_item.decode(body))]


def _try(item: _Item | msgspec.Raw) -> Beacon | Drop:
    try:
        return _beacon(item if isinstance(item, _Item) else _item.decode(item))
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return Drop.INVALID


def _beacon(item: _Item) -> Beacon:
    kind = item.kind
    if kind == "event" and not item.name.strip():
        raise ValueError("an event of kind `event` has a `name`")
    if kind in _LINKS and not item.target:
        raise ValueError(f"an event of kind `{kind}` has a `target`, an http or https address")
    if kind == "upload" and not (item.type and item.count):
        raise ValueError("an event of kind `upload` has a `type` and a `count` of files")
    # By place: see `pipeline.truncate`.
    return Beacon(
        kind,
        item.url,
        item.referrer or "",
        item.token or None,
        item.name if kind == "event" else "",
        _props(item) if item.props and kind in _DESCRIBED else _NO_PROPS,
        int(item.screen),
        item.language or "",
        item.target if kind in _LINKS else "",
        item.type if kind == "upload" else "",
        int(item.seconds) if kind == "engagement" else 0,
        int(item.scroll) if kind == "engagement" else 0,
        item.count if kind == "upload" else int(kind == "form"),
    )


def _props(item: _Item) -> Mapping[str, str]:
    return {key: _text(value) for key, value in item.props.items() if value is not None}


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
