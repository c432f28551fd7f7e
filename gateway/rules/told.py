"""Every text of a notice a visitor reads, and the key it is written under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.rules.notice import spoken
from gateway.rules.site import Purpose, Site

Texts = Mapping[str, Mapping[str, str]]
"""The `[banner]` table of each language."""

Truth = Literal["", "need", "fault"]
"""What can be plain truth in one text and steers in another: that something does not work without
(a need: of what is blocked, or always on), and regret (of a fault of ours)."""

_TRUTHS: Mapping[str, Truth] = {"blocked": "need", "failed": "fault", "changed": "fault"}


@dataclass(frozen=True, slots=True)
class Told:
    """One text. `name`: of a company or a site, which nobody can put in other words."""

    place: str
    text: str
    truth: Truth = ""
    name: bool = False


def every_text(site: Site, texts: Texts) -> Iterator[Told]:
    """All of them, those of a purpose and of a cookie too."""
    for language, said in banners(site, texts):
        for key, text in said.items():
            yield Told(f"texts/{language}.toml: banner.{key}", text, _TRUTHS.get(key, ""))
    yield from _who(site)
    for asked in (True, False):
        for key, purpose in purposes(site, asked=asked):
            yield from named(key, purpose)
            yield from prose(key, purpose)
            for number, one in enumerate(purpose.recipients):
                yield Told(f"{key}.recipients[{number}].name", one.name, name=True)


def banners(site: Site, texts: Texts) -> Iterator[tuple[str, Mapping[str, str]]]:
    """What the banner says in each language of the site."""
    yield from spoken(site, texts).items()


def purposes(site: Site, *, asked: bool) -> Iterator[tuple[str, Purpose]]:
    """Those that are asked for, or those that are always on, each with its key."""
    for number, purpose in enumerate(site.purposes):
        if (purpose.basis == "consent") == asked:
            yield f"purposes[{number}]", purpose


def named(key: str, purpose: Purpose) -> Iterator[Told]:
    """What a purpose is called."""
    truth = _truth(purpose)
    yield Told(f"{key}.id", purpose.id, truth)
    for language, text in purpose.texts.items():
        yield Told(f"{key}.texts.{language}.name", text.name, truth)


def prose(key: str, purpose: Purpose) -> Iterator[Told]:
    """What is said about a purpose and its cookies."""
    truth = _truth(purpose)
    for language, text in purpose.texts.items():
        place = f"{key}.texts.{language}"
        yield Told(f"{place}.description", text.description, truth)
        yield Told(f"{place}.reason", text.reason, truth)
        for number, data in enumerate(text.data):
            yield Told(f"{place}.data[{number}]", data, truth)
    for number, cookie in enumerate(purpose.cookies):
        for language, use in cookie.texts.items():
            yield Told(f"{key}.cookies[{number}].texts.{language}", use, truth)


def _who(site: Site) -> Iterator[Told]:
    for language, name in site.names.items():
        yield Told(f"names.{language}", name, name=True)
    for number, one in enumerate(site.controllers):
        place = f"controllers[{number}]"
        yield Told(f"{place}.name", one.name, name=True)
        yield Told(f"{place}.address", one.address)
        yield Told(f"{place}.contact", one.contact)
    yield Told("authority.name", site.authority.name, name=True)


def _truth(purpose: Purpose) -> Truth:
    return "" if purpose.basis == "consent" else "need"
