"""Signing in: passwords, sessions and one-time links. What is kept are digests."""

from __future__ import annotations

import hashlib
import secrets

from gateway.errors import GatewayError
from gateway.passwords import LONGEST_PASSWORD, Passwords
from gateway.stores.base import Role, StaffStore, User

SESSION_SECONDS = 12 * 3600
LINK_SECONDS = 3600
SHORTEST_PASSWORD = 12


class Access:
    """Who may come in, by password or by link."""

    def __init__(self, staff: StaffStore) -> None:
        self._staff = staff
        self._passwords = Passwords()

    async def add_user(self, name: str, password: str | None, role: Role, now: int) -> User:
        """A new user; without a password the only way in is a link. Raises GatewayError."""
        if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise GatewayError(
                "this password cannot be used",
                hint=f"choose one of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            )
        digest = None if password is None else await self._passwords.digest(password)
        return await self._staff.add_user(name, digest, role, now)

    async def sign_in(self, name: str, password: str, now: int) -> str | None:
        """A new session's key, or None when name and password do not belong together.

        Raises BusyError when too many wait for their password to be checked.
        """
        user = await self._staff.user(name)
        # An unknown name takes as long as a wrong password.
        right = await self._passwords.is_right(user.password if user else None, password)
        if user is None or not right:
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


def _digest(key: str) -> str:
    # The key has 256 random bits: a plain digest cannot be searched.
    return hashlib.sha256(key.encode()).hexdigest()
