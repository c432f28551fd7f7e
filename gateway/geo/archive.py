"""Takes a database out of its archive. Archives are made by strangers: bounded, never obeyed."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from gateway.geo.problems import broken

_LARGEST = 1 << 30  # bytes, packed or not; GeoLite2-City was 60 MB and DB-IP's countries 8 MB
_STEP = 1 << 20


class _Target(Protocol):
    def write(self, data: bytes, /) -> object: ...


def unzip(packed: Path, name: str) -> Path:
    target = packed.with_name(f"{name}.mmdb")
    try:
        with gzip.open(packed) as plain, target.open("wb") as file:
            copy(plain.read, file)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise broken(f"{packed.name} is damaged") from None
    return target


def unpack(packed: Path, wanted: str, target: Path) -> Path:
    """Take the one file called `wanted` out of a tar.gz, whatever folder it stands in there.

    Nothing is written but `target`: names, links and modes in the archive are not followed.
    """
    try:
        with tarfile.open(packed, "r:gz") as archive:
            for member in _members(archive):
                if member.isreg() and Path(member.name).name == wanted:
                    with target.open("wb") as file:
                        source = archive.extractfile(member)
                        if source is not None and copy(source.read, file) == member.size:
                            return target
                    break
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile):
        raise broken(f"{packed.name} is damaged") from None
    raise broken(f"{packed.name} holds no {wanted}")


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    seen = 0
    for member in archive:
        seen += member.size
        if seen > _LARGEST:
            raise broken("the archive is larger than any database")
        yield member


def copy(read: Callable[[int], Any], target: _Target) -> int:
    got = 0
    while chunk := read(_STEP):
        got += len(chunk)
        if got > _LARGEST:
            raise broken("the file is larger than any database")
        target.write(chunk)
    return got
