"""Whose consent a token is. Its signature is checked once and remembered, not for every event."""

from __future__ import annotations

from msgspec import Struct

from gateway.recent import Recent
from gateway.rules.consent import allows
from gateway.rules.records import Drop
from gateway.rules.token import TokenSigner
from gateway.rules.visitor import visitor_of

PURPOSE = "analytics"
_MOST_KNOWN = 16_384
"""A token has 300 to 600 characters: together some 10 MB."""


class Holder(Struct, frozen=True, gc=False):
    """What the gate needs to know of a consent that is ours."""

    site: str
    visitor: int
    seq: int
    until: int  # seconds since 1970 UTC
    allowed: bool  # whether the choice includes the purpose of measuring


class Holders:
    """Reads tokens. What is remembered is what the signature covers, never that it still holds:
    that is asked again, of the clock here and of the current state when an event is written (P1).
    """

    def __init__(self, tokens: TokenSigner, visitor_key: bytes, *, size: int = _MOST_KNOWN) -> None:
        self.tokens = tokens
        self.visitor_key = visitor_key
        self._edition = tokens.edition
        # By the whole text: by a hash of it, one day a forged token would pass for another one.
        self._known: Recent[str, Holder] = Recent(size)

    def of(self, text: str, site: str, now: int) -> Holder | Drop:
        """The holder, if the token is ours, of this site and not expired; otherwise the reason."""
        if self._edition != self.tokens.edition:
            # Another set of keys: what one signed that has been taken away is ours no more.
            self._known.clear()
            self._edition = self.tokens.edition
        holder = self._known.get(text)
        if holder is None:
            token = self.tokens.read(text, site, now)
            if isinstance(token, Drop):
                return token
            visitor = visitor_of(self.visitor_key, site, token.consent_id)
            holder = Holder(site, visitor, token.seq, token.valid_until, allows(token, PURPOSE))
            self._known.put(text, holder)
        if holder.site != site:
            return Drop.FOREIGN_TOKEN
        return holder if holder.until > now else Drop.EXPIRED
