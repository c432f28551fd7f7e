"""What the page of a receipt says: the words, dates and names of one reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime

from gateway.rules.consent import Standing
from gateway.rules.document import asked, kinds
from gateway.rules.moment import iso, local_day
from gateway.rules.records import Choice, ConsentRecord, ConsentState
from gateway.web.pages import words


@dataclass(frozen=True, slots=True)
class Seen:
    """A consent as its receipt shows it: the current state, every record, what the notice of the
    last one said."""

    standing: Standing
    records: Sequence[ConsentRecord]
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: a language, and the clock of the site."""

    language: str
    zone: ZoneInfo

    @property
    def words(self) -> Mapping[str, str]:
        return words(self.language)["receipt"]

    def day(self, seconds: int) -> str:
        return format_date(local_day(seconds, self.zone), "d MMMM y", locale=self.language)

    def moment(self, seconds: int) -> str:
        moment = datetime.fromtimestamp(seconds, UTC)
        return format_datetime(moment, "d MMMM y HH:mm:ss", self.zone, locale=self.language)

    def country(self, code: str) -> str:
        return str(Locale(self.language).territories.get(code, code))

    def of(self, texts: Mapping[str, Any], shown: str) -> Any:
        """What was shown in this language, else as it was read."""
        return texts.get(self.language) or texts[shown]


def told(seen: Seen, language: str, zone: ZoneInfo, now: int) -> dict[str, object]:
    """All the template needs of a consent, ready to be read."""
    reader = _Reader(language, zone)
    last = seen.records[-1].choice
    shown = last.language
    return {
        "name": reader.of(seen.content["names"], shown),
        "state": _state(reader, seen, now),
        "can_withdraw": _how_it_stands(last, now) in ("given", "partly", "invalidated"),
        "purposes": [
            _purpose(reader, purpose, last.choices, shown) for purpose in asked(seen.content)
        ],
        "controllers": seen.content["controllers"],
        "authority": seen.content["authority"],
        "history": [_event(reader, record, seen) for record in seen.records],
        "notice": last.notice,
        "shown": Locale(language).languages.get(shown, shown),
        "last": seen.records[-1],
        "zone": zone.key,
    }


def _state(reader: _Reader, seen: Seen, now: int) -> str:
    last = seen.records[-1].choice
    given = next(
        (one.choice for one in reversed(seen.records) if one.choice.state is ConsentState.GIVEN),
        last,
    )
    sentence = reader.words[f"state_{_how_it_stands(last, now)}"]
    return sentence.format(
        given=reader.day(given.time),
        until=reader.day(last.valid_until),
        ended=reader.day(last.time),
    )


def _how_it_stands(last: Choice, now: int) -> str:
    if last.state in (ConsentState.WITHDRAWN, ConsentState.EXPIRED):
        return last.state.value
    if last.valid_until <= now:  # the timer will say so in the log within a minute
        return "over"
    if last.state is ConsentState.INVALIDATED:
        return "invalidated" if any(last.choices.values()) else "replaced"
    return "given" if all(last.choices.values()) else "partly"


def _purpose(
    reader: _Reader, purpose: Mapping[str, Any], choices: Mapping[str, bool], shown: str
) -> Mapping[str, object]:
    language = reader.language if reader.language in purpose["texts"] else shown
    text = purpose["texts"][language]
    return {
        "name": text["name"],
        "description": text["description"],
        "allowed": choices.get(purpose["id"], False),
        "recipients": [
            f"{one['name']} ({reader.country(one['country'])})" for one in purpose["recipients"]
        ],
        "kinds": kinds(purpose, language),
        "days": purpose["retention_days"],
    }


def _event(reader: _Reader, record: ConsentRecord, seen: Seen) -> Mapping[str, object]:
    choice = record.choice
    names = {
        one["id"]: reader.of(one["texts"], seen.records[-1].choice.language)["name"]
        for one in asked(seen.content)
    }
    # A purpose of an earlier notice may be gone from the one the names come from.
    allowed = [names.get(one, one) for one, yes in choice.choices.items() if yes]
    lost = choice.state is ConsentState.INVALIDATED and not allowed
    what = reader.words["event_replaced" if lost else f"event_{choice.state.value}"]
    # On a page of ours it was none of the banner's layers.
    where = "page" if choice.method == "page" else choice.layer
    return {
        "when": reader.moment(choice.time),
        "iso": iso(choice.time),
        "what": what.format(purposes=", ".join(allowed)),
        "where": reader.words[f"where_{where}"],
        "seq": record.seq,
    }
