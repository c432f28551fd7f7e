"""What the preference page says: the notice's own texts, with the dates, days and names of one
reader's language, and which of the site's languages and addresses that reader came with."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.lists import format_list
from starlette.requests import Request

from gateway.rules.speech import apart, filled

_SAME: Mapping[str, str] = {"nb": "no", "nn": "no"}
"""What browsers call a language that the texts know by another name."""
_MAIL = re.compile(r"[^\s@/]+@[^\s@/]+")
_MOST_DAYS = 1_000_000
"""Above any retention: days are never told as months."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A choice that is remembered. A no, or a consent that was withdrawn, has no receipt here."""

    since: date | None
    until: date
    allowed: frozenset[str] = frozenset()
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class _Reader:
    """The texts of a notice in one language."""

    language: str
    texts: Mapping[str, str]

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.language)

    def named(self, names: Sequence[str]) -> str:
        """A list of names, each kept whole where the text around it runs the other way."""
        if self.locale.text_direction == "rtl":
            names = [apart(name) for name in names]
        return format_list(names, locale=self.locale)

    def say(self, key: str, **values: str) -> str:
        return filled(self.texts[key], values)

    def of(self, texts: Mapping[str, Any]) -> Any:
        return texts.get(self.language) or next(iter(texts.values()))

    def day(self, value: date) -> str:
        return format_date(value, "long", self.locale)

    def days(self, count: int) -> str:
        # Babel's format_unit answers "395 duration-day" in Dutch and six other languages.
        length = timedelta(days=count)
        return format_timedelta(length, "day", threshold=_MOST_DAYS, locale=self.locale)

    def country(self, code: str) -> str:
        return str(self.locale.territories.get(code, code))


def told(
    content: Mapping[str, Any],
    language: str,
    back: str,
    remembered: Remembered | None,
    ticked: Collection[str],
) -> dict[str, object]:
    """All the template needs of a notice, ready to be read. `ticked` are the boxes that are, only
    ever by the visitor (R9); `back` is the origin that addresses without a host are of."""
    reader = _Reader(language, content["texts"][language])
    names = [one["name"] for one in content["controllers"]]
    open_label = reader.texts["preferences"]
    purposes = [_purpose(reader, one, one["id"] in ticked) for one in content["purposes"]]
    return {
        "language": language,
        "direction": reader.locale.text_direction,
        "languages": [(code, _autonym(code)) for code in content["languages"]],
        "name": reader.of(content["names"]),
        "w": reader.texts,
        "who": reader.say("who", controllers=reader.named(names)),
        "saved": reader.say("saved", open=open_label),
        "change": reader.say("change", open=open_label),
        "siblings": _siblings(reader, content.get("siblings", ())),
        "state": _state(reader, remembered),
        "choosable": [one for one in purposes if one["choosable"]],
        "fixed": [one for one in purposes if not one["choosable"]],
        "controllers": [
            {**one, "mail": bool(_MAIL.fullmatch(one["contact"]))} for one in content["controllers"]
        ],
        "authority": content["authority"],
        "statement": urljoin(back, content["privacy_url"]),
    }


def _state(reader: _Reader, remembered: Remembered | None) -> str:
    if remembered is None:
        return reader.say("unchosen")
    until = reader.day(remembered.until)
    if remembered.since is None:
        return reader.say("stands", until=until)
    return reader.say("stands_since", date=reader.day(remembered.since), until=until)


def _siblings(reader: _Reader, sites: Sequence[Mapping[str, str]]) -> str:
    names = reader.named([reader.of(one) for one in sites])
    return reader.say("siblings", sites=names) if names else ""


def _purpose(reader: _Reader, purpose: Mapping[str, Any], ticked: bool) -> Mapping[str, object]:
    text = reader.of(purpose["texts"])
    return {
        "id": purpose["id"],
        "choosable": purpose["basis"] == "consent",
        "ticked": ticked,
        "name": text["name"],
        "description": text["description"],
        "reason": text.get("reason", ""),
        "recipients": [
            (one["name"], reader.country(one["country"])) for one in purpose["recipients"]
        ],
        "cookies": [
            (one["name"], reader.of(one["texts"]), _lifetime(reader, one["lifetime_days"]))
            for one in purpose["cookies"]
        ],
        "retention": reader.say("retention", days=reader.days(purpose["retention_days"])),
    }


def _lifetime(reader: _Reader, days: int) -> str:
    return reader.days(days) if days else reader.say("session")


def _autonym(code: str) -> str:
    name = Locale.parse(code).get_language_name(code) or code
    return name[:1].upper() + name[1:]


def preferred(request: Request, said: Mapping[str, str], offered: Sequence[str]) -> str:
    """The language asked for, else the first of the browser's that is offered, else the first."""
    wanted = [said.get("language", "")]
    for part in request.headers.get("accept-language", "").split(","):
        tag = re.split("[-;]", part.strip().lower())[0]
        wanted += [tag, _SAME.get(tag, tag)]
    return next((tag for tag in wanted if tag in offered), offered[0])


def back_to(request: Request, said: Mapping[str, str], origins: Sequence[str]) -> str:
    """The origin of the site that the visitor came from, else its first: never another."""
    wanted = (said.get("from", ""), _origin(request.headers.get("referer", "")))
    return next((origin for origin in wanted if origin in origins), origins[0])


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:  # anybody can send it
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def day_of(text: str) -> date | None:
    """The day in a refusal cookie, which anybody can write."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
