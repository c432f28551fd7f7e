"""Answers what a user-agent string and a cut address are reduced to.

The only importer of user_agents, geoip2 and maxminddb. It never sees a full address: a network
that is not cut is refused, in words that do not repeat it. `agents` judges user agents, `books`
reads databases; `gateway.geo` fetches them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_network
from pathlib import Path

from gateway.lookup import agents
from gateway.lookup.books import UNKNOWN, Address, Book, BookError, open_book
from gateway.recent import Recent
from gateway.rules.records import Device, Place

__all__ = ["Lookup"]

# In the order they are asked: the city database knows the region too.
NAMES = ("city", "country", "asn")
# As `rules/truncate` writes nearly all of them: known to be cut without a parse, which takes 4 us.
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_COMMON = re.compile(rf"({_OCTET}\.{_OCTET}\.{_OCTET}\.0)/24")
# The narrowest networks that count as cut (P2).
_NARROWEST = {4: 24, 6: 48}
_CREDIT = 200  # characters of a credit line

MAXMIND_CREDIT = (
    "This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com"
)
DBIP_CREDIT = "IP Geolocation by DB-IP (https://db-ip.com)"
_CREDITS = (("GeoLite2-", MAXMIND_CREDIT), ("DBIP-", DBIP_CREDIT))

_Mark = tuple[int, int, int]  # inode, modification time in ns, size


@dataclass(frozen=True, slots=True)
class _Volume:
    """One file as it was last seen: what it answers with, whom to credit, what is wrong with it."""

    seen: tuple[_Mark | None, _Mark | None]
    book: Book | None = None
    credit: str = ""
    problem: str = ""


class _Shelf:
    """The open databases and the answers they gave. Replaced as a whole, so that no answer of an
    old database can enter the memory of a new one."""

    __slots__ = ("answers", "books", "volumes")

    def __init__(self, volumes: dict[str, _Volume], cache: int) -> None:
        self.volumes = volumes
        self.books = [v.book for v in volumes.values() if v.book is not None]
        self.answers: Recent[str, Place] = Recent(cache)


class Lookup:
    """Answers from memory alone, all of it bounded; another thread may `refresh` it."""

    def __init__(self, geo: Path, *, cache: int = 16_384) -> None:
        """`geo` may hold city.mmdb, country.mmdb and asn.mmdb; any of them, and it, may be missing.
        `cache` bounds the answers kept of each kind."""
        self._geo = geo
        self._cache = cache
        self._devices: Recent[int, Device] = Recent(cache)
        self._shelf = _Shelf({}, cache)
        self.refresh()
        # ua-parser compiles its patterns when first used, 0.1 s: at start, not on a visitor's time.
        agents.reduce("Mozilla/5.0")

    def device(self, user_agent: str) -> Device:
        text = user_agent[: agents.LONGEST]
        # Keyed by the hash, so that neither memory nor a core dump holds the strings of visitors.
        known = self._devices.get(hash(text))
        return known or self._likened(agents.likened(text))

    def _likened(self, text: str) -> Device:
        key = hash(text)
        known = self._devices.get(key)
        if known is None:
            known = agents.reduce(text)
            self._devices.put(key, known)
        return known

    def place(self, network: str) -> Place:
        """The place of a cut address such as "203.0.113.0/24", "2001:db8:1::/48" or "".

        Raises ValueError for anything finer: whoever asks has broken P2.
        """
        shelf = self._shelf
        known = shelf.answers.get(network)
        if known is None:
            known = _ask(shelf.books, network)
            shelf.answers.put(network, known)
        return known

    def refresh(self) -> bool:
        """Look at the files again; True when one appeared, changed, vanished or broke.

        A replaced database is not closed but let go: another thread may be reading in it.
        """
        before = self._shelf.volumes
        after = {name: _look(self._geo, name, before.get(name)) for name in NAMES}
        if after == before:
            return False
        self._shelf = _Shelf(after, self._cache)
        return True

    @property
    def credits(self) -> tuple[str, ...]:
        """Licence lines to show wherever countries, regions or network owners are shown."""
        lines = (v.credit for v in self._shelf.volumes.values() if v.book is not None)
        return tuple(dict.fromkeys(line for line in lines if line))

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each thing an operator can mend, the same ones until it is mended."""
        volumes = self._shelf.volumes
        found = [volume.problem for volume in volumes.values() if volume.problem]
        held = {name for name, volume in volumes.items() if volume.book is not None}
        if not held & {"city", "country"}:
            found.append(
                "no country database: run `gateway geo get --source npm|dbip|maxmind`; "
                "until then countries stay empty"
            )
        if "asn" not in held:
            found.append(
                "no network database: run `gateway geo get --source dbip|maxmind`; "
                "until then network owners stay empty"
            )
        return tuple(found)

    def close(self) -> None:
        """Close the files; later answers about places are empty."""
        shelf, self._shelf = self._shelf, _Shelf({}, self._cache)
        for book in shelf.books:
            book.close()


def _ask(books: list[Book], network: str) -> Place:
    if not network:
        return UNKNOWN
    common = _COMMON.fullmatch(network)
    if common and not books:
        return UNKNOWN
    address = IPv4Address(common[1]) if common else _cut(network)
    if address is None:
        raise ValueError("look-ups take a network cut to /24 or /48, or an empty string")
    country = region = owner = ""
    for book in books:
        found = book.answer(address)
        if not country:
            country, region = found.country, found.region
        owner = owner or found.owner
    return Place(country, region, owner)


def _cut(network: str) -> Address | None:
    """The address of a cut network. None rather than an error, whose text would repeat it."""
    try:
        parsed = ip_network(network)
    except ValueError:
        return None
    return parsed.network_address if parsed.prefixlen <= _NARROWEST[parsed.version] else None


def _look(folder: Path, name: str, before: _Volume | None) -> _Volume:
    """The volume as the folder has it now; the one from before when nothing changed or it broke."""
    path, sidecar = folder / f"{name}.mmdb", folder / f"{name}.credit"
    seen = (_mark(path), _mark(sidecar))
    if before is not None and before.seen == seen:
        return before
    if seen[0] is None:
        return _Volume(seen)
    try:
        book = open_book(path)
    except BookError as error:
        kept = before.book if before is not None else None
        fate = "the one opened before stays in use" if kept else "it is left out"
        return _Volume(
            seen,
            kept,
            before.credit if before is not None else "",
            f"{path.name} cannot be used: {error}; {fate}",
        )
    return _Volume(seen, book, _credit(sidecar, book))


def _mark(path: Path) -> _Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _credit(sidecar: Path, book: Book) -> str:
    try:
        lines = sidecar.read_text(encoding="utf-8").strip().splitlines()
    except (OSError, ValueError):
        lines = []
    if lines:
        return lines[0][:_CREDIT]
    return next((line for mark, line in _CREDITS if book.type.startswith(mark)), "")
