"""The embed of one site: the core with its settings, and the parts of its notice, packed once."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import brotli

from gateway.rules import google, look, tracker
from gateway.rules.notice import languages_shown
from gateway.rules.parts import PARTS, Part, cut, is_whole
from gateway.rules.records import Notice
from gateway.rules.site import Site
from gateway.web.release import release

_RENEWED_DIGITS = 16
"""Of a notice's id, as the banner looks it up: the whole of a hundred would weigh 7 kB."""
_USUAL_TRACKER = {"outbound": 1, "forms": 1, "engagement": 1}
"""What the script takes for granted: see `USUAL` in core.ts."""
VERSION_DIGITS = 8
"""Of a notice's id, as an address needs it to change with the texts."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A body, compressed once."""

    plain: bytes
    gzipped: bytes
    brotlied: bytes
    digest: str  # SHA-256 of the plain body

    @classmethod
    def of(cls, text: str) -> Packed:
        """Small ones too: a returning visitor loads little else."""
        plain = text.encode()
        return cls(
            plain=plain,
            gzipped=gzip.compress(plain, 9, mtime=0),
            brotlied=brotli.compress(plain, mode=brotli.MODE_TEXT),
            digest=hashlib.sha256(plain).hexdigest(),
        )

    @property
    def etag(self) -> str:
        """Changes with the body."""
        return f'"{self.digest[:24]}"'


@dataclass(frozen=True, slots=True)
class Texts:
    """The parts of one notice, each cut and packed when it is first asked for."""

    notice: Notice
    _parts: dict[tuple[str, Part], Packed] = field(default_factory=dict)
    _whole: dict[str, bool] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """What an address that is about this notice says behind `v=`."""
        return self.notice.id[:VERSION_DIGITS]

    def part(self, language: str, part: str) -> Packed | None:
        """A part of the notice in one language; None when there is no such part or language."""
        key = next(((language, one) for one in PARTS if one == part), None)
        if key is None:
            return None
        if key not in self._parts:
            if language not in languages_shown(self.notice):
                return None
            content: dict[str, Any] = json.loads(self.notice.content)
            self._parts[key] = Packed.of(_json(cut(self.notice.id, content, *key)))
        return self._parts[key]

    def is_whole(self, language: str) -> bool:
        """Whether every part can be had in one of its languages: see `rules.parts.is_whole`."""
        if language not in self._whole:
            self._whole[language] = is_whole(json.loads(self.notice.content), language)
        return self._whole[language]


@dataclass(frozen=True, slots=True)
class Embed:
    """What one site's pages load."""

    script: Packed
    module: Packed
    settings: Packed
    texts: Texts

    @classmethod
    def of(
        cls,
        site: Site,
        notice: Notice,
        renewed: Mapping[str, frozenset[str]] | None = None,
        siblings: Mapping[str, str] | None = None,
    ) -> Embed:
        """`renewed` says what a consent under an earlier notice covers no more (R18); `siblings`,
        by origin, which site takes a choice over."""
        said = settings(site, notice, renewed or {}, siblings or {})
        text = _json(said)
        code = release()
        return cls(
            script=Packed.of(code.with_settings(text)),
            module=Packed.of(code.module(text)),
            settings=Packed.of(text),
            texts=Texts(notice),
        )

    def addresses(self) -> dict[str, bytes]:
        """All that its pages can ask for, by the address after that of the site."""
        code = release()
        found = {"banner.js": self.script.plain}
        for name, source in code.served().items():
            found[f"banner/{code.name}/{name}"] = source.encode()
        for language in sorted(languages_shown(self.texts.notice)):
            for part in PARTS:
                if packed := self.texts.part(language, part):
                    found[f"texts/{language}/{part}.json"] = packed.plain
        return found


def settings(
    site: Site,
    notice: Notice,
    renewed: Mapping[str, frozenset[str]],
    siblings: Mapping[str, str],
) -> dict[str, object]:
    """What every page is told: no text, so that it weighs the same in one language and in thirty.
    See `static/banner/src/settings.ts`."""
    asks = {purpose.id: purpose.basis == "consent" for purpose in site.purposes}
    said: dict[str, object] = {
        "site": site.id,
        "notice": notice.id[:VERSION_DIGITS],
        "release": release().name,
        "languages": site.languages,
        "purposes": {name: int(asked) for name, asked in asks.items()},
    }
    # What is as it mostly is goes without saying: every visit pays for each byte.
    hosts = [origin.partition("://")[2] for origin in site.origins]
    optional: dict[str, object] = {
        "tracker": _tracked(site),
        "hosts": hosts if len(hosts) > 1 else [],
        "cookieDomain": site.cookie_domain,
        "renew": {name[:_RENEWED_DIGITS]: sorted(ids) for name, ids in renewed.items() if ids},
        "layout": site.look.layout if site.look.layout != "bar" else "",
        "css": look.style(site.look),
        "google": site.google and google.in_page(site.google, asks),
        "siblings": dict(siblings),
    }
    return said | {key: value for key, value in optional.items() if value}


def _tracked(site: Site) -> dict[str, object]:
    said = dict(tracker.options(site.tracker))
    if site.tracker.downloads == tracker.DOWNLOADS:  # the script knows these
        del said["downloads"]
    return said if said != _USUAL_TRACKER else {}


def _json(said: object) -> str:
    """Also safe inside a script: the two line ends that JavaScript once refused are escaped."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
