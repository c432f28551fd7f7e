"""Who comes: with which device and language, from where, and how often again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gateway.rehearsal import places
from gateway.rehearsal.chance import Odds

_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15"
_ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
_BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{chrome}.0.0.0"

# {chrome}, {firefox} and {safari} are the versions of the day.
_BROWSERS: Odds[tuple[str, str]] = Odds.of(
    (
        (("phone", f"{_ANDROID}Chrome/{{chrome}}.0.0.0 Mobile Safari/537.36"), 24),
        (
            ("phone", f"{_IPHONE} (KHTML, like Gecko) Version/{{safari}}.0 Mobile/15E148 Safari"),
            24,
        ),
        (
            (
                "phone",
                f"{_ANDROID}SamsungBrowser/29.0 Chrome/{{chrome}}.0.0.0 Mobile Safari/537.36",
            ),
            5,
        ),
        (("phone", f"{_IPHONE} (KHTML, like Gecko) Mobile/15E148 Instagram 400.0.0.20.85"), 2),
        (("desktop", f"{_WINDOWS}) {_BLINK} Safari/537.36"), 19),
        (("desktop", f"{_WINDOWS}) {_BLINK} Safari/537.36 Edg/{{chrome}}.0.0.0"), 11),
        (("desktop", f"{_WINDOWS}; rv:{{firefox}}.0) Gecko/20100101 Firefox/{{firefox}}.0"), 5),
        (
            ("desktop", f"{_MAC}605.1.15 (KHTML, like Gecko) Version/{{safari}}.0 Safari/605.1.15"),
            5,
        ),
        (("desktop", f"{_MAC}537.36 (KHTML, like Gecko) Chrome/{{chrome}}.0.0.0 Safari/537.36"), 3),
        (
            (
                "desktop",
                "Mozilla/5.0 (X11; Linux x86_64; rv:{firefox}.0) Gecko/20100101 "
                "Firefox/{firefox}.0",
            ),
            1,
        ),
        (
            (
                "tablet",
                "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/{safari}.0 Mobile/15E148 Safari/604.1",
            ),
            3,
        ),
        (
            (
                "bot",
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
                "+http://www.bing.com/bingbot.htm) Chrome/{chrome}.0.0.0 Safari/537.36",
            ),
            0.4,
        ),
    )
)
_SCREENS = {
    "phone": Odds.of(((360, 22), (390, 30), (393, 18), (412, 22), (430, 8))),
    "tablet": Odds.of(((768, 3), (820, 4), (1180, 3))),
    "desktop": Odds.of(((1280, 8), (1366, 14), (1440, 14), (1536, 22), (1920, 34), (2560, 8))),
    "bot": Odds.of(((800, 1),)),
}
_LANGUAGES = {
    "NL": Odds.of((("nl", 84), ("en", 8), ("pl", 3), ("uk", 2), ("ar", 1), ("ro", 1), ("tr", 1))),
    "BE": Odds.of((("nl", 80), ("fr", 20))),
    "DE": Odds.of((("de", 70), ("nl", 30))),
    "PL": Odds.of((("pl", 85), ("en", 15))),
    "RO": Odds.of((("ro", 70), ("en", 30))),
    "UA": Odds.of((("uk", 80), ("en", 20))),
    "ES": Odds.of((("es", 70), ("nl", 30))),
}

_HABITS = Odds.of((("once", 74), ("looks around", 21), ("seeks work", 4), ("works here", 1)))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one device; a phone has a second network on the way."""

    agent: str
    device: str
    screen: int
    networks: tuple[str, ...]
    language: str

    def user_agent(self, day: date) -> str:
        """What the browser called itself that day: browsers change every month by themselves."""
        months = (day - date(2026, 1, 13)).days // 28
        safari = day.year - 2000 if (day.month, day.day) >= (9, 15) else day.year - 2001
        return self.agent.format(chrome=144 + months, firefox=147 + months, safari=safari + 1)


def somebody(dice: random.Random) -> Person:
    """Anybody who might come."""
    device, agent = _BROWSERS.draw(dice)
    home, country = places.at_home(dice)
    networks = (home, places.on_the_way(dice)) if device == "phone" and country == "NL" else (home,)
    return Person(
        agent, device, _SCREENS[device].draw(dice), networks, _LANGUAGES[country].draw(dice)
    )


def returns(dice: random.Random, person: Person) -> Sequence[int]:
    """After how many days they come again, in their order. Most never do, a few week after week."""
    habit = "once" if person.device == "bot" else _HABITS.draw(dice)
    if habit == "once":
        return ()
    if habit == "looks around":
        return sorted({1 + int(dice.expovariate(1 / 6)) for _ in range(dice.randrange(1, 4))})
    weeks, a_week = (
        (dice.randrange(2, 10), 2.0) if habit == "seeks work" else (dice.randrange(8, 24), 1.2)
    )
    days = range(1, weeks * 7)
    return [day for day in days if dice.random() < a_week / 7]
