"""A receipt: the document of a consent with the proof that the log holds what it says.

For each log record of the consent there is its public part, the salt that ties it to the consent
id, and a signed head that says: the log ended with this very record when it was made. So a receipt
alone, with a public key, proves what was recorded; no part of it can be changed unseen (P5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.rules import seal
from gateway.rules.canonical import canonical
from gateway.rules.document import VERSION, event_of
from gateway.rules.ledger import START, fault, public_part
from gateway.rules.receiptform import Document, Form, Proof, Signature, SignedHead
from gateway.rules.records import ConsentRecord
from gateway.rules.seal import Head, Seal

PURPOSE = "receipt of a consent"
"""Part of what is signed, so that no other signature of the same key can pass for a receipt."""

# What the canonical form refuses: floats, half characters, numbers and depths without end.
_NO_JSON = (TypeError, ValueError, OverflowError, RecursionError)


def receipt(
    receipt_id: str,
    document: Mapping[str, object],
    records: Sequence[ConsentRecord],
    key: Seal,
    log: str,
) -> dict[str, object]:
    """The signed receipt. `receipt_id` is the digest of its code, so that the file can be shown
    without handing out the code; `log` is where the keys are published. The same arguments give
    the same bytes."""
    said: dict[str, object] = {
        "receipt": {"schema_version": VERSION, "receipt_id": receipt_id, "record": document},
        "proof": {
            "site": records[0].choice.site,
            "log": log,
            "head_purpose": seal.PURPOSE,
            "records": [_proved(record, key) for record in records],
            "keys": [
                {"key": name, "algorithm": "Ed25519", "public_key": public.hex()}
                for name, public in key.public.items()
            ],
        },
    }
    name, value = key.attest(PURPOSE, said)
    signature = {"purpose": PURPOSE, "algorithm": "Ed25519", "key": name, "value": value}
    return {**said, "signature": signature}


def _proved(record: ConsentRecord, key: Seal) -> dict[str, object]:
    choice = record.choice
    head = key.sign(choice.site, record.seq, record.digest, choice.time)
    return {
        "record": dict(public_part(choice, record.seq, record.person, record.previous)),
        "salt": record.salt,
        "digest": record.digest,
        "head": {
            "records": head.records,
            "digest": head.digest,
            "time": head.time,
            "key": head.key,
            "signature": head.signature,
        },
    }


def check(receipt: Mapping[str, Any], public: Mapping[str, bytes]) -> list[str]:
    """What does not hold, in sentences; nothing when all of it does. `public` are the keys that
    count, by name: those inside the receipt prove nothing."""
    try:
        read = msgspec.convert(receipt, Form)
    except (msgspec.ValidationError, RecursionError) as problem:
        return [f"it is no receipt of a version this check knows: {problem}"]
    records = [entry.link(read.receipt.record.header.pii_principal_id) for entry in read.entries]
    problems = [*_signature(receipt, read.signature, public), *_keys(read.proof, public)]
    for place, record in enumerate(records):
        problems += _record(record, records[place - 1] if place else None, read.proof.site)
        problems += _head(record, read.entries[place].head, public)
    return [*problems, *_agrees(read.receipt.record, records)]


def _signature(
    receipt: Mapping[str, Any], signature: Signature, public: Mapping[str, bytes]
) -> list[str]:
    key = public.get(signature.key)
    if key is None:
        return ["it is signed with a key that is not one of the published ones"]
    said = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        text = canonical({**said, "purpose": PURPOSE, "key": signature.key}).encode()
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature.value), text)
    except (InvalidSignature, *_NO_JSON):
        return ["its signature does not hold: something in it was changed"]
    return []


def _keys(proof: Proof, public: Mapping[str, bytes]) -> list[str]:
    return [
        f"it has another key under the name {one.key} than the published one"
        for one in proof.keys
        if one.key in public and public[one.key].hex() != one.public_key
    ]


def _record(record: ConsentRecord, before: ConsentRecord | None, site: str) -> list[str]:
    problems: list[str] = []
    if record.choice.site != site:
        problems.append(f"record {record.seq} is of another site's log")
    if before is not None and record.seq <= before.seq:
        problems.append(f"record {record.seq} does not come after record {before.seq}")
    # The records between two of ours are other people's: only neighbours can be chained here.
    follows = before is not None and record.seq == before.seq + 1
    previous = before.digest if before is not None and follows else record.previous
    if wrong := fault(record, START if record.seq == 1 else previous, record.seq):
        problems.append(f"record {record.seq}: {wrong}")
    return problems


def _head(record: ConsentRecord, head: SignedHead, public: Mapping[str, bytes]) -> list[str]:
    if (head.records, head.digest, head.time) != (record.seq, record.digest, record.choice.time):
        return [f"the signed head of record {record.seq} is about another record"]
    site = record.choice.site
    signed = Head(site, head.records, head.digest, head.time, head.key, head.signature)
    if not seal.holds(signed, public):
        return [f"the signature of the head of record {record.seq} does not hold"]
    return []


def _agrees(document: Document, records: Sequence[ConsentRecord]) -> list[str]:
    """Whether the document tells what the records prove."""
    last, told = records[-1].choice, document.pii_processing
    parties = {party.party_id for party in document.parties}
    named = {
        told.authority_party,
        *(name for one in told.purposes for name in one.pii_controllers),
        *(name for one in told.purposes for name in one.recipient_third_parties),
    }
    holds = {
        "record_id": document.header.record_id == records[0].digest,
        "events": _same(document.events, [event_of(one.choice, one.seq) for one in records]),
        "purposes": {one.purpose_id: one.consented for one in told.purposes} == last.choices
        and len(told.purposes) == len(last.choices),
        "privacy_notice_id": told.privacy_notice_id == last.notice,
        "language": told.language == last.language,
        "jurisdiction": told.jurisdiction == last.jurisdiction,
        "parties": named <= parties,
    }
    return [
        f"`{field}` says other than the log records do"
        for field, right in holds.items()
        if not right
    ]


def _same(told: object, proved: object) -> bool:
    try:
        return canonical(told) == canonical(proved)  # not ==: there 1 and true are the same
    except _NO_JSON:
        return False
