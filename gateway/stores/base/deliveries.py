"""What recipients are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to a recipient about a consent that ended, and how telling it went."""

    id: int
    site: str
    hook: str
    message: str
    consent_id: str | None  # None once it was told, or given up
    state: str
    purposes: tuple[str, ...]
    created: int
    attempts: int
    status: Literal["waiting", "delivered", "failed"]
    answer: str  # the last outcome in words
    next_try: int | None
    finished: int | None


class DeliveryStore(Protocol):
    """The outbox of webhooks. Rows come in with the choices they tell of, by `append`."""

    async def claim(self, now: int, lease: int, limit: int) -> Sequence[Delivery]:
        """Messages that are due, kept from other workers for `lease` seconds; at most two of one
        recipient are under way at once, by all workers together, and who has none goes first."""
        ...

    async def settle(
        self, delivery: int, answer: str, now: int, *, delivered: bool, next_try: int | None
    ) -> None:
        """Note how an attempt went. Without a next try it is finished, and its consent id goes
        once it was delivered, or when the consent itself is not known any more."""
        ...

    async def listed(self, site: str | None, limit: int) -> Sequence[Delivery]:
        """The newest first."""
        ...

    async def retry(self, delivery: int, now: int) -> bool:
        """Make a failed one due again; False when there is no such."""
        ...
