"""The sites beside each other: read one after the other, each for itself, never joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import QueryParams
from starlette.responses import Response

from gateway.figures import Period, Unit
from gateway.rules.figures.calendar import day_of
from gateway.rules.figures.panel import NOTHING
from gateway.rules.site import Site
from gateway.web import csvfile, periods
from gateway.web.board import Boards, made_on, name_of, today_of
from gateway.web.fulllist import LABEL, Column
from gateway.web.measures import MEASURES
from gateway.web.menus import between
from gateway.web.pages import words
from gateway.web.periods import CUSTOM, Span
from gateway.web.problem import Problem
from gateway.web.question import Address, Question, question_in
from gateway.web.siteline import (
    ACCEPTANCE,
    COLUMNS,
    Counted,
    Line,
    Together,
    cells,
    curve_said,
    measures_of,
    ranked,
    together,
)
from gateway.web.sparkline import sparkline

PATH = "/dashboard"
MOST_SITES = 50
"""Sites that are read for one page."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One page of sites. `first_line` counts from 1, over all pages."""

    question: Question
    zone: str
    period: str
    compared: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    together: Together | None
    sorted_here: bool
    amount: int
    first_line: int
    earlier: str | None
    later: str | None
    csv_href: str
    thresholds: tuple[int, int]
    made: str
    credits: tuple[str, ...]

    @property
    def first(self) -> date:
        """The first day of the period."""
        return self.question.span.first

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.question.span.last

    @property
    def until(self) -> date | None:
        """The last day that was counted, where it is one day for all that show something."""
        days = {line.now.until for line in self.lines if line.now.figures is not None}
        return days.pop() if len(days) == 1 else None


@dataclass(frozen=True, slots=True)
class Overviews:
    """Reads all sites of a page, so that what was read of one is gone before the next."""

    boards: Boards
    sites: Sequence[Site]

    def today(self, now: int) -> date:
        """The date where it is latest: a day that began for one of the sites can be asked for."""
        return max(today_of(site, now) for site in self.sites)

    def question(self, params: QueryParams, now: int, language: str) -> Question:
        """What the address asks for; it has no filters, which each site has its own of."""
        bare = QueryParams([pair for pair in params.multi_items() if pair[0] != "filter"])
        asked = question_in(bare, self.sites[0], PATH, {}, self.today(now), language)
        if "filter" in params:
            return asked.told(words(language)["overview"]["no_filters"])
        return asked

    async def page(
        self, question: Question, params: QueryParams, now: int, language: str
    ) -> Overview:
        """All figures of a page."""
        sort, order = _sorting(params)
        named = sorted(
            self.sites,
            key=lambda site: name_of(site, language).casefold(),
            reverse=(sort, order) == (LABEL, "desc"),
        )
        last = (len(named) - 1) // MOST_SITES
        number = min(_number(params.get("page", "")), last)
        here = named[number * MOST_SITES : (number + 1) * MOST_SITES]
        read = [await self._line(site, question, now, language) for site in here]
        address = question.address.with_({"sort": sort, "order": order})

        def leaf(other: int) -> str | None:
            return address.to(changes={"page": str(other + 1)}) if 0 <= other <= last else None

        zones = {site.time_zone for site in self.sites}
        limits = [site.threshold for site in here]
        before = question.compared
        return Overview(
            question=question,
            zone=zones.pop() if len(zones) == 1 else words(language)["overview"]["zones"],
            period=between(question.span, language),
            compared="" if before is None else between(before, language),
            columns=_columns(question.address, sort, order, language),
            lines=tuple(read) if sort == LABEL else ranked(read, sort, order),
            together=together(read, language),
            sorted_here=last > 0 and sort != LABEL,
            amount=len(named),
            first_line=number * MOST_SITES + 1,
            earlier=leaf(number - 1),
            later=leaf(number + 1),
            csv_href=address.to("/csv", {"page": str(number + 1)} if last else {}),
            thresholds=(min(limits), max(limits)),
            made=made_on(self.sites[0], now, language),
            credits=self.boards.credits(),
        )

    async def file(
        self, question: Question, params: QueryParams, now: int, language: str
    ) -> Response:
        """The lines of a page as CSV. What they come to together is no line: whoever adds them up
        would count it twice."""
        if question.problems:
            raise Problem(400, " ".join(question.problems))
        page = await self.page(question, params, now, language)
        heads = ["site", LABEL, "first", "last", *COLUMNS]
        if question.compared is not None:
            heads += [f"{name}_before" for name in COLUMNS]
        rows = [cells(line) for line in page.lines]
        return csvfile.answer("sites", "overview", question.span, heads, rows)

    async def _line(self, site: Site, question: Question, now: int, language: str) -> Line:
        span = _own_span(site, question.span, now)
        before = periods.compared(span, question.comparison)
        counted = await self._counted(site, span, question.unit, now)
        then = None if before is None else await self._counted(site, before, None, now)
        return Line(
            site_id=site.id,
            label=name_of(site, language),
            href=replace(question.address, path=f"{PATH}/{site.id}").to(),
            span=span,
            period="" if span == question.span else between(span, language),
            now=counted,
            before=then,
            measures=measures_of(counted, then, language),
            curve=sparkline(counted.views),
            curve_said=curve_said(counted.views, question.unit, language),
        )

    async def _counted(self, site: Site, span: Span, unit: Unit | None, now: int) -> Counted:
        opened = await self.boards.reader.open(site, Period(span.first, span.last), ())
        total = await opened.totals()
        days = opened.view.counted
        moments = await opened.series(unit) if unit else ()
        report = await self.boards.banner.report(site, span, now)
        return Counted(
            None if total == NOTHING else total,
            tuple(None if one.figures == NOTHING else one.figures.views for one in moments),
            report.total.acceptance,
            day_of(days[-1]) if days and day_of(days[-1]) < span.last else None,
        )


def _own_span(site: Site, span: Span, now: int) -> Span:
    """The period on the calendar of a site. Days that were asked for by their dates are the same
    for all; one that has not begun here has no figures yet."""
    today = today_of(site, now)
    if span.name != CUSTOM:
        return periods.span_of(span.name, today)
    return replace(span, last=max(span.first, min(span.last, today)))


def _number(page: str) -> int:
    """Pages are counted from 1 in addresses."""
    return max(1, int(page)) - 1 if page.isascii() and page.isdigit() and len(page) < 7 else 0


def _sorting(params: QueryParams) -> tuple[str, str]:
    sort, order = params.get("sort", ""), params.get("order", "")
    sort = sort if sort in (LABEL, *COLUMNS) else COLUMNS[0]
    return sort, order if order in ("asc", "desc") else _usual(sort)


def _usual(sort: str) -> str:
    return "asc" if sort == LABEL else "desc"


def _columns(address: Address, sort: str, order: str, language: str) -> tuple[Column, ...]:
    t = words(language)
    labels: Mapping[str, str] = {
        LABEL: t["overview"]["site"],
        **{name: t["figures"][name] for name in MEASURES},
        ACCEPTANCE: t["consent"]["acceptance"],
    }
    turned = {"asc": "desc", "desc": "asc"}
    said = {"asc": "ascending", "desc": "descending"}
    made = []
    for name, label in labels.items():
        now = order if name == sort else ""
        href = address.to(changes={"sort": name, "order": turned.get(now, _usual(name))})
        made.append(Column(name, label, href, said.get(now, "")))
    return tuple(made)
