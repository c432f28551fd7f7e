"""Receipts of consents that were given before there were any."""

from __future__ import annotations

from gateway.recorder import Recorder
from gateway.rules.receipt import digest_of
from gateway.stores.base import ConsentStore

_STEP = 1_000


async def give_receipts(site: str, consents: ConsentStore, recorder: Recorder) -> int:
    """Let every consent be found by its code; how many could not be before."""
    total = 0
    while found := await consents.without_receipt(site, _STEP):
        digests = {one: digest_of(recorder.code(site, one)) for one in found}
        await consents.give_receipts(site, digests)
        total += len(found)
    return total
