"""What an outsider holds against a consent log: public keys, and heads that were saved earlier."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.errors import GatewayError
from gateway.rules.proof import check
from gateway.rules.seal import Head, name_of
from gateway.upkeep.lines import PublicKey

_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")
_DOWNLOAD = "download it from its page, or as /{site}/receipts/CODE?format=json"
_GET_IT = "save the answer of GET /{site}/log and give that file"


class SavedHead(Struct, frozen=True):
    """A head as `/{site}/log` shows it; alone it does not say of which site it is."""

    records: int
    digest: str
    time: int
    key: str
    signature: str
    site: str = ""

    def head(self) -> Head:
        """The head it is."""
        return Head(self.site, self.records, self.digest, self.time, self.key, self.signature)


class SavedKey(Struct, frozen=True):
    """A public key as `/{site}/log` shows it."""

    key: str
    algorithm: str
    public_key: str


class SavedLog(Struct, frozen=True):
    """A saved answer of `/{site}/log`."""

    site: str
    heads: list[SavedHead]
    keys: list[SavedKey]


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of a log from elsewhere. Without keys, those that come with the log do."""

    public: Mapping[str, bytes] | None = None
    heads: Sequence[Head] = ()

    def also(self, heads: Sequence[Head]) -> Trust:
        """With more heads the log must agree with."""
        return replace(self, heads=[*self.heads, *heads])

    def heads_of(self, site: str) -> Sequence[Head]:
        """The heads, as those of that site. Raises GatewayError when they say another one."""
        for head in self.heads:
            if head.site not in ("", site):
                raise GatewayError(
                    f"the saved head is of site {head.site!r}, the log of {site!r}",
                    hint="give the head that was saved of this site",
                )
        return [replace(head, site=site) for head in self.heads]


def trust(keys: Sequence[str], heads: Path | None) -> Trust:
    """What was given: each key as 64 hexadecimal digits or as a file with a saved answer of
    `/{site}/log`; heads as such a file, or as one with a single head.

    Raises GatewayError when it is neither.
    """
    public: dict[str, bytes] = {}
    for given in keys:
        public.update(_public(given))
    return Trust(public or None, _heads(heads) if heads else ())


def verify_receipt(path: Path, public: Mapping[str, bytes]) -> Sequence[Head]:
    """The heads a receipt's file holds, one for each record of its consent. Raises GatewayError
    when the receipt does not hold by itself."""
    try:
        said = msgspec.json.decode(_content(path))
    except ValueError as problem:
        raise GatewayError(f"{path} is no receipt: {problem}", hint=_DOWNLOAD) from None
    if not isinstance(said, dict):
        raise GatewayError(f"{path} is no receipt", hint=_DOWNLOAD)
    if problems := check(said, public):
        raise GatewayError(
            "\n".join([f"the receipt in {path} does not hold:", *(f"  {one}" for one in problems)]),
            hint="compare it with the one the gateway gives for its code",
        )
    proof = said["proof"]
    return [
        msgspec.convert({**one["head"], "site": proof["site"]}, SavedHead).head()
        for one in proof["records"]
    ]


def named_keys(keys: Iterable[PublicKey | SavedKey]) -> Mapping[str, bytes]:
    """Public keys by their names. Raises ValueError when one is not what it is named."""
    found = {}
    for key in keys:
        found[key.key] = bytes.fromhex(key.public_key)
        if key.algorithm != "Ed25519" or name_of(found[key.key]) != key.key:
            raise ValueError(f"the key {key.key[:16]!r} is not the one of that name")
    return found


def _public(given: str) -> Mapping[str, bytes]:
    if _HEX_KEY.fullmatch(given):
        raw = bytes.fromhex(given)
        return {name_of(raw): raw}
    try:
        return named_keys(msgspec.json.decode(_content(Path(given)), type=SavedLog).keys)
    except ValueError as problem:
        raise GatewayError(f"there is no public key in {given}: {problem}", hint=_GET_IT) from None


def _heads(path: Path) -> Sequence[Head]:
    text = _content(path)
    try:
        said = msgspec.json.decode(text)
        if isinstance(said, dict) and "heads" in said:
            log = msgspec.convert(said, SavedLog)
            found = [replace(head.head(), site=log.site) for head in log.heads]
        else:
            found = [msgspec.convert(said, SavedHead).head()]
    except ValueError as problem:
        raise GatewayError(f"there is no head in {path}: {problem}", hint=_GET_IT) from None
    if not found:
        raise GatewayError(f"no head was signed yet when {path} was saved", hint=_GET_IT)
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise GatewayError(
            f"{path} cannot be read: {problem.strerror or problem}",
            hint="give a key as 64 hexadecimal digits, a key or a head as a file",
        ) from problem
