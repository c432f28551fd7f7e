"""Every value of one dimension: as a table that is sorted by links, and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams
from starlette.responses import Response

from gateway.figures import Panel
from gateway.rules.consentfigures import Counts
from gateway.rules.figures.panel import Figures
from gateway.rules.figures.reading import Reading
from gateway.rules.site import Site
from gateway.web import csvfile, goals
from gateway.web.board import Boards, made_on, name_of
from gateway.web.chart import chart_of
from gateway.web.consentpanel import COUNTS, TABS, rows_of
from gateway.web.filtering import dimensions_of
from gateway.web.goals import FUNNEL, GOALS
from gateway.web.labels import label_of, title_of
from gateway.web.labels import name_of as column_of
from gateway.web.measures import MEASURES, READ, Measure, measured, measures_of, reading_of
from gateway.web.menus import between
from gateway.web.pages import words
from gateway.web.panels import Chip, chips_of, narrowed
from gateway.web.problem import Problem
from gateway.web.question import Question

PAGE = 50
LABEL = "label"
TIME = "time"
PAGES = "page"
_CONSENT = "consent_"
_RATES = ("acceptance", "partial")


@dataclass(frozen=True, slots=True)
class Line:
    """One value, and all its figures; `href` shows the dashboard of only this."""

    label: str
    figures: Figures
    measures: tuple[Measure, ...]
    href: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column, and the address of the table sorted by it. `order` is how it is sorted now."""

    name: str
    label: str
    href: str
    order: str  # "ascending", "descending" or ""


@dataclass(frozen=True, slots=True)
class Full:
    """One page of a list."""

    site_id: str
    site_name: str
    zone: str
    period: str
    question: Question
    dimension: str
    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    other: Line | None
    amount: int
    first: int
    earlier: str | None
    later: str | None
    chips: tuple[Chip, ...]
    back: str
    csv_href: str
    threshold: int
    made: str
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of all values, and files of them."""

    boards: Boards

    async def full(
        self, site: Site, question: Question, params: QueryParams, now: int, language: str
    ) -> Full | None:
        """A list; None where there is no such dimension."""
        dimension = params.get("dimension", "")
        if dimension not in dimensions_of(site):
            return None
        opened, question = await self.boards.open(
            site, question, (dimension,), language, reading=dimension == PAGES
        )
        found = await opened.panel(dimension)
        sort, order = _sorting(params, _shown(dimension))
        reading = await opened.readings() if dimension == PAGES else {}
        lines = _sorted(_lines(found, reading, question, language), sort, order)
        last = max(0, len(lines) - 1) // PAGE
        page = min(_number(params.get("page", "")), last)
        here = question.address.with_({"dimension": dimension, "sort": sort, "order": order})

        def leaf(number: int) -> str | None:
            known = 0 <= number <= last
            return here.to("/list", {"page": str(number + 1)}) if known else None

        listed = _asked(question, dimension)
        return Full(
            site_id=site.id,
            site_name=name_of(site, language),
            zone=site.time_zone,
            period=between(question.span, language),
            question=question,
            dimension=dimension,
            title=title_of(dimension, language),
            columns=_columns(listed, sort, order, language),
            lines=tuple(lines[page * PAGE : (page + 1) * PAGE]),
            other=_other(found, language),
            amount=len(lines),
            first=page * PAGE + 1,
            earlier=leaf(page - 1),
            later=leaf(page + 1),
            chips=chips_of(listed, "/list", language),
            back=question.address.to(),
            csv_href=here.to("/csv", {"sort": None, "order": None}),
            threshold=site.threshold,
            made=made_on(site, now, language),
            credits=self.boards.credits(),
        )

    async def file(
        self, site: Site, question: Question, dimension: str, now: int, language: str
    ) -> Response | None:
        """Figures as CSV; None where there are none by that name. Where anything of the address was
        left out there is no file: it would hold other figures."""
        _whole(question)
        span = question.span
        if dimension.startswith(_CONSENT):
            tab = dimension.removeprefix(_CONSENT)
            if tab not in TABS:
                return None
            report = await self.boards.banner.report(site, span, now)
            rows = [
                [row.key, row.label, *_counts(row.counts)]
                for row in rows_of(report, tab, site, language)
            ]
            heads = [tab, LABEL, *COUNTS, *_RATES]
            return csvfile.answer(site.id, dimension, span, heads, rows)
        if dimension == GOALS or dimension.startswith(FUNNEL):
            return await self._of_goals(site, question, dimension, language)
        timed = dimension == TIME
        if not timed and dimension not in dimensions_of(site):
            return None
        wanted = () if timed else (dimension,)
        paged = dimension == PAGES
        opened, read = await self.boards.open(site, question, wanted, language, reading=paged)
        _whole(read)
        if timed:
            chart = await chart_of(opened, None, question.unit, language)
            times = [[point.key, *csvfile.figures(point.figures)] for point in chart.points]
            return csvfile.answer(site.id, TIME, span, [question.unit, *MEASURES], times)
        reading = await opened.readings() if paged else {}
        cells = _cells(await opened.panel(dimension), reading, language)
        header = [dimension, LABEL, *_shown(dimension)]
        return csvfile.answer(site.id, dimension, span, header, cells)

    async def _of_goals(
        self, site: Site, question: Question, dimension: str, language: str
    ) -> Response | None:
        """The goals, or the steps of one funnel."""
        one = {FUNNEL + funnel.id: funnel for funnel in site.funnels}.get(dimension)
        if one is None and dimension != GOALS:
            return None
        opened, read = await self.boards.open(site, question, goals.dimensions(site), language)
        _whole(read)
        if one is not None:
            header, rows = goals.funnel_file(await goals.steps_of(opened, site, one, language))
        else:
            found = await goals.goals_of(opened, await opened.totals(), read, site, language)
            header, rows = goals.goal_file(found.rows)
        return csvfile.answer(site.id, dimension, question.span, header, rows)


def _whole(question: Question) -> None:
    if question.problems:
        raise Problem(400, " ".join(question.problems))


def _shown(dimension: str) -> tuple[str, ...]:
    """The figures of each value, by their names."""
    return (*measured(dimension), *(READ if dimension == PAGES else ()))


def _cells(
    found: Panel, reading: Mapping[str, Reading], language: str
) -> Iterable[Sequence[csvfile.Cell]]:
    names = measured(found.dimension)
    for one in found.groups:
        label = label_of(found.dimension, one.text, language)
        told = [each.value for each in _read(found, one.text, reading, language)]
        yield [one.text, label, *csvfile.figures(one.figures, names), *told]
    if found.other is not None:
        other = words(language)["dashboard"]["other"]
        yield ["", other, *csvfile.figures(found.other, names)]


def _counts(counts: Counts) -> Sequence[csvfile.Cell]:
    rates = [getattr(counts, name) for name in _RATES]
    return [
        *(getattr(counts, name) for name in COUNTS),
        *(None if rate is None else round(rate, 4) for rate in rates),
    ]


def _asked(question: Question, dimension: str) -> Question:
    """The same, of an address that names the dimension too."""
    return replace(question, address=question.address.with_({"dimension": dimension}))


def _number(page: str) -> int:
    """Pages are counted from 1 in addresses."""
    return max(1, int(page)) - 1 if page.isascii() and page.isdigit() and len(page) < 7 else 0


def _sorting(params: QueryParams, names: Sequence[str]) -> tuple[str, str]:
    sort = params.get("sort", "")
    sort = sort if sort in (LABEL, *names) else names[0]
    order = params.get("order", "")
    return sort, order if order in ("asc", "desc") else _usual(sort)


def _usual(sort: str) -> str:
    return "asc" if sort == LABEL else "desc"


def _read(
    found: Panel, text: str, reading: Mapping[str, Reading], language: str
) -> tuple[Measure, ...]:
    if found.dimension != PAGES:
        return ()
    return reading_of(reading.get(text, Reading(None, None)), language)


def _lines(
    found: Panel, reading: Mapping[str, Reading], question: Question, language: str
) -> Sequence[Line]:
    return [
        Line(
            label_of(found.dimension, one.text, language),
            one.figures,
            (
                *measures_of(one.figures, language, measured(found.dimension)),
                *_read(found, one.text, reading, language),
            ),
            narrowed(question, found.dimension, one.text),
        )
        for one in found.groups
    ]


def _other(found: Panel, language: str) -> Line | None:
    if found.other is None:
        return None
    measures = measures_of(found.other, language, measured(found.dimension))
    return Line("", found.other, measures, None)


def _sorted(lines: Sequence[Line], sort: str, order: str) -> Sequence[Line]:
    down = order == "desc"
    if sort == LABEL:
        return sorted(lines, key=lambda line: line.label.casefold(), reverse=down)
    known = [line for line in lines if _value(line, sort) is not None]
    unknown = [line for line in lines if _value(line, sort) is None]
    by = sorted(known, key=lambda line: _value(line, sort) or 0, reverse=down)
    return [*by, *unknown]


def _value(line: Line, name: str) -> float | None:
    return next(one.value for one in line.measures if one.name == name)


def _columns(question: Question, sort: str, order: str, language: str) -> tuple[Column, ...]:
    dimension = dict(question.address.pairs)["dimension"]
    names = {LABEL: column_of(dimension, language)}
    names |= {name: words(language)["figures"][name] for name in _shown(dimension)}
    made = []
    for name, label in names.items():
        now = order if name == sort else ""
        turned = {"asc": "desc", "desc": "asc"}.get(now, _usual(name))
        href = question.address.to("/list", {"sort": name, "order": turned})
        said = {"asc": "ascending", "desc": "descending"}.get(now, "")
        made.append(Column(name, label, href, said))
    return tuple(made)
