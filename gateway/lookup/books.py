"""Geo databases: MMDB files of two layouts that answer through one small Protocol.

The only importer of geoip2 and maxminddb. A database is third-party input: what it answers is
checked and bounded here, and a damaged record is an unknown place, never an error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from itertools import islice
from pathlib import Path
from typing import Protocol

import geoip2.database
import geoip2.errors
import maxminddb

from gateway.rules.records import Place

Address = IPv4Address | IPv6Address
Typed = geoip2.database.Reader

UNKNOWN = Place("", "", "")
_OWNER = 80  # characters of an organisation's name that are kept
_PROBE = 1_000  # records looked at for one that says something

# Read whole into memory (8 MB of countries, 60 MB of cities): a mapped file that `cp` or `wget -O`
# writes over ends the process with SIGBUS. And in plain Python: with random bytes changed, the C
# extension (3.2.0) ended it with a segmentation fault, while this reader refused or answered every
# one of 24,000 such files. An answer takes 9 us instead of 1 (flat) or 157 instead of 17 (cities),
# once a network.
_MODE = maxminddb.MODE_MEMORY
# What those damaged files raised, and their kin.
_DAMAGE = (RuntimeError, TypeError, ValueError, AttributeError, LookupError)


class BookError(Exception):
    """The file is no database we can use; the text says why and names no path."""


class Book(Protocol):
    """One open database. Fields it knows nothing about are empty in its answer."""

    type: str  # the maker's name for it, from the metadata: "GeoLite2-City", "country ipvAll"
    built: int  # seconds since 1970 UTC

    def answer(self, address: Address) -> Place: ...

    def close(self) -> None: ...


class Nested:
    """The layout of GeoLite2 and DB-IP, read by geoip2's typed methods."""

    def __init__(self, reader: Typed, read: Callable[[Typed, Address], Place]) -> None:
        meta = reader.metadata()
        self.type, self.built = str(meta.database_type), int(meta.build_epoch)
        self._version = meta.ip_version
        self._reader, self._read = reader, read

    def answer(self, address: Address) -> Place:
        if address.version > self._version:
            return UNKNOWN
        try:
            return self._read(self._reader, address)
        except (geoip2.errors.AddressNotFoundError, *_DAMAGE):
            return UNKNOWN

    def close(self) -> None:
        self._reader.close()


class Flat:
    """The layout of the npm packages: `{"country_code": "NL"}`, organisation at the top level."""

    def __init__(self, reader: maxminddb.Reader) -> None:
        meta = reader.metadata()
        self.type, self.built = str(meta.database_type), int(meta.build_epoch)
        self._version = meta.ip_version
        self._reader = reader

    def answer(self, address: Address) -> Place:
        if address.version > self._version:
            return UNKNOWN
        try:
            record = self._reader.get(address)
        except _DAMAGE:
            return UNKNOWN
        if not isinstance(record, dict):
            return UNKNOWN
        organisation = record.get("autonomous_system_organization")
        return Place(_country(record.get("country_code")), "", _owner(organisation))

    def close(self) -> None:
        self._reader.close()


def open_book(path: Path) -> Book:
    """Open a database; the layout is told by its metadata, never by its name.

    Raises BookError when it cannot be read or tells neither a country nor an organisation.
    """
    with contextlib.ExitStack() as undo:
        try:
            plain = maxminddb.open_database(path, _MODE)
            undo.callback(plain.close)
            book = _bind(plain, path)
            undo.callback(book.close)
            for network, _ in islice(plain, _PROBE):
                if book.answer(network.network_address) != UNKNOWN:
                    undo.pop_all()
                    return book
        except OSError as error:
            raise BookError(f"it cannot be read ({error.strerror})") from None
        except _DAMAGE:
            raise BookError("it is not a complete MMDB file") from None
        raise BookError("its records tell neither a country nor an organisation")


def _bind(plain: maxminddb.Reader, path: Path) -> Book:
    kind = plain.metadata().database_type
    read = next((read for mark, read in _TYPED if mark in kind), None)
    return Flat(plain) if read is None else Nested(Typed(path, mode=_MODE), read)


def _read_city(reader: Typed, address: Address) -> Place:
    found = reader.city(address)
    # The first subdivision is the largest: a region, not a municipality, is fine enough (R28).
    region = found.subdivisions[0].iso_code if found.subdivisions else None
    return Place(_country(found.country.iso_code), _region(region), "")


def _read_country(reader: Typed, address: Address) -> Place:
    return Place(_country(reader.country(address).country.iso_code), "", "")


def _read_owner(reader: Typed, address: Address) -> Place:
    return Place("", "", _owner(reader.asn(address).autonomous_system_organization))


# Part of the database type -> the typed method that geoip2 allows for it. DB-IP's network owners
# call themselves "DBIP-ASN-Lite (compat=GeoLite2-ASN)"; flat files write their types in lower case.
_TYPED: tuple[tuple[str, Callable[[Typed, Address], Place]], ...] = (
    ("GeoLite2-ASN", _read_owner),
    ("City", _read_city),
    ("Country", _read_country),
)


def _country(value: object) -> str:
    """A country or nothing: databases say "-", "ZZ" or "A1" where they do not know."""
    text = value.upper() if isinstance(value, str) else ""
    return text if len(text) == 2 and text.isascii() and text.isalpha() and text != "ZZ" else ""


def _region(value: object) -> str:
    text = value.upper() if isinstance(value, str) else ""
    return text if 1 <= len(text) <= 3 and text.isascii() and text.isalnum() else ""


def _owner(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(c for c in value[:_OWNER] if c.isprintable()).strip()
