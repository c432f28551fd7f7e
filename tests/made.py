"""Values a test needs when what they hold does not matter."""

from __future__ import annotations

from gateway.rules.records import Device, Event, Place, Source


def an_event() -> Event:
    """A page view by nobody in particular."""
    return Event(
        site="demo",
        minute=29_000_000,
        visitor=1,
        consent_seq=1,
        kind="pageview",
        path="/",
        source=Source(referrer="", channel="direct"),
        place=Place("", "", ""),
        network="203.0.113.0/24",
        device=Device("Firefox", "145", "Windows", "desktop"),
        screen="large",
        language="nl",
        name="",
        props={},
    )
