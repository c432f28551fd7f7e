"""What visitors sent and what they were answered, to be held against what the disk has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.endurance.endured import Endured

_CONSENTS = "SELECT consent_id, state, count(*) FROM consents GROUP BY consent_id, state"
_UNNAMED = """
SELECT count(*) FROM events e LEFT JOIN words s ON s.id = e.site
LEFT JOIN consents c ON c.site = s.text AND c.seq = e.consent_seq
LEFT JOIN standing v
    ON v.site = c.site AND v.consent_id = c.consent_id AND v.number = e.visitor
WHERE c.seq IS NULL OR c.state <> 'given' OR NOT c.choices ->> 'analytics' OR v.number IS NULL"""
_ACCOUNTED = "SELECT coalesce(sum(count), 0) FROM accounts WHERE outcome = ?"


@dataclass(slots=True)
class Ledger:
    """Everything of one data folder, through all its crashes."""

    sent: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    batches: list[list[str]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    withdrawing: set[str] = field(default_factory=set)
    withdrawn: set[str] = field(default_factory=set)
    accepts: int = 0
    rejects: int = 0
    refused: int = 0

    def __len__(self) -> int:
        """Acknowledgements."""
        events, choices = len(self.kept) + len(self.dropped), len(self.given) + len(self.withdrawn)
        return events + choices + self.refused

    def audit(self, served: Endured, when: str) -> None:
        """Hold it against the database; `when` goes with every complaint."""
        self._audit_events(served, when)
        self._audit_choices(served, when)
        assert served.rows("PRAGMA integrity_check") == [("ok",)], when
        assert served.rows("PRAGMA foreign_key_check") == [], when

    def _audit_events(self, served: Endured, when: str) -> None:
        stored = Counter(path for path, _ in served.stored())
        assert not self.kept - stored.keys(), f"{when}: acknowledged and lost"
        assert not stored.keys() - self.sent, f"{when}: stored and never sent"
        assert not self.dropped & stored.keys(), f"{when}: answered as dropped, and stored"
        assert [path for path, n in stored.items() if n > 1] == [], f"{when}: stored twice"
        torn = [b for b in self.batches if 0 < sum(path in stored for path in b) < len(b)]
        assert torn == [], f"{when}: stored by halves"
        assert served.rows(_UNNAMED) == [(0,)], f"{when}: events without their consent"
        # The account book is written in the same commits: what it counts as kept are the rows.
        assert served.rows(_ACCOUNTED, "kept") == [(stored.total(),)], f"{when}: account book"
        [(withdrawn,)] = served.rows(_ACCOUNTED, "withdrawn")
        most = len(self.sent) - stored.total()
        assert len(self.dropped) <= withdrawn <= most, f"{when}: account book"

    def _audit_choices(self, served: Endured, when: str) -> None:
        found = {(row[0], row[1]): row[2] for row in served.rows(_CONSENTS)}
        refused = found.pop((None, "refused"), 0)
        assert self.refused <= refused <= self.rejects, f"{when}: refusals"
        assert set(found.values()) <= {1}, f"{when}: a choice stands in the log twice"
        given = {consent for consent, state in found if state == "given"}
        ended = {consent for consent, state in found if state == "withdrawn"}
        assert self.given <= given, f"{when}: consents acknowledged and lost"
        assert len(given) <= self.accepts, f"{when}: consents nobody gave"
        assert self.withdrawn <= ended <= self.withdrawing, f"{when}: withdrawals"
