"""The contract of the store of code that was served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class ReleaseStore(Protocol):
    """Keeps every release of the banner's code. It is what a notice's `script` proves (R25), and
    what pages that pinned it go on loading after an upgrade."""

    async def keep(self, release: str, files: Mapping[str, str], now: int) -> None:
        """Keep these files under this release; one that is known stays as it is."""
        ...

    async def file(self, release: str, name: str) -> str | None:
        """One file, byte for byte; None when it was never served."""
        ...
