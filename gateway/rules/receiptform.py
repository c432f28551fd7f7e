"""The form of a receipt: what `proof.check` reads of it, and refuses anything else.

Of the proof every field; of the document only what the log can confirm. The whole form is told in
`web/assets/schemas/consent-receipt.schema.json`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.rules.records import Choice, ConsentRecord, ConsentState
from gateway.rules.site import Identifier

# One way to write each: else a letter could be made a capital and nobody would see.
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Signed = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]
KeyName = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Moment = Annotated[int, Meta(ge=0, le=253_402_300_799)]  # the end of the year 9999


class PublicPart(Struct, frozen=True, forbid_unknown_fields=True):
    """The public part of a log record, as `ledger.public_part` makes it."""

    site: Identifier
    seq: Annotated[int, Meta(ge=1)]
    time: Moment
    state: ConsentState
    choices: dict[str, bool]
    notice: Digest
    language: str
    action: str
    layer: str
    method: str
    jurisdiction: str
    valid_until: Moment
    person: Digest
    previous: Digest


class SignedHead(Struct, frozen=True, forbid_unknown_fields=True):
    records: Annotated[int, Meta(ge=1)]
    digest: Digest
    time: Moment
    key: KeyName
    signature: Signed


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    record: PublicPart
    salt: str
    digest: Digest
    head: SignedHead

    def link(self, consent_id: str) -> ConsentRecord:
        said = self.record
        choice = Choice(
            site=said.site,
            consent_id=consent_id,
            state=said.state,
            choices=said.choices,
            notice=said.notice,
            language=said.language,
            action=said.action,
            layer=said.layer,
            method=said.method,
            jurisdiction=said.jurisdiction,
            time=said.time,
            valid_until=said.valid_until,
        )
        return ConsentRecord(said.seq, choice, self.salt, said.person, said.previous, self.digest)


class Key(Struct, frozen=True, forbid_unknown_fields=True):
    key: KeyName
    algorithm: Literal["Ed25519"]
    public_key: Digest


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    site: Identifier
    log: str
    head_purpose: Literal["head of a consent log"]
    records: Annotated[list[Entry], Meta(min_length=1)]
    keys: list[Key]


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    purpose: Literal["receipt of a consent"]
    algorithm: Literal["Ed25519"]
    key: KeyName
    value: Signed


class Header(Struct, frozen=True):
    record_id: str
    pii_principal_id: str


class Purpose(Struct, frozen=True):
    purpose_id: str
    consented: bool
    pii_controllers: list[str]
    recipient_third_parties: list[str]


class Processing(Struct, frozen=True):
    privacy_notice_id: str
    language: str
    jurisdiction: str
    purposes: list[Purpose]
    authority_party: str


class Party(Struct, frozen=True):
    party_id: str


class Document(Struct, frozen=True):
    header: Header
    pii_processing: Processing
    parties: list[Party]
    events: list[dict[str, Any]]


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    schema_version: Literal["27560-2023/1"]
    receipt_id: str
    record: Document


class Form(Struct, frozen=True, forbid_unknown_fields=True):
    receipt: Body
    proof: Proof
    signature: Signature

    @property
    def entries(self) -> list[Entry]:
        return self.proof.records
