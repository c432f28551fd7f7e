"""A signed head: how long a site's log was at a moment, and the digest of its last record.

Who holds a head, and the public key, can tell that the log was cut off or written anew: the new
one cannot show the same digest at the same place (P5).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.rules.canonical import canonical

PURPOSE = "head of a consent log"
"""Part of what is signed, so that no other signature of the same key can pass for a head."""


@dataclass(frozen=True, slots=True)
class Head:
    """A statement about a log, with who signed it. Time in seconds since 1970 UTC."""

    site: str
    records: int
    digest: str
    time: int
    key: str
    signature: str


class Seal:
    """Signs with the newest key; knows the older ones, so that their heads still hold."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` are Ed25519 private keys of 32 bytes, oldest first."""
        private = [Ed25519PrivateKey.from_private_bytes(key) for key in keys]
        self._newest = private[-1]
        public = [key.public_key().public_bytes_raw() for key in private]
        self.public: Mapping[str, bytes] = {name_of(key): key for key in public}
        self._name = name_of(public[-1])

    def sign(self, site: str, records: int, digest: str, time: int) -> Head:
        """The head of a log as it is now."""
        said = statement(site, records, digest, time, self._name)
        return Head(site, records, digest, time, self._name, self._newest.sign(said).hex())


def name_of(public: bytes) -> str:
    """The name of a public key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def statement(site: str, records: int, digest: str, time: int, key: str) -> bytes:
    """The bytes that are signed, in canonical JSON."""
    said = {
        "purpose": PURPOSE,
        "site": site,
        "records": records,
        "digest": digest,
        "time": time,
        "key": key,
    }
    return canonical(said).encode()


def holds(head: Head, public: Mapping[str, bytes]) -> bool:
    """Whether a key we know signed this head as it stands."""
    key = public.get(head.key)
    if key is None:
        return False
    said = statement(head.site, head.records, head.digest, head.time, head.key)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(head.signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
