"""Users and their passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["marketing", "officer", "admin"]


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff."""

    id: int
    name: str
    role: Role
    password: str | None  # argon2id digest; None: can only come in by a link


class StaffStore(Protocol):
    """Users, and the passes (sessions, sign-in links) they hold."""

    async def add_user(self, name: str, password: str | None, role: Role, now: int) -> User:
        """A new user. Raises StoreError when the name is taken."""
        ...

    async def user(self, name: str) -> User | None:
        """The user of that name."""
        ...

    async def grant(self, user: User, kind: str, digest: str, expires: int, now: int) -> None:
        """Remember a pass by its digest until it expires (seconds since 1970 UTC)."""
        ...

    async def holder(self, kind: str, digest: str, now: int) -> User | None:
        """Who holds a pass that has not expired."""
        ...

    async def revoke(self, digest: str) -> bool:
        """End a pass; False when there was none."""
        ...
