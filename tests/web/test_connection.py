"""Events that a connection takes itself are answered as those that go to the application."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Served
from tests.visiting import browser, choose


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway on its own port."""
    made = Served(tmp_path_factory.mktemp("served"))
    made.start()
    yield made
    made.stop()


BODY = json.dumps({"kind": "pageview", "url": "https://site.nl/"}).encode()


def said(served: Served, raw: bytes, *, then: bytes = b"") -> bytes:
    """All that is answered until the connection is closed or nothing more comes."""
    with socket.create_connection(("127.0.0.1", served.port), 5) as line:
        line.sendall(raw)
        if then:
            time.sleep(0.3)
            line.sendall(then)
        line.settimeout(2.0)
        heard = b""
        while True:
            try:
                piece = line.recv(65_536)
            except TimeoutError:
                return heard
            if not piece:
                return heard + b"<closed>"
            heard += piece


def request(path: str, body: bytes = BODY, *lines: str, version: str = "1.1") -> bytes:
    head = [f"POST {path} HTTP/{version}", "Host: x", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body


def headers(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    told = dict(line.lower().split(": ", 1) for line in lines[1:])
    told.pop("date")
    return {"": lines[0], **told}


CASES = {
    "no consent": (BODY, ()),
    "an allowed origin": (BODY, ("Origin: http://127.0.0.1:{port}",)),
    "another origin": (BODY, ("Origin: https://evil.nl",)),
    "a hidden origin": (BODY, ("Origin: null",)),
    "a bad body": (b"{", ()),
    "the last on this connection": (BODY, ("Connection: close",)),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_short_way_and_the_long_way_say_the_same(served: Served, name: str) -> None:
    """A query, which no page sends, leads the long way."""
    body, lines = CASES[name]
    told = [line.format(port=served.port) for line in lines]
    short = said(served, request("/demo/event", body, *told))
    long = said(served, request("/demo/event?long", body, *told))
    assert headers(short) == headers(long)
    assert short.partition(b"\r\n\r\n")[2] == long.partition(b"\r\n\r\n")[2]


def test_a_body_in_chunks_or_pieces_is_read_whole(served: Served) -> None:
    chunked = b"POST /demo/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, BODY[:9], len(BODY) - 9, BODY[9:])
    assert b'"no_consent":1' in said(served, chunked + chunks)
    whole = request("/demo/event")
    assert b'"no_consent":1' in said(served, whole[:-20], then=whole[-20:])


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(request("/demo/event", version="1.0"), b"202", id="an old version"),
        pytest.param(request("/demo/event", BODY, "Expect: 100-continue"), b"100", id="asks first"),
        pytest.param(request("/elders/event"), b"404", id="an unknown site"),
        pytest.param(b"GET /demo/event HTTP/1.1\r\nHost: x\r\n\r\n", b"405", id="another method"),
    ],
)
def test_what_is_unusual_goes_the_long_way(served: Served, raw: bytes, status: bytes) -> None:
    assert said(served, raw).split(b" ")[1] == status


def test_who_says_it_is_the_last_is_closed_upon(served: Served) -> None:
    answer = said(served, request("/demo/event", BODY, "Connection: close"))
    assert answer.endswith(b"<closed>")
    assert headers(answer)["connection"] == "close"


def test_requests_of_both_ways_are_answered_in_their_order(served: Served) -> None:
    health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = said(served, request("/demo/event") + health + request("/demo/event") + health)
    statuses = [part.split(b" ")[1] for part in answer.split(b"HTTP/1.1")[1:]]
    assert statuses == [b"202", b"200", b"202", b"200"]


def test_requests_that_come_in_one_piece_keep_their_own_heads(served: Served) -> None:
    """P1: of two visitors behind one proxy, neither's consent is the other's. Events are judged at
    the end of a turn, when the connection has long read the next head, or a half of it."""
    token = asyncio.run(_token(served))
    mine = request("/demo/event", BODY, f"Cookie: gw_consent={token}")
    nobodys = request("/demo/event", BODY)
    for pieces, kept in (((mine, nobodys), [1, 0]), ((nobodys, mine), [0, 1])):
        answer = said(served, b"".join(pieces))
        assert [int(part[0:1]) for part in answer.split(b'"kept":')[1:]] == kept
        half = len(pieces[1]) // 4
        answer = said(served, pieces[0] + pieces[1][:half], then=pieces[1][half:])
        assert [int(part[0:1]) for part in answer.split(b'"kept":')[1:]] == kept


async def _token(served: Served) -> str:
    async with browser(served.base) as visitor:
        return str((await choose(visitor, headers={"origin": served.base})).json()["token"])


def test_a_connection_that_has_nothing_more_to_say_is_closed(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 5) as line:
        line.sendall(request("/demo/event"))
        line.settimeout(20)
        assert line.recv(65_536).startswith(b"HTTP/1.1 202")
        assert line.recv(65_536) == b""


def test_a_body_over_the_bound_is_refused_before_it_is_whole(served: Served) -> None:
    body = b"x" * 200_000
    answer = said(served, request("/demo/event", body)[:-60_000])
    assert answer.split(b" ")[1] == b"413"
    assert answer.endswith(b"<closed>")


def test_an_event_that_is_refused_has_a_line_and_one_that_is_taken_has_none(
    served: Served,
) -> None:
    """P10: a line with a network and a second for every page is outside of any retention."""
    before = Path(served.log).read_text("utf-8").count("/demo/event")
    said(served, request("/demo/event"))
    said(served, request("/demo/event", b"{"))
    lines = Path(served.log).read_text("utf-8").splitlines()
    told = [line for line in lines if "/demo/event" in line]
    assert len(told) == before + 1
    assert "127.0.0.0/24 POST /demo/event 400" in told[-1]
