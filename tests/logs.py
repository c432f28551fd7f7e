"""A consent log of any length, with two notices and heads that were signed as it grew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from gateway import upkeep
from gateway.rules.records import Choice
from gateway.rules.seal import Seal
from gateway.stores.base import Append
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.upkeep.export import Source, export
from gateway.upkeep.trust import Trust
from tests.rules.building import NOON, a_choice, a_notice

KEY = Seal([bytes(range(32))])
TRUST = Trust(KEY.public)
SECOND = a_notice(NOON + 5, text="Iets anders.")


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Source]:
    """The log of a database, and what belongs to it."""
    database = Database(path)
    await database.open()
    try:
        yield Source(SqliteConsents(database), SqliteNotices(database), SqliteHeads(database))
    finally:
        await database.close()


async def made(path: Path, records: int, *, sealed_every: int) -> None:
    """A log of a site "demo"; the last head counts fewer records than there are."""
    async with opened(path) as source:
        await source.notices.publish(a_notice(), NOON)
        await source.notices.publish(SECOND, NOON + 5)
        await grown(source, records, sealed_every=sealed_every)


async def grown(source: Source, records: int, *, start: int = 0, sealed_every: int) -> None:
    """That log, some records longer."""
    for first in range(start, start + records, sealed_every):
        if first:
            await upkeep.seal("demo", source.heads, KEY, NOON + first)
        last = min(first + sealed_every, start + records)
        await source.consents.append([_item(seq) for seq in range(first, last)])


async def exported(path: Path, *, personal: bool = True) -> bytes:
    """What a file holds to which the log of a database is exported."""
    file = path.with_suffix(".jsonl")
    async with opened(path) as source:
        await export("demo", source, KEY, NOON, file, personal=personal, replace=True)
    return file.read_bytes()


async def verified(path: Path) -> upkeep.Verified:
    """Walk a database with its heads. Raises LedgerError."""
    async with opened(path) as source:
        signed = upkeep.Signed(await source.heads.all("demo"), KEY.public)
        return await upkeep.verify("demo", source.consents, source.notices, signed)


def _item(seq: int) -> Append:
    choice = _choice(seq)
    visitor = seq if choice.consent_id else None
    return Append(choice, visitor, 740_000, f"salt {seq}")


def _choice(seq: int) -> Choice:
    # Every third refuses; the notice changed after the first ten.
    made = a_choice(None if seq % 3 == 2 else f"consent {seq}", time=NOON + 60 + seq)
    return made if seq < 10 else replace(made, notice=SECOND.id)
