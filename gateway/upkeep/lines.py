"""The lines of an exported consent log: JSON Lines, every line in canonical form.

    1                a `Log`: what the file is, and how many lines of each kind follow
    + notices        a `Published` each, by first publication
    + heads          a `Signature` each, by the number of records they count
    + records        a `Record` each, in the order of the log
    the last one     an `End`: the seal over the SHA-256 of every byte before it

A record's digest is the SHA-256 of the canonical JSON of its line without `kind`, `digest`,
`consent_id` and `salt`. The last two are the personal part; where it was erased, or the export
leaves it out, the line has neither.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

from gateway.errors import GatewayError
from gateway.rules.ledger import public_part
from gateway.rules.records import Choice, ConsentRecord, ConsentState

FORMAT = "gateway consent log"
VERSION = 1

_ENCODER = msgspec.json.Encoder(order="sorted")


class ExportError(GatewayError):
    """A file that cannot be written, or is no whole and genuine export of a log."""


class Line(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag=True
):
    """What every line is."""


class PublicKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key that signed, as `/{site}/log` shows it: 64 hexadecimal digits under their name."""

    key: str
    algorithm: str
    public_key: str


class Log(Line, frozen=True, tag="log"):
    """The header. Time in seconds since 1970 UTC."""

    format: str
    version: int
    site: str
    time: int
    personal: bool  # whether consent ids and salts are in it
    notices: int
    heads: int
    records: int
    keys: list[PublicKey]


class Published(Line, frozen=True, tag="notice"):
    """A notice that was ever published, under the SHA-256 of its content."""

    id: str
    first_published: int
    content: str


class Signature(Line, frozen=True, tag="head"):
    """A signed head."""

    site: str
    records: int
    digest: str
    time: int
    key: str
    signature: str


class Record(Line, frozen=True, tag="record"):
    """A record of the log."""

    site: str
    seq: int
    time: int
    state: ConsentState
    choices: dict[str, bool]
    notice: str
    language: str
    action: str
    layer: str
    method: str
    jurisdiction: str
    valid_until: int
    person: str | None
    previous: str
    digest: str
    consent_id: str | None = None
    salt: str | None = None


class End(Line, frozen=True, tag="seal"):
    """The seal."""

    sha256: str
    key: str
    signature: str


Shape = TypeVar("Shape", bound=Line)


def written(line: Line) -> bytes:
    """The line, with its line end."""
    return _ENCODER.encode(line) + b"\n"


def read(decoder: msgspec.json.Decoder[Shape], line: bytes) -> Shape:
    """What a line says. Raises ValueError, with why in words that are fit to be shown."""
    if not line.endswith(b"\n"):
        raise ValueError("it is cut off" if line else "the file ends before it")
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        # As Python writes it and no longer than a sentence: it may quote what is in the file.
        raise ValueError(f"it cannot be read: {str(problem)[:120]!r}") from None


def line_of(record: ConsentRecord, *, personal: bool) -> Record:
    """The line of a record, with its personal part or without."""
    choice = record.choice
    said = public_part(choice, record.seq, record.person, record.previous)
    kept = {"consent_id": choice.consent_id, "salt": record.salt} if personal else {}
    return Record(**{**said, "state": choice.state, "digest": record.digest, **kept})  # type: ignore[arg-type]


def record_of(line: Record) -> ConsentRecord:
    """The record a line is about."""
    choice = Choice(
        site=line.site,
        consent_id=line.consent_id,
        state=line.state,
        choices=line.choices,
        notice=line.notice,
        language=line.language,
        action=line.action,
        layer=line.layer,
        method=line.method,
        jurisdiction=line.jurisdiction,
        time=line.time,
        valid_until=line.valid_until,
    )
    return ConsentRecord(line.seq, choice, line.salt, line.person, line.previous, line.digest)
