"""P5, at random: whatever is done to one byte or one line of an exported log is found, and nearly
always at the very record."""

from __future__ import annotations

import copy
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from gateway.errors import GatewayError, LedgerError
from gateway.rules.ledger import START, link
from gateway.upkeep.lines import line_of, written
from gateway.upkeep.offline import Reading, read_on, verify_file
from tests.logs import TRUST, exported, made
from tests.rules.building import NOON, a_choice

RECORDS, SEALED_EVERY = 1_000, 130
TRIES, IN_FULL = 10_000, 100

Lines = list[bytes]
Damage = Callable[[random.Random, Lines], Lines]


@dataclass(frozen=True, slots=True)
class Export:
    """A good file, and how far a reading of it was before each of its lines."""

    lines: Lines
    before_records: int
    readings: list[tuple[Reading, hashlib._Hash]]

    @classmethod
    def of(cls, content: bytes) -> Export:
        """Read it once, and keep a copy of the reading at every line."""
        lines = content.splitlines(keepends=True)
        reading, sha256 = Reading(lines[0], TRUST), hashlib.sha256(lines[0])
        readings = []
        for line in lines[1:-1]:
            readings.append((_twin(reading), sha256.copy()))
            sha256.update(line)
            reading.take(line)
        readings.append((_twin(reading), sha256.copy()))
        return cls(lines, 1 + reading.log.notices + reading.log.heads, readings)

    def first_change(self, damaged: Lines) -> int:
        """The first line that is not as it was."""
        pairs = zip(self.lines, damaged, strict=False)
        same = [a == b for a, b in pairs]
        return same.index(False) if False in same else len(same)

    def read(self, damaged: Lines) -> None:
        """Verify. Up to its first change a file is the one we read: go on from there."""
        first = min(self.first_change(damaged), len(self.lines) - 1)
        if first < self.before_records:
            file = BytesIO(b"".join(damaged))
            header = file.readline()
            read_on(Reading(header, TRUST), hashlib.sha256(header), file)
        else:
            reading, sha256 = self.readings[first - 1]
            read_on(_twin(reading), sha256.copy(), BytesIO(b"".join(damaged[first:])))


def _twin(reading: Reading) -> Reading:
    twin = copy.copy(reading)
    twin.walk = copy.copy(reading.walk)
    return twin


def _altered(rng: random.Random, lines: Lines) -> Lines:
    """One byte made another one: any, or a like one, so that the line can still be parsed."""
    place = rng.randrange(sum(map(len, lines)))
    at = 0
    while place >= len(lines[at]):
        place -= len(lines[at])
        at += 1
    old = lines[at][place]
    like = b"0123456789abcdef" if chr(old) in "0123456789abcdef" else bytes(range(32, 127))
    new = rng.choice([byte for byte in rng.choice((like, bytes(range(256)))) if byte != old])
    return [
        *lines[:at],
        lines[at][:place] + bytes([new]) + lines[at][place + 1 :],
        *lines[at + 1 :],
    ]


def _deleted(rng: random.Random, lines: Lines) -> Lines:
    at = rng.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def _copied(rng: random.Random, lines: Lines) -> Lines:
    """A line put in again somewhere else."""
    at = rng.randrange(len(lines) + 1)
    return [*lines[:at], rng.choice(lines), *lines[at:]]


def _forged(rng: random.Random, lines: Lines) -> Lines:
    """A record put in that was linked as we link, to the record before it."""
    seq = rng.randint(1, RECORDS + 1)
    at = len(lines) - 1 - RECORDS + seq - 1
    return [*lines[:at], _forgery(lines[at - 1], seq), *lines[at:]]


def _replaced(rng: random.Random, lines: Lines) -> Lines:
    """A record made anew in its place."""
    seq = rng.randint(1, RECORDS)
    at = len(lines) - 1 - RECORDS + seq - 1
    return [*lines[:at], _forgery(lines[at - 1], seq), *lines[at + 1 :]]


def _forgery(before: bytes, seq: int) -> bytes:
    previous = before.partition(b'"digest":"')[2][:64].decode() if seq > 1 else START
    record = link(previous, seq, a_choice("somebody", time=NOON + 60), "salt")
    return written(line_of(record, personal=True))


def _swapped(rng: random.Random, lines: Lines) -> Lines:
    one, other = rng.sample(range(len(lines)), 2)
    made = list(lines)
    made[one], made[other] = made[other], made[one]
    return made


def _cut_off(rng: random.Random, lines: Lines) -> Lines:
    """The last records taken away, and the header made to fit; the heads are left, or go too."""
    last = rng.randrange((RECORDS - 1) // SEALED_EVERY * SEALED_EVERY)
    first = len(lines) - RECORDS - 1
    made = lines[: first + last] + lines[-1:]
    counts = {b'"records":%d' % RECORDS: b'"records":%d' % last}
    if rng.random() < 0.5:
        kept = last // SEALED_EVERY
        heads = [n for n, line in enumerate(lines[:first]) if b'"kind":"head"' in line]
        made = [line for n, line in enumerate(made) if n not in heads[kept:]]
        counts[b'"heads":%d' % len(heads)] = b'"heads":%d' % kept
    for old, new in counts.items():
        made[0] = made[0].replace(old, new)
    return made


def _broken_off(rng: random.Random, lines: Lines) -> Lines:
    """As after a disk that was full: any number of bytes at the end is missing."""
    content = b"".join(lines)
    return content[: rng.randrange(len(content))].splitlines(keepends=True)


WEIGHTS: dict[Damage, int] = {
    _altered: 60, _deleted: 10, _copied: 8, _forged: 6, _replaced: 6, _swapped: 6, _cut_off: 2,
    _broken_off: 2,
}  # fmt: skip


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with a log of a thousand records, closed."""
    await made(tmp_path / "gateway.sqlite", RECORDS, sealed_every=SEALED_EVERY)
    return tmp_path / "gateway.sqlite"


async def test_ten_thousand_damaged_exports_are_all_found(path: Path) -> None:
    rng = random.Random(20_270_115)
    good = Export.of(await exported(path))
    good.read(good.lines)  # as it was written, it holds
    kinds = rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=TRIES)
    tally: Counter[str] = Counter()
    for number, damage in enumerate(kinds):
        damaged = damage(rng, good.lines)
        if damaged == good.lines:  # two like lines, or a line put in beside itself, was no damage
            continue
        tally["tries"] += 1
        found = _found(good, damaged)
        if number % IN_FULL == 0:
            _agrees(path.with_name("damaged.jsonl"), damaged, found)
        seq = good.first_change(damaged) - good.before_records + 1
        if 1 <= seq <= RECORDS:
            # A forgery follows well on what stands before it: what comes after it does not.
            where = (seq, seq + 1) if damage in (_forged, _replaced) else (seq,)
            tally["of records"] += 1
            tally["named"] += isinstance(found, LedgerError) and found.seq in where
    assert tally["tries"] > 0.99 * TRIES
    assert tally["named"] == tally["of records"] > 0.95 * TRIES


def _found(good: Export, damaged: Lines) -> GatewayError:
    with pytest.raises(GatewayError) as found:
        good.read(damaged)
    return found.value


def _agrees(path: Path, damaged: Lines, found: GatewayError) -> None:
    """The whole file, read as an outsider does, is told to be broken in the same words."""
    path.write_bytes(b"".join(damaged))
    with pytest.raises(GatewayError) as again:
        verify_file(path, TRUST)
    assert again.value.message == found.message
