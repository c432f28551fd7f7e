"""Made-up visitors who read pages: addresses, browsers, pages and referrers as they come in, every
one with a consent. What can be put together before the clock runs is."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.bench.peers.driver import Visit
from gateway.rules.site import Site

_PATHS = 4_000
_PAGES = 8_000
"""Bodies: a page with a query or none, a referrer, a screen."""
_IN_BODY = 4
"""Of so many visitors one carries the token in the body, as pages do whose cookie cannot come."""
_TAGGED = 0.15
_HOSTS = (77, 78, 80, 81, 82, 83, 84, 85, 86, 89, 94, 109, 141, 145, 178, 188, 194, 212, 213, 217)
_LANGUAGES = ("nl-NL,nl;q=0.9,en;q=0.8", "en-GB,en;q=0.9", "pl-PL,pl;q=0.9", "de-DE,de;q=0.9")
_SCREENS = (360, 390, 412, 768, 1280, 1440, 1536, 1920, 2560)
_WORDS = (
    "vacatures", "vacature", "nieuws", "over-ons", "contact", "werken-bij", "locaties", "techniek",
    "zorg", "logistiek", "kantoor", "lasser", "monteur", "chauffeur", "planner", "magazijn",
    "productie", "groningen", "zwolle", "utrecht", "emmen", "assen", "drachten", "hengelo", "breda",
    "almelo", "apeldoorn", "arnhem", "tilburg", "solliciteren", "open-dag", "verpleegkundige",
)  # fmt: skip
_REFERRERS = (
    "", "", "", "https://www.google.com/", "https://www.bing.com/", "https://www.linkedin.com/",
    "https://duckduckgo.com/", "https://nl.indeed.com/", "https://www.facebook.com/",
)  # fmt: skip
_CAMPAIGNS = (
    "utm_source=nieuwsbrief&utm_medium=email&utm_campaign=najaar",
    "utm_source=google&utm_medium=cpc&utm_campaign=techniek&utm_term=monteur",
    "utm_source=linkedin&utm_medium=social&utm_campaign=zorg&utm_content=video",
)
_WINDOWS = "Windows NT 10.0; Win64; x64"
_DESKTOPS = (_WINDOWS, "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64")
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


def agents() -> Sequence[str]:
    """Some hundreds of user agents, as browsers of the last years send them."""
    said = []
    for major in range(112, 146):
        chrome = f"{_WEBKIT} Chrome/{major}.0.0.0"
        for system in _DESKTOPS:
            said.append(f"Mozilla/5.0 ({system}) {chrome} Safari/537.36")
            said.append(f"Mozilla/5.0 ({system}; rv:{major}.0) Gecko/20100101 Firefox/{major}.0")
        said.append(f"Mozilla/5.0 ({_WINDOWS}) {chrome} Safari/537.36 Edg/{major}.0.0.0")
        said.append(f"Mozilla/5.0 (Linux; Android 10; K) {chrome} Mobile Safari/537.36")
    for major, minors in ((16, 7), (17, 7), (18, 7)):
        for minor in range(minors):
            system = f"CPU iPhone OS {major}_{minor} like Mac OS X"
            version = f"Version/{major}.{minor}"
            said.append(
                f"Mozilla/5.0 (iPhone; {system}) {_SAFARI} {version} Mobile/15E148 Safari/604.1"
            )
            said.append(f"Mozilla/5.0 ({_DESKTOPS[1]}) {_SAFARI} {version} Safari/605.1.15")
    return said


@dataclass(frozen=True, slots=True)
class Visitor:
    """All of a request but what is read: up to the length of the body, and the token where that
    goes into the body."""

    head: bytes
    token: bytes


@dataclass(frozen=True, slots=True)
class Crowd:
    """The visitors of one site, and what they read: bodies without their closing bracket."""

    site: str
    visitors: Sequence[Visitor]
    pages: Sequence[bytes]


def crowd(site: Site, tokens: Sequence[bytes]) -> Crowd:
    """A visitor for each token."""
    dice = random.Random(3)  # noqa: S311 - a made-up crowd needs no secrecy
    known = agents()
    made = []
    for number, token in enumerate(tokens):
        in_body = number % _IN_BODY == 0
        head = head_of(site, address(dice), dice.choice(known), dice.choice(_LANGUAGES))
        cookie = b"" if in_body else b"cookie: gw_consent=%s\r\n" % token
        made.append(Visitor(head + cookie, token if in_body else b""))
    return Crowd(site.id, made, pages(site, dice))


def head_of(site: Site, address: str, agent: str, language: str) -> bytes:
    """The head of a request, up to where a cookie and the length of the body go."""
    lines = (
        f"POST /{site.id}/event HTTP/1.1",
        "host: gateway.example",
        f"user-agent: {agent}",
        "accept: */*",
        f"accept-language: {language}",
        "accept-encoding: gzip, deflate, br",
        f"origin: {site.origins[0]}",
        f"referer: {site.origins[0]}/",
        f"x-forwarded-for: {address}",
        "content-type: application/json",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def visits(seed: int) -> Iterator[Visit]:
    """The same kind of readers for others, who ask nobody's consent."""
    dice = random.Random(seed)  # noqa: S311 - a made-up crowd needs no secrecy
    known, paths = agents(), _paths(dice)
    while True:
        who = address(dice), dice.choice(known), dice.choice(_LANGUAGES)
        yield Visit(*who, "/" + dice.choice(paths), dice.choice(_REFERRERS))


def address(dice: random.Random) -> str:
    """A public address: one in ten is an IPv6 one."""
    if dice.random() < 0.1:
        return f"2a02:{dice.getrandbits(12):x}:{dice.getrandbits(16):x}::{dice.getrandbits(16):x}"
    host, low = dice.choice(_HOSTS), dice.getrandbits(24)
    return f"{host}.{low >> 16}.{low >> 8 & 255}.{low & 255}"


def pages(site: Site, dice: random.Random) -> Sequence[bytes]:
    """What is sent of a page view, as the banner sends it, without the closing bracket."""
    paths = _paths(dice)
    return [_page(site, dice.choice(paths), dice) for _ in range(_PAGES)]


def _paths(dice: random.Random) -> Sequence[str]:
    return [
        "/".join(dice.choices(_WORDS, k=dice.randint(1, 3))) + f"/{dice.randrange(1_000)}"
        for _ in range(_PATHS)
    ]


def _page(site: Site, path: str, dice: random.Random) -> bytes:
    url = f"{site.origins[0]}/{path}"
    query = dice.random()
    if query < _TAGGED:
        url += f"?{dice.choice(_CAMPAIGNS)}"
    elif query < 2 * _TAGGED:
        url += f"?q={dice.choice(_WORDS)}&pagina={dice.randrange(9)}&sid={dice.getrandbits(64):x}"
    said = {
        "kind": "pageview",
        "url": url,
        "referrer": dice.choice((*_REFERRERS, site.origins[0])),
        "screen": dice.choice(_SCREENS),
        "language": dice.choice(_LANGUAGES).partition(",")[0],
    }
    return json.dumps(said, separators=(",", ":")).encode()[:-1]


class Reader:
    """One after the other who reads a page, as the requests come out of `said`, which several may
    share. Each must be kept: everybody here has consented."""

    def __init__(self, site: str, said: Iterator[bytes]) -> None:
        self.site = site
        self.lost: Counter[str] = Counter()
        """What was dropped all the same, by reason."""
        self._said = said
        self._answers: dict[bytes, int] = {}

    def speak(self) -> bytes:
        """The next request."""
        return next(self._said, b"")

    def hear(self, body: bytes) -> int:
        """How many events were kept."""
        known = self._answers.get(body)
        if known is not None:
            return known
        said = json.loads(body)
        self.lost.update(said["dropped"])
        if not said["dropped"]:
            self._answers[body] = int(said["kept"])
        return int(said["kept"])


def readings(crowd: Crowd, start: int = 0) -> Iterator[bytes]:
    """Requests without end: every one of another visitor, and of another page than that visitor
    read the time before. `start` is any number: other starts, other visitors."""
    visitors, pages = crowd.visitors, crowd.pages
    who, what = start % len(visitors), start % len(pages)
    while True:
        # Steps without a common divisor with the lengths: all of them are met.
        who, what = (who + 1) % len(visitors), (what + 1_613) % len(pages)
        yield request(visitors[who], pages[what])


def request(visitor: Visitor, page: bytes) -> bytes:
    """The bytes on the wire."""
    if visitor.token:
        body = b'%s,"token":"%s"}' % (page, visitor.token)
        return b"%scontent-length: %d\r\n\r\n%s" % (visitor.head, len(body), body)
    return b"%scontent-length: %d\r\n\r\n%s}" % (visitor.head, len(page) + 1, page)
