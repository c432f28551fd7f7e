"""Words, numbers and dates of a summary, as its reader writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from gateway.mail.summary import Summary
from gateway.rules.mailbox import one_line
from gateway.rules.site import Every, Site
from gateway.rules.summary import Measure, Span

_HERE = Path(__file__).parent
_MOST_PERCENT = 10
"""Times as much from which on nobody reads percents any more."""


@cache
def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """All words of one language."""
    return tomllib.loads((_HERE / "texts" / f"{language}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Wording:
    """One language."""

    language: str

    @property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """All its words."""
        return words(self.language)

    def site(self, site: Site) -> str:
        """What the site is called."""
        return one_line(site.names.get(self.language, site.names[site.languages[0]]))

    def number(self, value: float) -> str:
        """A whole number."""
        return self._written(value, "#,##0")

    def percent(self, part: float) -> str:
        """Whole percents; tenths below ten, where they matter."""
        return self._written(part, "#,##0.#%" if 0 < part < 0.1 else "#,##0%")

    def value(self, measure: Measure) -> str:
        """A figure as the dashboard writes it; hidden and none look alike."""
        if measure.value is None:
            return self.words["figures"]["hidden"]
        if measure.is_rate:
            return self.percent(measure.value)
        if measure.name == "visit_duration":
            minutes, seconds = divmod(int(measure.value), 60)
            return f"{minutes}:{seconds:02}"
        if measure.name == "views_per_visit":
            return self._written(measure.value, "#,##0.0")
        return self.number(measure.value)

    def change(self, measure: Measure) -> str:
        """How a figure changed, with its sign."""
        said = self.words["mail"]
        if measure.change is None:
            return said["no_change"]
        if measure.is_rate:
            points = round(measure.change * 100, 1)
            return said["points"].format(points=self._signed(points, "#,##0.#"))
        if measure.change >= _MOST_PERCENT - 1:
            return said["times"].format(times=self.number(round(measure.change + 1)))
        return self._signed(round(measure.change, 2), "#,##0%")

    def _signed(self, value: float, form: str) -> str:
        return self._written(value, f"+{form};−{form}" if value else form)

    def _written(self, value: float, form: str) -> str:
        write = format_percent if "%" in form else format_decimal
        return str(write(value, form, locale=self.language))

    def period(self, every: Every, span: Span) -> str:
        """A week by its days, a month by its name."""
        if every == "month":
            return format_date(span.first, "MMMM y", locale=self.language)
        return self.days(span)

    def days(self, span: Span) -> str:
        """Days from one to another, what they share said once."""
        last = self._date(span.last, "d MMMM y")
        if span.first == span.last:
            return last
        same = span.first.year == span.last.year
        form = "d MMMM" if same else "d MMMM y"
        if same and span.first.month == span.last.month:
            form = "d"
        range_ = self.words["mail"]["range"]
        return range_.format(first=self._date(span.first, form), last=last)

    def _date(self, day: date, form: str) -> str:
        return format_date(day, form, locale=self.language)

    def label(self, dimension: str, text: str) -> str:
        """A value as a reader knows it."""
        labels = self.words["labels"]
        if not text:
            return labels["direct"] if dimension == "referrer" else labels["unknown"]
        if dimension == "country":
            return str(Locale(self.language).territories.get(text, text))
        return one_line(labels.get(text, text) if dimension == "channel" else text)

    def notes(self, summary: Summary) -> Sequence[str]:
        """What must be known to read the figures."""
        said = self.words["notes"]
        hidden = said["threshold"].format(threshold=summary.site.threshold)
        if not summary.tables:
            return (hidden, said["measured"])
        covered, days = sum(span.days for span in summary.covered), summary.span.days
        periods = "; ".join(self.days(span) for span in summary.covered)
        of_days = said["covered"] if covered < days else said["covered_all"]
        return (
            of_days.format(count=covered, days=days, periods=periods),
            hidden,
            *(said[key] for key in ("measured", "bounce_rate", "visit_duration")),
        )
