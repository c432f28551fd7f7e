"""Off the wire: whose address counts, and that it is cut before anyone else sees it."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from gateway.web.wire import Head, Networks, head

_OWN = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
LOOPBACK = Networks(_OWN)
TWO_PROXIES = Networks((*_OWN, ip_network("10.0.0.0/8")))


def _head(peer: str | None, *forwarded: str, trusted: Networks = LOOPBACK, **more: str) -> Head:
    headers = [(b"x-forwarded-for", value.encode("latin-1")) for value in forwarded]
    headers += [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in more.items()]
    client = None if peer is None else (peer, 4711)
    return head({"type": "http", "headers": headers, "client": client, "scheme": "http"}, trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("203.0.113.77", (), "203.0.113.0/24"),
        ("2001:db8:1:2::7", (), "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", (), "203.0.113.0/24"),
        ("203.0.113.77", ("198.51.100.9",), "203.0.113.0/24"),
        ("127.0.0.1", ("198.51.100.9",), "198.51.100.0/24"),
        ("::1", ("198.51.100.9",), "198.51.100.0/24"),
        ("127.0.0.1", ("6.6.6.6, 198.51.100.9",), "198.51.100.0/24"),
        ("127.0.0.1", ("6.6.6.6", "198.51.100.9"), "198.51.100.0/24"),
        ("127.0.0.1", ("198.51.100.9:443",), "198.51.100.0/24"),
        ("127.0.0.1", ("[2001:db8:1:2::7]:443",), "2001:db8:1::/48"),
        ("127.0.0.1", ('"[2001:db8:1:2::7]"',), "2001:db8:1::/48"),
        ("127.0.0.1", ("unknown",), ""),
        ("127.0.0.1", ("",), "127.0.0.0/24"),
        ("127.0.0.1", (), "127.0.0.0/24"),
        (None, (), ""),
        ("", (), ""),
    ],
)
def test_the_address_is_that_of_the_last_hop_nobody_trusts(
    peer: str | None, forwarded: tuple[str, ...], network: str
) -> None:
    assert _head(peer, *forwarded).network == network


def test_each_trusted_proxy_vouches_for_the_hop_before_it() -> None:
    found = _head("127.0.0.1", "6.6.6.6, 198.51.100.9, 10.1.2.3", trusted=TWO_PROXIES)
    assert found.network == "198.51.100.0/24"


def test_a_stranger_cannot_speak_for_somebody_else() -> None:
    found = _head("203.0.113.77", "198.51.100.9", x_forwarded_proto="https")
    assert (found.network, found.scheme) == ("203.0.113.0/24", "http")


SCHEMES: list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]] = [
    ("one proxy", "127.0.0.1", ("198.51.100.9",), ("https",), "https"),
    ("in capitals", "127.0.0.1", ("198.51.100.9",), (" HTTPS ",), "https"),
    ("two that add", "127.0.0.1", ("198.51.100.9, 10.0.0.1",), ("https, http",), "https"),
    ("in two headers", "127.0.0.1", ("198.51.100.9", "10.0.0.1"), ("https", "http"), "https"),
    ("two, the last alone", "127.0.0.1", ("198.51.100.9, 10.0.0.1",), ("https",), "https"),
    ("made up before it", "127.0.0.1", ("198.51.100.9",), ("https, http",), "http"),
    ("made up, and undone", "127.0.0.1", ("198.51.100.9",), ("http, https",), "https"),
    ("no hop told", "127.0.0.1", (), ("http, https",), "https"),
    ("nothing said", "127.0.0.1", ("198.51.100.9",), ("https,",), "http"),
    ("a stranger", "198.51.100.9", (), ("https",), "http"),
    ("not said", "127.0.0.1", ("198.51.100.9",), (), "http"),
]


@pytest.mark.parametrize(
    ("peer", "forwarded", "said", "scheme"),
    [case[1:] for case in SCHEMES],
    ids=[case[0] for case in SCHEMES],
)
def test_the_scheme_is_that_of_the_hop_whose_address_counts(
    peer: str, forwarded: tuple[str, ...], said: tuple[str, ...], scheme: str
) -> None:
    """Each proxy adds what it was spoken to with beside the address it was spoken to from."""
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    headers += [(b"x-forwarded-proto", one.encode()) for one in said]
    scope = {"type": "http", "headers": headers, "client": (peer, 4711), "scheme": "http"}
    assert head(scope, TWO_PROXIES).scheme == scheme


def test_a_thousand_hops_are_not_walked() -> None:
    hops = ", ".join(["10.0.0.1"] * 1000)
    assert _head("127.0.0.1", f"6.6.6.6, {hops}", trusted=TWO_PROXIES).network == "10.0.0.0/24"


def test_no_field_of_a_request_holds_the_full_address() -> None:
    """P2: whatever the headers say, what leaves this place is cut."""
    found = _head("127.0.0.1", "198.51.100.9", host="stats.example", user_agent="x", cookie="a=b")
    assert "198.51.100.9" not in repr(found)
    assert "127.0.0.1" not in repr(found)


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Consent abc.def", "abc.def"),
        ("consent abc.def", "abc.def"),
        ("Bearer abc.def", None),
        ("Consent", None),
        ("Consent ", None),
    ],
)
def test_a_consent_token_comes_in_its_own_scheme(header: str, token: str | None) -> None:
    assert _head("203.0.113.77", authorization=header).authorization == token


def test_the_first_of_two_cookies_with_one_name_counts() -> None:
    found = _head("203.0.113.77", cookie="gw_consent=one; a=b;gw_consent=two; broken")
    assert found.cookies == {"gw_consent": "one", "a": "b"}


def test_a_request_with_two_origins_has_none() -> None:
    headers = [(b"origin", b"http://127.0.0.1:8000"), (b"origin", b"https://evil.example")]
    scope = {"type": "http", "headers": headers, "client": None, "scheme": "http"}
    assert head(scope, LOOPBACK).origin == "null"


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted"),
    [
        ("127.0.0.1", (), True),
        ("127.0.0.1", ("198.51.100.9",), False),
        ("203.0.113.77", (), False),
        (None, (), False),
    ],
)
def test_only_what_comes_from_a_trusted_network_itself_is_trusted(
    peer: str | None, forwarded: tuple[str, ...], trusted: bool
) -> None:
    assert _head(peer, *forwarded).trusted is trusted


@pytest.mark.parametrize(
    ("values", "said"),
    [((), False), (("1",), True), (("0",), False), (("0", "1"), True), (("1 ",), False)],
)
def test_of_several_privacy_signals_one_is_enough(values: tuple[str, ...], said: bool) -> None:
    headers = [(b"sec-gpc", value.encode()) for value in values]
    scope = {"type": "http", "headers": headers, "client": None, "scheme": "http"}
    assert head(scope, LOOPBACK).gpc is said
