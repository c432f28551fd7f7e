"""Makes small geo databases in the layouts that exist, nested and flat, and archives of them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet  # type: ignore[import-untyped]

Records = Mapping[str, Any]


def write_book(path: Path, type_: str, records: Records, *, ip_version: int = 6) -> Path:
    """Write `{network: record}` under a database type, which is what tells the layout."""
    writer = MMDBWriter(
        ip_version, type_, languages=["en"], description="made", ipv4_compatible=ip_version == 6
    )
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
    return path


def write_cities(path: Path, records: Mapping[str, tuple[str, tuple[str, ...]]]) -> Path:
    """`{network: (country, subdivisions from large to small)}`, nested as in GeoLite2-City."""
    nested = {
        network: {
            "city": {"geoname_id": 1, "names": {"en": "Somewhere"}},
            "country": {"iso_code": country, "names": {"en": country}},
            "subdivisions": [{"iso_code": region} for region in regions],
        }
        for network, (country, regions) in records.items()
    }
    return write_book(path, "GeoLite2-City", nested)


def write_countries(
    path: Path, records: Mapping[str, str], type_: str = "DBIP-Country-Lite"
) -> Path:
    """`{network: country}`, nested as in GeoLite2-Country and DB-IP Lite."""
    nested = {network: {"country": {"iso_code": code}} for network, code in records.items()}
    return write_book(path, type_, nested)


def write_owners(path: Path, records: Mapping[str, str], type_: str = "GeoLite2-ASN") -> Path:
    """`{network: organisation}`; the same record in both layouts, told apart by the type."""
    return write_book(
        path,
        type_,
        {
            network: {
                "autonomous_system_number": 64_500 + number,
                "autonomous_system_organization": name,
            }
            for number, (network, name) in enumerate(records.items())
        },
    )


def write_flat_countries(path: Path, records: Mapping[str, str]) -> Path:
    """`{network: country}`, flat as in the npm packages."""
    flat = {network: {"country_code": code} for network, code in records.items()}
    return write_book(path, "country ipvAll", flat)


def tar_gz(*members: tuple[tarfile.TarInfo | str, bytes]) -> bytes:
    """An archive of `(name or entry, content)`, as MaxMind and npm send them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in members:
            entry = tarfile.TarInfo(name) if isinstance(name, str) else name
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
