"""P5, at random: whatever somebody does to the log in the database, who has the file and takes the
triggers away first, is found."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from gateway import upkeep
from gateway.errors import LedgerError
from gateway.upkeep.export import Source
from tests.logs import KEY, made, opened

RECORDS, SEALED_EVERY = 1_000, 130
TRIES = 400
TABLES = ("consents", "heads", "notices")
COLUMNS = (
    "time", "state", "choices", "notice", "language", "action", "layer", "method", "jurisdiction",
    "valid_until", "consent_id", "salt", "person", "previous", "digest",
)  # fmt: skip
HEAD_COLUMNS = ("records", "digest", "time", "key", "signature")


def _changed(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """One value of a record, by one letter or one bit."""
    _change(rng, db, "consents", rng.choice(COLUMNS), "seq", seq)
    return seq


def _removed(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """A record; the ones after it may be numbered anew."""
    db.execute("DELETE FROM consents WHERE seq = ?", (seq,))
    if rng.random() < 0.5:
        db.execute("UPDATE consents SET seq = seq - 5000 WHERE seq > ?", (seq,))
        db.execute("UPDATE consents SET seq = seq + 4999 WHERE seq < 0")
    return seq


def _put_in(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """Another record, which may be linked as we link, and the ones after it numbered anew."""
    columns = ", ".join(COLUMNS)
    db.execute("UPDATE consents SET seq = seq + 5000 WHERE seq >= ?", (seq,))
    db.execute(
        f"INSERT INTO consents (site, seq, {columns}) SELECT site, ?, {columns} FROM consents"
        " WHERE seq <> ? ORDER BY random() LIMIT 1", (seq, seq + 5000),
    )  # fmt: skip
    db.execute("UPDATE consents SET seq = seq - 4999 WHERE seq > 5000")
    del rng
    return seq


def _exchanged(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """Two records, each under the number of the other."""
    other = rng.choice([n for n in range(1, RECORDS + 1) if n != seq])
    for old, new in ((seq, -1), (other, seq), (-1, other)):
        db.execute("UPDATE consents SET seq = ? WHERE seq = ?", (new, old))
    return min(seq, other)


def _shortened(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """The end, before the last signed head."""
    del rng
    first = min(seq, (RECORDS - 1) // SEALED_EVERY * SEALED_EVERY)
    db.execute("DELETE FROM consents WHERE seq >= ?", (first,))
    return first


def _misquoted(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """A signed head."""
    del seq
    heads = [records for (records,) in db.execute("SELECT records FROM heads")]
    head = rng.choice(heads)
    _change(rng, db, "heads", rng.choice(HEAD_COLUMNS), "records", head)
    return int(head)


def _reworded(rng: random.Random, db: sqlite3.Connection, seq: int) -> int:
    """What a notice said."""
    del seq
    first, notice = rng.choice(
        db.execute("SELECT min(seq), notice FROM consents GROUP BY notice").fetchall()
    )
    _change(rng, db, "notices", "content", "id", notice)
    return int(first)


def _change(
    rng: random.Random, db: sqlite3.Connection, table: str, column: str, key: str, value: object
) -> None:
    [(old,)] = db.execute(f"SELECT {column} FROM {table} WHERE {key} = ?", (value,))
    if isinstance(old, int):
        new: object = old ^ 1 << rng.randrange(20)
    else:
        place = rng.randrange(len(old)) if old else 0
        text = old or "?"
        letter = rng.choice([c for c in map(chr, range(32, 1000)) if c != text[place]])
        new = text[:place] + letter + text[place + 1 :]
    db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (new, value))


TAMPERING = (
    *[_changed] * 6, _removed, _put_in, _exchanged, _shortened, _misquoted, _reworded,
)  # fmt: skip


async def test_a_damaged_database_is_always_found(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sqlite"
    await made(path, RECORDS, sealed_every=SEALED_EVERY)
    rng = random.Random(20_270_116)
    tally: Counter[str] = Counter()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        _open_up(db)
        async with opened(path) as source:
            for _ in range(TRIES):
                tamper = rng.choice(TAMPERING)
                db.execute("BEGIN")
                seq = tamper(rng, db, rng.randrange(1, RECORDS))
                db.execute("COMMIT")
                with pytest.raises(LedgerError) as found:
                    await _verify(source)
                tally[tamper.__name__] += 1
                tally["named"] += found.value.seq == seq
                _mend(db)
            assert (await _verify(source)).records == RECORDS
    astray = tally["_misquoted"] + tally["_put_in"]  # named at a head, or after what was put in
    assert tally["named"] >= TRIES - astray


async def _verify(source: Source) -> upkeep.Verified:
    signed = upkeep.Signed(await source.heads.all("demo"), KEY.public)
    return await upkeep.verify("demo", source.consents, source.notices, signed)


def _open_up(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA synchronous = OFF")
    triggers = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (trigger,) in triggers:
        db.execute(f"DROP TRIGGER {trigger}")
    for table in TABLES:
        db.execute(f"CREATE TEMP TABLE good_{table} AS SELECT * FROM {table}")


def _mend(db: sqlite3.Connection) -> None:
    db.execute("BEGIN")
    for table in TABLES:
        db.execute(f"DELETE FROM {table}")
        db.execute(f"INSERT INTO {table} SELECT * FROM good_{table}")
    db.execute("COMMIT")
