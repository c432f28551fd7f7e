"""More comes in than can be written: 503 with Retry-After, and all is well when the cause goes."""

from __future__ import annotations

import asyncio
import time
from itertools import count

from tests.endurance.endured import Endured
from tests.endurance.storm import REFUSED, Storm
from tests.endurance.talking import Answer, Line, choice, counted, letters, notice_of, view

BATCH = 200
CONNECTIONS, LONG_CONNECTIONS = 70, 300
LOCKED_SECONDS, LONG_LOCKED_SECONDS = 6.0, 60.0


async def test_a_database_that_another_program_locks_is_told_and_waited_for(
    served: Endured, long: bool
) -> None:
    storm = Storm(served)
    async with storm.blowing():
        await storm.until_kept()
        with served.locked():
            begun = time.monotonic()
            await storm.until_refused()
            async with Line(served.port) as line:
                assert (await line.get("/readyz")).status == 503
                assert (await line.get("/healthz")).status == 200
                assert (await line.get("/demo/notices")).status == 200
            until = begun + (LONG_LOCKED_SECONDS if long else LOCKED_SECONDS)
            await asyncio.sleep(until - time.monotonic())
        await storm.until_kept()
        async with Line(served.port) as line:
            assert (await line.get("/readyz")).status == 200
    await storm.audit()


async def test_a_full_queue_is_told_at_once_and_what_waits_in_it_is_written(
    served: Endured, long: bool
) -> None:
    """The lock is held for less than the gateway waits for it: only what found no place in the
    queue is refused, and that without waiting."""
    notice = await notice_of(served.port)
    async with Line(served.port) as line:
        given = await line.post("/demo/consent", choice(notice, "accept"))
    token, numbers = given.json()["token"], count()
    kept: set[str] = set()

    async def send() -> tuple[Answer, float]:
        paths = [f"/p/{letters(next(numbers))}" for _ in range(BATCH)]
        body = {"events": [view(served.port, path) for path in paths]}
        async with Line(served.port) as line:
            begun = time.monotonic()
            answer = await line.post("/demo/event", body, token)
        if answer.status == 202:
            assert answer.json() == {"kept": BATCH, "dropped": {}}
            kept.update(paths)
        return answer, time.monotonic() - begun

    many = LONG_CONNECTIONS if long else CONNECTIONS
    with served.locked():
        sending = [asyncio.create_task(send()) for _ in range(many)]
        async with asyncio.timeout(4):
            await next(asyncio.as_completed(sending))
    answers = await asyncio.gather(*sending)
    refused = [(answer, took) for answer, took in answers if answer.status != 202]
    assert refused
    assert {answer.status for answer, _ in refused} == {503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer, _ in refused)
    assert sorted(path for path, _ in served.stored()) == sorted(kept)
    assert len(kept) == (many - len(refused)) * BATCH
    assert (await send())[0].status == 202
    assert await counted(served.port, REFUSED) == len(refused)


async def test_a_full_queue_behind_a_long_lock_keeps_nobody_waiting_for_minutes(
    served: Endured,
) -> None:
    """The queue holds many commits' worth. Each of them waiting five seconds for the lock, in
    turn, made the last one wait for all."""
    notice = await notice_of(served.port)
    async with Line(served.port) as line:
        given = await line.post("/demo/consent", choice(notice, "accept"))
    token = given.json()["token"]

    async def send(n: int) -> tuple[int, float]:
        events = [view(served.port, f"/p/{letters(n)}")] * BATCH
        begun = time.monotonic()
        async with Line(served.port) as line:
            answer = await line.post("/demo/event", {"events": events}, token)
        return answer.status, time.monotonic() - begun

    with served.locked():
        answers = await asyncio.gather(*(send(n) for n in range(CONNECTIONS)))
    assert {status for status, _ in answers} == {503}
    assert max(took for _, took in answers) < 12
    assert served.stored() == []
