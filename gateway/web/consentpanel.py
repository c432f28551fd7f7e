"""The part of the dashboard about the banner: how often it was shown, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from gateway.rules.consentfigures import Counts, Report, Table, report
from gateway.rules.consentfigures import Row as Counted
from gateway.rules.moment import local_day
from gateway.rules.site import Site
from gateway.rules.tallies import Period
from gateway.stores.base import ConsentStore, NoticeStore
from gateway.web.labels import label_of
from gateway.web.pages import words
from gateway.web.panels import Tab
from gateway.web.periods import Span
from gateway.web.question import Question

GROUP = "consent"
TABS = ("day", "notice", "language", "device")
COUNTS = ("shown", "ignored", "accepted", "partly", "refused", "withdrawn", "signalled")
MOST_DAYS = 62
"""Days in the table of the page; the file has them all."""
_DIGEST = 8
"""Characters of a notice's id: enough to tell those of one site apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """How often there was one outcome, and what part of all choices that is. None: hidden."""

    name: str
    count: int | None
    share: float | None


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A day, a notice, a language or a class of device. `rest` are all that are too small."""

    key: str
    label: str
    counts: Counts
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """What may be shown of a period, which was widened to the days from `first` to `last`; None
    where nothing of it is over. `cut`: only the last rows are there."""

    first: date | None
    last: date | None
    lines: tuple[Line, ...]
    acceptance: float | None
    tab: str
    tabs: tuple[Tab, ...]
    rows: tuple[ConsentRow, ...]
    cut: bool
    csv_href: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return all(line.count is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Banner:
    """Reads the counts of showings and choices."""

    consents: ConsentStore
    published: NoticeStore | None

    async def report(self, site: Site, span: Span, now: int) -> Report:
        """What may be shown of a period."""
        today = local_day(now, site.zone)
        kept = today - timedelta(days=site.retention.statistics_days)
        period = Period(span.first, span.last, today, kept)
        tallies = await self.consents.tallies(site.id, period.opens, period.closes)
        return report(tallies, period, site.threshold, await self._published(site))

    async def _published(self, site: Site) -> Mapping[str, int]:
        if self.published is None:
            return {}
        return {one.id: one.first_published for one in await self.published.listed(site.id)}

    async def panel(self, site: Site, question: Question, now: int, language: str) -> Consent:
        """The part of the page."""
        found = await self.report(site, question.span, now)
        tab = question.tabs[GROUP]
        t, address = words(language), question.address
        tabs = tuple(
            Tab(
                t["consent"][f"by_{one}"],
                address.to(changes={GROUP: one}, fragment="panel-consent-rows"),
                one == tab,
            )
            for one in TABS
        )
        rows = rows_of(found, tab, site, language)
        changes = {**dict.fromkeys(question.tabs), "dimension": f"consent_{tab}"}
        return Consent(
            found.first,
            found.last,
            _lines(found.total),
            found.total.acceptance,
            tab,
            tabs,
            rows[:MOST_DAYS] if tab == "day" else rows,
            tab == "day" and len(rows) > MOST_DAYS,
            address.to("/csv", changes),
        )


def _lines(total: Counts) -> tuple[Line, ...]:
    shares = {"accepted": total.acceptance, "partly": total.partial, "refused": None}
    if total.acceptance is not None and total.partial is not None:
        shares["refused"] = max(0.0, 1 - total.acceptance - total.partial)
    return tuple(Line(name, getattr(total, name), shares.get(name)) for name in COUNTS)


def rows_of(found: Report, tab: str, site: Site, language: str) -> tuple[ConsentRow, ...]:
    """By day, notice, language or device."""
    if tab == "day":
        return tuple(
            ConsentRow(day.date.isoformat(), day_written(day.date, language), day.counts)
            for day in reversed(found.days)
        )
    table: Table = {
        "notice": found.notices,
        "language": found.languages,
        "device": found.devices,
    }[tab]
    rows = [
        ConsentRow(row.value, _label(row, tab, site, language), row.counts) for row in table.rows
    ]
    if table.rest != Counts():
        other = words(language)["dashboard"]["other"]
        rows.append(ConsentRow("", other, table.rest, rest=True))
    return tuple(rows)


def day_written(day: date, language: str) -> str:
    """A date in a table."""
    return str(format_date(day, "d MMM y", locale=language))


def _label(row: Counted, tab: str, site: Site, language: str) -> str:
    if tab != "notice":
        return label_of(tab, row.value, language)
    text, digest = words(language)["consent"], row.value[:_DIGEST]
    if row.first_published is None:
        return text["notice"].format(id=digest)
    day = day_written(local_day(row.first_published, site.zone), language)
    return text["notice_of"].format(day=day, id=digest)
