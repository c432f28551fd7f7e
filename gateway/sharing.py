"""Links to the figures of one site: making them, opening them, and the passwords of some.

What is kept are digests. Who gave the right password gets a pass, which is signed with what only
the gateway and the holder of the link know together, so nothing is kept of passes at all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import BusyError, GatewayError
from gateway.passwords import LONGEST_PASSWORD, Passwords
from gateway.stores.base import Share, ShareStore

DAY_SECONDS = 86_400
USUAL_DAYS = 30
MOST_DAYS = 366
LONGEST_NAME = 80
MOST_OPEN = 100
"""Open links of one site."""
SHORTEST_PASSWORD = 8
"""Shorter than that of staff: a guess needs the link as well, and few guesses are free."""
PASS_SECONDS = 12 * 3600
KEPT_DAYS = 30
"""For so long it can be looked up who shared what, after that was over."""
MOST_WRONG = 10
WRONG_SECONDS = 15 * 60

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_PASS = re.compile(r"([0-9]{1,12})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wait:
    """The password was not looked at: too many were wrong of late. `seconds` until one is again."""

    seconds: int


class ShareError(GatewayError):
    """A link that cannot be made: `reason` is name, days, password or many."""

    def __init__(self, reason: str, message: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class Sharing:
    """Makes links and says what they open."""

    def __init__(self, shares: ShareStore) -> None:
        self._shares = shares
        self._passwords = Passwords()
        self._tries = _Tries()

    async def share(
        self, site: str, name: str, maker: str, password: str | None, days: int, now: int
    ) -> tuple[Share, str]:
        """A new link and its key, which is told this once. Raises ShareError."""
        _check(name, password, days)
        digest = None if password is None else await self._passwords.digest(password)
        key = secrets.token_urlsafe(32)
        wanted = Share(0, site, name, maker, digest, now, now + days * DAY_SECONDS, None)
        made = await self._shares.add(wanted, _digest(key), MOST_OPEN)
        if made is None:
            hint = "end one that nobody needs any more"
            raise ShareError("many", f"{site} has {MOST_OPEN} links already", hint=hint)
        return made, key

    async def opened_by(self, key: str, now: int) -> Share | None:
        """What a key opens; None for a wrong one, and for one that was ended or is over."""
        if not _KEY.fullmatch(key):
            return None
        return await self._shares.opened_by(_digest(key), now)

    async def open_of(self, site: str, now: int) -> Sequence[Share]:
        """The open links of a site, the newest first."""
        return await self._shares.open_of(site, now)

    async def end(self, site: str, share: int, now: int) -> Share | None:
        """End a link of a site; None when it has none of that number that is open."""
        for one in await self._shares.open_of(site, now):
            if one.id == share and await self._shares.end(share, now):
                return one
        return None

    async def enter(self, share: Share, key: str, password: str, now: int) -> str | Wait | None:
        """A pass for who knows the password, None for who does not.

        Raises BusyError when too many wait for their password to be checked.
        """
        if wait := self._tries.wait(share.id, now):
            return Wait(wait)
        # Counted before it is checked: of many sent at once no more are looked at than of a few.
        self._tries.add(share.id, now)
        try:
            right = await self._passwords.is_right(share.password, password)
        except BusyError:
            self._tries.take_back(share.id, now)
            raise
        if not right:
            return None
        self._tries.take_back(share.id, now)
        until = now + PASS_SECONDS
        return f"{until}.{_signature(share, key, until)}"

    def lets_in(self, share: Share, key: str, given: str, now: int) -> bool:
        """Whether a pass was given for this link, and still holds. Without a password everybody
        is let in."""
        if share.password is None:
            return True
        found = _PASS.fullmatch(given)
        if found is None or not now < int(found[1]) <= now + PASS_SECONDS:
            return False
        return hmac.compare_digest(found[2], _signature(share, key, int(found[1])))


class _Tries:
    """Wrong passwords of late, in this process. Bounded: only for open links, no more of each than
    are allowed, and none for longer than they count."""

    def __init__(self) -> None:
        self._wrong: dict[int, deque[int]] = {}

    def wait(self, share: int, now: int) -> int:
        """Seconds until a password is looked at again; 0 now."""
        times = [one for one in self._wrong.get(share, ()) if one > now - WRONG_SECONDS]
        return times[0] + WRONG_SECONDS - now if len(times) >= MOST_WRONG else 0

    def add(self, share: int, now: int) -> None:
        for old in [key for key, of in self._wrong.items() if of[-1] <= now - WRONG_SECONDS]:
            del self._wrong[old]
        self._wrong.setdefault(share, deque(maxlen=MOST_WRONG)).append(now)

    def take_back(self, share: int, now: int) -> None:
        of = self._wrong.get(share)
        if of is not None and now in of:
            of.remove(now)
            if not of:
                del self._wrong[share]


async def purge(shares: ShareStore, now: int) -> int:
    """Delete links that were over long enough ago (P10)."""
    return await shares.purge(now - KEPT_DAYS * DAY_SECONDS)


def _check(name: str, password: str | None, days: int) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or not name.strip():
        hint = f"say in 1 to {LONGEST_NAME} characters what the link is for"
        raise ShareError("name", "this name cannot be used", hint=hint)
    if not 1 <= days <= MOST_DAYS:
        hint = f"choose 1 to {MOST_DAYS} days"
        raise ShareError("days", f"a link cannot be open for {days} days", hint=hint)
    if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        hint = f"choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
        raise ShareError("password", "this password cannot be used", hint=hint)


def _signature(share: Share, key: str, until: int) -> str:
    # The key is in no store and the digest of the password in no address: a stolen file does not
    # make passes, and neither does a link that was seen.
    secret = f"{share.password}\n{key}".encode()
    return hmac.new(secret, str(until).encode(), hashlib.sha256).hexdigest()


def _digest(key: str) -> str:
    # The key has 256 random bits: a plain digest cannot be searched.
    return hashlib.sha256(key.encode()).hexdigest()
