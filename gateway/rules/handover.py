"""A choice handed over to a sibling site of the same controllers: who may, which purposes go along,
and for how long. Nothing links the two visitors: the other site gives an id of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.errors import ChoiceError
from gateway.rules.consent import Standing, after_months, still_holds
from gateway.rules.notice import languages_shown, purposes_asked
from gateway.rules.records import Choice, ConsentState, Notice
from gateway.rules.renewal import outdated
from gateway.rules.site import Controller

LIFETIME = 60
"""Seconds from the press on a link to the other site's page. A code that leaks, in an address
somebody copied, is worth nothing after that, and nothing once that page has used it."""
MOST = 10_000
"""Codes for consents of one site that may be under way, and as many for refusals: far more than the
links followed in a minute. Apart, because anybody can make a refusal up."""
LAYER = "handover"
"""Where the choice was made, in the record of the site that took it over."""


class Relative(Protocol):
    """What of a site decides who its siblings are."""

    @property
    def id(self) -> str: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def controllers(self) -> tuple[Controller, ...]: ...
    @property
    def siblings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Misfit:
    """A name under `siblings` in a site's file that cannot stand there, and what was wanted."""

    site: str
    sibling: str
    wanted: str


def problems(sites: Sequence[Relative]) -> list[Misfit]:
    """Every sibling that is none: of no site here, one-sided, or with other controllers. A choice
    is given to controllers (GDPR Art. 7), so it goes nowhere where somebody else decides."""
    known = {site.id: site for site in sites}
    return [Misfit(site.id, name, wanted) for site in sites for name, wanted in _wrong(site, known)]


def _wrong(site: Relative, known: Mapping[str, Relative]) -> Iterator[tuple[str, str]]:
    for name in site.siblings:
        other = known.get(name)
        if other is None:
            yield name, f"ids of sites of this gateway: {', '.join(sorted(known))}"
        elif site.id not in other.siblings:
            yield name, f"a site that names {site.id!r} under its own siblings"
        elif _names(site) != _names(other):
            yield name, f"a site with these controllers: {', '.join(sorted(_names(site)))}"


def _names(site: Relative) -> frozenset[str]:
    return frozenset(controller.name for controller in site.controllers)


def addresses(site: Relative, sites: Sequence[Relative]) -> dict[str, str]:
    """The site behind each origin a choice may be handed over to: what the banner must know."""
    known = {one.id: one for one in sites}
    return {origin: name for name in site.siblings for origin in known[name].origins}


def digest_of(code: str) -> str:
    """What is kept of a code: whoever reads the database cannot use it."""
    return hashlib.sha256(code.encode()).hexdigest()


def end_of_refusal(until: int, *, months: int, now: int) -> int | None:
    """When a refusal ends that a cookie says to last `until`; None when it has. Anybody can write
    that cookie, so it lasts no longer than one given now; and it is rounded up to a whole day,
    which would add one at every handover."""
    end = min(until - 1, after_months(now, months))
    return end if end > now else None


def take_over(
    given: Standing,
    own: Mapping[str, bool],
    old: Notice,
    new: Notice,
    *,
    new_id: str,
    language: str,
    jurisdiction: str,
    months: int,
    now: int,
) -> Choice | None:
    """The consent `new`'s site records for one that stands under `old`, or None when nothing of it
    holds there: then that site asks as always. `own` is what the visitor said last. Raises
    ChoiceError for a language it does not speak.

    A purpose that is not in its choices is still to be asked (R18).
    """
    left = still_holds(given.choices, own)
    choices = _carried(left, json.loads(old.content), json.loads(new.content))
    if not any(choices.values()):
        return None
    full = choices.keys() == purposes_asked(new) and all(choices.values())
    return Choice(
        site=new.site,
        consent_id=new_id,
        state=ConsentState.GIVEN,
        choices=choices,
        notice=new.id,
        language=_spoken(language, new),
        action="accept" if full else "save",
        layer=LAYER,
        method="button",
        jurisdiction=jurisdiction,
        time=now,
        # Never longer than the visitor was told on the site they chose on (R17).
        valid_until=min(given.valid_until, after_months(now, months)),
    )


def take_over_refusal(
    until: int, new: Notice, *, language: str, jurisdiction: str, months: int, now: int
) -> Choice:
    """A refusal on another site is one here, without an identifier there or here (P7, R15)."""
    return Choice(
        site=new.site,
        consent_id=None,
        state=ConsentState.REFUSED,
        choices=dict.fromkeys(sorted(purposes_asked(new)), False),
        notice=new.id,
        language=_spoken(language, new),
        action="reject",
        layer=LAYER,
        method="button",
        jurisdiction=jurisdiction,
        time=now,
        valid_until=min(until, after_months(now, months)),
    )


def _spoken(language: str, notice: Notice) -> str:
    languages = languages_shown(notice)
    if language not in languages:
        raise ChoiceError(
            f"the site does not speak {language!r}",
            hint=f"send one of {', '.join(sorted(languages))} as language",
        )
    return language


def _carried(
    choices: Mapping[str, bool], old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, bool]:
    """What holds on the other site too. A yes does where the purpose is the same: same id, same
    revision, nobody more who answers for it or gets the data; and only when what the visitor read
    named that site. A no holds wherever the purpose is asked: nobody said yes to it (R16)."""
    named = new["names"] in old.get("siblings", ())
    more, before = outdated(old, new), _revisions(old)
    return {
        purpose: choices[purpose]
        for purpose, revision in sorted(_revisions(new).items())
        if purpose in choices
        and (
            not choices[purpose]
            or (named and purpose not in more and before.get(purpose) == revision)
        )
    }


def _revisions(content: Mapping[str, Any]) -> dict[str, int]:
    # Notices from before there were revisions have none.
    return {
        purpose["id"]: purpose.get("revision", 1)
        for purpose in content["purposes"]
        if purpose["basis"] == "consent"
    }
