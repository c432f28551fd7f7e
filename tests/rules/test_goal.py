"""What reaches a goal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.goal import Funnel, Goal, problems


def a_goal(value: str = "/bedankt", *, id: str = "bedankt", on: str = "page") -> Goal:
    assert on in ("page", "event", "form", "download", "outbound", "upload")
    return Goal(id, {"nl": "Bedankt"}, on, (value,))  # type: ignore[arg-type]


def a_funnel(*steps: str, id: str = "solliciteren") -> Funnel:
    return Funnel(id, {"nl": "Solliciteren"}, steps)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("/bedankt", "/bedankt"),
        ("/vacatures/*", "/vacatures/"),
        ("/vacatures/*", "/vacatures/lasser/utrecht"),
        ("*/bedankt", "/en/bedankt"),
        ("*", ""),
        ("/*/solliciteren/*", "/en/solliciteren/12"),
        ("/a*b*b", "/abb"),
        ("/a**b", "/ab"),
    ],
)
def test_a_value_is_reached(value: str, text: str) -> None:
    assert a_goal(value).fits(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("/bedankt", "/bedankt/"),
        ("/bedankt", "/en/bedankt"),
        ("/vacatures/*", "/vacatures"),
        ("/vacature.", "/vacatures"),
        ("*/bedankt", "/bedankt/x"),
        ("/ab*bc", "/abc"),
        ("/a*b*b", "/ab"),
        ("/a*x*b", "/ab"),
    ],
)
def test_another_value_is_not(value: str, text: str) -> None:
    assert not a_goal(value).fits(text)


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=5), st.text("ab", max_size=3))
def test_a_star_stands_for_anything(parts: list[str], between: str) -> None:
    assert a_goal("*".join(parts) or "*").fits(between.join(parts))


def test_one_of_several_values_is_enough() -> None:
    goal = Goal("werk", {"nl": "Werk"}, "page", ("/vacatures/*", "/en/jobs/*"))
    assert goal.fits("/en/jobs/welder")
    assert not goal.fits("/en/jobs")


def test_what_an_owner_wrote_twice_or_not_at_all_is_told() -> None:
    goals = [a_goal(), a_goal("/x")]
    assert [one.key for one in problems(goals, [])] == ["goals"]
    funnels = [a_funnel("bedankt", "weg"), a_funnel("bedankt", "bedankt")]
    found = problems(goals[:1], funnels)
    assert [(one.key, one.wanted) for one in found] == [
        ("funnels", "each id once"),
        ("funnels[0].steps", "ids of goals: bedankt"),
    ]
    assert [one.wanted for one in problems([], [a_funnel("a", "b")])] == [
        "ids of goals: none yet",
        "ids of goals: none yet",
    ]
    assert not problems(goals[:1], [a_funnel("bedankt", "bedankt")])
