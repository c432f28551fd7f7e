"""Many requests on one connection, sent without waiting: answered in order, held in bounded memory;
and requests that come in the largest pieces a network delivers."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest

from gateway.rules.beacon import LARGEST_BODY
from tests.endurance.endured import MIB, Endured
from tests.endurance.talking import Cut, Line, choice, letters, notice_of, request, view

REQUESTS, LONG_REQUESTS = 1_000, 10_000
PIECES = (40_000, LARGEST_BODY - 600, LARGEST_BODY, LARGEST_BODY + 1, 200_000)
_PAUSE = 3


async def _token(port: int) -> str:
    notice = await notice_of(port)
    async with Line(port) as line:
        given = await line.post("/demo/consent", choice(notice, "accept"))
    return str(given.json()["token"])


def _batch(port: int, n: int, token: str, size: int = 0) -> bytes:
    """A request with 1 to 7 events, in the order of `n`; padded to `size` bytes of body."""
    views = [view(port, f"/p/{letters(n)}/{letters(k)}") for k in range(_events(n))]
    body = json.dumps({"events": views}).encode()
    return request(port, "/demo/event", body.ljust(size), token)


def _events(n: int) -> int:
    return n % 7 + 1


@pytest.mark.parametrize("size", [0, 50_000], ids=["small", "large"])
async def test_a_thousand_requests_at_once_are_answered_in_their_order(
    size: int, served: Endured, long: bool
) -> None:
    token = await _token(served.port)
    many = LONG_REQUESTS if long else REQUESTS
    before, memory = served.memory(), [0]

    async def send(line: Line) -> None:
        for n in range(0, many, 100):
            hundred = [_batch(served.port, k, token, size) for k in range(n, n + 100)]
            await line.send(b"".join(hundred))
            memory.append(served.memory())

    async with Line(served.port) as line, asyncio.TaskGroup() as group:
        group.create_task(send(line))
        for n in range(many):
            answer = await line.hear()
            assert answer.status == 202, (n, answer.status, answer.body)
            assert answer.json() == {"kept": _events(n), "dropped": {}}, n
    assert max(memory) - before < 32 * MIB
    paths = [path for path, _ in served.stored()]
    assert paths == [
        f"/p/{letters(n)}/{letters(k)}" for n in range(many) for k in range(_events(n))
    ]


async def test_a_request_that_comes_in_one_piece_is_answered_whatever_its_size(
    served: Endured,
) -> None:
    """Of a request that arrives all at once, the body is no head: it was counted as one."""
    token = await _token(served.port)
    heard: dict[int, list[int]] = {}
    for size in PIECES:
        heard[size] = []
        with suppress(Cut):
            async with Line(served.port) as line:
                for n in range(3 if size <= LARGEST_BODY else 1):
                    await line.send(_batch(served.port, n, token, size))
                    heard[size].append((await line.hear()).status)
    assert heard == {size: [202] * 3 if size <= LARGEST_BODY else [413] for size in PIECES}


async def test_whoever_asks_and_never_reads_fills_no_memory(served: Endured) -> None:
    asked = request(served.port, "/demo/banner.js") * 1_000
    before = served.memory()

    async def ask() -> None:
        with suppress(ConnectionError):
            async with Line(served.port) as line:
                while True:
                    await line.send(asked)

    asking = [asyncio.create_task(ask()) for _ in range(10)]
    await asyncio.sleep(_PAUSE)
    async with Line(served.port) as line, asyncio.timeout(2):
        assert (await line.get("/healthz")).status == 200
    assert served.memory() - before < 32 * MIB
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
