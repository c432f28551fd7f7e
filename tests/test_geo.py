"""Fetching geo databases, from a real server on this machine that behaves as theirs do."""

from __future__ import annotations

import base64
import gzip
import http.client
import io
import stat
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gateway import geo
from gateway.geo.download import _SafeRedirects
from gateway.lookup import Lookup
from gateway.rules.records import Place
from tests.mmdb import tar_gz, write_cities, write_countries, write_owners

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
NL = "203.0.113.0/24"


@dataclass
class Depot:
    """A server of files; keeps what it was asked, with the Authorization that came along."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    cut_short: bool = False
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def depot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Depot]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    depot = Depot()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            depot.asked.append((self.path, self.headers.get("Authorization")))
            body = depot.files.get(self.path)
            code = depot.status.get(self.path, 404 if body is None else 200)
            code = 302 if self.path in depot.moved else code
            body = body or b""
            self.send_response(code)
            if code == 302:
                self.send_header("Location", depot.moved[self.path])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if depot.cut_short else body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        depot.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield depot
        server.shutdown()
        thread.join()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "geo"


def get(folder: Path, source: geo.Source, depot: Depot, **more: str) -> list[str]:
    said: list[str] = []
    geo.get(source, folder, now=NOW, say=said.append, base=depot.base, **more)
    return said


def get_from_maxmind(folder: Path, depot: Depot) -> list[str]:
    return get(folder, "maxmind", depot, account="4711", key="sesame")


def fill_dbip(depot: Depot, made: Path, month: str = "2026-01") -> None:
    country = write_countries(made / "country", {NL: "NL"})
    owner = write_owners(made / "asn", {NL: "Example"}, "DBIP-ASN-Lite (compat=GeoLite2-ASN)")
    for name, path in (("country", country), ("asn", owner)):
        depot.files[f"/dbip-{name}-lite-{month}.mmdb.gz"] = gzip.compress(path.read_bytes())


def fill_maxmind(depot: Depot, made: Path) -> None:
    city = write_cities(made / "city", {NL: ("NL", ("GR",))})
    owner = write_owners(made / "asn", {NL: "Example"})
    for edition, path in (("GeoLite2-City", city), ("GeoLite2-ASN", owner)):
        depot.files[f"/{edition}/download?suffix=tar.gz"] = tar_gz(
            (f"{edition}_20260113/COPYRIGHT.txt", b"MaxMind"),
            (f"{edition}_20260113/{edition}.mmdb", path.read_bytes()),
        )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_dbip_is_fetched_opened_credited_and_put_in_place(
    folder: Path, depot: Depot, made: Path
) -> None:
    fill_dbip(depot, made)
    said = get(folder, "dbip", depot)
    assert "CC BY 4.0" in said[0]
    assert "link back to https://db-ip.com" in said[0]
    assert said[1].startswith("country.mmdb: DBIP-Country-Lite of 20")
    assert names(folder) == {"country.mmdb", "country.credit", "asn.mmdb", "asn.credit"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o644}
    lookup = Lookup(folder)
    assert lookup.place(NL) == Place("NL", "", "Example")
    assert lookup.credits == ("IP Geolocation by DB-IP (https://db-ip.com)",)
    assert lookup.problems == ()


def test_last_month_serves_where_this_month_is_not_out_yet(
    folder: Path, depot: Depot, made: Path
) -> None:
    """In January last month is in another year."""
    fill_dbip(depot, made, "2025-12")
    get(folder, "dbip", depot)
    assert [path for path, _ in depot.asked] == [
        "/dbip-country-lite-2026-01.mmdb.gz",
        "/dbip-country-lite-2025-12.mmdb.gz",
        "/dbip-asn-lite-2026-01.mmdb.gz",
        "/dbip-asn-lite-2025-12.mmdb.gz",
    ]
    assert Lookup(folder).place(NL).country == "NL"


def test_maxmind_is_fetched_with_the_account_and_taken_out_of_its_archive(
    folder: Path, depot: Depot, made: Path
) -> None:
    fill_maxmind(depot, made)
    said = get_from_maxmind(folder, depot)
    assert "end user licence" in said[0]
    assert names(folder) == {"city.mmdb", "city.credit", "asn.mmdb", "asn.credit"}
    wanted = f"Basic {base64.b64encode(b'4711:sesame').decode()}"
    assert {header for _, header in depot.asked} == {wanted}
    lookup = Lookup(folder)
    assert lookup.place(NL) == Place("NL", "GR", "Example")
    assert lookup.credits[0].startswith("This product includes GeoLite Data created by MaxMind")


def test_the_licence_key_does_not_follow_a_redirect(folder: Path, depot: Depot, made: Path) -> None:
    """MaxMind sends downloads on to a storage provider; urllib would hand the key on to it."""
    fill_maxmind(depot, made)
    for path in list(depot.files):
        depot.files[f"/storage{path}"] = depot.files.pop(path)
        depot.moved[path] = f"{depot.base}/storage{path}"
    get_from_maxmind(folder, depot)
    seen = {path.startswith("/storage"): header for path, header in depot.asked}
    assert seen[False] is not None
    assert seen[True] is None


def test_no_redirect_leaves_encryption() -> None:
    request = urllib.request.Request("https://example.org/a")
    with pytest.raises(geo.GeoError, match="without encryption"):
        _SafeRedirects().redirect_request(
            request, io.BytesIO(), 302, "", http.client.HTTPMessage(), "http://example.org/a"
        )


@pytest.mark.parametrize(
    ("status", "said", "hint"),
    [
        (401, "refused the account id or the licence key", "account page"),
        (429, "today's downloads are used up", "tomorrow"),
        (503, "answered 503", "later"),
        (404, "MaxMind has no GeoLite2-City", "later"),
    ],
)
def test_a_refusal_says_what_to_do_and_not_the_key(
    folder: Path, depot: Depot, status: int, said: str, hint: str
) -> None:
    depot.status["/GeoLite2-City/download?suffix=tar.gz"] = status
    with pytest.raises(geo.GeoError, match=said) as caught:
        get_from_maxmind(folder, depot)
    assert hint in caught.value.hint
    assert "sesame" not in f"{caught.value} {caught.value.hint}"
    assert names(folder) == set()


@pytest.mark.parametrize(("account", "key"), [(None, None), ("4711", None), (None, "sesame")])
def test_maxmind_without_account_and_key_asks_nobody(
    folder: Path, depot: Depot, account: str | None, key: str | None
) -> None:
    with pytest.raises(geo.GeoError, match="account holders") as caught:
        geo.get("maxmind", folder, now=NOW, say=print, account=account, key=key, base=depot.base)
    assert "licence key" in caught.value.hint
    assert depot.asked == []
    assert not folder.exists()


def cut_short(depot: Depot) -> None:
    depot.cut_short = True


def cut_the_archive(depot: Depot) -> None:
    depot.files = {path: body[: len(body) // 2] for path, body in depot.files.items()}


def answer_a_page(depot: Depot) -> None:
    depot.files = dict.fromkeys(depot.files, b"<html>Please sign in</html>")


def pack_rubbish(depot: Depot) -> None:
    rubbish = gzip.compress(b"rubbish" * 999)
    depot.files = dict.fromkeys(depot.files, rubbish)


def spoil_the_second(depot: Depot) -> None:
    depot.files = {p: b"" if "asn" in p.lower() else body for p, body in depot.files.items()}


@pytest.mark.parametrize("source", ["dbip", "maxmind"])
@pytest.mark.parametrize(
    "spoil", [cut_short, cut_the_archive, answer_a_page, pack_rubbish, spoil_the_second]
)
def test_a_spoiled_download_leaves_the_files_in_use_alone(
    folder: Path, depot: Depot, made: Path, source: geo.Source, spoil: Callable[[Depot], None]
) -> None:
    folder.mkdir()
    write_countries(folder / "country.mmdb", {NL: "BE"})
    write_owners(folder / "asn.mmdb", {NL: "Before"})
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (fill_dbip if source == "dbip" else fill_maxmind)(depot, made)
    spoil(depot)
    with pytest.raises(geo.GeoError) as caught:
        get(folder, source, depot, account="4711", key="sesame")
    assert caught.value.hint
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_network_is_said_in_plain_words(folder: Path, depot: Depot) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as gone:
        depot.base = f"http://127.0.0.1:{gone.server_address[1]}"
    with pytest.raises(geo.GeoError, match="could not be reached"):
        get(folder, "dbip", depot)


def test_a_database_of_another_source_is_set_aside_not_deleted(
    folder: Path, depot: Depot, made: Path
) -> None:
    """A city database of long ago would go on answering before the new countries."""
    folder.mkdir()
    write_cities(folder / "city.mmdb", {NL: ("BE", ())})
    fill_dbip(depot, made)
    said = get(folder, "dbip", depot)
    assert any("city.mmdb.old" in line for line in said)
    assert (folder / "city.mmdb.old").exists()
    assert Lookup(folder).place(NL).country == "NL"


def test_a_running_lookup_sees_what_was_fetched(folder: Path, depot: Depot, made: Path) -> None:
    lookup = Lookup(folder)
    fill_dbip(depot, made)
    get(folder, "dbip", depot)
    assert lookup.refresh() is True
    assert lookup.place(NL) == Place("NL", "", "Example")
