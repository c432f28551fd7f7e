"""Users and their passes in SQLite. A stolen file holds digests, no passwords and no sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.errors import StoreError
from gateway.stores.base import Role, User
from gateway.stores.sqlite.database import Database


class SqliteStaff:
    """A `StaffStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_user(self, name: str, password: str | None, role: Role, now: int) -> User:
        try:
            async with self._database.writing() as db:
                await db.execute(
                    "INSERT INTO users (name, password, role, created) VALUES (?, ?, ?, ?)",
                    (name, password, role, now),
                )
        except sqlite3.IntegrityError:
            raise StoreError(
                f"there is a user {name!r} already", hint="choose another name"
            ) from None
        user = await self.user(name)
        assert user is not None  # noqa: S101 - inserted above
        return user

    async def user(self, name: str) -> User | None:
        async with self._database.reading() as db:
            return _first(
                await db.execute_fetchall(
                    "SELECT id, name, role, password FROM users WHERE name = ?", (name,)
                )
            )

    async def grant(self, user: User, kind: str, digest: str, expires: int, now: int) -> None:
        async with self._database.writing() as db:
            await db.execute("DELETE FROM passes WHERE expires <= ?", (now,))
            await db.execute(
                "INSERT INTO passes (digest, user, kind, expires) VALUES (?, ?, ?, ?)",
                (digest, user.id, kind, expires),
            )

    async def holder(self, kind: str, digest: str, now: int) -> User | None:
        async with self._database.reading() as db:
            return _first(
                await db.execute_fetchall(
                    "SELECT u.id, u.name, u.role, u.password FROM passes p"
                    " JOIN users u ON u.id = p.user"
                    " WHERE p.digest = ? AND p.kind = ? AND p.expires > ?",
                    (digest, kind, now),
                )
            )

    async def revoke(self, digest: str) -> bool:
        async with self._database.writing() as db:
            gone = await db.execute("DELETE FROM passes WHERE digest = ?", (digest,))
            return gone.rowcount > 0


def _first(rows: Iterable[sqlite3.Row]) -> User | None:
    for number, name, role, password in rows:
        return User(number, name, role, password)
    return None
