"""Digests of passwords, and checks against them that cannot be made into a weapon."""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.errors import BusyError

LONGEST_PASSWORD = 200
_MOST_WAITING = 20

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106, low memory


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex(16))


class Passwords:
    """Makes and checks digests, at most `at_once` checks at a time."""

    def __init__(self, at_once: int = 2) -> None:
        # One check takes 64 MiB and a core for 50 ms: a few at a time, so that a flood of wrong
        # passwords cannot starve the visitors.
        self._checks = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def digest(self, password: str) -> str:
        """What may be kept of a password."""
        return await asyncio.to_thread(_hasher.hash, password)

    async def is_right(self, digest: str | None, password: str) -> bool:
        """Whether the digest is of this password. None is nobody's, and takes as long.

        Raises BusyError when too many wait for their password to be checked.
        """
        known = await asyncio.to_thread(_nobodys) if digest is None else digest
        if self._waiting >= _MOST_WAITING:
            raise BusyError("too many are signing in at once", retry_after=5)
        self._waiting += 1
        try:
            async with self._checks:
                right = await asyncio.to_thread(_verify, known, password[:LONGEST_PASSWORD])
        finally:
            self._waiting -= 1
        return right and digest is not None


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False
