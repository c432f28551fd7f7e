"""What a visitor does on the site, page after page, as what the page's script would send."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.rehearsal.chance import Odds, lasting
from gateway.rehearsal.pages import PATHS, Page, page
from gateway.rehearsal.people import Person
from gateway.rehearsal.ways import Way

Body = dict[str, object]
"""One event, as it is sent."""

_AWAY = ""
_NEXT: Mapping[str, Odds[str]] = {
    "home": Odds.of(
        ((_AWAY, 32), ("jobs", 42), ("vacancy", 11), ("about", 9), ("apply", 5), ("privacy", 1))
    ),
    "jobs": Odds.of((("vacancy", 58), (_AWAY, 27), ("jobs", 6), ("home", 6), ("about", 3))),
    "vacancy": Odds.of(
        ((_AWAY, 45), ("jobs", 21), ("vacancy", 15), ("apply", 14), ("about", 3), ("home", 2))
    ),
    "apply": Odds.of(
        ((_AWAY, 44), ("thanks", 34), ("vacancy", 9), ("jobs", 9), ("privacy", 4))
    ),
    "thanks": Odds.of(((_AWAY, 76), ("jobs", 14), ("home", 10))),
    "about": Odds.of(((_AWAY, 50), ("jobs", 26), ("home", 12), ("apply", 8), ("privacy", 4))),
    "privacy": Odds.of(((_AWAY, 70), ("home", 20), ("jobs", 10))),
    "missing": Odds.of(((_AWAY, 50), ("jobs", 40), ("home", 10))),
}  # fmt: skip
_MOST_VIEWS = 30

_SECONDS = {
    "home": 18, "jobs": 34, "vacancy": 52, "apply": 95, "thanks": 9, "about": 42, "privacy": 30,
    "missing": 6,
}  # fmt: skip
"""That half of those who look at such a page stay for."""
_LONGEST = 1_500
_SEEN = 0.93
"""Share of pages that are looked at long enough to tell for how long."""

_LINKEDIN = "https://www.linkedin.com/company/noorderlicht"
_MAP = "https://www.openstreetmap.org/search"
_SHARE = "https://wa.me/"
_FACTS = "https://www.uwv.nl/particulieren"

# Page -> what is done on it now and then: how often, what, where a link leads or what it is called.
_DONE: Mapping[str, tuple[tuple[float, str, str], ...]] = {
    "home": ((0.035, "download", "brochure"), (0.01, "outbound", _LINKEDIN)),
    "jobs": ((0.2, "event", "Filter gebruikt"), (0.03, "event", "Jobalert ingesteld")),
    "vacancy": (
        (0.05, "event", "Vacature bewaard"),
        (0.025, "event", "Gebeld"),
        (0.02, "download", "guide"),
        (0.04, "outbound", _MAP),
        (0.025, "outbound", _SHARE),
    ),
    "about": (
        (0.09, "outbound", _LINKEDIN),
        (0.06, "download", "guide"),
        (0.04, "outbound", _FACTS),
    ),
}
_BRANCHES = Odds.of(
    (("techniek", 30), ("zorg", 22), ("logistiek", 20), ("kantoor", 16), ("onderwijs", 12))
)
_KINDS = Odds.of((("vast", 45), ("tijdelijk", 35), ("bijbaan", 20)))
_FILES = Odds.of((("document", 93), ("image", 5), ("other", 2)))
_WITH_FILE, _TWO_FILES = 0.74, 0.12


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody on the site, on a day, come by a way."""

    person: Person
    way: Way
    day: date
    origin: str

    def sent(self, dice: random.Random) -> Iterator[tuple[int, Body]]:
        """What is sent, each after so many seconds of the visit. Pages are opened one after the
        other; what is done on one lies between."""
        now, way = 0, self.way
        at, referrer, query = self._page(dice, way.lands), way.referrer, way.query
        for view in range(_MOST_VIEWS):
            url = f"{self.origin}{at.path}{'?' if query else ''}{query}"
            yield now, self._body("pageview", url, referrer)
            if at.kind == "missing":
                yield now, self._body("missing", url, self.origin)
            onward = _NEXT[at.kind].draw(dice)
            hasty = view == 0 and not onward
            stay = lasting(dice, _SECONDS[at.kind] * (0.4 if hasty else 1), 0.9, _LONGEST)
            for done in self._done(dice, at, onward):
                yield now + dice.randrange(stay), self._body(url=url, referrer=self.origin, **done)
            if dice.random() < _SEEN:
                yield now + stay, self._looked(dice, url, stay)
            if not onward:
                return
            # A link to a page is followed a moment after the last look at this one.
            now += stay + 1
            at, referrer, query = self._page(dice, onward), self.origin, ""

    def _page(self, dice: random.Random, kind: str) -> Page:
        return page(dice, kind, self.person.language, self.day)

    def _body(self, kind: object, url: str, referrer: str, **more: object) -> Body:
        return {
            "kind": kind,
            "url": url,
            "referrer": referrer,
            "screen": self.person.screen,
            "language": self.person.language,
            **more,
        }

    def _looked(self, dice: random.Random, url: str, stay: int) -> Body:
        seconds = max(1, int(stay * (0.65 + 0.35 * dice.random())))
        # Who stays longer sees more of the page.
        scroll = min(100, 15 + int(dice.random() * 60) + min(40, stay))
        return self._body("engagement", url, self.origin, seconds=seconds, scroll=scroll)

    def _done(self, dice: random.Random, at: Page, onward: str) -> Iterator[Body]:
        for often, kind, what in _DONE.get(at.kind, ()):
            if dice.random() < often:
                yield self._one(dice, at, kind, what)
        if onward == "thanks":
            yield {"kind": "form"}
            if dice.random() < _WITH_FILE:
                count = 2 if dice.random() < _TWO_FILES else 1
                yield {"kind": "upload", "type": _FILES.draw(dice), "count": count}

    def _one(self, dice: random.Random, at: Page, kind: str, what: str) -> Body:
        if kind == "outbound":
            return {"kind": kind, "target": what}
        if kind == "download":
            paths = PATHS.get(self.person.language, PATHS["en"])
            return {"kind": kind, "target": self.origin + paths[what]}
        # More than a site may allow: the gate keeps what it does.
        told = {"kind": _KINDS.draw(dice), "branch": _BRANCHES.draw(dice)}
        if at.vacancy:
            one = at.vacancy
            told = {"position": one.slug, "kind": one.kind, "branch": one.branch}
        return {"kind": kind, "name": what, "props": told}
