"""The pages of the demo site, by language and kind; vacancies come and go over the year."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from gateway.rehearsal.chance import Odds

PATHS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "home": "/",
        "jobs": "/vacatures",
        "apply": "/solliciteren",
        "thanks": "/solliciteren",
        "about": "/over-ons",
        "privacy": "/privacy",
        "brochure": "/brochure.pdf",
        "guide": "/salariswijzer.pdf",
    },
    "en": {
        "home": "/en/",
        "jobs": "/en/jobs",
        "apply": "/en/apply",
        "thanks": "/en/apply",
        "about": "/en/about",
        "privacy": "/en/privacy",
        "brochure": "/en/brochure.pdf",
        "guide": "/en/salary-guide.pdf",
    },
}


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacancy, the part of its address that names it, and what kind of work it is."""

    slug: str
    branch: str
    kind: str


ALWAYS: Mapping[str, Sequence[Vacancy]] = {
    "nl": (
        Vacancy("magazijnmedewerker-assen", "logistiek", "tijdelijk"),
        Vacancy("verzorgende-ig-groningen", "zorg", "vast"),
        Vacancy("monteur-zonnepanelen-leeuwarden", "techniek", "vast"),
        Vacancy("transportplanner-zwolle", "logistiek", "vast"),
        Vacancy("administratief-medewerker-emmen", "kantoor", "tijdelijk"),
    ),
    "en": (
        Vacancy("warehouse-operative-assen", "logistiek", "tijdelijk"),
        Vacancy("care-worker-groningen", "zorg", "vast"),
        Vacancy("solar-fitter-leeuwarden", "techniek", "vast"),
        Vacancy("transport-planner-zwolle", "logistiek", "vast"),
        Vacancy("office-assistant-emmen", "kantoor", "tijdelijk"),
    ),
}
"""Those that stand on the site now."""

_WORK = (
    ("orderpicker", "logistiek", "bijbaan"),
    ("leraar-basisonderwijs", "onderwijs", "vast"),
    ("servicemonteur", "techniek", "vast"),
    ("helpdeskmedewerker", "kantoor", "tijdelijk"),
    ("chauffeur-ce", "logistiek", "vast"),
    ("onderwijsassistent", "onderwijs", "tijdelijk"),
    ("lasser", "techniek", "tijdelijk"),
    ("receptionist", "kantoor", "bijbaan"),
    ("productiemedewerker", "voeding", "tijdelijk"),
    ("verpleegkundige", "zorg", "vast"),
    ("timmerman", "bouw", "vast"),
    ("kok", "horeca", "tijdelijk"),
)
_TOWNS = ("groningen", "assen", "leeuwarden", "zwolle", "emmen", "drachten", "hoogeveen")
_PASSING = tuple(
    Vacancy(f"{name}-{town}", branch, kind) for town in _TOWNS for name, branch, kind in _WORK
)
# A vacancy of these opens now and then; in the weeks after it closed, links still lead to it.
_ROUND, _OPEN, _REMEMBERED, _APART = 280, 56, 90, 37


@dataclass(frozen=True, slots=True)
class Page:
    """One page that is looked at."""

    kind: str
    path: str
    vacancy: Vacancy | None = None


def page(dice: random.Random, kind: str, language: str, day: date) -> Page:
    """A page of that kind as it was that day; which vacancy it is, is drawn by lot."""
    tongue = language if language in PATHS else "en"
    paths = PATHS[tongue]
    if kind not in ("vacancy", "missing"):
        return Page(kind, paths[kind])
    is_open = kind == "vacancy"
    drawn = (openings(tongue, day) if is_open else _closed(day)).draw(dice)
    return Page(kind, f"{paths['jobs']}/{drawn.slug}", drawn if is_open else None)


@lru_cache(maxsize=8)
def openings(language: str, day: date) -> Odds[Vacancy]:
    """The vacancies that stood open that day: a few are read by most."""
    found = [one for at, one in enumerate(_PASSING) if _age(at, day) < _OPEN]
    every = (*ALWAYS[language], *(found if language == "nl" else ()))
    return Odds.of((one, 1 / (3 + place)) for place, one in enumerate(every))


@lru_cache(maxsize=8)
def _closed(day: date) -> Odds[Vacancy]:
    found = [one for at, one in enumerate(_PASSING) if _OPEN <= _age(at, day) < _REMEMBERED]
    return Odds.of((one, 1 / (3 + place)) for place, one in enumerate(found))


def _age(place: int, day: date) -> int:
    """Days since the vacancy was opened last."""
    return (day.toordinal() + _APART * place) % _ROUND
