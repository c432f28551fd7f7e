"""What a choice means: given, refused or withdrawn, for which purposes and until when."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from gateway.errors import ChoiceError
from gateway.rules.notice import languages_shown, purposes_asked
from gateway.rules.records import (
    STANDING,
    Choice,
    ConsentRecord,
    ConsentState,
    Notice,
    Token,
)

Action = Literal["accept", "reject", "save"]
Layer = Literal["first", "renewal", "preferences", "placeholder", "page", "api"]
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
    asked: frozenset[str] | None = None
    """The purposes that were asked again, when it was not all of them (R18): the others stay."""


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

    @property
    def stands(self) -> bool:
        """Whether it was given and not ended since."""
        return self.state in STANDING

    def allows(self, purpose: str, now: int) -> bool:
        """Whether the purpose is allowed at this moment (P1)."""
        return self.stands and self.valid_until > now and self.choices.get(purpose, False)


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
    records: Sequence[ConsentRecord] = (),
) -> Choice:
    """The choice to record. Raises ChoiceError when it does not fit the notice that was shown.

    A purpose that is not named was not chosen (R2). Nothing chosen is a refusal without an
    identifier (P7), or the withdrawal of the consent that stands. `records` of that consent, oldest
    first, are needed when the answer keeps a part of it: what the timer switched off is no answer.
    """
    asked = purposes_asked(notice)
    stands = standing if standing and standing.stands else None
    again = _asked_again(answer, asked, stands)
    _check(answer, asked if again is None else again, languages_shown(notice))
    said = {purpose: answer.choices.get(purpose, False) for purpose in asked}
    kept = {} if again is None or stands is None else _kept(stands, asked - again, records)
    left = asked if again is None else again | kept.keys()
    choices = {purpose: yes for purpose, yes in sorted({**said, **kept}.items()) if purpose in left}
    until = after_months(now, months)
    if stands and any(kept.values()):
        # Who answers for one purpose says nothing of the others: they last no longer for it (R17).
        until = min(until, stands.valid_until)
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
        action=answer.action if again is not None else _action(answer, choices),
        layer=answer.layer,
        method=answer.method,
        jurisdiction=jurisdiction,
        time=now,
        valid_until=until,
    )


def own_choices(records: Sequence[ConsentRecord]) -> Mapping[str, bool]:
    """What the visitor said last in these records of one consent, oldest first. What the timer did
    since is no word of theirs: a purpose it switched off was not refused, and is asked (R18)."""
    chosen = [one.choice.choices for one in records if one.choice.method != "timer"]
    return chosen[-1] if chosen else {}


def still_holds(choices: Mapping[str, bool], own: Mapping[str, bool]) -> dict[str, bool]:
    """The choices that stand, without a no that the visitor never said."""
    return {key: yes for key, yes in choices.items() if yes or own.get(key) is False}


def _asked_again(
    answer: Answer, asked: frozenset[str], stands: Standing | None
) -> frozenset[str] | None:
    """The purposes the layer was about, when it was not about all. Raises ChoiceError."""
    if answer.asked is None:
        return None
    if unknown := sorted(answer.asked - asked):
        raise ChoiceError(
            f"the notice does not ask consent for {unknown[0]!r}",
            hint=f"name in `asked` only purposes of {', '.join(sorted(asked))}",
        )
    if stands is None:
        raise ChoiceError(
            "no consent stands of which the other purposes could be kept",
            hint="ask for every purpose again",
            status=409,
        )
    return answer.asked


def _kept(
    stands: Standing, purposes: frozenset[str], records: Sequence[ConsentRecord]
) -> dict[str, bool]:
    # A purpose that is new has no answer yet.
    kept = {purpose: yes for purpose, yes in stands.choices.items() if purpose in purposes}
    return still_holds(kept, own_choices(records)) if records else kept


def _action(answer: Answer, choices: Mapping[str, bool]) -> Action:
    # "accept" in the record means that everything was accepted; less than that was picked (R24).
    return "save" if answer.action == "accept" and not all(choices.values()) else answer.action


_WHERE: Mapping[Method, Layer] = {"api": "api", "page": "page"}
"""Where a withdrawal was said, when it was not in the preferences."""


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
        layer=_WHERE.get(method, "preferences"),
        method=method,
        jurisdiction=jurisdiction,
        time=now,
        valid_until=after_months(now, months),
    )


def expire(standing: Standing, *, jurisdiction: str, now: int) -> Choice:
    """A record that says a consent ended by itself (R17)."""
    choices = dict.fromkeys(standing.choices, False)
    return _by_timer(standing, ConsentState.EXPIRED, "expire", choices, jurisdiction, now)


def invalidate(
    standing: Standing, purposes: frozenset[str], *, jurisdiction: str, now: int
) -> Choice:
    """A record that says a consent no longer holds for these purposes; for others it does (R18)."""
    left = {key: yes and key not in purposes for key, yes in standing.choices.items()}
    return _by_timer(standing, ConsentState.INVALIDATED, "invalidate", left, jurisdiction, now)


def _by_timer(
    standing: Standing,
    state: ConsentState,
    action: str,
    choices: Mapping[str, bool],
    jurisdiction: str,
    now: int,
) -> Choice:
    return Choice(
        site=standing.site,
        consent_id=standing.consent_id,
        state=state,
        choices=choices,
        notice=standing.notice,
        language=standing.language,
        action=action,
        layer="none",
        method="timer",
        jurisdiction=jurisdiction,
        time=now,
        valid_until=standing.valid_until,
    )


def outcome(choice: Choice) -> str:
    """The word under which the choice is counted: accepted, partly, refused, withdrawn; what time
    did to it: expired, invalidated; and what nobody was asked here: handed_over, and signalled by
    the browser, which would make the refusals of those who were asked look more (R27, R29)."""
    if choice.layer == "handover":
        return "handed_over"
    if choice.method == "gpc":
        return "signalled"
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
