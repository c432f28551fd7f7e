"""Reading a request off the wire. The only place that sees the peer's address, and it cuts it
before anything else can (P2)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import Receive, Scope

from gateway.rules.cookies import CONSENT
from gateway.rules.records import Signals
from gateway.rules.truncate import cut_address, cut_language

COOKIE = CONSENT
_MOST_HOPS = 20
_BODY_SECONDS = 15.0

Networks = Sequence[IPv4Network | IPv6Network]


class TooLarge(Exception):
    """A body larger than its bound; `limit` in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a body of more than {limit} bytes")
        self.limit = limit


class Gone(Exception):
    """The client closed the connection before its body was complete."""


@dataclass(frozen=True, slots=True)
class Head:
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


def head(scope: Scope, trusted: Networks) -> Head:
    """The head of a request. Forwarded headers count only when a trusted peer sent them."""
    headers: dict[bytes, bytes] = {}
    forwarded: list[bytes] = []
    schemes: list[bytes] = []
    cookies: list[bytes] = []
    gpc = False
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            forwarded.append(value)
        elif name == b"x-forwarded-proto":
            schemes.append(value)
        elif name == b"sec-gpc":
            gpc = gpc or value == b"1"
        elif name == b"cookie":
            cookies.append(value)  # HTTP/2 splits them, and some proxies pass them on so
        elif name == b"origin" and name in headers:
            headers[name] = b"null"  # two origins are none
        else:
            headers.setdefault(name, value)
    peer = _peer(scope)
    scheme = str(scope.get("scheme", "http"))
    speaker, hops = _speaker(peer, forwarded, trusted)
    if _is_trusted(peer, trusted):
        scheme = _spoken(schemes, hops) or scheme
    return Head(
        network=cut_address(speaker),
        trusted=_is_trusted(speaker, trusted),
        scheme="https" if scheme == "https" else "http",
        host=(_text(headers, b"host") or "").lower(),
        origin=_text(headers, b"origin"),
        fetch_site=_text(headers, b"sec-fetch-site"),
        user_agent=_text(headers, b"user-agent") or "",
        language=cut_language(_text(headers, b"accept-language") or ""),
        cookies=_cookies(b";".join(cookies).decode("latin-1")),
        authorization=_consent(_text(headers, b"authorization") or ""),
        gpc=gpc,
    )


def network_of(scope: Scope, trusted: Networks) -> str:
    """The cut network alone, for who needs no more of a request."""
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return cut_address(_speaker(_peer(scope), forwarded, trusted)[0])


def signals(of: Head, body: bytes) -> Signals:
    """What the pipeline may know about a request."""
    return Signals(
        network=of.network,
        user_agent=of.user_agent,
        language=of.language,
        body=body,
        cookie=of.cookies.get(COOKIE),
        authorization=of.authorization,
    )


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it is known to be, and Gone when the client left
    or did not send it within 15 s."""
    try:
        async with asyncio.timeout(_BODY_SECONDS):
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


def _speaker(peer: str, forwarded: Sequence[bytes], trusted: Networks) -> tuple[str, int]:
    """Who speaks, and through how many hops."""
    # From the right: each trusted proxy vouches for the hop it added, and no further.
    passed = 0
    for hop in reversed(_listed(forwarded)):
        address = _bare(hop)
        if not address or not _is_trusted(peer, trusted):
            break
        peer, passed = address, passed + 1
    return peer, passed


def _spoken(schemes: Sequence[bytes], hops: int) -> str:
    """What was spoken with who speaks: a proxy adds it beside the hop, or says it for them all."""
    listed = _listed(schemes)
    return listed[-min(max(hops, 1), len(listed))].strip().lower()


def _listed(values: Sequence[bytes]) -> list[str]:
    return b",".join(values).decode("latin-1").split(",")[-_MOST_HOPS:]


def _bare(hop: str) -> str:
    """An address without the port some proxies add: "[::1]:443" and "192.0.2.1:443"."""
    hop = hop.strip().strip('"')
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _is_trusted(text: str, trusted: Networks) -> bool:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in trusted)


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
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
