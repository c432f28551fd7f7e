"""Signing in: passwords, sessions and one-time links. What is kept are digests."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.errors import BusyError, GatewayError
from gateway.stores.base import Role, StaffStore, User

SESSION_SECONDS = 12 * 3600
LINK_SECONDS = 3600
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
_MOST_WAITING = 20

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


class Access:
    """Who may come in, by password or by link."""

    def __init__(self, staff: StaffStore) -> None:
        self._staff = staff
        # One check takes 64 MiB and a core for 50 ms: two at a time, so that a flood of wrong
        # passwords cannot starve the visitors.
        self._checks = asyncio.Semaphore(2)
        self._waiting = 0

    async def add_user(self, name: str, password: str | None, role: Role, now: int) -> User:
        """A new user; without a password the only way in is a link. Raises GatewayError."""
        if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise GatewayError(
                "this password cannot be used",
                hint=f"choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            )
        digest = None if password is None else await asyncio.to_thread(_hasher.hash, password)
        return await self._staff.add_user(name, digest, role, now)

    async def sign_in(self, name: str, password: str, now: int) -> str | None:
        """A new session's key, or None when name and password do not belong together.

        Raises BusyError when too many wait for their password to be checked.
        """
        user = await self._staff.user(name)
        known = user.password if user and user.password else await asyncio.to_thread(_nobody)
        if self._waiting >= _MOST_WAITING:
            raise BusyError("too many are signing in at once", retry_after=5)
        self._waiting += 1
        try:
            async with self._checks:  # an unknown name takes as long as a wrong password
                right = await asyncio.to_thread(_verify, known, password[:LONGEST_PASSWORD])
        finally:
            self._waiting -= 1
        if user is None or not user.password or not right:
            return None
        return await self._grant(user, "session", SESSION_SECONDS, now)

    async def link(self, user: User, now: int) -> str:
        """The key of a link that signs its holder in once."""
        return await self._grant(user, "link", LINK_SECONDS, now)

    async def redeem(self, key: str, now: int) -> str | None:
        """Turn a link's key into a session's, once; None when it is used up or too old."""
        user = await self._staff.holder("link", _digest(key), now)
        # Revoking comes first and decides: of two clicks at once only one gets a session.
        if user is None or not await self._staff.revoke(_digest(key)):
            return None
        return await self._grant(user, "session", SESSION_SECONDS, now)

    async def who(self, key: str, now: int) -> User | None:
        """Whose session this is."""
        return await self._staff.holder("session", _digest(key), now)

    async def sign_out(self, key: str) -> None:
        """End a session now."""
        await self._staff.revoke(_digest(key))

    async def _grant(self, user: User, kind: str, seconds: int, now: int) -> str:
        key = secrets.token_urlsafe(32)
        await self._staff.grant(user, kind, _digest(key), now + seconds, now)
        return key


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(key: str) -> str:
    # The key has 256 random bits: a plain digest cannot be searched.
    return hashlib.sha256(key.encode()).hexdigest()
