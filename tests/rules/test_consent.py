"""What a choice means: for which purposes, as whom and until when."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ChoiceError
from gateway.rules.consent import Standing, after_months, allows, choose, outcome, withdraw
from gateway.rules.records import STANDING, Choice, ConsentState, Token
from tests.rules.building import NOON, a_choice, a_notice, a_standing, an_answer

NOTICE = a_notice()
GIVEN, REFUSED, WITHDRAWN = ConsentState.GIVEN, ConsentState.REFUSED, ConsentState.WITHDRAWN
SAID = (None, False, True)


def decide(standing: Standing | None = None, **changes: object) -> Choice:
    return choose(
        an_answer(NOTICE, **changes),
        NOTICE,
        standing,
        new_id="new",
        jurisdiction="NL",
        months=6,
        now=NOON,
    )


def fits(action: str, choices: dict[str, bool]) -> bool:
    """Written anew: yes to nothing else than yes, no to nothing else than no."""
    values = list(choices.values())
    if action == "accept":
        return len(values) > 0 and values.count(True) == len(values)
    return action == "save" or values.count(False) == len(values)


@pytest.mark.parametrize("action", ["accept", "reject", "save"])
@pytest.mark.parametrize(("analytics", "marketing"), list(product(SAID, SAID)))
@pytest.mark.parametrize("stands", [None, GIVEN, WITHDRAWN])
def test_every_answer_has_one_meaning(
    action: str, analytics: bool | None, marketing: bool | None, stands: ConsentState | None
) -> None:
    said = {"analytics": analytics, "marketing": marketing}
    choices = {purpose: value for purpose, value in said.items() if value is not None}
    standing = a_standing(state=stands) if stands else None
    if not fits(action, choices):
        with pytest.raises(ChoiceError) as refusal:
            decide(standing, action=action, choices=choices)
        assert refusal.value.status == 400
        assert refusal.value.hint
        return
    choice = decide(standing, action=action, choices=choices)
    yes = analytics is True or marketing is True
    # A purpose that was not named was not chosen (R2).
    assert choice.choices == {"analytics": analytics is True, "marketing": marketing is True}
    holds = stands is GIVEN
    assert choice.state is (GIVEN if yes else WITHDRAWN if holds else REFUSED)
    assert choice.consent_id == ("c1" if holds else "new" if yes else None)


def test_a_choice_says_how_and_against_what_it_was_made() -> None:
    choice = decide(layer="preferences", method="page", action="save")
    assert choice == Choice(
        site="demo", consent_id="new", state=GIVEN,
        choices={"analytics": True, "marketing": True}, notice=NOTICE.id, language="nl",
        action="save", layer="preferences", method="page", jurisdiction="NL", time=NOON,
        valid_until=after_months(NOON, 6),
    )  # fmt: skip


@pytest.mark.parametrize("purpose", ["necessary", "profiling", "", "Analytics"])
def test_a_purpose_that_was_not_asked_cannot_be_chosen(purpose: str) -> None:
    with pytest.raises(ChoiceError, match="does not ask consent") as refusal:
        decide(action="save", choices={purpose: True})
    assert "analytics, marketing" in refusal.value.hint


@pytest.mark.parametrize("language", ["de", "", "NL"])
def test_a_language_that_was_not_shown_cannot_have_been_read(language: str) -> None:
    with pytest.raises(ChoiceError, match="was not shown in"):
        decide(language=language)


@pytest.mark.parametrize("state", list(ConsentState))
@pytest.mark.parametrize("chosen", [True, False, None])
@pytest.mark.parametrize("left", [-1, 0, 1])
def test_a_purpose_is_allowed_only_while_a_consent_for_it_holds(
    state: ConsentState, chosen: bool | None, left: int
) -> None:
    choices = {} if chosen is None else {"analytics": chosen}
    standing = a_standing(state=state, choices=choices, valid_until=NOON + left)
    assert standing.allows("analytics", NOON) is (state in STANDING and chosen is True and left > 0)


@pytest.mark.parametrize(("choices", "allowed"), [({"analytics": True}, True), ({}, False)])
def test_a_token_allows_what_it_names(choices: dict[str, bool], allowed: bool) -> None:
    token = Token("demo", "c1", 1, choices, "n", NOON + 1)
    assert allows(token, "analytics") is allowed
    assert not allows(token, "marketing")


@pytest.mark.parametrize(("method", "layer"), [("api", "api"), ("button", "preferences")])
def test_a_withdrawal_is_a_new_choice_that_says_no_to_all(method: str, layer: str) -> None:
    standing = a_standing(choices={"marketing": True, "analytics": True})
    choice = withdraw(standing, method=method, jurisdiction="NL", months=6, now=NOON)  # type: ignore[arg-type]
    assert choice == Choice(
        site="demo", consent_id="c1", state=WITHDRAWN,
        choices={"analytics": False, "marketing": False}, notice="n" * 64, language="nl",
        action="withdraw", layer=layer, method=method, jurisdiction="NL", time=NOON,
        valid_until=after_months(NOON, 6),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        (a_choice(choices={"analytics": True, "marketing": True}), "accepted"),
        (a_choice(choices={"analytics": True, "marketing": False}), "partly"),
        (a_choice(None), "refused"),
        (a_choice(state=WITHDRAWN), "withdrawn"),
        (a_choice(None, method="gpc"), "signalled"),
    ],
)
def test_a_choice_is_counted_under_one_word(choice: Choice, word: str) -> None:
    assert outcome(choice) == word


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15 10:30:05", 6, "2026-07-15 10:30:05"),
        ("2026-08-31 00:00:00", 6, "2027-02-28 00:00:00"),
        ("2027-08-31 00:00:00", 6, "2028-02-29 00:00:00"),
        ("2028-02-29 23:59:59", 12, "2029-02-28 23:59:59"),
        ("2026-12-31 12:00:00", 2, "2027-02-28 12:00:00"),
        ("2026-05-31 12:00:00", 13, "2027-06-30 12:00:00"),
        ("2026-12-01 12:00:00", 1, "2027-01-01 12:00:00"),
        ("2026-11-30 12:00:00", 1, "2026-12-30 12:00:00"),
        ("2099-08-31 12:00:00", 6, "2100-02-28 12:00:00"),
    ],
)
def test_a_period_in_months_ends_on_the_calendar(start: str, months: int, end: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    ended = datetime.fromtimestamp(after_months(int(begun.timestamp()), months), UTC)
    assert ended.strftime("%Y-%m-%d %H:%M:%S") == end


@given(st.integers(0, 4_000_000_000), st.integers(1, 13))
def test_a_period_in_months_is_never_longer_than_its_months(now: int, months: int) -> None:
    start, end = (datetime.fromtimestamp(t, UTC) for t in (now, after_months(now, months)))
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.time() == start.time()
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == start.day or end.day == last < start.day
