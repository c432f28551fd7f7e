"""Signed heads: what holds, and that nothing else does."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.rules.seal import Head, Seal, Stamp, export_statement, holds, stamped, statement

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
SEAL = Seal([OLD])
HEAD = SEAL.sign("demo", 7, "ab" * 32, 1_700_000_000)


def test_a_head_holds_by_the_key_that_signed_it() -> None:
    assert holds(HEAD, SEAL.public)


@pytest.mark.parametrize("field", [field.name for field in fields(Head)])
def test_a_head_in_which_anything_was_changed_does_not_hold(field: str) -> None:
    value = getattr(HEAD, field)
    other = "1" if str(value).endswith("0") else "0"
    changed: Any = value + 1 if isinstance(value, int) else value[:-1] + other
    assert not holds(replace(HEAD, **{field: changed}), SEAL.public)


@pytest.mark.parametrize(
    "signature",
    [
        "", "zz", "00" * 64, HEAD.signature + "00", HEAD.signature.upper(), f" {HEAD.signature}",
        f"{HEAD.signature[:2]} {HEAD.signature[2:]}",
    ],
)  # fmt: skip
def test_what_is_no_signature_does_not_hold(signature: str) -> None:
    assert not holds(replace(HEAD, signature=signature), SEAL.public)


def test_after_a_rotation_old_heads_hold_and_new_ones_are_signed_by_the_new_key() -> None:
    rotated = Seal([OLD, NEW])
    newer = rotated.sign("demo", 8, "cd" * 32, 1_700_000_100)
    assert holds(HEAD, rotated.public)
    assert holds(newer, rotated.public)
    assert newer.key != HEAD.key
    assert not holds(newer, SEAL.public)


def test_anybody_can_check_a_head_with_the_public_key_alone() -> None:
    """Without our code: the statement is JSON with sorted keys and no spaces."""
    [public] = SEAL.public.values()
    said = (
        f'{{"digest":"{HEAD.digest}","key":"{HEAD.key}","purpose":"head of a consent log",'
        '"records":7,"site":"demo","time":1700000000}'
    )
    assert said.encode() == statement("demo", 7, HEAD.digest, 1_700_000_000, HEAD.key)
    Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(HEAD.signature), said.encode())


def test_an_export_is_sealed_by_its_digest_and_site() -> None:
    stamp = SEAL.stamp("demo", "ef" * 32)
    assert stamp.sha256 == "ef" * 32
    assert stamped(stamp, "demo", SEAL.public)
    assert not stamped(stamp, "other", SEAL.public)
    assert not stamped(replace(stamp, sha256="fe" * 32), "demo", SEAL.public)
    assert not stamped(stamp, "demo", Seal([NEW]).public)
    [public] = SEAL.public.values()
    said = (
        f'{{"key":"{stamp.key}","purpose":"export of a consent log",'
        f'"sha256":"{stamp.sha256}","site":"demo"}}'
    )
    assert said.encode() == export_statement("demo", stamp.sha256, stamp.key)
    Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(stamp.signature), said.encode())


def test_a_head_cannot_pass_for_the_seal_of_an_export() -> None:
    assert not stamped(Stamp(HEAD.digest, HEAD.key, HEAD.signature), "demo", SEAL.public)
