"""The arithmetic of the account book: received = kept + dropped, by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.rules.records import Drop

KEPT = "kept"
"""The outcome of an event that became a row. All others are values of `Drop`."""
DAY_SECONDS = 86_400
"""The book's days are those of UTC: a site's own would split one commit over two of them."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of all events of a site, or of several."""

    kept: int
    dropped: Mapping[str, int]  # every reason there is, in the order of `Drop`

    @property
    def received(self) -> int:
        """All that were answered: nothing is received and then lost."""
        return self.kept + sum(self.dropped.values())


def account(outcomes: Mapping[str, int]) -> Account:
    """The account of one site's outcomes. One that has no name any more counts all the same."""
    reasons = dict.fromkeys([*(drop.value for drop in Drop), *outcomes])
    return Account(
        kept=outcomes.get(KEPT, 0),
        dropped={reason: outcomes.get(reason, 0) for reason in reasons if reason != KEPT},
    )


def together(accounts: Iterable[Account]) -> Account:
    """The account of several sites."""
    outcomes: Counter[str] = Counter()
    for one in accounts:
        outcomes.update({KEPT: one.kept, **one.dropped})
    return account(outcomes)
