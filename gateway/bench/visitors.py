"""Made-up visitors as bytes on the wire: they accept, refuse, pick, and some of them come back with
their token to change their mind.

The requests are put together before the clock runs, so that the load costs little beside what it
measures.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.rules.site import Site

_VARIANTS = 64
"""Different visitors (addresses, browsers, languages) of one site and one kind of choice."""
_ACTIONS = ("accept", "reject", "save")
_WEIGHTS = (50, 35, 15)
_SECOND_WEIGHTS = (15, 40, 45)  # of those who come back
_COMES_BACK = 0.25

_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
)
_TOKEN = b'"token":"'


@dataclass(frozen=True, slots=True)
class Stage:
    """A site, and the notice it shows."""

    site: Site
    notice: str


@dataclass(frozen=True, slots=True)
class Request:
    """The bytes of a request before and after where a cookie goes."""

    first: bytes
    last: bytes

    def said(self, token: bytes) -> bytes:
        """The request, with the token as cookie where there is one."""
        if not token:
            return self.first + self.last
        return b"%scookie: gw_consent=%s\r\n%s" % (self.first, token, self.last)


Requests = Mapping[str, Sequence[Request]]


def requests(stage: Stage) -> Requests:
    """By kind of choice, what the visitors of a site send."""
    dice = random.Random(1)  # noqa: S311 - a made-up crowd needs no secrecy
    return {
        action: [_request(stage, action, dice) for _ in range(_VARIANTS)] for action in _ACTIONS
    }


def _request(stage: Stage, action: str, dice: random.Random) -> Request:
    site = stage.site
    picked = {"accept": site.asked, "save": site.asked[:1]}.get(action, ())
    if action == "save" and picked == site.asked:
        action = "accept"  # a site that asks for one purpose
    said = {
        "notice": stage.notice,
        "choices": {purpose: purpose in picked for purpose in site.asked},
        "action": action,
        "language": dice.choice(site.languages),
        "layer": "preferences" if action == "save" else "first",
    }
    body = json.dumps(said).encode()
    head = (
        f"POST /{site.id}/consent HTTP/1.1",
        "host: gateway.example",
        f"user-agent: {dice.choice(_AGENTS)}",
        "accept: */*",
        f"accept-language: {dice.choice(('nl-NL,nl;q=0.9', 'en-GB,en;q=0.8', 'pl'))}",
        "accept-encoding: gzip, deflate, br",
        f"origin: {site.origins[0]}",
        f"referer: {site.origins[0]}/",
        f"x-forwarded-for: 198.51.{dice.randrange(256)}.{dice.randrange(1, 255)}",
        "content-type: application/json",
        f"content-length: {len(body)}",
    )
    return Request("".join(f"{line}\r\n" for line in head).encode(), b"\r\n" + body)


class Visitor:
    """One after the other who chooses on one connection: `speak`, then `hear` the answer."""

    def __init__(self, sites: Mapping[str, Requests], seed: int) -> None:
        self._sites = sites
        self._names = list(sites)
        self._dice = random.Random(seed)  # noqa: S311 - as above
        self._token = b""
        self.site = self._names[0]
        """Where the last choice was made."""

    @property
    def has_token(self) -> bool:
        """Whether the last answer was a consent."""
        return bool(self._token)

    def speak(self) -> bytes:
        """The next request: of this visitor with their token, or of the next visitor."""
        dice = self._dice
        if self._token and dice.random() < _COMES_BACK:
            weights = _SECOND_WEIGHTS
        else:
            weights, self._token = _WEIGHTS, b""
            self.site = dice.choice(self._names)
        [action] = dice.choices(_ACTIONS, weights)
        return dice.choice(self._sites[self.site][action]).said(self._token)

    def hear(self, body: bytes) -> int:
        """Keep the token of the answer, if it has one. It is about one choice."""
        _, found, rest = body.partition(_TOKEN)
        self._token = rest.partition(b'"')[0] if found else b""
        return 1
