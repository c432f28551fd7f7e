"""An address, a host, a language and a screen leave less behind than they came with (P2)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.truncate import (
    LONGEST_HOST,
    cut_address,
    cut_host,
    cut_language,
    cut_path,
    screen_class,
)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        pytest.param("203.0.113.77", "203.0.113.0/24", id="IPv4"),
        pytest.param(" 203.0.113.77 ", "203.0.113.0/24", id="spaces around"),
        pytest.param("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", id="IPv6"),
        pytest.param("2001:0DB8:0001::6", "2001:db8:1::/48", id="IPv6 in capitals"),
        pytest.param("::ffff:203.0.113.77", "203.0.113.0/24", id="IPv4-mapped"),
        pytest.param("::ffff:cb00:714d", "203.0.113.0/24", id="IPv4-mapped in hex"),
        pytest.param("2002:cb00:714d:1::1", "203.0.113.0/24", id="6to4"),
        pytest.param("fe80::1%eth0", "fe80::/48", id="zone index"),
        pytest.param("::ffff:203.0.113.77%1", "203.0.113.0/24", id="mapped with zone index"),
        pytest.param("64:ff9b::203.0.113.77", "64:ff9b::/48", id="NAT64"),
        pytest.param("::1", "::/48", id="loopback"),
        pytest.param("203.0.113.77:443", "", id="with a port"),
        pytest.param("[2001:db8::1]", "", id="in brackets"),
        pytest.param("203.0.113.777", "", id="no octet"),
        pytest.param("203.0.113", "", id="three octets"),
        pytest.param("3405803853", "", id="as one number"),
        pytest.param("0313.0.0113.0115", "", id="octal"),
        pytest.param("２０３.0.113.77", "", id="wide digits"),
        pytest.param("203.0.113.77, 10.0.0.1", "", id="a list"),
        pytest.param("unknown", "", id="a word"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, kept: str) -> None:
    assert cut_address(address) == kept


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_keeps_no_more_than_24_bits(address: IPv4Address) -> None:
    for written in (str(address), f"::ffff:{address}", str(_sixtofour(address))):
        network = ip_network(cut_address(written))
        assert network.prefixlen == 24
        assert address in network


def _sixtofour(address: IPv4Address) -> IPv6Address:
    return IPv6Address((0x2002 << 112) | (int(address) << 80) | 0xABCDEF)


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_keeps_no_more_than_48_bits(address: IPv6Address) -> None:
    network = ip_network(cut_address(str(address)))
    assert network.prefixlen == (48 if network.version == 6 else 24)


_GROUP = st.sampled_from([0, 1, 0xABC, 0xFFFF]) | st.integers(0, 0xFFFF)


@given(st.tuples(_GROUP, _GROUP, _GROUP), st.integers(1, 2**80 - 1))
def test_an_ipv6_network_is_written_as_everybody_writes_it(
    groups: tuple[int, int, int], host: int
) -> None:
    first, second, third = groups
    address = IPv6Address(first << 112 | second << 96 | third << 80 | host)
    if address.ipv4_mapped or address.sixtofour:
        return
    assert cut_address(str(address)) == str(ip_network((address, 48), strict=False))


@given(st.ip_addresses(), st.integers(min_value=0))
def test_neighbours_in_a_network_cannot_be_told_apart(
    address: IPv4Address | IPv6Address, offset: int
) -> None:
    network = ip_network(cut_address(str(address)))
    neighbour = network[offset % network.num_addresses]
    assert cut_address(str(neighbour)) == str(network)
    assert cut_address(str(network.network_address)) == str(network)


@given(st.text(max_size=60))
def test_text_that_is_no_address_leaves_nothing(text: str) -> None:
    try:
        ip_address(text.strip().partition("%")[0])
    except ValueError:
        assert cut_address(text) == ""


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://www.Nieuws.nl/artikel?id=7#x", "nieuws.nl", id="host only"),
        pytest.param("https://www.www.nieuws.nl/", "nieuws.nl", id="www twice"),
        pytest.param("https://nieuws.nl./", "nieuws.nl", id="closing dot"),
        pytest.param("https://nieuws.nl:8443/", "nieuws.nl", id="port"),
        pytest.param("https://jan:geheim@nieuws.nl/", "nieuws.nl", id="user and password"),
        pytest.param("//nieuws.nl/a", "nieuws.nl", id="without a scheme"),
        pytest.param("android-app://com.google.android.gm/", "com.google.android.gm", id="app"),
        pytest.param("https://xn--mnchen-3ya.de/", "xn--mnchen-3ya.de", id="punycode"),
        pytest.param("https://münchen.de/", "münchen.de", id="letters with marks"),
        pytest.param("https://203.0.113.77/x", "203.0.113.0/24", id="IPv4 host"),
        pytest.param("https://www.203.0.113.77/x", "203.0.113.0/24", id="IPv4 after www"),
        pytest.param("https://203.0.113.77./x", "203.0.113.0/24", id="IPv4 with a closing dot"),
        pytest.param("http://[2001:db8:1:2::3]:80/", "2001:db8:1::/48", id="IPv6 host"),
        pytest.param("http://3405803853/", "(number)", id="address as one number"),
        pytest.param("http://84-1-2-30.12345678.isp.nl/", "(number).isp.nl", id="numbered line"),
        pytest.param("https://x.nl%2Fpad%3Fzoek=jan/", "", id="path hidden in the host"),
        pytest.param("https://jan%40mail.nl/", "", id="address hidden in the host"),
        pytest.param("https://a b&c=d/", "", id="no host name"),
        pytest.param("http://[::1/", "", id="broken brackets"),
        pytest.param("https://x.nl＃y/", "", id="wide hash sign"),
        pytest.param("geen url", "", id="no address"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_referrer_leaves_its_host_only(url: str, host: str) -> None:
    assert cut_host(url) == host


_URLS = st.builds(
    "{}{}{}{}".format,
    st.from_regex(r"(www\.){0,2}[a-z0-9-]{0,9}(\.[a-z0-9-]{0,9}){0,3}", fullmatch=True),
    st.from_regex(r"(:[0-9]{0,5}|@[a-z.]{0,5})?", fullmatch=True),
    st.from_regex(r"(/[A-Za-z0-9/._~%;@:\n-]{0,60})?", fullmatch=True),
    st.from_regex(r"([?#][!-~]{0,20})?", fullmatch=True),
)


@given(_URLS)
def test_a_common_url_is_cut_like_any_other(rest: str) -> None:
    """Most are not taken apart; one with its scheme in capitals always is."""
    common, other = f"https://{rest}", f"HTTPS://{rest}"
    assert (cut_host(common), cut_path(common)) == (cut_host(other), cut_path(other))


@given(st.text(max_size=200))
def test_a_host_never_holds_a_path_a_query_or_a_user(text: str) -> None:
    host = cut_host(f"https://{text}")
    assert not set(host.partition("/24")[0].partition("/48")[0]) & set("/?#@%&= ")
    assert len(host) <= LONGEST_HOST


@given(st.from_regex(r"\A[a-z0-9.-]{1,150}\Z"))
def test_a_host_that_was_cut_stays_as_it_is(text: str) -> None:
    host = cut_host(f"https://{text}/")
    if "/" not in host:
        assert cut_host(f"https://{host}/") == host


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"), ("EN", "en"), (" fy", "fy"), ("nds-NL", "nds"),
        ("nl_NL", "nl"), ("*", ""), ("", ""), ("english", ""), ("x-klingon", ""), ("１２", ""),
        ("i", ""), ("de;q=0", "de"),
    ],
)  # fmt: skip
def test_a_language_is_its_primary_subtag(tag: str, kept: str) -> None:
    assert cut_language(tag) == kept
    assert cut_language(kept) == kept


@pytest.mark.parametrize(
    ("width", "kept"),
    [
        (-5, ""), (0, ""), (1, "small"), (575, "small"), (576, "medium"), (991, "medium"),
        (992, "large"), (1439, "large"), (1440, "wide"), (100_000, "wide"),
    ],
)  # fmt: skip
def test_a_screen_is_one_of_four_classes(width: int, kept: str) -> None:
    assert screen_class(width) == kept
