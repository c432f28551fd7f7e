"""What we sign: heads of consent logs, and exports of them.

A head says how long a site's log was at a moment, and the digest of its last record. Who holds a
head, and the public key, can tell that the log was cut off or written anew: the new one cannot
show the same digest at the same place (P5).
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
EXPORT = "export of a consent log"
"""The same for a file that holds a whole log."""


@dataclass(frozen=True, slots=True)
class Head:
    """A statement about a log, with who signed it. Time in seconds since 1970 UTC."""

    site: str
    records: int
    digest: str
    time: int
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A statement about a file: the SHA-256 of its bytes, with who signed that."""

    sha256: str
    key: str
    signature: str


class Seal:
    """Signs with the newest key; knows the older ones, so that their heads still hold."""

    def __init__(self, keys: Sequence[bytes], retired: Sequence[bytes] = ()) -> None:
        """`keys` are Ed25519 private keys of 32 bytes, oldest first; of those before them only
        the public halves are left, in `retired`."""
        private = [Ed25519PrivateKey.from_private_bytes(key) for key in keys]
        self._newest = private[-1]
        public = [*retired, *(key.public_key().public_bytes_raw() for key in private)]
        self.public: Mapping[str, bytes] = {name_of(key): key for key in public}
        self.name = name_of(public[-1])
        """The key that signs now."""

    def know(self, public: Mapping[str, bytes]) -> None:
        """Let these keys count too: another worker may have been started with a newer one."""
        self.public = {**public, **self.public}

    def sign(self, site: str, records: int, digest: str, time: int) -> Head:
        """The head of a log as it is now."""
        said = statement(site, records, digest, time, self.name)
        return Head(site, records, digest, time, self.name, self._newest.sign(said).hex())

    def stamp(self, site: str, sha256: str) -> Stamp:
        """The seal of an export with these bytes."""
        said = export_statement(site, sha256, self.name)
        return Stamp(sha256, self.name, self._newest.sign(said).hex())

    def vouch(self, data: bytes) -> tuple[str, bytes]:
        """Name of the newest key, and its signature over `data`: never JSON, which the statements
        above are, so that nothing signed here can pass for one of them."""
        return self.name, self._newest.sign(data)

    def attest(self, purpose: str, said: Mapping[str, object]) -> tuple[str, str]:
        """Sign a statement of another kind under its own purpose: the key's name, the signature."""
        text = canonical({**said, "purpose": purpose, "key": self.name})
        return self.name, self._newest.sign(text.encode()).hex()


def public_of(private: bytes) -> bytes:
    """The half of a key that may be known."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def name_of(public: bytes) -> str:
    """The name of a public key: the first 16 digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def statement(site: str, records: int, digest: str, time: int, key: str) -> bytes:
    """The bytes that are signed of a head, in canonical JSON."""
    said = {
        "purpose": PURPOSE,
        "site": site,
        "records": records,
        "digest": digest,
        "time": time,
        "key": key,
    }
    return canonical(said).encode()


def export_statement(site: str, sha256: str, key: str) -> bytes:
    """The bytes that are signed of an export, in canonical JSON."""
    return canonical({"purpose": EXPORT, "site": site, "sha256": sha256, "key": key}).encode()


def holds(head: Head, public: Mapping[str, bytes]) -> bool:
    """Whether a key we know signed this head as it stands."""
    said = statement(head.site, head.records, head.digest, head.time, head.key)
    return _signed(public.get(head.key), head.signature, said)


def stamped(stamp: Stamp, site: str, public: Mapping[str, bytes]) -> bool:
    """Whether a key we know signed this of an export of that site's log."""
    said = export_statement(site, stamp.sha256, stamp.key)
    return _signed(public.get(stamp.key), stamp.signature, said)


def _signed(key: bytes | None, signature: str, said: bytes) -> bool:
    if key is None:
        return False
    try:
        raw = bytes.fromhex(signature)
        Ed25519PublicKey.from_public_bytes(key).verify(raw, said)
    except (InvalidSignature, ValueError):
        return False
    # There is one way to write it: else a letter could be made a capital and nobody would see.
    return raw.hex() == signature
