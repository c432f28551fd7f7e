"""A cut network becomes a number and back, and nothing else does."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rules.network import network_of, number_of
from gateway.rules.truncate import cut_address

ADDRESSES = st.ip_addresses() | st.integers(0, 2**64).map(lambda low: IPv6Address(low << 60))


@given(ADDRESSES)
def test_every_cut_network_comes_back_as_it_was(address: IPv4Address | IPv6Address) -> None:
    network = cut_address(str(address))
    assert network
    assert network_of(number_of(network)) == network


@given(ADDRESSES, ADDRESSES)
def test_two_networks_have_two_numbers(
    one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address
) -> None:
    networks = {cut_address(str(one)), cut_address(str(other))}
    assert len({number_of(network) for network in networks}) == len(networks)


@pytest.mark.parametrize("network", ["", "0.0.0.0/24", "::/48", "0:1::/48", "255.255.255.0/24"])
def test_the_ends_of_what_there_is_come_back(network: str) -> None:
    assert network_of(number_of(network)) == network


@given(ADDRESSES)
def test_an_address_is_no_network(address: IPv4Address | IPv6Address) -> None:
    for text in (str(address), f"{address}/{address.max_prefixlen}"):
        with pytest.raises(ValueError, match="cut") as told:
            number_of(text)
        assert text not in str(told.value)


@given(ADDRESSES)
def test_a_number_has_no_room_for_more_than_the_cut_leaves(
    address: IPv4Address | IPv6Address,
) -> None:
    assert number_of(cut_address(str(address))) < 2 ** (1 + (24 if address.version == 4 else 48))


@pytest.mark.parametrize(
    "text",
    [
        *("abc.1.2.0/24", "1.2.3.4.0/24", "999.1.2.0/24", " 1.2.3.0/24", "+1.2.3.0/24", ".0/24"),
        *("01.2.3.0/24", "1_0.2.3.0/24", "1.2.0/24", "1.2.3.4/24", "1.2.3.0/16", "x"),
        *("2001:db8:1:2::/48", "10000:1::/48", "zz::/48", "2001:DB8::/48", "1:0::/48", "1::2::/48"),
        *("2001:db8::1/48", "2001:db8::/32", "1::/48::/48"),
    ],
)
def test_what_is_not_written_as_a_cut_network_has_no_number_and_is_not_repeated(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^only a network cut to /24 or /48 has a number$"
    ) as told:
        number_of(text)
    assert told.value.__context__ is None
