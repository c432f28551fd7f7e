"""Showings and choices of May 2026, and what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from gateway.rules.consentfigures import Counts, Report, report
from gateway.rules.tallies import OUTCOMES, Period, Tally

MAY = date(2026, 5, 1).toordinal()
LONG_AGO, LATER = date(2024, 1, 1), date(2026, 12, 31)


def tally(day: int, outcome: str, times: int, **groups: str) -> Tally:
    """On a day of May 2026; 32 is the first of June."""
    said = {"notice": "n", "language": "nl", "device": "phone", **groups}
    return Tally(MAY + day - 1, **said, outcome=outcome, times=times)


def of(
    tallies: Sequence[Tally],
    first: int = 1,
    last: int = 31,
    *,
    today: date = LATER,
    kept: date = LONG_AGO,
    threshold: int = 5,
    published: Mapping[str, int] | None = None,
) -> Report:
    days = date.fromordinal(MAY + first - 1), date.fromordinal(MAY + last - 1)
    return report(tallies, Period(*days, today, kept), threshold, published or {})


def numbers(counts: Counts) -> dict[str, int]:
    return {o: getattr(counts, o) for o in OUTCOMES if getattr(counts, o) is not None}
