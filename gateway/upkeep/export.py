"""Writing a site's whole consent log to a file that can be checked without us (P5, P6)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.rules.records import Notice
from gateway.rules.seal import Head, Seal
from gateway.stores.base import ConsentStore, HeadStore, NoticeStore
from gateway.upkeep.heads import seal
from gateway.upkeep.lines import (
    FORMAT,
    VERSION,
    End,
    ExportError,
    Line,
    Log,
    PublicKey,
    Published,
    Signature,
    line_of,
    written,
)
from gateway.upkeep.walk import Signed, Verified, Walk, changed


@dataclass(frozen=True, slots=True)
class Source:
    """Where a log, what it names and what was signed of it are kept."""

    consents: ConsentStore
    notices: NoticeStore
    heads: HeadStore


async def export(
    site: str,
    source: Source,
    key: Seal,
    now: int,
    path: Path,
    *,
    personal: bool = True,
    replace: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Verified:
    """Write the log to `path`, in a memory that does not grow with it. It is signed first, and
    what is chosen after that waits for the next export. `personal` is whether consent ids and
    salts are in it; without `replace` no file is overwritten.

    Raises LedgerError when the log does not add up, ExportError when the file cannot be made:
    then there is none.
    """
    with _draft(path, replace) as file:
        await seal(site, source.heads, key, now)
        heads = await source.heads.all(site)
        notices = await _notices(site, source.notices)
        total = heads[-1].records if heads else 0
        out = _Writer(file)
        out.write(_header(site, key, now, personal, len(notices), heads))
        walk = Walk(site)
        walk.expect(Signed(heads, key.public))
        for notice in notices:
            walk.learn(notice.id, notice)
            out.write(Published(notice.id, notice.first_published, notice.content))
        for head in heads:
            out.write(
                Signature(head.site, head.records, head.digest, head.time, head.key, head.signature)
            )
        if total:
            async for record in source.consents.walk(site):
                walk.step(record)
                out.write(line_of(record, personal=personal))
                progress(walk.records)
                if walk.records == total:
                    break
        verified = walk.end()
        stamp = key.stamp(site, out.sha256.hexdigest())
        out.write(End(stamp.sha256, stamp.key, stamp.signature))
    return verified


class _Writer:
    """A file, and the digest of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, line: Line) -> None:
        text = written(line)
        self.sha256.update(text)
        self._file.write(text)


def _header(
    site: str, key: Seal, now: int, personal: bool, notices: int, heads: Sequence[Head]
) -> Log:
    keys = [PublicKey(name, "Ed25519", public.hex()) for name, public in key.public.items()]
    records = heads[-1].records if heads else 0
    return Log(FORMAT, VERSION, site, now, personal, notices, len(heads), records, keys)


async def _notices(site: str, store: NoticeStore) -> Sequence[Notice]:
    found = []
    for one in await store.listed(site):
        notice = await store.get(site, one.id)
        if notice is None or changed(notice):
            raise ExportError(
                f"notice {one.id[:16]} of {site!r} was changed since it was published",
                hint="keep the database file as it is and compare it with a backup",
            )
        found.append(notice)
    return found


@contextmanager
def _draft(path: Path, replace: bool) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its place when all went well, for its owner only: it holds
    consent ids."""
    _refuse_existing(path, replace)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _refuse_existing(path, replace)  # somebody may have made it meanwhile
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as problem:
        raise ExportError(
            f"{path} cannot be written: {problem.strerror or problem}",
            hint="check that the folder exists, is writable and has free space",
        ) from problem


def _refuse_existing(path: Path, replace: bool) -> None:
    if path.exists() and not (replace and path.is_file()):
        raise ExportError(
            f"{path} exists already", hint="choose another name, or add --force to replace a file"
        )
