"""The banner's built code: the files of one release, each with its digest, and that of them all."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

_BUILT = Path(__file__).parent / "assets" / "banner"
CORE = "banner.js"
"""What the page's one line loads; it loads the others."""
MANIFEST = "release.json"
"""What a release is made of, beside its files."""
_PINNED = "pinned.js"
_DIGITS = 8
_IMPORT = "u=>import(u)"


@dataclass(frozen=True, slots=True)
class Release:
    """`manifest` names each built file with its SHA-256, and `digest` is the SHA-256 of that, which
    every notice names (R25). `name` is for addresses: the start of the SHA-256 over what is served
    under it, so that one never comes to give other bytes because they are wrapped otherwise."""

    manifest: str
    digest: str
    name: str
    files: Mapping[str, str]

    def with_settings(self, settings: str) -> str:
        """The core for one site, as a classic script. `settings` is JSON."""
        return self._wrapped(settings, "document.currentScript", _IMPORT)

    def module(self, settings: str) -> str:
        """The same as an ES module, which gives what `window.gateway` is."""
        code = self._wrapped(settings, "{src:import.meta.url}", _IMPORT)
        return f"{code}export const gateway=window.gateway;\nexport default gateway;\n"

    def pinned(self) -> str:
        """The core for a page that pins it: no settings in it, but the digests of the chunks, so
        that what was checked loads only what was checked."""
        digests = {name: integrity(source) for name, source in self.chunks().items()}
        text = json.dumps(digests, separators=(",", ":"), sort_keys=True)
        imports = f"({self.files[_PINNED].rstrip(';')})({text})"
        return self._wrapped("undefined", "document.currentScript", imports)

    def chunks(self) -> dict[str, str]:
        """What the core loads when it is needed, by file name."""
        return {name: text for name, text in self.files.items() if name not in (CORE, _PINNED)}

    def served(self) -> dict[str, str]:
        """Every file under its own address, which never changes."""
        return {**self.chunks(), CORE: self.pinned(), MANIFEST: self.manifest}

    def _wrapped(self, settings: str, script: str, imports: str) -> str:
        head = "(function($G,$S,$I){"
        return f"{head}{self.files[CORE]}\n}})({settings},{script},{imports});\n"


@cache
def release() -> Release:
    """The release this package carries."""
    files = {file.name: file.read_text("utf-8").strip() for file in sorted(_BUILT.glob("*.js"))}
    digests = {name: hashlib.sha256(source.encode()).hexdigest() for name, source in files.items()}
    manifest = json.dumps({"files": digests}, indent=1, sort_keys=True)
    made = Release(manifest, hashlib.sha256(manifest.encode()).hexdigest(), "", files)
    return replace(made, name=_name(made.served()))


def _name(served: Mapping[str, str]) -> str:
    text = json.dumps(served, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def integrity(source: str) -> str:
    """The value of an `integrity` attribute for this file (W3C Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(source.encode()).digest()).decode()


def tags(site: str, host: str) -> tuple[tuple[str, str], ...]:
    """The lines a page can load the banner by, each under what it is."""
    base, code = f"{host.rstrip('/')}/{site}", release()
    digest = integrity(code.pinned())
    return (
        ("As a script", f'<script src="{base}/banner.js" async></script>'),
        ("As a module", f'<script type="module">import "{base}/banner.mjs";</script>'),
        (
            "With the code pinned",
            f'<script src="{base}/banner/{code.name}/{CORE}" integrity="{digest}"'
            ' crossorigin="anonymous" async></script>',
        ),
        ("Without scripts", f'<noscript><a href="{base}/preferences">Cookies</a></noscript>'),
    )


def script_digest() -> str:
    """SHA-256 over the banner's code: part of every notice, so that code is proved too (R25)."""
    return release().digest
