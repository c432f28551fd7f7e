"""Reading a request off the wire. The only place that sees the peer's address, and it cuts it
before anything else can (P2)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct
from starlette.types import Receive, Scope

from gateway.rules.cookies import CONSENT
from gateway.rules.records import Signals
from gateway.rules.truncate import cut_address, cut_language

COOKIE = CONSENT
BODY_SECONDS = 15.0
_MOST_HOPS = 20
_MAPPED = bytes(10) + b"\xff\xff"  # an IPv4 address inside of IPv6

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Names in lower case, as ASGI has them."""


class Networks:
    """Networks whose speakers are believed: `address in networks`. It remembers nobody's address,
    so it has to be quick: it is asked twice for every event."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network]) -> None:
        self._v4 = _masks(one for one in networks if one.version == 4)
        self._v6 = _masks(one for one in networks if one.version == 6)

    def __contains__(self, text: str) -> bool:
        masks = self._v4
        try:
            packed = socket.inet_pton(socket.AF_INET, text)
        except (OSError, ValueError):
            try:
                packed = socket.inet_pton(socket.AF_INET6, text.partition("%")[0])
            except (OSError, ValueError):
                return False
            if packed.startswith(_MAPPED):
                packed = packed[len(_MAPPED) :]
            else:
                masks = self._v6
        number = int.from_bytes(packed)
        for mask, network in masks:  # noqa: SIM110 - any() of a generator takes twice as long
            if number & mask == network:
                return True
        return False


def _masks(networks: Iterable[IPv4Network | IPv6Network]) -> Sequence[tuple[int, int]]:
    return [(int(one.netmask), int(one.network_address)) for one in networks]


class TooLarge(Exception):
    """A body larger than its bound; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a body of more than {limit} bytes")
        self.limit = limit


class Gone(Exception):
    """The client closed the connection before its body was complete."""


class Head(Struct, frozen=True, gc=False):
    """What a request's headers say, the address already cut."""

    network: str
    trusted: bool  # the request itself comes from a trusted network, not only through it
    scheme: str
    host: str
    origin: str | None
    fetch_site: str | None
    user_agent: str
    language: str
    cookies: Mapping[str, str]
    authorization: str | None  # T of "Authorization: Consent T"
    gpc: bool  # "Sec-GPC: 1", exactly; of several one is enough


# Of these all are read: HTTP/2 splits cookies and some proxies pass them on so; each proxy may add
# a line of its own; and one that says "1" is enough.
_JOINED = {
    b"cookie": b";",
    b"x-forwarded-for": b",",
    b"x-forwarded-proto": b",",
    b"sec-gpc": b"\n",
}
# Of these the first counts.
_SINGLE = frozenset(
    (b"host", b"origin", b"sec-fetch-site", b"user-agent", b"accept-language", b"authorization")
)
_READ = _SINGLE | _JOINED.keys()


def head(scope: Scope, trusted: Networks) -> Head:
    """The head of a request. Forwarded headers count only when a trusted peer sent them."""
    return head_of(scope["headers"], _peer(scope), str(scope.get("scheme", "http")), trusted)


def head_of(raw: RawHeaders, peer: str, scheme: str, trusted: Networks) -> Head:
    """`head` of what a connection says of itself: who is at its other end, and what is spoken."""
    headers: dict[bytes, bytes] = {}
    for name, value in raw:
        if name in _READ:
            if name not in headers:
                headers[name] = value
            elif name in _JOINED:
                headers[name] += _JOINED[name] + value
            elif name == b"origin":
                headers[name] = b"null"  # two origins are none
    get = headers.get
    believed = peer in trusted
    speaker, hops = _speaker(peer, believed, get(b"x-forwarded-for"), trusted)
    if believed and b"x-forwarded-proto" in headers:
        scheme = _spoken(headers[b"x-forwarded-proto"], hops) or scheme
    # By place: see `pipeline.truncate`.
    return Head(
        cut_address(speaker),
        speaker in trusted if hops else believed,
        "https" if scheme == "https" else "http",
        get(b"host", b"").decode("latin-1").lower(),
        _text(get(b"origin")),
        _text(get(b"sec-fetch-site")),
        get(b"user-agent", b"").decode("latin-1"),
        cut_language(get(b"accept-language", b"").decode("latin-1")),
        _cookies(get(b"cookie", b"").decode("latin-1")),
        _consent(get(b"authorization", b"").decode("latin-1")),
        b"1" in get(b"sec-gpc", b"").split(b"\n"),
    )


def network_of(scope: Scope, trusted: Networks) -> str:
    """The cut network alone, for who needs no more of a request."""
    said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    peer = _peer(scope)
    forwarded = b",".join(said) if said else None
    return cut_address(_speaker(peer, peer in trusted, forwarded, trusted)[0])


def signals(of: Head) -> Signals:
    """What the pipeline may know about who sent a request."""
    cookie = of.cookies.get(COOKIE)
    return Signals(of.network, of.user_agent, of.language, cookie, of.authorization)


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it is known to be, and Gone when the client left
    or did not send it within 15 s."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read_body(scope, receive, limit)
    except TimeoutError:
        raise Gone from None


async def _read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise TooLarge(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise TooLarge(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _speaker(
    peer: str, believed: bool, forwarded: bytes | None, trusted: Networks
) -> tuple[str, int]:
    """Who speaks, and through how many hops."""
    passed = 0
    if forwarded is None or not believed:
        return peer, passed
    # From the right: each trusted proxy vouches for the hop it added, and no further.
    for hop in reversed(_listed(forwarded)):
        address = _bare(hop)
        if not address or (passed and peer not in trusted):
            break
        peer, passed = address, passed + 1
    return peer, passed


def _spoken(schemes: bytes, hops: int) -> str:
    """What was spoken with who speaks: a proxy adds it beside the hop, or says it for them all."""
    listed = _listed(schemes)
    return listed[-min(max(hops, 1), len(listed))].strip().lower()


def _listed(value: bytes) -> list[str]:
    return value.decode("latin-1").split(",")[-_MOST_HOPS:]


def _bare(hop: str) -> str:
    """An address without the port some proxies add: "[::1]:443" and "192.0.2.1:443"."""
    hop = hop.strip().strip('"')
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _cookies(header: str) -> dict[str, str]:
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            cookies.setdefault(name, value)
    return cookies


def _consent(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    return value.strip() or None if scheme.lower() == "consent" else None
