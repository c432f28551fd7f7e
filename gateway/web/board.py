"""All that one page of the dashboard shows of one site, read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from babel.dates import format_datetime

from gateway.figures import Opened, Period, Reader, TooManyError
from gateway.rules.figures.calendar import day_of
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.moment import local_day
from gateway.rules.site import Site
from gateway.stores.base import ConsentStore, NoticeStore
from gateway.web import consentpanel, goals
from gateway.web.chart import Chart, chart_of
from gateway.web.consentpanel import Banner, Consent
from gateway.web.filtering import condition_of
from gateway.web.goals import Goals, goals_of
from gateway.web.measures import Measure, compared, lasting
from gateway.web.menus import between
from gateway.web.pages import words
from gateway.web.panels import Chip, Panel, chips_of, groups_of, panels_of
from gateway.web.periods import Span
from gateway.web.question import Question


@dataclass(frozen=True, slots=True)
class Board:
    """One site over one period. `totals` is None below the threshold. `counted_until` is the last
    day of which there are figures, where that is not the last of the period."""

    site_id: str
    site_name: str
    zone: str
    question: Question
    totals: Figures | None
    measures: tuple[Measure, ...]
    counted_until: date | None
    chart: Chart
    panels: tuple[Panel, ...]
    goals: Goals
    consent: Consent
    chips: tuple[Chip, ...]
    threshold: int
    credits: tuple[str, ...]
    made: str
    period: str
    compared: str
    chart_csv: str

    @property
    def first(self) -> date:
        """The first day of the period."""
        return self.question.span.first

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.question.span.last


def name_of(site: Site, language: str) -> str:
    """What a site is called."""
    return site.names.get(language, site.names[site.languages[0]])


def tabs_of(site: Site) -> Mapping[str, Sequence[str]]:
    """The parts of the page of which one tab is open, and their tabs."""
    return {**groups_of(site), consentpanel.GROUP: consentpanel.TABS}


@dataclass(frozen=True, slots=True)
class Boards:
    """Reads figures for pages, whoever may see them."""

    reader: Reader
    consents: ConsentStore
    credits: Callable[[], tuple[str, ...]]
    published: NoticeStore | None = None

    @property
    def banner(self) -> Banner:
        """The figures of the banner."""
        return Banner(self.consents, self.published)

    async def board(self, site: Site, question: Question, now: int, language: str) -> Board:
        """All figures of a page."""
        tabs = [tab for group, tab in question.tabs.items() if group in groups_of(site)]
        wanted = [*tabs, *goals.dimensions(site)]
        opened, question = await self.open(site, question, wanted, language)
        before = question.compared
        earlier = None if before is None else await self._opened(site, before, (), question)
        total = await opened.totals()
        then = NOTHING if earlier is None else await earlier.totals()
        return Board(
            site_id=site.id,
            site_name=name_of(site, language),
            zone=site.time_zone,
            question=question,
            totals=None if total == NOTHING else total,
            measures=(*compared(total, then, language), await _engaged(opened, earlier, language)),
            counted_until=_counted_until(opened, question.span),
            chart=await chart_of(opened, earlier, question.unit, language),
            panels=await panels_of(opened, total, question, site, language),
            goals=await goals_of(opened, total, question, site, language),
            consent=await self.banner.panel(site, question, now, language),
            chips=chips_of(question, "", language),
            threshold=site.threshold,
            credits=self.credits(),
            made=made_on(site, now, language),
            period=between(question.span, language),
            compared="" if before is None else between(before, language),
            chart_csv=question.address.to(
                "/csv", {**dict.fromkeys(question.tabs), "dimension": "time"}
            ),
        )

    async def open(
        self,
        site: Site,
        question: Question,
        dimensions: Collection[str],
        language: str,
        *,
        reading: bool = False,
    ) -> tuple[Opened, Question]:
        """Read the period. Filters that cannot be kept are left out, and that is told."""
        try:
            opened = await self._opened(site, question.span, dimensions, question, reading=reading)
            return opened, question
        except TooManyError:
            problem = words(language)["problems"]["filter_many"]
        except ValueError:
            problem = words(language)["problems"]["filter_value"]
        bare = question.address.with_({"filter": None})
        question = replace(question.told(problem), filters=(), address=bare)
        opened = await self._opened(site, question.span, dimensions, question, reading=reading)
        return opened, question

    async def _opened(
        self,
        site: Site,
        span: Span,
        dimensions: Collection[str],
        question: Question,
        *,
        reading: bool = False,
    ) -> Opened:
        period = Period(span.first, span.last)
        condition = condition_of(question.filters)
        return await self.reader.open(
            site, period, dimensions, condition, reading=reading, engagement=True
        )


async def _engaged(opened: Opened, earlier: Opened | None, language: str) -> Measure:
    before = None if earlier is None else await earlier.engagement()
    return lasting("engagement", await opened.engagement(), before, language)


def _counted_until(opened: Opened, span: Span) -> date | None:
    """Only the end is told: which days before it are not counted would say where nobody was."""
    counted = opened.view.counted
    if not counted:
        return None
    last = day_of(counted[-1])
    return last if last < span.last else None


def made_on(site: Site, now: int, language: str) -> str:
    """When a page was made, on the clock of the site. Spelled out, with 24 hours: "11/23/26, 12:08
    AM" is read in two ways."""
    moment = datetime.fromtimestamp(now, site.zone)
    said = format_datetime(moment, "d MMM y, HH:mm", locale=language)
    return f"{said} ({site.time_zone})"


def today_of(site: Site, now: int) -> date:
    """The date on the calendar of a site."""
    return local_day(now, site.zone)
