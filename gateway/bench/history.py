"""A consent log of any length, made through the store in the way choices come in: linked, with the
current state of each consent beside it, and signed now and then."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gateway import keys, upkeep
from gateway.recorder import Recorder
from gateway.rules import consent
from gateway.rules.consent import Standing
from gateway.rules.records import Choice, ConsentState, Notice
from gateway.rules.site import Site
from gateway.stores.base import Append
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices

_GIVEN, _REFUSED, _CHANGED = 0.70, 0.25, 0.03  # the rest are withdrawals
_DAYS = 30
"""The log is of the last days: no consent in it may end while it is measured."""
_MOST_HEADS = 2_000
_BETWEEN_HEADS = 300
_MEMORY = 1_000
"""Visitors who may still come back to change or withdraw."""


@dataclass(frozen=True, slots=True)
class Made:
    """How many records and signed heads there are now, and what it took: seconds by the clock,
    seconds of processor time."""

    records: int
    heads: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds


async def make(
    folder: Path,
    site: Site,
    notice: Notice,
    records: int,
    batch: int = 1_000,
) -> Made:
    """Write a log of so many records, `batch` in a commit, into the database in `folder`, which has
    keys of its own."""
    secret = keys.load(folder)
    start = int(time.time()) - _DAYS * 86_400
    crowd = _Crowd(site, replace(notice, first_published=start), start, records)
    recorder = Recorder(secret.visitor)
    step = max(_BETWEEN_HEADS, records // _MOST_HEADS)
    signed, next_head = 0, step
    async with opened(folder) as database:
        await SqliteNotices(database).publish(crowd.notice, start)
        consents, heads = SqliteConsents(database), SqliteHeads(database)
        began, spent = time.perf_counter(), time.process_time()
        for done in range(0, records, batch):
            size = min(batch, records - done)
            await consents.append(crowd.batch(recorder, size))
            while next_head <= done + size:
                next_head += step
                signed += await upkeep.seal(site.id, heads, secret.seal, crowd.now) is not None
        took, cost = time.perf_counter() - began, time.process_time() - spent
        return Made(records, signed, took, cost)


class _Crowd:
    """Everyone who chose, in the order they did."""

    def __init__(self, site: Site, notice: Notice, start: int, records: int) -> None:
        self.notice = notice
        self._site = site
        self._dice = random.Random(1)  # noqa: S311 - a made-up crowd needs no secrecy
        self._start = start
        self._pace = _DAYS * 86_400 / records
        self._made = 0
        self._back: list[Choice] = []
        self._kinds = self._patterns()

    @property
    def now(self) -> int:
        """When the last of them chose, in seconds since 1970 UTC."""
        return self._start + int(self._made * self._pace)

    def batch(self, recorder: Recorder, size: int) -> Sequence[Append]:
        """The next ones."""
        return [recorder.entry(self._site, self._next()) for _ in range(size)]

    def _next(self) -> Choice:
        self._made += 1
        dice = self._dice
        kind = dice.random()
        who: str | None
        if kind < _GIVEN or not self._back:
            pattern, who = self._kinds["accept"], f"{dice.getrandbits(128):032x}"
        elif kind < _GIVEN + _REFUSED:
            return self._at(self._kinds["reject"], None)
        elif kind < _GIVEN + _REFUSED + _CHANGED:
            pattern, who = self._kinds["save"], dice.choice(self._back).consent_id
        else:
            gone = self._back.pop(dice.randrange(len(self._back)))
            return self._at(self._kinds["withdraw"], gone.consent_id)
        choice = self._at(pattern, who)
        if kind < _GIVEN:
            self._remember(choice)
        return choice

    def _remember(self, choice: Choice) -> None:
        if len(self._back) < _MEMORY:
            self._back.append(choice)
        else:
            self._back[self._dice.randrange(_MEMORY)] = choice

    def _at(self, pattern: Choice, consent_id: str | None) -> Choice:
        later = self.now - pattern.time
        return replace(
            pattern,
            consent_id=consent_id,
            time=pattern.time + later,
            valid_until=pattern.valid_until + later,
        )

    def _patterns(self) -> dict[str, Choice]:
        """One choice of each kind, made by the rules; all others are the same at another time."""
        site, start = self._site, self._start
        yes = accepted(site, self.notice, start)
        return {
            "accept": yes,
            "reject": _choice(site, self.notice, "reject", (), start),
            "save": _choice(site, self.notice, "save", site.asked[:1], start),
            "withdraw": consent.withdraw(
                _standing(yes),
                method="button",
                jurisdiction=site.jurisdiction,
                months=site.validity_months,
                now=start,
            ),
        }


def accepted(site: Site, notice: Notice, now: int) -> Choice:
    """The choice of a visitor who accepts everything."""
    return _choice(site, notice, "accept", site.asked, now)


def _choice(
    site: Site, notice: Notice, action: consent.Action, granted: Sequence[str], now: int
) -> Choice:
    answer = consent.Answer(
        notice=notice.id,
        choices={purpose: purpose in granted for purpose in site.asked},
        action=action,
        language=site.languages[0],
        layer="preferences" if action == "save" else "first",
        method="button",
    )
    return consent.choose(
        answer,
        notice,
        None,
        new_id="0" * 32,
        jurisdiction=site.jurisdiction,
        months=site.validity_months,
        now=now,
    )


def _standing(choice: Choice) -> Standing:
    return Standing(
        site=choice.site,
        consent_id=str(choice.consent_id),
        seq=1,
        state=ConsentState.GIVEN,
        choices=choice.choices,
        notice=choice.notice,
        language=choice.language,
        valid_until=choice.valid_until,
    )


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    """The database in a folder, made where there is none."""
    database = Database(folder / "gateway.sqlite")
    await database.open()
    try:
        yield database
    finally:
        await database.close()
