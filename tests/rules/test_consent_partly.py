"""Who answers for one purpose says nothing of the others: they stay as the visitor left them."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.rules.consent import choose
from gateway.rules.records import Choice, ConsentRecord, ConsentState
from tests.rules.building import NOON, a_choice, a_notice, a_standing, an_answer

ALL = {"analytics": True, "marketing": True}
OFF = {"analytics": True, "marketing": False}


def recorded(choices: dict[str, bool], method: str) -> ConsentRecord:
    return ConsentRecord(1, a_choice(choices=choices, method=method), None, None, "", "")


def answered(stands: dict[str, bool], records: Sequence[ConsentRecord] = ()) -> Choice:
    """A yes to analytics alone, while this stands."""
    said = {"choices": {"analytics": True}, "action": "save", "asked": frozenset({"analytics"})}
    return choose(
        an_answer(a_notice(), **said),
        a_notice(),
        a_standing(choices=stands, state=ConsentState.GIVEN),
        new_id="new",
        jurisdiction="NL",
        months=6,
        now=NOON,
        records=records,
    )


def test_a_yes_and_a_no_of_the_visitor_go_on() -> None:
    assert answered(ALL, [recorded(ALL, "button")]).choices == ALL
    assert answered(OFF, [recorded(OFF, "button")]).choices == OFF


def test_what_the_timer_switched_off_is_no_answer() -> None:
    """R18: else it would be recorded as a no, and never asked."""
    records = [recorded(ALL, "button"), recorded(OFF, "timer")]
    assert answered(OFF, records).choices == {"analytics": True}


def test_a_purpose_that_is_new_has_no_answer_yet() -> None:
    assert answered({"analytics": True}).choices == {"analytics": True}
