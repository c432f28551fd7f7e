"""Where visits come from, and on which kind of page they land."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.rehearsal.chance import Odds
from gateway.rehearsal.rhythm import Rhythm, newsletter


@dataclass(frozen=True, slots=True)
class Way:
    """`query` may name a `{campaign}` or a `{newsletter}`."""

    lands: str
    referrer: str = ""
    query: str = ""


def _odds(*rows: tuple[float, str, str, Iterable[str]]) -> Odds[Way]:
    """Of weight, referrer, query, and the kinds of pages it leads to."""
    return Odds.of(
        (Way(lands, referrer, query), weight / len(kinds))
        for weight, referrer, query, several in rows
        for kinds in (tuple(several),)
        for lands in kinds
    )


_SEARCHED = ("vacancy", "vacancy", "vacancy", "home", "home", "jobs")
_SHARED = ("vacancy", "vacancy", "jobs", "about")
_PAID = "utm_source=google&utm_medium=cpc&utm_campaign=merknaam"
_BOARD = "utm_source=indeed&utm_medium=cpc&utm_campaign=vacatures-noord"

_FIRST = _odds(
    (20, "", "", ("home", "home", "home", "jobs", "vacancy")),
    (29, "https://www.google.nl/", "", _SEARCHED),
    (5, "https://www.google.com/", "", _SEARCHED),
    (3, "https://www.bing.com/", "", _SEARCHED),
    (1.5, "https://duckduckgo.com/", "", _SEARCHED),
    (0.8, "https://www.ecosia.org/", "", _SEARCHED),
    (1.5, "https://www.google.nl/", "", ("missing",)),
    (6, "https://www.linkedin.com/", "", _SHARED),
    (3.5, "https://www.facebook.com/", "", _SHARED),
    (2, "https://l.instagram.com/", "", ("vacancy", "home")),
    (0.8, "android-app://com.linkedin.android/", "", _SHARED),
    (0.6, "https://www.reddit.com/", "", ("about",)),
    (3, "https://chatgpt.com/", "", ("about", "vacancy", "jobs")),
    (0.9, "https://www.perplexity.ai/", "", ("about", "jobs")),
    (0.7, "https://copilot.microsoft.com/", "", ("about", "jobs")),
    (0.6, "https://gemini.google.com/", "", ("vacancy",)),
    (5, "https://nl.indeed.com/", "", ("vacancy",)),
    (2.6, "https://www.nationalevacaturebank.nl/", "", ("vacancy",)),
    (1.4, "https://www.werkzoeken.nl/", "", ("vacancy",)),
    (0.8, "https://www.jobbird.com/", "", ("vacancy", "missing")),
    (1.2, "https://www.werk.nl/", "", ("jobs", "vacancy")),
    (1, "https://www.rug.nl/", "", ("jobs", "about")),
    (0.9, "https://www.hanze.nl/", "", ("jobs", "about")),
    (0.8, "https://dvhn.nl/", "", ("about", "home")),
    (1.2, "https://mail.google.com/", "", ("vacancy", "apply")),
    (0.9, "https://outlook.live.com/", "", ("vacancy", "apply")),
    (4, "https://www.google.nl/", _PAID, ("home", "jobs")),
    (2.2, "https://nl.indeed.com/", _BOARD, ("vacancy",)),
    (0.2, "https://semalt.com/", "", ("home",)),
)

_AGAIN = _odds(
    (52, "", "", ("jobs", "home", "vacancy")),
    (22, "https://www.google.nl/", "", ("home", "vacancy", "jobs")),
    (6, "https://mail.google.com/", "", ("vacancy", "apply")),
    (4, "https://outlook.live.com/", "", ("vacancy", "apply")),
    (6, "https://www.linkedin.com/", "", ("vacancy",)),
    (5, "https://nl.indeed.com/", "", ("vacancy",)),
    (3, "", "utm_source=jobalert&utm_medium=email&utm_campaign=jobalert", ("vacancy", "missing")),
)

_WEEK = "utm_campaign={campaign}"
_TERM = "&utm_term=werk+in+groningen"
_MORE: Mapping[str, Odds[Way]] = {
    "campaign": _odds(
        (
            38,
            "https://www.google.nl/",
            f"utm_source=google&utm_medium=cpc&{_WEEK}&utm_content=tekst{_TERM}",
            ("jobs", "home"),
        ),
        (
            30,
            "https://www.linkedin.com/",
            f"utm_source=linkedin&utm_medium=paid-social&{_WEEK}&utm_content=film",
            ("about", "jobs"),
        ),
        (
            22,
            "https://l.instagram.com/",
            f"utm_source=instagram&utm_medium=paid-social&{_WEEK}&utm_content=beeld",
            ("jobs",),
        ),
        (10, "", f"utm_source=poster&utm_medium=qr&{_WEEK}&utm_content=station", ("home",)),
    ),
    "newsletter": _odds(
        (
            70,
            "",
            "utm_source=nieuwsbrief&utm_medium=email&utm_campaign={newsletter}&utm_content=knop",
            ("jobs", "vacancy"),
        ),
        (
            30,
            "https://mail.google.com/",
            "utm_source=nieuwsbrief&utm_medium=email&utm_campaign={newsletter}&utm_content=kop",
            ("vacancy", "about"),
        ),
    ),
}


def first(dice: random.Random, day: date, rhythm: Rhythm) -> Way:
    """Of somebody who comes for the first time. What brings more people that day brings its share
    of them."""
    more = rhythm.more(day)
    place = dice.random() * (1 + sum(more.values()))
    for name, share in more.items():
        if place < share:
            return _named(_MORE[name].draw(dice), day, rhythm)
        place -= share
    return _FIRST.draw(dice)


def again(dice: random.Random) -> Way:
    """Of somebody who was here before."""
    return _AGAIN.draw(dice)


def _named(way: Way, day: date, rhythm: Rhythm) -> Way:
    query = way.query.format(campaign=rhythm.campaign(day), newsletter=newsletter(day))
    return Way(way.lands, way.referrer, query)
