"""What a site owner declares: who asks, for what, on which basis, and for how long.

The structs refuse unknown keys, so that a misspelt setting is an error and not a silent default.
"""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from gateway.rules.goal import Funnel, Goal
from gateway.rules.google import Google
from gateway.rules.look import Look
from gateway.rules.tracker import Tracker

Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Identifier = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}\Z")]
Property = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}\Z")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
Days = Annotated[int, Meta(ge=1, le=3700)]

Basis = Literal[
    "consent",
    "contract",
    "legal_obligation",
    "vital_interests",
    "public_task",
    "legitimate_interests",
]
"""The six bases of GDPR Art. 6(1). Only purposes on the first are asked for."""

Kind = Literal["cookie", "local", "session", "indexeddb"]
"""A cookie, or an entry of localStorage, of sessionStorage, or a database of IndexedDB."""

Every = Literal["week", "month"]
"""How often a summary is mailed."""

ReportLanguage = Literal["nl", "en"]
"""Languages of the pages for staff, and of what is mailed to them."""

LONGEST_MONTHS = 13
"""No consent is valid for longer (R17)."""


class Controller(Struct, frozen=True, forbid_unknown_fields=True):
    """Who decides why and how (GDPR Art. 4(7)); named on the first layer (R7)."""

    name: Name
    address: Text
    contact: Text


class Authority(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a visitor can complain (GDPR Art. 77)."""

    name: Name
    url: Text


class Recipient(Struct, frozen=True, forbid_unknown_fields=True):
    """Who else receives data under a purpose (GDPR Art. 13(1)(e), R12)."""

    name: Name
    country: Country


class Cookie(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A cookie or storage entry. A `*` in the name stands for anything. `lifetime_days` 0 means
    the session. `domain` and `path` are those it was set with; `http_only` says that no script
    can clear it, so the gateway does."""

    name: Name
    lifetime_days: Annotated[int, Meta(ge=0, le=3700)]
    texts: dict[Language, Text]
    domain: str = ""
    path: Annotated[str, Meta(pattern=r"^/[!-:<-~]*\Z")] = "/"
    kind: Kind = "cookie"
    http_only: bool = False


class PurposeText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A purpose in one language. `reason` says why it needs no consent (R14); `data` names the
    kinds of data it is about, for receipts."""

    name: Name
    description: Text
    reason: str = ""
    data: Annotated[tuple[Name, ...], Meta(max_length=30)] = ()


class Purpose(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing data is used for, with its own basis and its own checkbox."""

    id: Identifier
    basis: Basis
    texts: dict[Language, PurposeText]
    retention_days: Days
    revision: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    """Raised by the owner when a change of wording is material: then it is asked again."""
    recipients: tuple[Recipient, ...] = ()
    cookies: tuple[Cookie, ...] = ()


class Webhook(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a recipient is told that a consent for these purposes has ended (R22)."""

    name: Identifier
    url: Text
    purposes: Annotated[tuple[Identifier, ...], Meta(min_length=1, max_length=30)]


class Report(Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a summary of the figures is mailed, every week or month."""

    to: Annotated[tuple[str, ...], Meta(min_length=1, max_length=20)]
    every: Every
    language: ReportLanguage


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """How long each class of data is kept, in days."""

    events_days: Annotated[int, Meta(ge=1, le=760)] = 395
    statistics_days: Days = 760
    consents_days: Days = 1827


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """One website, or several under one banner, as the owner declares it."""

    id: Identifier
    names: dict[Language, Name]
    origins: Annotated[tuple[str, ...], Meta(min_length=1, max_length=100)]
    controllers: Annotated[tuple[Controller, ...], Meta(min_length=1, max_length=50)]
    authority: Authority
    jurisdiction: Country
    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=40)]
    time_zone: Name
    purposes: Annotated[tuple[Purpose, ...], Meta(min_length=1, max_length=30)]
    privacy_url: Text = "/privacy"
    cookie_domain: str = ""
    validity_months: Annotated[int, Meta(ge=6, le=LONGEST_MONTHS)] = 6
    threshold: Annotated[int, Meta(ge=1, le=1000)] = 5
    retention: Retention = Retention()
    storage: Annotated[tuple[Country, ...], Meta(max_length=30)] = ()
    webhooks: Annotated[tuple[Webhook, ...], Meta(max_length=50)] = ()
    reports: Annotated[tuple[Report, ...], Meta(max_length=4)] = ()
    properties: Annotated[tuple[Property, ...], Meta(max_length=30)] = ()
    goals: Annotated[tuple[Goal, ...], Meta(max_length=20)] = ()
    funnels: Annotated[tuple[Funnel, ...], Meta(max_length=5)] = ()
    look: Look = Look()
    texts: dict[Language, dict[str, Text]] = {}
    """What this site's banner says in other words than `texts/<language>.toml`."""
    tracker: Tracker = Tracker()
    google: Google | None = None
    siblings: Annotated[tuple[Identifier, ...], Meta(max_length=50)] = ()
    """Ids of sites that take over a choice by links between them; this site's own id stands for
    its other origins."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The purposes that need consent, in the order they are shown (R13)."""
        return tuple(purpose.id for purpose in self.purposes if purpose.basis == "consent")

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and end."""
        return ZoneInfo(self.time_zone)
