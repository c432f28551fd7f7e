"""Heads that were met before: what is known again, and what is not."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from gateway.rules.records import Device, Signals
from gateway.web.app import Gateway
from gateway.web.asked import Asked, Heads
from gateway.web.intake import ONE_KEPT, Gate
from gateway.web.problem import Problem
from gateway.web.wire import Head, Networks, head_of
from tests.serving import Served
from tests.visiting import FIREFOX, browser, choose

PEER = b"http 127.0.0.1"
HEADERS = {"Host": "x", "User-Agent": "Firefox/145", "Content-Type": "text/plain"}


def request(
    body: bytes = b"{}",
    changed: Mapping[str, str] = {},
    *,
    length: object = None,
    name: str = "Content-Length",
) -> bytes:
    said = {**HEADERS, name: str(len(body) if length is None else length), **changed}
    lines = [f"{key}: {value}" for key, value in said.items()]
    return "\r\n".join(["POST /demo/event HTTP/1.1", *lines, "", ""]).encode() + body


def mark(heads: Heads, data: bytes, peer: bytes = PEER) -> bytes | None:
    outline = heads.outline(peer, data)
    return outline and outline.mark


def test_only_the_length_of_the_body_may_differ() -> None:
    heads = Heads()
    known = mark(heads, request(b"{}"))
    assert known
    assert mark(heads, request(b"x" * 12_345)) == known
    others = [
        mark(heads, request(changed={"User-Agent": "Firefox/146"})),
        mark(heads, request(changed={"Cookie": "gw_consent=1"})),
        mark(heads, request().replace(b"HTTP/1.1", b"HTTP/1.0")),
        mark(heads, request().replace(b"/demo/", b"/other/")),
        mark(heads, request(name="content-length")),
        mark(heads, request(), b"http 127.0.0.2"),
        mark(heads, request(), b"https 127.0.0.1"),
    ]
    assert known not in others
    assert len(set(others)) == len(others)


def test_the_marks_of_another_process_are_others() -> None:
    assert mark(Heads(), request()) != mark(Heads(), request())


def test_the_body_begins_where_the_head_ends() -> None:
    outline = Heads().outline(PEER, data := request(b'{"a":1}'))
    assert outline
    assert data[outline.start :] == b'{"a":1}'
    assert outline.length == 7


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(request()[:-1], id="a byte too few"),
        pytest.param(request() + b"x", id="a byte too many"),
        pytest.param(request() + request(), id="two requests"),
        pytest.param(request(length="+2"), id="a sign"),
        pytest.param(request(length="0x2"), id="not decimal"),
        pytest.param(request(length=" 2"), id="a space too many"),
        pytest.param(request(length="2 "), id="a space behind"),
        pytest.param(request(length="0000002"), id="longer than any body"),
        pytest.param(request(length=""), id="empty"),
        pytest.param(request(name="CONTENT-LENGTH"), id="a spelling nobody uses"),
        pytest.param(request(name="X-Content-Length"), id="part of another name"),
        pytest.param(
            b"POST /demo/event HTTP/1.1\r\nX: content-length: 2\r\n\r\n{}", id="part of a value"
        ),
        pytest.param(
            b"POST /demo/event HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", id="chunks"
        ),
        pytest.param(b"POST /demo/event HTTP/1.1\r\nHost: x\r\n", id="no end"),
    ],
)
def test_what_is_not_one_whole_request_has_to_be_read(data: bytes) -> None:
    assert Heads().outline(PEER, data) is None


def test_what_is_remembered_has_no_user_agent() -> None:
    """P2: the strings of visitors are not kept, in memory neither."""
    signals = Signals("203.0.113.0/24", "Firefox/145", "nl", "a.token", None)
    kept = Asked(signals, None, None).by(Device("Firefox", "145", "Windows", "desktop"))
    assert "Firefox/145" not in repr(kept)
    assert kept.signals.device == Device("Firefox", "145", "Windows", "desktop")
    assert kept.signals.cookie == "a.token"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A gateway on its own port."""
    made = Served(tmp_path_factory.mktemp("served"))
    made.start()
    yield made
    made.stop()


class Line:
    """One connection that says the same head again and again."""

    def __init__(self, served: Served, headers: Mapping[str, str]) -> None:
        self._peer = socket.create_connection(("127.0.0.1", served.port), 5)
        self._headers = dict(headers)

    def post(self, body: object) -> tuple[int, dict[str, object]]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self._peer.sendall(request(content, self._headers))
        heard = b""
        while True:
            head, found, rest = heard.partition(b"\r\n\r\n")
            if found:
                said = dict(one.lower().split(b": ", 1) for one in head.split(b"\r\n")[1:])
                if len(rest) == int(said[b"content-length"]):
                    assert said[b"access-control-allow-origin"].decode() == self._headers["Origin"]
                    return int(head.split(b" ")[1]), json.loads(rest)
            heard += self._peer.recv(65_536)

    def close(self) -> None:
        self._peer.close()


@dataclass
class Posted:
    """A request as the intake sees it, from a connection."""

    gate: Gate
    asked: Head
    body: bytes
    mark: bytes = b"mark"
    known: Asked | None = None
    answered: bytes | Problem | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def head(self) -> Head:
        return self.asked

    def answer(self, _: Asked, what: bytes | Problem) -> None:
        self.answered = what
        self.done.set()


async def posted(gateway: Gateway, cookie: str) -> bytes | Problem | None:
    """A page view with that cookie, once it is answered."""
    raw = [(b"cookie", f"gw_consent={cookie}".encode()), (b"user-agent", FIREFOX.encode())]
    head = head_of(raw, "203.0.113.9", "http", Networks([]))
    post = Posted(gateway.intake.gates["demo"], head, json.dumps(view("/a")).encode())
    gateway.intake.take(post)
    await post.done.wait()
    return post.answered


async def test_only_who_consented_is_remembered(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    """P7: a refusal leaves nothing, not even here."""
    for cookie in ("refused", "", "forged.token"):
        assert b'"kept":0' in (await posted(gateway, cookie))  # type: ignore[operator]
    assert len(gateway.intake.heads) == 0
    token = (await choose(client)).json()["token"]
    assert await posted(gateway, token) == ONE_KEPT
    assert len(gateway.intake.heads) == 1
    kept = gateway.intake.heads.get(b"mark")
    assert kept
    assert kept.signals.network == "203.0.113.0/24"
    assert kept.signals.device
    assert kept.signals.device.browser == "Firefox"


@pytest.fixture
async def known(served: Served) -> AsyncIterator[tuple[Line, str]]:
    """A line of a visitor who said yes, and the token."""
    async with browser(served.base) as visitor:
        said = await choose(visitor, headers={"origin": served.base})
    token = said.json()["token"]
    made = Line(served, {"Origin": served.base, "Cookie": f"gw_consent={token}"})
    yield made, token
    made.close()


def view(path: str) -> dict[str, object]:
    return {"kind": "pageview", "url": f"https://site.nl{path}"}


KEPT = (202, {"kept": 1, "dropped": {}})


async def test_a_head_that_is_known_is_answered_as_it_was_the_first_time(
    known: tuple[Line, str],
) -> None:
    line, _ = known
    assert [line.post(view(f"/{'p' * n}")) for n in range(5)] == [KEPT] * 5
    assert line.post({"events": [view("/a"), view("/b"), {"kind": "pageview"}]}) == (
        202,
        {"kept": 2, "dropped": {"invalid": 1}},
    )
    assert line.post(b"{")[0] == 400
    assert line.post(view("/again")) == KEPT


async def test_a_head_that_is_known_opens_nothing_after_a_withdrawal(
    served: Served, known: tuple[Line, str]
) -> None:
    """P1: what is remembered is what the head says, never that it still holds."""
    line, token = known
    assert [line.post(view("/a")) for _ in range(3)] == [KEPT] * 3
    async with browser(served.base) as visitor:
        said = await visitor.post(
            "/demo/withdraw", json={"token": token}, headers={"origin": served.base}
        )
    assert said.status_code == 200
    assert line.post(view("/b")) == (202, {"kept": 0, "dropped": {"withdrawn": 1}})
