"""The gateway's own secrets: made on the first run, readable by its user only, never committed."""

from __future__ import annotations

import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import GatewayError

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of tokens and of signed heads, oldest first and the last one signing, and the key of
    visitor values."""

    tokens: tuple[str, ...]
    visitor: bytes
    seals: tuple[bytes, ...]


def load(folder: Path) -> Keys:
    """Read the secrets, making them first where there are none.

    Raises GatewayError when others may read them or the file is damaged: losing the visitor
    key makes every returning visitor a new one, so it is never replaced silently.
    """
    path = folder / "secrets.json"
    if not path.exists():
        _make(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise GatewayError(f"others can read {path} (mode {mode:o})", hint=f"chmod 600 {path}")
    try:
        stored = json.loads(path.read_text("utf-8"))
        tokens, visitor = stored["tokens"], bytes.fromhex(stored["visitor"])
        # tuple("abc") would be three keys of one letter, and no key at all signs as well.
        if not isinstance(tokens, list) or not tokens:
            raise TypeError("`tokens` is no list of keys")
        if min(len(visitor), *(len(bytes.fromhex(key)) for key in tokens)) < _BYTES:
            raise ValueError(f"a key is shorter than {_BYTES} bytes")
        seals = [bytes.fromhex(key) for key in stored["seals"]]
        if not seals or {len(key) for key in seals} != {_BYTES}:
            raise ValueError(f"`seals` is no list of keys of {_BYTES} bytes")
        return Keys(tokens=tuple(tokens), visitor=visitor, seals=tuple(seals))
    except (ValueError, KeyError, TypeError) as problem:
        raise GatewayError(
            f"{path} is damaged: {problem}", hint="restore it from a backup of the data folder"
        ) from problem


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = {
        "tokens": [secrets.token_hex(_BYTES)],
        "visitor": secrets.token_hex(_BYTES),
        "seals": [secrets.token_hex(_BYTES)],
    }
    # A finished file appears at once or not at all, and two first runs do not overwrite each other.
    # No process number in its name: in a container that is 1 again after a crash.
    draft = path.with_suffix(f".{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
