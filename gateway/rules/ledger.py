"""The consent log as a hash chain: how a record is linked and how a link is checked (P5).

The digest covers every public field, the previous digest and a digest of the personal part
(consent id and salt). Erasure blanks the personal part; its digest, and so the chain, stays.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.rules.canonical import digest
from gateway.rules.records import Choice, ConsentRecord

START = "0" * 64
"""What the first record of a site names as its previous digest."""


def link(previous: str, seq: int, choice: Choice, salt: str) -> ConsentRecord:
    """The record that follows `previous`. The salt keeps two records of a person unlinkable
    after erasure; a refusal has no personal part and needs none."""
    own_salt = salt if choice.consent_id else None
    person = person_digest(choice.consent_id, own_salt)
    return ConsentRecord(
        seq=seq,
        choice=choice,
        salt=own_salt,
        person=person,
        previous=previous,
        digest=digest(public_part(choice, seq, person, previous)),
    )


def person_digest(consent_id: str | None, salt: str | None) -> str | None:
    """What stays of the personal part when it is blanked; None where there never was one."""
    if consent_id is None:
        return None
    return digest({"consent_id": consent_id, "salt": salt})


def public_part(
    choice: Choice, seq: int, person: str | None, previous: str
) -> Mapping[str, object]:
    """The fields a record can be checked by without knowing whose it is."""
    return {
        "site": choice.site,
        "seq": seq,
        "time": choice.time,
        "state": choice.state.value,
        "choices": dict(choice.choices),
        "notice": choice.notice,
        "language": choice.language,
        "action": choice.action,
        "layer": choice.layer,
        "method": choice.method,
        "jurisdiction": choice.jurisdiction,
        "valid_until": choice.valid_until,
        "person": person,
        "previous": previous,
    }


def fault(record: ConsentRecord, previous: str, seq: int) -> str | None:
    """What is wrong with a record that should be number `seq` after `previous`, or None."""
    if record.seq != seq:
        return f"record {seq} is missing; record {record.seq} stands in its place"
    if record.previous != previous:
        return "it does not follow the record before it"
    try:
        return _content_fault(record)
    except UnicodeEncodeError:
        return "it holds half a character, which no text of ours does"


def _content_fault(record: ConsentRecord) -> str | None:
    choice = record.choice
    said = public_part(choice, record.seq, record.person, record.previous)
    if digest(said) != record.digest:
        return "its content does not match its digest"
    if choice.consent_id is None:
        return "a salt is left without its consent id" if record.salt is not None else None
    if person_digest(choice.consent_id, record.salt) != record.person:
        return "its personal part does not match its digest"
    return None
