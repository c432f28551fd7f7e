"""Checking an exported consent log with nothing but public keys: no database, no configuration.

Records are looked at before the file's own seal, so that the broken record is named although the
seal would have told that there is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from gateway.errors import LedgerError
from gateway.rules.records import Notice
from gateway.rules.seal import Head, Stamp, stamped
from gateway.upkeep.lines import (
    FORMAT,
    VERSION,
    End,
    ExportError,
    Log,
    Published,
    Record,
    Signature,
    read,
    record_of,
    written,
)
from gateway.upkeep.trust import Trust, named_keys
from gateway.upkeep.walk import Signed, Verified, Walk, changed

_LONGEST = 8 * 1024 * 1024
"""Bytes of a line. Ours stay far below; a file of one endless line must not fill the memory."""

_HINT = "keep the file as it is and compare it with another copy, or export the log again"
_LOG = msgspec.json.Decoder(Log)
_NOTICE = msgspec.json.Decoder(Published)
_HEAD = msgspec.json.Decoder(Signature)
_RECORD = msgspec.json.Decoder(Record)
_END = msgspec.json.Decoder(End)


def verify_file(
    path: Path,
    trust: Trust | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Log, Verified]:
    """Walk an exported log; its header and what adds up.

    Raises LedgerError at the first record that does not add up, ExportError when the file itself
    is not what was written.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST)
            reading = Reading(line, trust or Trust())
            verified = read_on(reading, hashlib.sha256(line), file, progress)
            return reading.log, verified
    except LedgerError as broken:
        broken.hint = _HINT  # its own speaks of a database
        raise


def read_on(
    reading: Reading,
    sha256: hashlib._Hash,
    file: BinaryIO,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verified:
    """Read a file from where `reading` is up to its end. `sha256` is that of all before it."""
    while reading.more:
        line = file.readline(_LONGEST)
        sha256.update(line)
        reading.take(line)
        progress(reading.walk.records, reading.log.records)
    verified = reading.end(file.readline(_LONGEST), sha256.hexdigest())
    if file.read(1):
        raise _wrong(reading.at + 1, "it comes after the end")
    return verified


class Reading:
    """An export, line by line: made of the header, then `take` while there are `more`, then the
    `end`. All three raise LedgerError or ExportError when the line is wrong."""

    def __init__(self, header: bytes, trust: Trust) -> None:
        self.at = 1
        try:
            self.log = read(_LOG, header)
            own = _own_keys(self.log)
        except ValueError as problem:
            raise _wrong(1, str(problem)) from None
        self.walk = Walk(self.log.site)
        self._public = own if trust.public is None else trust.public
        self._notices: dict[str, Notice] = {}
        self._heads = list(trust.heads_of(self.log.site))
        self._before_records = 1 + self.log.notices + self.log.heads
        self._last = self._before_records + self.log.records
        self._get_ready()

    @property
    def more(self) -> bool:
        """Whether the line that comes next is not the last one."""
        return self.at < self._last

    def take(self, line: bytes) -> None:
        """The next line."""
        self.at += 1
        if self.at > self._before_records:
            self._record(line)
            return
        try:
            if self.at <= 1 + self.log.notices:
                self._notice(read(_NOTICE, line))
            else:
                self._head(read(_HEAD, line))
        except ValueError as problem:
            raise _wrong(self.at, str(problem)) from None
        self._get_ready()

    def end(self, line: bytes, sha256: str) -> Verified:
        """The last line, and the SHA-256 of all before it."""
        verified = self.walk.end()
        self.at += 1
        for notice in self._notices.values():
            if changed(notice):
                raise ExportError(f"the notice {notice.id[:16]!r} was changed", hint=_HINT)
        try:
            seal = read(_END, line)
        except ValueError as problem:
            raise _wrong(self.at, str(problem)) from None
        if written(seal) != line:
            raise _wrong(self.at, "it is not as it was written")
        if seal.sha256 != sha256:
            raise ExportError(
                "every record adds up, but the file was changed after it was sealed", hint=_HINT
            )
        if not stamped(Stamp(sha256, seal.key, seal.signature), self.log.site, self._public):
            raise ExportError(
                f"the seal of the file does not hold; it says the key is {seal.key[:16]!r}",
                hint="check that --key is the key of this gateway, or ask for the file again",
            )
        return verified

    def _get_ready(self) -> None:
        if self.at == self._before_records:
            self.walk.expect(Signed(self._heads, self._public))

    def _notice(self, line: Published) -> None:
        if line.id in self._notices:
            raise ValueError("the notice was there already")
        notice = Notice(line.id, self.log.site, line.content, line.first_published)
        self._notices[line.id] = notice
        self.walk.learn(line.id, notice)

    def _head(self, line: Signature) -> None:
        self._heads.append(
            Head(line.site, line.records, line.digest, line.time, line.key, line.signature)
        )

    def _record(self, line: bytes) -> None:
        try:
            said = read(_RECORD, line)
            if said.site != self.log.site:
                raise ValueError("it is of another site than the file")
            self.walk.step(record_of(said))
        except ValueError as problem:
            seq = self.walk.records + 1
            raise LedgerError(self.log.site, seq, str(problem)) from None


def _own_keys(log: Log) -> Mapping[str, bytes]:
    if log.format != FORMAT:
        raise ValueError(f"it is no export of a consent log, but {log.format[:40]!r}")
    if log.version != VERSION:
        raise ValueError(f"it is of version {log.version}; this gateway reads version {VERSION}")
    return named_keys(log.keys)


def _wrong(line: int, problem: str) -> ExportError:
    return ExportError(f"line {line} of the export: {problem}", hint=_HINT)
