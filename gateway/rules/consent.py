"""What a choice means: given, refused or withdrawn, for which purposes and until when."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from gateway.errors import ChoiceError
from gateway.rules.notice import languages_shown, purposes_asked
from gateway.rules.records import Choice, ConsentState, Notice, Token

Action = Literal["accept", "reject", "save"]
Layer = Literal["first", "preferences", "page", "api"]
Method = Literal["button", "page", "api", "gpc"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor sent: which notice was read and what was clicked."""

    notice: str
    choices: Mapping[str, bool]
    action: Action
    language: str
    layer: Layer
    method: Method


@dataclass(frozen=True, slots=True)
class Standing:
    """The current state of one consent: the last word of the log about it."""

    site: str
    consent_id: str
    seq: int
    state: ConsentState
    choices: Mapping[str, bool]
    notice: str
    language: str
    valid_until: int

    def allows(self, purpose: str, now: int) -> bool:
        """Whether the purpose is allowed at this moment (P1)."""
        given = self.state is ConsentState.GIVEN and self.valid_until > now
        return given and self.choices.get(purpose, False)


def allows(token: Token, purpose: str) -> bool:
    """Whether the signed choice includes the purpose; silence is no consent (R2)."""
    return token.choices.get(purpose, False)


def choose(
    answer: Answer,
    notice: Notice,
    standing: Standing | None,
    *,
    new_id: str,
    jurisdiction: str,
    months: int,
    now: int,
) -> Choice:
    """The choice to record. Raises ChoiceError when it does not fit the notice that was shown.

    A purpose that is not named was not chosen (R2). Nothing chosen is a refusal without an
    identifier (P7), or the withdrawal of the consent that stands.
    """
    asked = purposes_asked(notice)
    _check(answer, asked, languages_shown(notice))
    choices = {purpose: answer.choices.get(purpose, False) for purpose in sorted(asked)}
    stands = standing if standing and standing.state is ConsentState.GIVEN else None
    if any(choices.values()):
        state, consent_id = ConsentState.GIVEN, stands.consent_id if stands else new_id
    elif stands:
        state, consent_id = ConsentState.WITHDRAWN, stands.consent_id
    else:
        state, consent_id = ConsentState.REFUSED, None
    return Choice(
        site=notice.site,
        consent_id=consent_id,
        state=state,
        choices=choices,
        notice=notice.id,
        language=answer.language,
        action=_action(answer, choices),
        layer=answer.layer,
        method=answer.method,
        jurisdiction=jurisdiction,
        time=now,
        valid_until=after_months(now, months),
    )


def _action(answer: Answer, choices: Mapping[str, bool]) -> Action:
    # "accept" in the record means that everything was accepted; less than that was picked (R24).
    return "save" if answer.action == "accept" and not all(choices.values()) else answer.action


def withdraw(
    standing: Standing, *, method: Method, jurisdiction: str, months: int, now: int
) -> Choice:
    """A new record that ends a consent; the earlier one stays (R23).

    It is remembered as long as a refusal, so that nobody is asked again at once (R16).
    """
    return Choice(
        site=standing.site,
        consent_id=standing.consent_id,
        state=ConsentState.WITHDRAWN,
        choices=dict.fromkeys(sorted(standing.choices), False),
        notice=standing.notice,
        language=standing.language,
        action="withdraw",
        layer="api" if method == "api" else "preferences",
        method=method,
        jurisdiction=jurisdiction,
        time=now,
        valid_until=after_months(now, months),
    )


def outcome(choice: Choice) -> str:
    """The word under which the choice is counted: accepted, partly, refused or withdrawn."""
    if choice.state is not ConsentState.GIVEN:
        return choice.state.value
    return "accepted" if all(choice.choices.values()) else "partly"


def after_months(now: int, months: int) -> int:
    """The same moment some calendar months on; the last day of the month where it is shorter."""
    start = datetime.fromtimestamp(now, UTC)
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def _check(answer: Answer, asked: frozenset[str], languages: frozenset[str]) -> None:
    unknown = sorted(set(answer.choices) - asked)
    if unknown:
        raise ChoiceError(
            f"the notice does not ask consent for {unknown[0]!r}",
            hint=f"send choices for {', '.join(sorted(asked))} only",
        )
    if answer.language not in languages:
        raise ChoiceError(
            f"the notice was not shown in {answer.language!r}",
            hint=f"send one of {', '.join(sorted(languages))} as language",
        )
    values = set(answer.choices.values())
    if answer.action == "accept" and (False in values or not values):
        raise ChoiceError(
            "accept says yes to everything, but the choices do not",
            hint="send every purpose as true, or use the action save",
        )
    if answer.action == "reject" and True in values:
        raise ChoiceError(
            "reject says no to everything, but the choices do not",
            hint="send every purpose as false, or use the action save",
        )
