"""How a language writes lists, countries and spans of days (CLDR, by babel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.lists import format_list

RIGHT_TO_LEFT = frozenset(("ar",))
UNKNOWN_TO_BROWSERS = frozenset(("ga", "mt"))
"""Languages of the EU that Chromium has no dates for (`Intl.supportedLocalesOf`, Chromium 156)."""


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

    def months(self) -> list[str]:
        """For languages whose months a browser may not know; none for the others."""
        if self.language not in UNKNOWN_TO_BROWSERS:
            return []
        dates = (date(2000, month, 15) for month in range(1, 13))
        written = (format_date(one, "long", locale=self._locale) for one in dates)
        # With the word that belongs before it: "15 ta’ Mejju 2000".
        return [one.removeprefix("15 ").removesuffix(" 2000") for one in written]

    def name(self) -> str:
        """What the language calls itself."""
        return self._locale.get_language_name(self.language) or self.language
