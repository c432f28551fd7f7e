"""Goals and funnels on the page: who did what the site is for, and where the others stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.figures import Opened
from gateway.rules.figures.goals import GOAL, REACHED, TooManyStepsError
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.goal import Funnel, Goal
from gateway.rules.site import Site
from gateway.web.csvfile import Cell
from gateway.web.panels import groups_of_tabs, narrowed, share_of
from gateway.web.question import Question

GOALS = "goals"
FUNNEL = "funnel:"


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One goal; `figures` and `rate`, the part of all visitors, are None where they are hidden."""

    id: str
    label: str
    figures: Figures | None
    times: int
    rate: float | None
    href: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who came there, which part of those at the first step, and which part of those at
    the step before stopped there."""

    label: str
    figures: Figures | None
    share: float | None
    lost: float | None


@dataclass(frozen=True, slots=True)
class FunnelView:
    """Steps one after the other; none where the filters leave no room for them."""

    id: str
    label: str
    steps: tuple[Step, ...]
    csv_href: str


@dataclass(frozen=True, slots=True)
class Goals:
    """All of a site."""

    rows: tuple[GoalRow, ...]
    funnels: tuple[FunnelView, ...]
    csv_href: str


def dimensions(site: Site) -> Sequence[str]:
    """What a period is opened with for them."""
    return [GOAL + goal.id for goal in site.goals]


async def goals_of(
    opened: Opened, total: Figures, question: Question, site: Site, language: str
) -> Goals:
    """The goals and the funnels of a site. Without figures of all together there are none."""
    shown = total != NOTHING
    closed = dict.fromkeys(groups_of_tabs(question))
    rows = [await goal_row(opened, total, question, goal, language) for goal in site.goals if shown]
    funnels = [
        FunnelView(
            one.id,
            named(one, language),
            await steps_of(opened, site, one, language),
            question.address.to("/csv", {**closed, "dimension": FUNNEL + one.id}),
        )
        for one in site.funnels
        if shown
    ]
    csv_href = question.address.to("/csv", {**closed, "dimension": GOALS})
    return Goals(tuple(rows), tuple(funnels), csv_href)


async def goal_row(
    opened: Opened, total: Figures, question: Question, goal: Goal, language: str
) -> GoalRow:
    """One goal."""
    found = await opened.conversion(goal)
    return GoalRow(
        goal.id,
        named(goal, language),
        found.figures,
        found.times,
        None if found.figures is None else share_of(found.figures, total),
        narrowed(question, GOAL + goal.id, REACHED[1]),
    )


async def steps_of(opened: Opened, site: Site, one: Funnel, language: str) -> tuple[Step, ...]:
    """The steps of a funnel."""
    goals = {goal.id: goal for goal in site.goals}
    try:
        found = await opened.funnel([goals[step] for step in one.steps])
    except TooManyStepsError:
        return ()
    labels = [named(goals[step], language) for step in one.steps]
    before = [found[0], *found]
    return tuple(
        Step(
            label,
            None if figures == NOTHING else figures,
            None if figures == NOTHING else share_of(figures, found[0]),
            None if number == 0 or figures == NOTHING else 1 - share_of(figures, before[number]),
        )
        for number, (label, figures) in enumerate(zip(labels, found, strict=True))
    )


def goal_file(rows: Sequence[GoalRow]) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
    """The names and the cells of the goals; empty where they are hidden."""
    cells = [
        [row.id, row.label, row.figures.visitors, row.figures.visits, row.times, _rounded(row.rate)]
        if row.figures
        else [row.id, row.label, None, None, None, None]
        for row in rows
    ]
    return ("goal", "label", "visitors", "visits", "times", "conversion_rate"), cells


def funnel_file(steps: Sequence[Step]) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
    """The names and the cells of the steps; empty where they are hidden."""
    cells = [
        [n, one.label, one.figures.visitors, one.figures.visits, _rounded(one.share)]
        if one.figures
        else [n, one.label, None, None, None]
        for n, one in enumerate(steps, 1)
    ]
    return ("step", "label", "visitors", "visits", "share"), cells


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 4)


def named(one: Goal | Funnel, language: str) -> str:
    """What it is called: in this language, or in the first there is."""
    return one.names.get(language) or next(iter(one.names.values()), one.id)
