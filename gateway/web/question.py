"""What an address of the dashboard asks for, and addresses that ask for something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from gateway.figures import Unit
from gateway.rules.figures.filters import Filter
from gateway.rules.site import Site
from gateway.web import periods
from gateway.web.filtering import FilterError, dimensions_of, filters_in, text_of
from gateway.web.pages import words
from gateway.web.periods import Comparison, PeriodError, Span

_OURS = ("period", "from", "to", "by", "compare")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of what is asked for; `to` gives one that asks for something else."""

    path: str  # of the dashboard of a site
    pairs: tuple[tuple[str, str], ...]

    def to(
        self,
        below: str = "",
        changes: Mapping[str, str | Sequence[str] | None] | None = None,
        fragment: str = "",
    ) -> str:
        """An address below the path, with parameters changed; None takes one out."""
        pairs = self.with_(changes or {}).pairs
        query = urlencode(pairs, quote_via=quote, safe="/:")
        return f"{self.path}{below}?{query}" + (f"#{fragment}" if fragment else "")

    def with_(self, changes: Mapping[str, str | Sequence[str] | None]) -> Address:
        """The same with parameters changed, in their places."""
        pairs = [pair for pair in self.pairs if pair[0] not in changes]
        for name, value in changes.items():
            values = [value] if isinstance(value, str) else value or []
            pairs += [(name, one) for one in values]
        return Address(self.path, tuple(pairs))

    def but(self, *names: str) -> tuple[tuple[str, str], ...]:
        """The parameters but some: what a form carries along."""
        return tuple(pair for pair in self.pairs if pair[0] not in names)


@dataclass(frozen=True, slots=True)
class Question:
    """A period, how it is drawn and compared, and under which filters; `problems` says in sentences
    what of the address could not be read, and was left out."""

    span: Span
    unit: Unit
    comparison: Comparison
    filters: tuple[Filter, ...]
    tabs: Mapping[str, str]
    address: Address
    problems: tuple[str, ...] = ()

    @property
    def compared(self) -> Span | None:
        """The period it is compared with."""
        return periods.compared(self.span, self.comparison)

    def told(self, problem: str) -> Question:
        """The same, with one more sentence."""
        return replace(self, problems=(*self.problems, problem))


def question_in(
    params: QueryParams,
    site: Site,
    path: str,
    groups: Mapping[str, Sequence[str]],
    today: date,
    language: str,
) -> Question:
    """Read what an address asks for. `groups` are parts of the page of which one tab is open."""
    problems = []
    try:
        span = _span(params, today)
    except PeriodError as problem:
        problems.append(words(language)["problems"][f"period_{problem.reason}"])
        span = periods.span_of(periods.DEFAULT, today)
    filters: tuple[Filter, ...] = ()
    try:
        filters = filters_in(params.getlist("filter"), dimensions_of(site))
    except FilterError as problem:
        problems.append(filter_problem(problem, language))
    tabs = {
        group: params.get(group, "") if params.get(group, "") in known else known[0]
        for group, known in groups.items()
        if known
    }
    unit = periods.unit_of(span, params.get("by", ""))
    comparison = periods.comparison_of(span, params.get("compare", ""))
    pairs = [
        *([("from", span.first.isoformat()), ("to", span.last.isoformat())] if _own(span) else []),
        *([] if _own(span) else [("period", span.name)]),
        *([("by", unit)] if unit == params.get("by") else []),
        *([("compare", comparison)] if comparison == params.get("compare") else []),
        *(("filter", text_of(one)) for one in filters),
        *((group, tab) for group, tab in tabs.items() if group in params),
        ("language", language),
    ]
    return Question(
        span, unit, comparison, filters, tabs, Address(path, tuple(pairs)), tuple(problems)
    )


def filter_problem(problem: FilterError, language: str) -> str:
    """A filter that is none, as a sentence."""
    text = words(language)["problems"][f"filter_{problem.reason}"]
    return text.format(said=problem.said[:60])


def _own(span: Span) -> bool:
    return span.name == periods.CUSTOM


def _span(params: QueryParams, today: date) -> Span:
    name = params.get("period", "")
    if name in ("", periods.CUSTOM) and ("from" in params or "to" in params):
        return periods.custom(params.get("from", ""), params.get("to", ""), today)
    return periods.span_of(name, today)
