"""A stop that was asked for loses nothing: what was sent before is answered, and what was
acknowledged is stored."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

from tests.endurance.endured import Endured
from tests.endurance.talking import Answer, Cut, Line, choice, letters, notice_of, view

LINES, LONG_LINES = 40, 400
# A request may cross the closing of an idle connection on its way (RFC 9112, 9.5): its sender sends
# it again. One that was sent this long before has arrived.
ARRIVED_SECONDS = 0.5


async def _token(port: int) -> str:
    notice = await notice_of(port)
    async with Line(port) as line:
        given = await line.post("/demo/consent", choice(notice, "accept"))
    return str(given.json()["token"])


async def test_a_stop_under_load_answers_what_was_sent_and_stores_what_it_acknowledged(
    long: bool, tmp_path: Path
) -> None:
    served = Endured(tmp_path)
    served.start()
    token = await _token(served.port)
    kept: set[str] = set()
    lost: list[float] = []  # when each was sent that was never answered
    numbers = count()

    async def browse() -> None:
        with suppress(ConnectionError):
            async with Line(served.port) as line:
                while True:
                    path, sent = f"/p/{letters(next(numbers))}", time.monotonic()
                    try:
                        answer = await line.post("/demo/event", view(served.port, path, token))
                    except Cut:
                        lost.append(sent)
                        return
                    assert answer.status in (202, 503)
                    if answer.status == 202:
                        assert answer.json()["kept"] == 1
                        kept.add(path)

    browsing = [asyncio.create_task(browse()) for _ in range(LONG_LINES if long else LINES)]
    async with asyncio.timeout(20):
        while len(kept) < 10 * len(browsing):  # noqa: ASYNC110 - a test may look now and then
            await asyncio.sleep(0.01)
    asked = time.monotonic()
    assert await asyncio.to_thread(served.stop) in (0, -15)
    await asyncio.gather(*browsing)
    assert kept <= {path for path, _ in served.stored()}
    assert [asked - sent for sent in lost if sent < asked - ARRIVED_SECONDS] == []


async def _wait_for_answers(served: Endured, token: str, paths: list[str]) -> list[Answer]:
    """Send an event over a connection of its own for each path; they are answered at once or
    never."""

    async def one(path: str) -> Answer:
        async with Line(served.port) as line:
            return await line.post("/demo/event", view(served.port, path, token))

    return await asyncio.gather(*(one(path) for path in paths))


async def test_what_waits_for_the_disk_when_the_stop_is_asked_for_is_still_written(
    tmp_path: Path,
) -> None:
    """Every one of them was read and none could be written yet: a second program held the lock."""
    served = Endured(tmp_path)
    served.start()
    token = await _token(served.port)
    paths = [f"/p/{letters(n)}" for n in range(LINES)]
    with served.locked():
        waiting = asyncio.create_task(_wait_for_answers(served, token, paths))
        await asyncio.sleep(1)
        stopping = asyncio.create_task(asyncio.to_thread(served.stop))
        await asyncio.sleep(1)
        assert not waiting.done()
        assert not served.asleep()
    answers = await waiting
    assert await stopping in (0, -15)
    assert [answer.status for answer in answers] == [202] * LINES
    assert sorted(path for path, _ in served.stored()) == sorted(paths)


async def test_what_cannot_be_written_before_the_end_is_refused_and_not_left_hanging(
    tmp_path: Path,
) -> None:
    served = Endured(tmp_path)
    served.start()
    token = await _token(served.port)
    with served.locked():
        waiting = asyncio.create_task(
            _wait_for_answers(served, token, [f"/p/{letters(n)}" for n in range(LINES)])
        )
        await asyncio.sleep(0.5)
        stopping = asyncio.create_task(asyncio.to_thread(served.stop))
        answers = await waiting
        assert {answer.status for answer in answers} == {503}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
        assert await stopping in (0, -15)
    assert served.stored() == []
