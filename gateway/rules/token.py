"""The consent token: a choice signed by us, carried by the visitor, readable by the page.

Form: base64url(JSON) "." base64url(HMAC-SHA256). The page may read it and must not trust it;
the gate trusts the signature only, and checks the current state again when it writes (P1).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest, new
from typing import Literal

import msgspec
from itsdangerous import Signer

from gateway.rules.records import Drop, Token

_COMMON = bytes.maketrans(b"-_", b"+/")
LONGEST = 4096
"""Characters of a token that are looked at: no browser keeps a longer cookie. Ours have 300 to 600,
and 2,316 on the site with the most and longest purposes."""


class _Payload(msgspec.Struct, frozen=True):
    state: Literal["given"]
    site: str
    id: str
    seq: int
    choices: dict[str, bool]
    notice: str
    until: int
    receipt: str = ""


_decoder = msgspec.json.Decoder(_Payload)


class TokenSigner:
    """Signs with the newest key and accepts the older ones, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = keys[-1]
        self._take(keys)
        self.edition = 0
        """Grows when other keys are accepted."""

    def accept(self, keys: Sequence[str]) -> None:
        """Take what these keys signed too, and go on signing with the own: another worker may
        have been started with a newer key."""
        self._take([*(key for key in keys if key != self._newest), self._newest])
        self.edition += 1

    def _take(self, keys: Sequence[str]) -> None:
        # Each key is derived once, and not for every token.
        deriving = Signer(list(keys), salt="consent", key_derivation="hmac", digest_method=sha256)
        derived = [deriving.derive_key(key) for key in keys]
        self._signer = Signer(derived, key_derivation="none", digest_method=sha256)
        self._begun = [new(key, digestmod="sha256") for key in derived[::-1]]

    def sign(self, token: Token) -> str:
        """The token as text, safe in a cookie, a header and JSON."""
        payload = _Payload(
            state="given",
            site=token.site,
            id=token.consent_id,
            seq=token.seq,
            choices=dict(token.choices),
            notice=token.notice,
            until=token.valid_until,
            receipt=token.receipt,
        )
        return self._signer.sign(_pack(msgspec.json.encode(payload))).decode()

    def read(self, text: str, site: str, now: int) -> Token | Drop:
        """The token, if it is ours, for this site and not expired; otherwise the reason."""
        if len(text) > LONGEST:
            return Drop.FORGED_TOKEN
        try:
            said, dot, signature = text.encode().rpartition(b".")
            if not (dot and self._is_signed(said, signature)):
                return Drop.FORGED_TOKEN
            payload = _decoder.decode(_unpack(said))
        except (binascii.Error, UnicodeEncodeError, msgspec.MsgspecError):
            return Drop.FORGED_TOKEN
        if payload.site != site:
            return Drop.FOREIGN_TOKEN
        if payload.until <= now:
            return Drop.EXPIRED
        return Token(
            payload.site,
            payload.id,
            payload.seq,
            payload.choices,
            payload.notice,
            payload.until,
            payload.receipt,
        )

    def _is_signed(self, said: bytes, signature: bytes) -> bool:
        # What is compared is how we write it: base64 is lenient, and one signature has many
        # spellings. That is how itsdangerous signs; to check with it took three times as long.
        for key in self._begun:
            # Not hmac.digest(): it gives the interpreter's lock away and takes it back, which
            # beside a thread that writes made it the longest step of a stranger's event.
            digest = key.copy()
            digest.update(said)
            if compare_digest(_pack(digest.digest()), signature):
                return True
        return False


def refusal(state: str, notice: str, now: int, until: int) -> str:
    """The cookie of a visitor who said no: state, notice and days, nothing that singles out (P7).

    It is not signed and its times are whole days, so that it is the same for everyone who
    refused that day. The last day is rounded up: a no lasts no shorter than a yes (R15).
    """
    day = 86_400
    said: Mapping[str, object] = {
        "state": state,
        "notice": notice,
        "date": datetime.fromtimestamp(now, UTC).date().isoformat(),
        "until": (until // day + 1) * day,
    }
    return _pack(msgspec.json.encode(said)).decode()


class Refusal(msgspec.Struct, frozen=True):
    """What the cookie of a no says. `date` is a day in UTC, as ISO writes it."""

    state: Literal["refused", "withdrawn"]
    notice: str
    until: int
    date: str = ""


def read_refusal(text: str, now: int) -> Refusal | None:
    """A refusal cookie, or None when it is none or has run out."""
    if len(text) > LONGEST:
        return None
    try:
        said = msgspec.json.decode(_unpack(text.encode()), type=Refusal)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        return None  # anybody can write this cookie: bad base64, bad UTF-8, deep nesting
    return said if said.until > now else None


def _pack(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _unpack(data: bytes) -> bytes:
    return binascii.a2b_base64(data.translate(_COMMON) + b"==")
