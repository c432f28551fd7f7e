"""The values that travel through the gateway, one type a stage.

A new stage makes a new type and mutates nothing. `Event` has no field that can hold a full
address, a user-agent string, a query string or a referrer path: the type is the proof of P2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct


class Drop(StrEnum):
    """Why an item was not kept. Every refusal has one of these names, counted and answered."""

    INVALID = "invalid"  # the item is no event: a field is missing, too long or of another type
    NO_CONSENT = "no_consent"  # no token came with it: silence is no consent (R2)
    FORGED_TOKEN = "forged_token"  # noqa: S105 - the signature is not ours
    FOREIGN_TOKEN = "foreign_token"  # noqa: S105 - ours, but given to another site
    EXPIRED = "expired"  # consent ends by itself (R17)
    NOT_ALLOWED = "not_allowed"  # the choice does not include analytics
    WITHDRAWN = "withdrawn"  # the current state, read in the write transaction, no longer allows it
    SPAM = "spam"  # the referrer is a host that advertises itself in statistics
    BOT = "bot"  # the user agent says it is a crawler


class ConsentState(StrEnum):
    """The states of a consent record (ISO/IEC TS 27560, table of event states)."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # its time was over (R17)
    INVALIDATED = "invalidated"  # for some purposes: what was agreed to has changed (R18)


STANDING = frozenset((ConsentState.GIVEN, ConsentState.INVALIDATED))
"""The states in which a consent still allows what its choices say."""


class Signals(Struct, frozen=True, gc=False):
    """What the head of a request tells, taken off the wire. The address is already cut: see
    `web/wire`."""

    network: str  # "203.0.113.0/24", "2001:db8:1::/48" or "" when the peer has no address
    user_agent: str
    language: str  # first tag of Accept-Language, "nl", or ""
    cookie: str | None  # value of gw_consent
    authorization: str | None  # T of "Authorization: Consent T"
    device: Device | None = None  # of a head seen before, in place of its user agent


class Beacon(Struct, frozen=True, gc=False):
    """One item a page sent, parsed and bounded, not yet admitted."""

    kind: str  # pageview, engagement, outbound, download, form, upload, missing or event
    url: str
    referrer: str
    token: str | None
    name: str
    props: Mapping[str, str]
    screen: int  # width of the screen in CSS pixels, 0 when unknown
    language: str
    target: str = ""  # where a link or a download leads
    file_class: str = ""  # document, image, spreadsheet or other: of an upload
    seconds: int = 0  # that the page was looked at
    scroll: int = 0  # percent of the page's height that was in view
    count: int = 0  # of forms or files that were sent


class Device(Struct, frozen=True, gc=False):
    """What a user-agent string is reduced to."""

    browser: str
    browser_major: str
    system: str
    kind: str  # "desktop", "phone", "tablet", "tv", "other" or "bot"


class Place(Struct, frozen=True, gc=False):
    """What a cut address is reduced to. Empty strings where no database knows."""

    country: str  # ISO 3166-1 alpha-2
    region: str  # ISO 3166-2 subdivision code without the country, "GR" of "NL-GR"
    owner: str  # organisation that runs the network


class Source(Struct, frozen=True, gc=False):
    """Where a visit came from, as far as an address bar tells."""

    referrer: str  # host only
    channel: str
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""


class Event(Struct, frozen=True, gc=False):
    """One row about a visit. It names the consent record that allowed it (P1)."""

    site: str
    minute: int  # minutes since 1970-01-01 UTC: a second would single a visitor out
    visitor: int  # signed 64-bit keyed value of the consent id, another one for each site
    consent_seq: int
    kind: str
    path: str
    source: Source
    place: Place
    network: str  # the cut address
    device: Device
    screen: str  # class, not a size
    language: str
    name: str  # of an event; a link's host, a download's path or host, an upload's class of file
    props: Mapping[str, str]
    seconds: int = 0  # of an engagement, as is `scroll`
    scroll: int = 0
    count: int = 0  # of a form or an upload


class Dropped(Struct, frozen=True, gc=False):
    """An item that was not kept. Only that and why is counted."""

    site: str
    reason: Drop


class Token(Struct, frozen=True):
    """A consent as the visitor carries it: signed by us, readable by the page."""

    site: str
    consent_id: str
    seq: int
    choices: Mapping[str, bool]
    notice: str
    valid_until: int  # seconds since 1970 UTC
    receipt: str = ""  # the code on its receipt


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor asked for, checked against the notice that was shown."""

    site: str
    consent_id: str | None  # None: a refusal has no identifier (P7)
    state: ConsentState
    choices: Mapping[str, bool]
    notice: str
    language: str
    action: str  # accept, reject, save or withdraw; expire or invalidate by the timer
    # Where the button was (R24): first, renewal, preferences, placeholder, page or api; handover
    # where it was a sibling site's; or none.
    layer: str
    method: str  # button, page, api or gpc; or timer
    jurisdiction: str
    time: int  # seconds since 1970 UTC, server clock
    valid_until: int


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One link of the consent log. `digest` covers all public fields and the previous digest."""

    seq: int
    choice: Choice
    salt: str | None  # with consent_id the personal part; both are blanked by erasure
    person: str | None  # digest of the personal part, stays after erasure
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a banner said, kept under the SHA-256 of its canonical JSON."""

    id: str
    site: str
    content: str  # the canonical JSON itself
    first_published: int
