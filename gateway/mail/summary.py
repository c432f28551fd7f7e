"""What a summary says: figures of a week or month, as far as they may be shown (P9).

All of them come from where every page has them; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.figures import Period, Reader
from gateway.rules import tallies
from gateway.rules.consentfigures import Counts, report
from gateway.rules.figures.calendar import day_of
from gateway.rules.figures.panel import NOTHING
from gateway.rules.moment import local_day
from gateway.rules.site import Every, Site
from gateway.rules.summary import Measure, Span, before, joined, measures
from gateway.stores.base import ConsentStore

DIMENSIONS = ("page", "referrer", "channel", "country")
MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a dimension; `share` is its part of all visitors."""

    text: str
    visitors: int
    share: float


@dataclass(frozen=True, slots=True)
class Table:
    """The largest values of a dimension, and all others together."""

    dimension: str
    rows: Sequence[Row]
    other: Row | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One site over one period. `covered` are the days the figures of visitors are of, `consent`
    is of the days `counted`. There are no tables where the totals are nothing or too little."""

    site: Site
    every: Every
    span: Span
    earlier: Span
    measures: Sequence[Measure]
    tables: Sequence[Table]
    covered: Sequence[Span]
    consent: Counts
    counted: Span | None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where summaries get their figures."""

    figures: Reader
    consents: ConsentStore

    async def read(self, site: Site, every: Every, span: Span, now: int) -> Summary:
        """All figures of a period."""
        opened = await self.figures.open(site, Period(span.first, span.last), DIMENSIONS)
        earlier = before(every, span)
        past = await self.figures.open(site, Period(earlier.first, earlier.last), ())
        total, then = await opened.totals(), await past.totals()
        tables = []
        for dimension in DIMENSIONS if total != NOTHING else ():
            panel = await opened.panel(dimension, MOST_ROWS)

            def row(text: str, visitors: int) -> Row:
                return Row(text, visitors, visitors / total.visitors)

            rows = tuple(row(group.text, group.figures.visitors) for group in panel.groups)
            other = None if panel.other is None else row("", panel.other.visitors)
            tables.append(Table(dimension, rows, other))
        consent, counted = await self._consent(site, span, now)
        return Summary(
            site=site,
            every=every,
            span=span,
            earlier=earlier,
            measures=measures(total, then),
            tables=tuple(tables),
            covered=joined(day_of(number) for number in opened.view.counted),
            consent=consent,
            counted=counted,
        )

    async def _consent(self, site: Site, span: Span, now: int) -> tuple[Counts, Span | None]:
        today = local_day(now, site.zone)
        kept = today - timedelta(days=site.retention.statistics_days)
        period = tallies.Period(span.first, span.last, today, kept)
        counts = await self.consents.tallies(site.id, period.opens, period.closes)
        found = report(counts, period, site.threshold, {})
        if found.first is None or found.last is None:
            return Counts(), None
        return found.total, Span(found.first, found.last)
