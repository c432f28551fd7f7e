"""Seconds since 1970 UTC as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def iso(seconds: int) -> str:
    """RFC 3339 in UTC: "2026-11-22T10:00:00Z"."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def local_day(seconds: int, zone: ZoneInfo) -> date:
    """The date on the calendar of a site."""
    return datetime.fromtimestamp(seconds, zone).date()


MINUTES_A_DAY = 24 * 60


def minutes_before(seconds: int, days: int) -> int:
    """The minute, since 1970 UTC, that lies a number of days back."""
    return seconds // 60 - days * MINUTES_A_DAY
