"""Receipts as tests need them: made from choices, and held against the JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource

from gateway.rules import proof
from gateway.rules.document import Addresses, document
from gateway.rules.ledger import START, link
from gateway.rules.receipt import code_of, digest_of
from gateway.rules.records import Choice, ConsentRecord, Notice
from gateway.rules.seal import Seal
from tests.rules.building import a_notice

SCHEMAS = Path(__file__).parent.parent / "gateway" / "web" / "assets" / "schemas"
SEAL = Seal([bytes(range(32))])
RECEIPT_ID = digest_of(code_of(bytes(32), "demo", "c1"))
AT = Addresses(
    notice="https://gateway.example/demo/notices/1",
    statement="https://demo.example/privacy",
    receipts="https://gateway.example/demo/receipts",
    log="https://gateway.example/demo/log",
)

Receipt = dict[str, Any]


def schema(name: str) -> dict[str, Any]:
    """A schema of the repository, by the first part of its name."""
    made: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    return made


_REGISTRY: Registry[Any] = Resource.from_contents(schema("consent-record")) @ Registry()
_VALIDATOR = Draft202012Validator(schema("consent-receipt"), registry=_REGISTRY)


def faults(receipt: object) -> list[str]:
    """What a receipt has that its schema does not allow."""
    return [f"{one.json_path}: {one.message}" for one in _VALIDATOR.iter_errors(receipt)]


def log_of(*choices: Choice) -> list[ConsentRecord]:
    """The records these choices make, as neighbours in a new log."""
    records: list[ConsentRecord] = []
    for seq, choice in enumerate(choices, 1):
        previous = records[-1].digest if records else START
        records.append(link(previous, seq, choice, f"salt {seq}"))
    return records


def receipt_of(
    records: Sequence[ConsentRecord], notice: Notice | None = None, key: Seal = SEAL
) -> Receipt:
    """The receipt of one consent, as it comes back from JSON."""
    content: Mapping[str, Any] = json.loads((notice or a_notice()).content)
    made = document(records, content, AT)
    text = json.dumps(proof.receipt(RECEIPT_ID, made, records, key, AT.log))
    read: Receipt = json.loads(text)
    return read
