"""Summaries that go out by mail, and how sending them went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from gateway.rules.site import Every

Status = Literal["waiting", "handing", "sent", "failed", "unsure"]
"""`handing`: a mail server is just being given the message. `unsure`: nobody knows whether it took
it. Only one that waits is ever tried again."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One report of one period, which begins on `start`."""

    site: str
    every: Every
    language: str
    start: date


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an attempt. With a next try it waits."""

    status: Status
    answer: str  # in words
    next_try: int | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """How sending an issue went."""

    issue: Issue
    status: Status
    attempts: int
    next_try: int | None
    answer: str  # the last outcome in words
    finished: int | None


class ReportStore(Protocol):
    """What was sent of which period. It holds no addresses."""

    async def claim(self, issue: Issue, now: int, lease: int) -> int | None:
        """Take an issue for one attempt, kept from other workers for `lease` seconds: which attempt
        it is. None while another has it or it must wait, and once it is settled."""
        ...

    async def hand_over(self, issue: Issue, attempt: int, now: int, lease: int) -> bool:
        """Note that the message goes to the mail server now, within `lease` seconds: from here on
        it is not tried again, unless it is settled that the server did not take it. False when
        this attempt has come too late and the message must not go."""
        ...

    async def settle(self, issue: Issue, attempt: int, result: Result, now: int) -> None:
        """Note how an attempt went, unless it was given up meanwhile."""
        ...

    async def lost(self, now: int, patience: int) -> Sequence[Sending]:
        """Mark those nobody will settle any more: `unsure` whose worker never told how handing over
        went, and `failed` what has been due for `patience` seconds."""
        ...

    async def listed(self, site: str | None, limit: int) -> Sequence[Sending]:
        """The latest periods first."""
        ...
