"""What the page of a receipt says: the words, dates and names of one reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from gateway.rules.consent import Standing
from gateway.rules.document import asked
from gateway.rules.loaded import LANGUAGES as TAGS
from gateway.rules.moment import iso, local_day
from gateway.rules.records import Choice, ConsentRecord, ConsentState
from gateway.rules.speech import RIGHT_TO_LEFT, Speech
from gateway.web.pages import spoken, words

_BETWEEN: Mapping[str, str] = {"ar": "؛ ", "el": " · "}
"""What parts items that hold commas; elsewhere a semicolon, which in Greek asks a question."""
_ISOLATE, _END = "\u2068", "\u2069"


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
    speech: Speech

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        return words(f"visitor/{self.language}")

    def say(self, key: str, **values: str) -> str:
        """A date that ends in a full stop, as the Croatian, also ends the sentence."""
        said = self.texts["receipt"][key].format(**values)
        return re.sub(r"(?<!\.)\.\.(?!\.)", ".", said)

    def day(self, seconds: int) -> str:
        # The day before the month, as readers here write English.
        locale = "en_GB" if self.language == "en" else self.language
        return format_date(local_day(seconds, self.zone), "long", locale=locale)

    def moment(self, seconds: int) -> str:
        clock = datetime.fromtimestamp(seconds, UTC).astimezone(self.zone)
        return f"{self.day(seconds)} {clock:%H:%M:%S}"

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.language)

    def together(self, names: Sequence[str]) -> str:
        """A list of names, each kept whole where the text around it runs the other way."""
        if self.language in RIGHT_TO_LEFT:
            names = [f"{_ISOLATE}{name}{_END}" for name in names]
        return self.speech.together(names)

    def of(self, texts: Mapping[str, Any], shown: str) -> Any:
        """What was shown in this language, else as it was read."""
        return texts.get(self.language) or texts[shown]


def ours(tag: str) -> str:
    """The language our pages have under the name of what a site calls `tag`, if they have it."""
    language = TAGS.get(tag, tag)
    return language if language in spoken() else ""


def told(seen: Seen, language: str, zone: ZoneInfo, now: int) -> dict[str, object]:
    """All the template needs of a consent, ready to be read."""
    reader = _Reader(language, zone, Speech(language))
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
        "shown": Locale.parse(language).languages.get(shown, shown),
        "line": reader.number(seen.records[-1].seq),
        "digest": seen.records[-1].digest,
        "zone": zone.key,
    }


def _state(reader: _Reader, seen: Seen, now: int) -> str:
    last = seen.records[-1].choice
    given = next(
        (one.choice for one in reversed(seen.records) if one.choice.state is ConsentState.GIVEN),
        last,
    )
    how = _how_it_stands(last, now)
    return reader.say(
        "state_expired" if how == "over" else f"state_{how}",
        given=reader.day(given.time),
        until=reader.day(last.valid_until),
        ended=reader.day(last.valid_until if how == "over" else last.time),
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
    named = text.get("data")
    return {
        "language": language,
        "name": text["name"],
        "description": text["description"],
        "allowed": choices.get(purpose["id"], False),
        "recipients": reader.together([
            f"{one['name']} ({reader.speech.country(one['country'])})"
            for one in purpose["recipients"]
        ]),
        "kinds": _BETWEEN.get(language if named else reader.language, "; ").join(
            named or _kinds(reader, purpose["id"])
        ),
        "named": bool(named),
        "days": reader.speech.days(purpose["retention_days"]),
    }  # fmt: skip


def _kinds(reader: _Reader, purpose: str) -> Sequence[str]:
    """What the site's owner left to us to name: `gateway.rules.document` has the same."""
    named = dict(reader.texts["kinds"])
    unspecified = named.pop("unspecified")
    return [*named.values()] if purpose == "analytics" else [unspecified]


def _event(reader: _Reader, record: ConsentRecord, seen: Seen) -> Mapping[str, object]:
    choice = record.choice
    names = {
        one["id"]: reader.of(one["texts"], seen.records[-1].choice.language)["name"]
        for one in asked(seen.content)
    }
    # A purpose of an earlier notice may be gone from the one the names come from.
    allowed = [names.get(one, one) for one, yes in choice.choices.items() if yes]
    lost = choice.state is ConsentState.INVALIDATED and not allowed
    what = "event_replaced" if lost else f"event_{choice.state.value}"
    # On a page of ours it was none of the banner's layers.
    where = "page" if choice.method == "page" else choice.layer
    return {
        "when": reader.moment(choice.time),
        "iso": iso(choice.time),
        "what": reader.say(what, purposes=reader.together(allowed)),
        "where": reader.say(f"where_{where}"),
        "seq": reader.number(record.seq),
    }
