"""Numbers as people read them."""

from __future__ import annotations

from babel.numbers import format_percent


def percent(part: float, language: str) -> str:
    """Whole percents; tenths below ten, where they matter."""
    digits = "#,##0.#%" if 0 < abs(part) < 0.1 else "#,##0%"
    return str(format_percent(part, digits, locale=language))
