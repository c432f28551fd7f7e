"""Signing the head of a consent log."""

from __future__ import annotations

from gateway.rules.seal import Head, Seal
from gateway.stores.base import HeadStore


async def seal(site: str, store: HeadStore, key: Seal, now: int) -> Head | None:
    """Sign the log as it is now; None when it has not grown since it was signed last."""
    return await store.seal(site, lambda records, digest: key.sign(site, records, digest, now))
