"""Where a visitor's choice is put down, whichever page it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.buffer import Buffer
from gateway.metrics import Metrics
from gateway.recorder import Recorder
from gateway.rules.consent import outcome
from gateway.rules.records import Choice, ConsentRecord
from gateway.rules.site import Site
from gateway.stores.base import Append
from gateway.web.wire import Head


@dataclass(frozen=True, slots=True)
class Register:
    """Records choices through the buffer they share, and counts them."""

    recorder: Recorder
    buffer: Buffer[Append, ConsentRecord | None]
    metrics: Metrics
    classes: Callable[[str], str]
    """The class of device of a user agent, which goes no further."""

    async def put(
        self, site: Site, choice: Choice, asked: Head, *, known: bool, after: int | None = None
    ) -> ConsentRecord | None:
        """The record, once it is on disk; None when the consent was erased, or has another last
        record than `after`. Raises BusyError."""
        device = self.classes(asked.user_agent)
        entry = self.recorder.entry(site, choice, known=known, after=after, device=device)
        [record] = await self.buffer.put([entry])
        if record is not None:
            self.metrics.consent(site.id, outcome(choice))
        return record
