"""The answer to a question of a program, put together from the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from babel import Locale
from msgspec import UNSET, Struct, UnsetType

from gateway.figures import Opened, Period, Reader
from gateway.rules.figures.calendar import midnight
from gateway.rules.figures.goals import GOAL as GOALS
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.query import Query
from gateway.rules.querynames import COUNTRY_NAME, PAGE, TIMES, dimension
from gateway.rules.queryperiod import label, labels
from gateway.rules.queryrows import Number, Row, Whole, arranged, numbers, page
from gateway.rules.site import Site


class Result(Struct, frozen=True):
    """One row."""

    metrics: Sequence[Number]
    dimensions: Sequence[str]


class DaysTold(Struct, frozen=True):
    """Days of the period, and those that figures of all together are of."""

    asked: int
    counted: int


class Meta(Struct, frozen=True):
    """What is to be known of the rows."""

    threshold: int
    days: DaysTold
    notes: Sequence[str]
    time_labels: Sequence[str] | UnsetType = UNSET
    total_rows: int | UnsetType = UNSET


class Answer(Struct, frozen=True):
    """The whole answer."""

    results: Sequence[Result]
    meta: Meta
    query: Mapping[str, object]


async def answer(reader: Reader, site: Site, query: Query) -> Answer:
    """Answer one query. Raises ValueError for what cannot be asked."""
    period, goals = Period(query.days.first, query.days.last), [GOALS + g.id for g in site.goals]
    dimensions = goals if query.by_goal else query.dimensions
    opened = await reader.open(site, period, dimensions, query.condition, reading=query.read)
    if query.by_goal:
        found = await _by_goal(opened, site, query)
    else:
        bare = query.bare
        beside = None if bare is None else await reader.open(site, period, dimensions, bare)
        found = await _rows(opened, beside, query)
    rows = arranged(query, found)
    shown = [Result(row.metrics, row.dimensions) for row in page(query, rows)]
    return Answer(shown, _meta(opened, site, query, len(rows)), _echo(site, query))


async def _by_goal(opened: Opened, site: Site, query: Query) -> Sequence[Row]:
    """A row for each goal that can be shown. Its events are what reached it."""
    total, metrics = await opened.totals(), query.asked.metrics
    rows = []
    for goal in site.goals:
        found = await opened.conversion(goal)
        if found.figures is not None:
            told = numbers(metrics, found.figures, Whole(total, total, total))
            pairs = zip(metrics, told, strict=True)
            shown = [found.times if name == "events" else number for name, number in pairs]
            rows.append(Row((goal.id,), shown))
    return rows


async def _rows(opened: Opened, beside: Opened | None, query: Query) -> Sequence[Row]:
    """`beside` is the same period without the goals of the filters."""
    metrics, total = query.asked.metrics, await opened.totals()
    every = NOTHING if beside is None else await beside.totals()
    if not query.names:
        read = [await opened.reading()] if query.read else []
        return [Row((), numbers(metrics, total, Whole(total, every, every), *read))]
    if query.read:  # then the page is the only dimension
        pages = await opened.readings()
        panel = await opened.panel(dimension(PAGE))
        return [
            Row((one.text,), numbers(metrics, one.figures, Whole(total), pages[one.text]))
            for one in panel.groups
        ]
    groups = () if beside is None else await _groups(beside, query)
    alike = {(start, tuple(texts)): figures for start, texts, figures in groups}
    rows = []
    for start, texts, figures in await _groups(opened, query):
        whole = Whole(total, every, alike.get((start, tuple(texts)), NOTHING))
        rows.append(Row(_named(query, start, texts), numbers(metrics, figures, whole)))
    return rows


Groups = Sequence[tuple[datetime | None, Sequence[str], Figures]]


async def _groups(opened: Opened, query: Query) -> Groups:
    """Every group that is shown, by the simplest way there is to it."""
    if query.unit and query.unit != "hour" and not query.dimensions:
        moments = await opened.series(query.unit)
        return [(one.start, (), one.figures) for one in moments if one.figures.visitors]
    if len(query.dimensions) == 1 and not query.unit:
        panel = await opened.panel(query.dimensions[0])
        return [(None, (one.text,), one.figures) for one in panel.groups]
    cells = await opened.panel_of(query.dimensions, query.unit)
    return [(one.start, one.texts, one.figures) for one in cells]


def _named(query: Query, start: datetime | None, texts: Sequence[str]) -> Sequence[str]:
    """The values of a row, in the order in which their dimensions were asked for."""
    found = dict(zip(query.dimensions, texts, strict=True))
    values = []
    for name in query.names:
        if name in TIMES:
            values.append(label(start, query.unit) if start and query.unit else "")
        else:
            text = found[dimension(name)]
            values.append(_country(text) if name == COUNTRY_NAME else text)
    return values


def _country(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def _meta(opened: Opened, site: Site, query: Query, rows: int) -> Meta:
    wanted = query.asked.include
    days = DaysTold(query.days.amount, len(opened.view.counted))
    return Meta(
        site.threshold,
        days,
        _notes(site.threshold, days),
        labels(query.days, query.unit) if wanted.time_labels and query.unit else UNSET,
        rows if wanted.total_rows else UNSET,
    )


def _notes(threshold: int, days: DaysTold) -> Sequence[str]:
    """In words. They go by the settings and the days only: what is hidden looks like nothing."""
    if threshold <= 1:
        return []
    notes = [
        f"Groups of fewer than {threshold} visitors are not shown, and others where these could"
        " be told from them."
    ]
    if days.counted < days.asked:
        notes.append(
            f"{days.counted} of the {days.asked} days are counted: one with nobody or with fewer"
            f" than {threshold} visitors waits for those after it, until the end of its month."
        )
    return notes


def _echo(site: Site, query: Query) -> Mapping[str, object]:
    asked, days = query.asked, query.days
    ends = midnight(days.last + timedelta(days=1), site.zone) * 60 - 1
    moments = (midnight(days.first, site.zone) * 60, ends)
    return {
        "site_id": site.id,
        "metrics": asked.metrics,
        "date_range": [
            datetime.fromtimestamp(one, UTC).astimezone(site.zone).isoformat() for one in moments
        ],
        "dimensions": asked.dimensions,
        "filters": asked.filters,
        "order_by": asked.order_by,
        "include": asked.include,
        "pagination": asked.pagination,
    }
