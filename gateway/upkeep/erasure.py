"""Erasing one person (GDPR Art. 17). The log of consents stays whole: what said whose a record was
is blanked, its digest stays (P5)."""

from __future__ import annotations

from gateway.recorder import Recorder
from gateway.rules.site import Site
from gateway.stores.base import Erased, ErasureStore


async def erase(
    site: Site, consent_id: str, store: ErasureStore, recorder: Recorder, now: int
) -> Erased | None:
    """Forget whoever gave this consent, and have recipients told (GDPR Art. 19); None when nothing
    is known of it."""
    visitor = recorder.visitor(site.id, consent_id)
    return await store.erase(site.id, consent_id, visitor, recorder.tell(site), now)
