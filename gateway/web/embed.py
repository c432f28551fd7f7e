"""The embed: the banner's built code around the notice it shows, packed once."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli

from gateway.rules.records import Notice
from gateway.rules.site import Site

_BUILT = Path(__file__).parent / "assets" / "banner.js"
_RENEWED_DIGITS = 16
"""Of a notice's id, as the banner looks it up: the whole of a hundred would weigh 7 kB."""


def source() -> str:
    """The banner's built code, as it stands inside the served script."""
    return _BUILT.read_text("utf-8").strip()


def script_digest() -> str:
    """SHA-256 of the banner's code: part of every notice, so that code is proved too (R25)."""
    return hashlib.sha256(source().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Embed:
    """One site's banner.js, compressed once."""

    plain: bytes
    gzipped: bytes
    brotlied: bytes
    digest: str  # SHA-256 of the script
    etag: str

    @classmethod
    def of(
        cls, site: Site, notice: Notice, renewed: Mapping[str, frozenset[str]] | None = None
    ) -> Embed:
        """The code with the notice as its argument: what was hashed is what is shown (P6).
        `renewed` says what a consent under an earlier notice covers no more (R18)."""
        settings = {
            "site": site.id,
            "notice": notice.id,
            "content": json.loads(notice.content),
            "cookieDomain": site.cookie_domain or None,
            "renew": {
                name[:_RENEWED_DIGITS]: sorted(purposes)
                for name, purposes in (renewed or {}).items()
            },
        }
        argument = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
        plain = f"(function(__GATEWAY__){{{source()}\n}})({argument});\n".encode()
        digest = hashlib.sha256(plain).hexdigest()
        return cls(
            plain=plain,
            gzipped=gzip.compress(plain, 9, mtime=0),
            brotlied=brotli.compress(plain),
            digest=digest,
            etag=f'"{digest[:24]}"',
        )
