"""The worst that can come: every request from another address, with another browser and another
consent, about another page; and, at the other end, batches, in which many events share a request.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import cycle

from gateway.bench.crowd import Crowd, address, head_of
from gateway.rules.beacon import LARGEST_BODY, MOST_EVENTS
from gateway.rules.site import Site

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_POOL = 100
"""Batches' worth of items that are put together before the clock runs."""
_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"


def strangers(site: Site, tokens: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Requests without end, no two alike; after the last token it is the first one's turn again."""
    dice = random.Random(seed)  # noqa: S311 - a made-up crowd needs no secrecy
    for token in cycle(tokens):
        lot = dice.getrandbits(40)
        agent = f"{_AGENT}{90 + lot % 60}.0.{lot >> 8 & 8191}.{lot >> 21 & 1023} Safari/537.36"
        head = head_of(site, address(dice), agent, "nl-NL,nl;q=0.9")
        body = (
            f'{{"kind":"pageview","url":"{site.origins[0]}/vacatures/{_word(lot)}?sid={lot:x}",'
            f'"referrer":"https://{_word(lot >> 3)}.example/","screen":{320 + lot % 2_000},'
            '"language":"nl-NL"}'
        ).encode()
        yield b"%scookie: gw_consent=%s\r\ncontent-length: %d\r\n\r\n%s" % (
            head,
            token,
            len(body),
            body,
        )


def batches(crowd: Crowd, tokens: Sequence[bytes], site: Site) -> tuple[int, Iterator[bytes]]:
    """How many events a batch has, and batches without end: each event is of another visitor, whose
    token is in it."""
    dice = random.Random(4)  # noqa: S311 - as above
    amount = MOST_EVENTS * _POOL
    items = [
        b'%s,"token":"%s"}' % (dice.choice(crowd.pages), tokens[number % len(tokens)])
        for number in range(amount)
    ]
    longest = max(map(len, items)) + 1
    size = min(MOST_EVENTS, (LARGEST_BODY - len(b'{"events":[]}')) // longest)
    head = head_of(site, address(dice), "Mozilla/5.0 (X11; Linux x86_64) batch", "nl")

    def said() -> Iterator[bytes]:
        for start in cycle(range(0, amount - size, size)):
            body = b'{"events":[%s]}' % b",".join(items[start : start + size])
            yield b"%scontent-length: %d\r\n\r\n%s" % (head, len(body), body)

    return size, said()


def _word(number: int) -> str:
    """A number in letters: digits in a path would be masked, and all of these pages one."""
    letters = []
    while number:
        number, letter = divmod(number, 26)
        letters.append(_LETTERS[letter])
    return "".join(letters) or "a"
