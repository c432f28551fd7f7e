"""Visitors who said yes before the clock runs: their consents are recorded through the store, and
their tokens are those the server will accept, for it gets the same keys."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gateway import keys
from gateway.bench.history import accepted, opened
from gateway.bench.process import BenchError
from gateway.recorder import Recorder
from gateway.rules.records import Choice, ConsentRecord, Notice, Token
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.notices import SqliteNotices

_BATCH = 1_000
_AGO = 3_600
"""Seconds before now in which they all chose."""


async def give(folder: Path, site: Site, notice: Notice, visitors: int) -> Sequence[bytes]:
    """Record so many consents into the database in `folder`; the token of each, in their order."""
    secret = keys.load(folder)
    recorder, signer = Recorder(secret.visitor), TokenSigner(secret.tokens)
    start = int(time.time()) - _AGO
    shown = replace(notice, first_published=start)
    pattern = accepted(site, shown, start)
    dice = random.Random(2)  # noqa: S311 - a made-up crowd needs no secrecy
    tokens: list[bytes] = []
    async with opened(folder) as database:
        await SqliteNotices(database).publish(shown, start)
        consents = SqliteConsents(database)
        for done in range(0, visitors, _BATCH):
            size = min(_BATCH, visitors - done)
            choices = [
                replace(pattern, consent_id=f"{dice.getrandbits(128):032x}") for _ in range(size)
            ]
            kept = await consents.append([recorder.entry(site, choice) for choice in choices])
            for choice, record in zip(choices, kept, strict=True):
                if record is None:
                    raise BenchError("a consent was not recorded", hint="see the store's contract")
                tokens.append(signer.sign(_token(choice, record, recorder)).encode())
    return tokens


def _token(choice: Choice, record: ConsentRecord, recorder: Recorder) -> Token:
    who = str(choice.consent_id)
    return Token(
        site=choice.site,
        consent_id=who,
        seq=record.seq,
        choices=choice.choices,
        notice=choice.notice,
        valid_until=choice.valid_until,
        receipt=recorder.code(choice.site, who),
    )
