"""A message that tells a recipient of the end of a consent (R22), after the Standard Webhooks
specification: what it says, how it is signed, and when it is tried again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from gateway.rules.canonical import canonical
from gateway.rules.moment import iso
from gateway.rules.seal import Seal

TYPE = "consent.ended"

DAY = 86_400
BACK_OFF = (5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, DAY, DAY)
"""Seconds from one attempt to the next; after the last of them it has failed."""

GONE = 410
"""The recipient wants no messages any more: it is not asked again."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a consent for some purposes. `id` is the same at every attempt, so that who gets
    it twice can drop it once; `time` is that of the end, in seconds since 1970 UTC."""

    id: str
    site: str
    consent_id: str
    state: str
    purposes: tuple[str, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attempt. Neither delivered nor to be tried again is failed."""

    delivered: bool
    next_try: int | None = None


FAILED = Verdict(delivered=False)


def body(ended: Ended) -> bytes:
    """What is posted: the same bytes at every attempt."""
    said = {
        "type": TYPE,
        "site": ended.site,
        "consent_id": ended.consent_id,
        "state": ended.state,
        "purposes": ended.purposes,
        "time": iso(ended.time),
    }
    return canonical(said).encode()


def headers(message: str, content: bytes, seal: Seal, now: int) -> Mapping[str, str]:
    """Who it is from and when it was sent: signed at every attempt anew, so that an old one that
    was overheard cannot be played again."""
    key, signature = seal.vouch(signed(message, now, content))
    return {
        "content-type": "application/json",
        "user-agent": "consent-gateway",
        "webhook-id": message,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1a,{b64encode(signature).decode()}",
        "webhook-key": key,
    }


def signed(message: str, now: int, content: bytes) -> bytes:
    """The bytes that are signed."""
    return f"{message}.{now}.".encode() + content


def verdict(status: int | None, attempts: int, now: int, retry_after: str = "") -> Verdict:
    """What an answer means; None when there was none. `attempts` counts this one too."""
    if status is not None and 200 <= status < 300:
        return Verdict(delivered=True)
    if status == GONE or attempts > len(BACK_OFF):
        return FAILED
    # A recipient may ask for more patience, but not for so much that it is never told.
    asked = min(_wanted(retry_after, now), DAY)
    return Verdict(delivered=False, next_try=now + max(BACK_OFF[attempts - 1], asked))


def _wanted(retry_after: str, now: int) -> int:
    """Seconds that a Retry-After asks for: a number or a date (RFC 9110, 10.2.3); 0 for none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        return int(parsedate_to_datetime(text).replace(tzinfo=UTC).timestamp()) - now
    except (ValueError, OverflowError):
        return 0
