"""The gateway's own secrets: made on the first run, readable by its user only, never committed."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError
from gateway.rules.seal import Seal, public_of

_BYTES = 32
_FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of tokens and of signed heads, oldest first and the last one signing, and the key of
    visitor values."""

    tokens: tuple[str, ...]
    visitor: bytes
    seals: tuple[bytes, ...]
    retired: tuple[bytes, ...] = ()
    """Public halves of keys that signed heads before: those still hold, and nothing more can be
    signed with them."""

    @property
    def seal(self) -> Seal:
        """What signs heads of the log, and knows who signed them before."""
        return Seal(self.seals, self.retired)


def load(folder: Path) -> Keys:
    """Read the secrets, making them first where there are none.

    Raises GatewayError when others may read them or the file is damaged: losing the visitor
    key makes every returning visitor a new one, so it is never replaced silently.
    """
    path = folder / _FILE
    if not path.exists():
        _make(path)
    return _checked(path, _read(path))


def changed(folder: Path) -> int:
    """When the secrets were written last, in nanoseconds; 0 when there are none yet."""
    path = folder / _FILE
    return path.stat().st_mtime_ns if path.exists() else 0


def rotate_tokens(folder: Path) -> None:
    """Sign consents with a new key from the next start on; what older ones signed still holds."""
    _change(folder, lambda said, fresh: {**said, "tokens": [*said["tokens"], fresh]})


def rotate_seals(folder: Path) -> None:
    """Sign heads with a new key from the next start on. Of the old one only the public half stays:
    who steals the file later cannot sign for the past."""

    def renew(said: dict[str, Any], fresh: str) -> dict[str, Any]:
        old = [public_of(bytes.fromhex(key)).hex() for key in said["seals"]]
        return {**said, "seals": [fresh], "retired": [*said.get("retired", []), *old]}

    _change(folder, renew)


def _change(folder: Path, change: Callable[[dict[str, Any], str], dict[str, Any]]) -> None:
    load(folder)  # else a damaged file would be made worse
    path = folder / _FILE
    changed = change(_read(path), secrets.token_hex(_BYTES))
    _checked(path, changed)
    _draft(path, changed).replace(path)


def _read(path: Path) -> dict[str, Any]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise GatewayError(f"others can read {path} (mode {mode:o})", hint=f"chmod 600 {path}")
    try:
        said = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise _damaged(path, problem) from problem
    if not isinstance(said, dict):
        raise _damaged(path, TypeError("it is no object"))
    return said


def _checked(path: Path, stored: dict[str, Any]) -> Keys:
    try:
        tokens, visitor = stored["tokens"], bytes.fromhex(stored["visitor"])
        # tuple("abc") would be three keys of one letter, and no key at all signs as well.
        if not isinstance(tokens, list) or not tokens:
            raise TypeError("`tokens` is no list of keys")
        if min(len(visitor), *(len(bytes.fromhex(key)) for key in tokens)) < _BYTES:
            raise ValueError(f"a key is shorter than {_BYTES} bytes")
        seals = [bytes.fromhex(key) for key in stored["seals"]]
        if not seals or {len(key) for key in seals} != {_BYTES}:
            raise ValueError(f"`seals` is no list of keys of {_BYTES} bytes")
        retired = [bytes.fromhex(key) for key in stored.get("retired", [])]
        if any(len(key) != _BYTES for key in retired):
            raise ValueError(f"`retired` is no list of keys of {_BYTES} bytes")
        return Keys(tuple(tokens), visitor, tuple(seals), tuple(retired))
    except (ValueError, KeyError, TypeError) as problem:
        raise _damaged(path, problem) from problem


def _damaged(path: Path, problem: Exception) -> GatewayError:
    return GatewayError(
        f"{path} is damaged: {problem}", hint="restore it from a backup of the data folder"
    )


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = {
        "tokens": [secrets.token_hex(_BYTES)],
        "visitor": secrets.token_hex(_BYTES),
        "seals": [secrets.token_hex(_BYTES)],
    }
    draft = _draft(path, fresh)
    try:
        os.link(draft, path)  # two first runs do not overwrite each other
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _draft(path: Path, said: object) -> Path:
    """The file written and synced under another name, so that it appears whole or not at all."""
    # No process number in its name: in a container that is 1 again after a crash.
    draft = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    return draft
