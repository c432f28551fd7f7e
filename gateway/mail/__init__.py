"""Summaries by mail: composes what is due, hands it to the mail server, notes how that went. No
visitor waits for it.

Each goes out once at most, not at least: a summary that is missing is seen and can be sent by hand,
one that comes twice makes people doubt the figures. So what was being handed over when a process
ended is not tried again, and everything before that is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.mail.composing import Envelope, message
from gateway.mail.sending import LONGEST, Outcome, Server, post
from gateway.mail.summary import Sources
from gateway.rules.site import Report, Site
from gateway.rules.summary import DUE_DAYS, Span, due, next_try
from gateway.stores.base import Issue, ReportStore, Result

__all__ = ["EVERY_SECONDS", "Mailer", "Postbox"]

EVERY_SECONDS = 20.0

_LEASE = 300
"""Seconds, more than an attempt can take: two workers never send one summary at the same time."""
_PATIENCE = 0.5
"""Seconds a turn waits for a server that hangs; the attempt goes on beside the next turn."""
_GRACE = 2.0
_GIVEN_UP = DUE_DAYS * 86_400

_log = logging.getLogger("gateway.mail")


@dataclass(frozen=True, slots=True)
class Postbox:
    """Through whom mail goes. `credits` are licence lines of geo databases."""

    server: Server
    credits: Callable[[], tuple[str, ...]]

    @property
    def envelope(self) -> Envelope:
        """What messages need of it."""
        return Envelope(self.server.sender, self.server.public_url, self.credits())


class Mailer:
    """Sends the reports of all sites when they are due."""

    def __init__(
        self,
        reports: ReportStore,
        sites: Mapping[str, Site],
        sources: Sources,
        postbox: Postbox,
        now: Callable[[], int],
    ) -> None:
        self._reports = reports
        self._sites = sites
        self._sources = sources
        self._postbox = postbox
        self._now = now
        self._round: asyncio.Task[None] | None = None

    async def run_once(self, patience: float = _PATIENCE) -> None:
        """Send what is due, as long as the server answers within so many seconds."""
        if self._round is None:
            self._round = asyncio.create_task(self._go_round())
        done, _ = await asyncio.wait({self._round}, timeout=patience)
        if done:
            ended, self._round = self._round, None
            ended.result()

    async def close(self) -> None:
        """Let an attempt end that does so at once, and cut off another: it is tried again, unless
        the message was being handed over."""
        if self._round is not None:
            await asyncio.wait({self._round}, timeout=_GRACE)
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)

    async def _go_round(self) -> None:
        for lost in await self._reports.lost(self._now(), _GIVEN_UP):
            hint = "see `gateway mail list`; `gateway mail send` sends it again"
            _log.warning("%s: %s (%s)", _name(lost.issue), lost.answer or "never sent", hint)
        for site in self._sites.values():
            for report in site.reports:
                span = due(report.every, self._now(), site.zone)
                if span is not None:
                    await self._take_turn(site, report, span)

    async def _take_turn(self, site: Site, report: Report, span: Span) -> None:
        issue = Issue(site.id, report.every, report.language, span.first)
        attempt = await self._reports.claim(issue, self._now(), _LEASE)
        if attempt is None:
            return
        try:
            outcome = await self._send(site, report, span, issue, attempt)
        except Exception as problem:
            # Whatever it was, it was before the message left: `post` tells of all that is after.
            await self._settle(issue, attempt, Outcome("later", type(problem).__name__))
            raise
        await self._settle(issue, attempt, outcome)

    async def _send(
        self, site: Site, report: Report, span: Span, issue: Issue, attempt: int
    ) -> Outcome:
        said = await self._sources.read(site, report.every, span, self._now())
        made = message(said, report.language, report.to, self._postbox.envelope, self._now())

        async def leaving() -> bool:
            return await self._reports.hand_over(issue, attempt, self._now(), int(LONGEST) + 30)

        return await post(self._postbox.server, report.to, made.as_bytes(), leaving)

    async def _settle(self, issue: Issue, attempt: int, outcome: Outcome) -> None:
        now = self._now()
        again = next_try(attempt, now) if outcome.kind == "later" else None
        result = Result("failed", outcome.words)
        if again is not None:
            result = Result("waiting", outcome.words, again)
        elif outcome.kind in ("sent", "unsure"):
            result = Result("sent" if outcome.kind == "sent" else "unsure", outcome.words)
        await self._reports.settle(issue, attempt, result, now)
        if outcome.words == "sent":
            _log.info("%s: sent", _name(issue))
            return
        then = "; it is tried again" if again is not None else ""
        what_to_do = f" ({outcome.hint})" if outcome.hint else ""
        _log.warning("%s: %s%s%s", _name(issue), outcome.words, then, what_to_do)


def _name(issue: Issue) -> str:
    return f"{issue.site}: summary of the {issue.every} from {issue.start} ({issue.language})"
