"""Panels of the dashboard: groups of dimensions, of which one is open, and the rows in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.figures import Opened
from gateway.rules.figures.dimension import PROPERTY
from gateway.rules.figures.filters import Filter
from gateway.rules.figures.panel import Figures
from gateway.rules.site import Site
from gateway.web.filtering import MOST, text_of
from gateway.web.labels import label_of, name_of, title_of
from gateway.web.measures import measured, value_of, written
from gateway.web.pages import words
from gateway.web.question import Address, Question

MOST_ROWS = 9

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "pages": ("page", "entry_page", "exit_page", "missing"),
    "sources": (
        *("channel", "referrer"),
        *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    ),
    "places": ("country", "region", "owner"),
    "devices": ("device", "screen", "browser", "browser_version", "system", "language"),
    "actions": ("event", "download", "outbound", "form", "upload"),
    "people": ("returning",),
}
# By these names panels are known outside.
_IDS: Mapping[str, str] = {
    "page": "pages",
    "referrer": "referrers",
    "country": "countries",
    "device": "devices",
    "channel": "channels",
    "browser": "browsers",
    "system": "systems",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a panel; `share` is its part of all visitors, 0 to 1. `href` shows only this."""

    label: str
    figures: Figures
    second: str
    share: float
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """One dimension of a group."""

    title: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The largest values of one dimension; `other` holds the rest and all that is too small. The
    links lead to all of them, as a page and as a file."""

    id: str
    group: str
    title: str
    column: str
    second: str  # the figure beside visitors
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    other: Row | None
    list_href: str
    csv_href: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the address without it."""

    text: str
    href: str


def groups_of(site: Site) -> Mapping[str, tuple[str, ...]]:
    """The groups of panels, and the dimensions of each. What a site counts of events by their
    properties stands with them."""
    own = tuple(PROPERTY + name for name in site.properties)
    return {**_GROUPS, "actions": (*_GROUPS["actions"], *own)}


async def panels_of(
    opened: Opened, total: Figures, question: Question, site: Site, language: str
) -> tuple[Panel, ...]:
    """The open tab of each group."""
    return tuple(
        [
            await _panel(opened, total, question, (group, known), language)
            for group, known in groups_of(site).items()
        ]
    )


async def _panel(
    opened: Opened,
    total: Figures,
    question: Question,
    of: tuple[str, Sequence[str]],
    language: str,
) -> Panel:
    group, known = of
    dimension = question.tabs[group]
    id_ = _IDS.get(dimension, dimension)
    address = question.address
    second = measured(dimension)[2]
    found = await opened.panel(dimension, MOST_ROWS)
    rows = tuple(
        Row(
            label_of(dimension, one.text, language),
            one.figures,
            written(second, value_of(second, one.figures), language),
            share_of(one.figures, total),
            narrowed(question, dimension, one.text),
        )
        for one in found.groups
    )
    other = None
    if found.other is not None:
        text = written(second, value_of(second, found.other), language)
        other = Row("", found.other, text, share_of(found.other, total))
    tabs = tuple(
        Tab(
            title_of(one, language),
            address.to(changes={group: one}, fragment=f"panel-{group}"),
            one == dimension,
        )
        for one in known
    )
    changes = {**dict.fromkeys(groups_of_tabs(question)), "dimension": dimension}
    return Panel(
        id_,
        group,
        words(language)["groups"][group],
        name_of(dimension, language),
        words(language)["figures"][second],
        tabs,
        rows,
        other,
        address.to("/list", changes),
        address.to("/csv", changes),
    )


def groups_of_tabs(question: Question) -> Sequence[str]:
    """The parameters that say which tabs are open."""
    return tuple(question.tabs)


def share_of(figures: Figures, total: Figures) -> float:
    """The part of all visitors."""
    return figures.visitors / max(1, total.visitors)


def narrowed(question: Question, dimension: str, value: str) -> str | None:
    """The address that shows only this value; None where no filter can be added, or it is there."""
    one = Filter("is", dimension, (value,))
    if one in question.filters or len(question.filters) == MOST:
        return None
    return question.address.to(changes={"filter": _texts((*question.filters, one))})


def chips_of(question: Question, below: str, language: str) -> tuple[Chip, ...]:
    """The filters in words, each with the address that takes it out."""
    return tuple(
        Chip(
            said(one, language),
            question.address.to(
                below,
                {"filter": _texts(tuple(other for other in question.filters if other != one))},
            ),
        )
        for one in question.filters
    )


def said(one: Filter, language: str) -> str:
    """A filter in words."""
    [value] = one.values
    exact = one.operation in ("is", "is_not")
    label = label_of(one.dimension, value, language) if exact else f"“{value}”"
    operation = words(language)["operations"][one.operation]
    return f"{name_of(one.dimension, language)} {operation} {label}"


def _texts(filters: Sequence[Filter]) -> Sequence[str]:
    return [text_of(one) for one in filters]


def with_filter(address: Address, filters: Sequence[Filter], one: Filter) -> Address:
    """The address under one more filter."""
    return address.with_({"filter": _texts(tuple(dict.fromkeys((*filters, one))))})
