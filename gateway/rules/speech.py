"""How a language writes lists, countries and spans of days (CLDR, by babel), and how these are put
into its sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.lists import format_list

RIGHT_TO_LEFT = frozenset(("ar",))

_ISOLATE, _END = "\u2068", "\u2069"
# With the full stop after it, unless more of them follow: those are the text's own.
_PLACE = re.compile(r"\{(\w+)\}(\.(?!\.))?")


def is_known(language: str) -> bool:
    """Whether anything is known of how it writes."""
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def apart(text: str) -> str:
    """Kept whole where the text around it runs the other way: else the full stop of "B.V." would
    jump to the front of the name."""
    return f"{_ISOLATE}{text}{_END}"


def filled(text: str, values: Mapping[str, str]) -> str:
    """With the values put in; what has none stays. A name that ends in a full stop, as "B.V."
    does, also ends the sentence."""

    def put(place: re.Match[str]) -> str:
        value = values.get(place[1])
        if value is None:
            return place[0]
        stops = value.rstrip(_END).endswith(".")
        return value if stops else value + (place[2] or "")

    return _PLACE.sub(put, text)


class Speech:
    """One language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)

    def together(self, items: Sequence[str]) -> str:
        """Joined with commas and the word for "and"."""
        return format_list(list(items), locale=self._locale) if items else ""

    def country(self, code: str) -> str:
        """The name of a country, or its code where the language has none."""
        return str(self._locale.territories.get(code, code))

    def days(self, count: int) -> str:
        """A number of days. Not `format_unit`: it says "395 day" in seven of our languages."""
        span = timedelta(days=count)
        return format_timedelta(span, granularity="day", threshold=1e9, locale=self._locale)

    def dates(self) -> list[str]:
        """How a day of each month is written, with {day} and {year} in it: "{day} mei {year}"."""
        days = (date(2000, month, 15) for month in range(1, 13))
        written = (format_date(one, "long", locale=self._locale) for one in days)
        return [one.replace("15", "{day}").replace("2000", "{year}") for one in written]

    def name(self) -> str:
        """What the language calls itself."""
        return self._locale.get_language_name(self.language) or self.language
