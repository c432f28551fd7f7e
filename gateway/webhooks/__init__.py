"""Telling recipients that a consent ended (R22): takes messages from the outbox, posts them and
notes how that went. No visitor waits for it, and no recipient for another."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from gateway.metrics import Metrics
from gateway.rules import message
from gateway.rules.message import FAILED, Ended, Verdict
from gateway.rules.seal import Seal
from gateway.stores.base import Delivery, DeliveryStore
from gateway.webhooks.posting import Answer, Line, post

__all__ = ["EVERY_SECONDS", "Deliverer"]

EVERY_SECONDS = 1.0

_AT_ONCE = 8
_LONGEST = 20.0
"""Seconds for one attempt, however slowly a recipient answers."""
_LEASE = 60
"""Seconds, more than an attempt can take: two workers never send one message at the same time."""
_PATIENCE = 0.5
"""Seconds a run waits for those that hang; they go on by themselves, beside the next run."""
_RUN = 5.0
"""Seconds of one run: the timer waits for its jobs when the gateway stops."""
_GRACE = 2.0

_log = logging.getLogger("gateway.webhooks")


class Deliverer:
    """`hooks` are addresses by site and by the webhook's name."""

    def __init__(
        self,
        deliveries: DeliveryStore,
        hooks: Mapping[str, Mapping[str, str]],
        seal: Seal,
        now: Callable[[], int],
        metrics: Metrics,
    ) -> None:
        self._deliveries = deliveries
        self._hooks = hooks
        self._seal = seal
        self._now = now
        self._metrics = metrics
        # Its own threads: recipients that hang must not take those of the geo look-ups.
        self._threads = ThreadPoolExecutor(_AT_ONCE, "webhook")
        self._sending: set[asyncio.Task[None]] = set()
        self._lines: set[Line] = set()
        self._troubled: set[tuple[str, str]] = set()

    async def run_once(self) -> int:
        """Send what is due, as long as recipients answer; how many attempts were begun."""
        begun, clock = 0, asyncio.get_running_loop().time
        end = clock() + _RUN
        while clock() < end:
            claimed = await self._claim()
            begun += claimed
            if not self._sending:
                break
            done, _ = await asyncio.wait(
                self._sending, timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                self._sending.discard(task)
                task.result()
            if not done and not claimed:
                break
        return begun

    async def close(self) -> None:
        """Let attempts end that do so at once, and cut off the others: they are tried again."""
        await self._wait()
        for line in self._lines:
            line.cut("cut off: the gateway stopped")
        await self._wait()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        self._threads.shutdown(wait=False)

    async def _wait(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending, timeout=_GRACE)

    async def _claim(self) -> int:
        free = _AT_ONCE - len(self._sending)
        claimed = await self._deliveries.claim(self._now(), _LEASE, free) if free else ()
        self._sending |= {asyncio.create_task(self._tell(delivery)) for delivery in claimed}
        return len(claimed)

    async def _tell(self, delivery: Delivery) -> None:
        url = self._hooks.get(delivery.site, {}).get(delivery.hook)
        answer, verdict = Answer(""), FAILED
        if url is None:
            answer = Answer("no such webhook")
        elif delivery.consent_id is None:
            answer = Answer("the consent was erased")
        else:
            answer = await self._post(url, delivery, delivery.consent_id)
            verdict = message.verdict(
                answer.status, delivery.attempts, self._now(), answer.retry_after
            )
        await self._deliveries.settle(
            delivery.id,
            answer.words,
            self._now(),
            delivered=verdict.delivered,
            next_try=verdict.next_try,
        )
        self._note(delivery, answer, verdict)

    async def _post(self, url: str, delivery: Delivery, consent_id: str) -> Answer:
        ended = Ended(
            id=delivery.message,
            site=delivery.site,
            consent_id=consent_id,
            state=delivery.state,
            purposes=delivery.purposes,
            time=delivery.created,
        )
        content = message.body(ended)
        headers = dict(message.headers(ended.id, content, self._seal, self._now()))
        line, loop = Line(), asyncio.get_running_loop()
        self._lines.add(line)
        bell = loop.call_later(_LONGEST, line.cut, "timeout")
        try:
            return await loop.run_in_executor(
                self._threads, post, url, headers, content, line, self._tls
            )
        finally:
            bell.cancel()
            self._lines.discard(line)

    def _note(self, delivery: Delivery, answer: Answer, verdict: Verdict) -> None:
        """Count it, and tell the operator. Once when a recipient begins to fail: with thousands
        of messages waiting, a line for each attempt would bury the rest of the log."""
        hook = (delivery.site, delivery.hook)
        if verdict.delivered:
            status = "delivered"
            if hook in self._troubled:
                _log.info("%s: webhook %s takes messages again", *hook)
            self._troubled.discard(hook)
        elif verdict.next_try is None:
            status = "failed"
            _log.warning("%s: webhook %s: gave up message %d: %s", *hook, delivery.id, answer.words)
        else:
            status = "waiting"
            if hook not in self._troubled:
                _log.warning("%s: webhook %s: %s; it is tried again", *hook, answer.words)
            self._troubled.add(hook)
        self._metrics.delivery(delivery.site, status)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Once, not for each message: reading the system's certificates takes 47 ms.
        return ssl.create_default_context()
