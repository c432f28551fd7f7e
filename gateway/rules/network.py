"""A cut network as a number: a one, then the bits of its prefix. There is no room in it for more of
an address than the cut leaves (P2)."""

from __future__ import annotations

IPV4_BITS = 24
IPV6_BITS = 48

_V4, _V6 = 1 << IPV4_BITS, 1 << IPV6_BITS
_V4_END, _V6_END = f".0/{IPV4_BITS}", f"::/{IPV6_BITS}"


def number_of(network: str) -> int:
    """Of a network as `truncate` writes it: "203.0.113.0/24", "2001:db8:1::/48", or 0 of "".

    Raises ValueError for anything else, in words that do not repeat it: they end in a log.
    """
    try:
        number = _read(network) if network else 0
    except ValueError:
        number = 0
    if network_of(number) != network:
        raise ValueError("only a network cut to /24 or /48 has a number")
    return number


def _read(network: str) -> int:
    if network.endswith(_V4_END):
        parts, base, width, above = network[: -len(_V4_END)].split("."), 10, 8, _V4
    else:
        parts, base, width, above = network.removesuffix(_V6_END).split(":"), 16, 16, _V6
        parts = [part or "0" for part in parts] + ["0"] * (3 - len(parts))
    first, second, third = parts
    return above | int(first, base) << 2 * width | int(second, base) << width | int(third, base)


def network_of(number: int) -> str:
    """The network of a number."""
    if not number:
        return ""
    if number < _V6:
        return f"{number >> 16 & 0xFF}.{number >> 8 & 0xFF}.{number & 0xFF}{_V4_END}"
    return ipv6_network(number ^ _V6)


def ipv6_network(prefix: int) -> str:
    """An IPv6 network as its object writes it, in a twentieth of the time: the zeros behind the
    prefix are always the longest run, and those right before them belong to it."""
    groups = [f"{prefix >> shift & 0xFFFF:x}" for shift in (32, 16, 0)]
    while groups and groups[-1] == "0":
        groups.pop()
    return ":".join(groups) + _V6_END
