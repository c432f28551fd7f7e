"""What programs call metrics and dimensions, and what the figures call them.

The names are those of Plausible's Stats API v2, so that a program which speaks it need not be
written anew, and some more of our own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from gateway.rules.figures.dimension import PROPERTY
from gateway.rules.figures.goals import GOAL as GOALS

Unit = Literal["hour", "day", "week", "month"]


class QueryError(ValueError):
    """A query that cannot be answered: a sentence that says what to do."""


METRICS = (
    *("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration"),
    *("events", "percentage", "scroll_depth", "time_on_page"),
    *("conversion_rate", "group_conversion_rate"),
)
READ = frozenset(("scroll_depth", "time_on_page"))
"""The metrics that are told of pages only."""
CONVERTED = frozenset(("conversion_rate", "group_conversion_rate"))
"""The metrics that are told of goals only."""

TIMES: Mapping[str, Unit | None] = MappingProxyType(
    {
        "time": None,  # the unit goes by the length of the period
        "time:hour": "hour",
        "time:day": "day",
        "time:week": "week",
        "time:month": "month",
    }
)

GOAL = "event:goal"
PAGE = "event:page"
PROPS = "event:props:"
COUNTRY_NAME = "visit:country_name"

DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        PAGE: "page",
        "event:name": "event",
        "event:download": "download",
        "event:outbound": "outbound",
        "event:upload": "upload",
        "event:form": "form",
        "event:missing": "missing",
        "visit:entry_page": "entry_page",
        "visit:exit_page": "exit_page",
        "visit:source": "referrer",
        "visit:referrer": "referrer",
        "visit:channel": "channel",
        "visit:utm_medium": "utm_medium",
        "visit:utm_source": "utm_source",
        "visit:utm_campaign": "utm_campaign",
        "visit:utm_content": "utm_content",
        "visit:utm_term": "utm_term",
        "visit:device": "device",
        "visit:screen": "screen",
        "visit:browser": "browser",
        "visit:browser_version": "browser_version",
        "visit:os": "system",
        "visit:language": "language",
        "visit:country": "country",
        COUNTRY_NAME: "country",
        "visit:region": "region",
        "visit:region_name": "region",  # the database of places has codes only
        "visit:owner": "owner",
        "visit:returning": "returning",
    }
)
"""All but goals and `event:props:<name>`."""

NOT_KEPT = frozenset(
    ("event:hostname", "visit:os_version", "visit:city", "visit:city_name")
    + ("visit:entry_page_hostname", "visit:exit_page_hostname")
)
"""Dimensions of Plausible that nothing is stored for."""

_LONGEST_PROPERTY = 40
_SHOWN = 40


def metric(name: str) -> str:
    """The metric of that name. Raises QueryError."""
    if name in METRICS:
        return name
    raise QueryError(f"there is no metric {quoted(name)}: use {_listed(METRICS)}")


def dimension(name: str) -> str:
    """What the figures call a dimension. Raises QueryError."""
    known = DIMENSIONS.get(name)
    if known is not None:
        return known
    if name == GOAL:
        raise QueryError(f"`{GOAL}` is asked for alone: leave the other dimensions out")
    if name.startswith(PROPS):
        return _property(name)
    if name in NOT_KEPT:
        raise QueryError(f"{quoted(name)} is not kept here: leave it out")
    raise QueryError(
        f"there is no dimension {quoted(name)}: use {_listed([*DIMENSIONS, PROPS + '<name>'])},"
        f" or one of {_listed(TIMES)}"
    )


def goal(id_: str, known: Collection[str]) -> str:
    """What the figures call a goal. Raises QueryError."""
    if id_ not in known:
        raise QueryError(
            f"there is no goal {quoted(id_)}: use {_listed(list(known))}"
            if known
            else f"{quoted(id_)} is no goal: this site has no goals"
        )
    return GOALS + id_


def quoted(name: str) -> str:
    """What a program wrote, cut to what a sentence can hold."""
    return f"`{name[:_SHOWN]}...`" if len(name) > _SHOWN else f"`{name}`"


def _property(name: str) -> str:
    own = name.removeprefix(PROPS)
    if not 1 <= len(own) <= _LONGEST_PROPERTY:
        raise QueryError(
            f"{quoted(name)} names no property: write {PROPS} and one of the `properties` of the"
            " site's file"
        )
    return PROPERTY + own


def _listed(names: Sequence[str] | Mapping[str, object]) -> str:
    return ", ".join(names)
