"""Consent records as rows of SQLite, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from gateway.rules.canonical import canonical
from gateway.rules.consent import Standing
from gateway.rules.records import STANDING, Choice, ConsentRecord, ConsentState
from gateway.stores.base import Append

PURPOSE = "analytics"

COLUMNS = """seq, time, state, choices, notice, language, action, layer, method, jurisdiction,
    valid_until, consent_id, salt, person, previous, digest"""
GIVE_NUMBERS = "UPDATE watermarks SET event = event + ? WHERE name = 'visitors' RETURNING event"
"""To so many visitors; the answer is the last of their numbers."""
STANDING_COLUMNS = "consent_id, seq, state, choices, notice, language, valid_until"


def row_of(record: ConsentRecord) -> tuple[object, ...]:
    """A record in the order of the columns of the log."""
    choice = record.choice
    return (
        choice.site,
        record.seq,
        choice.time,
        choice.state.value,
        canonical(dict(choice.choices)),
        choice.notice,
        choice.language,
        choice.action,
        choice.layer,
        choice.method,
        choice.jurisdiction,
        choice.valid_until,
        choice.consent_id,
        record.salt,
        record.person,
        record.previous,
        record.digest,
    )


def measured(choice: Choice) -> bool:
    """Whether its visitor's events may be kept."""
    return choice.state in STANDING and choice.choices.get(PURPOSE, False)


def standing_row(item: Append, record: ConsentRecord, number: int | None) -> tuple[object, ...]:
    """The current state after a record. `number` is the one of a visitor who has none yet."""
    choice = record.choice
    return (
        choice.site,
        item.visitor,
        choice.consent_id,
        record.seq,
        choice.state.value,
        canonical(dict(choice.choices)),
        choice.notice,
        choice.language,
        int(measured(choice)),
        choice.valid_until,
        item.receipt,
        number,
    )


def standing_of(site: str, row: Sequence[object]) -> Standing:
    """A row of STANDING_COLUMNS."""
    consent_id, seq, state, choices, notice, language, valid_until = row
    return Standing(
        site=site,
        consent_id=str(consent_id),
        seq=int(str(seq)),
        state=ConsentState(str(state)),
        choices=_choices(str(choices)),
        notice=str(notice),
        language=str(language),
        valid_until=int(str(valid_until)),
    )


def record_of(site: str, row: Sequence[object]) -> ConsentRecord:
    """A row of COLUMNS. Raises ValueError when it is no record."""
    (seq, time, state, choices, notice, language, action, layer, method, jurisdiction,
     valid_until, consent_id, salt, person, previous, digest) = row  # fmt: skip
    choice = Choice(
        site=site,
        consent_id=_text(consent_id),
        state=ConsentState(str(state)),
        choices=_choices(str(choices)),
        notice=str(notice),
        language=str(language),
        action=str(action),
        layer=str(layer),
        method=str(method),
        jurisdiction=str(jurisdiction),
        time=int(str(time)),
        valid_until=int(str(valid_until)),
    )
    return ConsentRecord(
        seq=int(str(seq)),
        choice=choice,
        salt=_text(salt),
        person=_text(person),
        previous=str(previous),
        digest=str(digest),
    )


_decoder = msgspec.json.Decoder(dict[str, bool])


def _choices(text: str) -> Mapping[str, bool]:
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise ValueError("no choices") from None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
