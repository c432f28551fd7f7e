"""Look-ups: what is answered, what is never seen, and what happens to the files below."""

from __future__ import annotations

import ipaddress
import os
import random
import shutil
import traceback
from pathlib import Path

import pytest

from gateway.lookup import Lookup
from gateway.recent import Recent
from gateway.rules.records import Place
from tests.mmdb import write_book, write_cities, write_countries, write_flat_countries, write_owners

NL, NL6 = "203.0.113.0/24", "2001:db8:1::/48"
NOWHERE = Place("", "", "")


@pytest.fixture
def geo(tmp_path: Path) -> Path:
    folder = tmp_path / "geo"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("layout", ["nested", "flat"])
@pytest.mark.parametrize("network", [NL, NL6])
def test_both_layouts_answer_the_same(geo: Path, layout: str, network: str) -> None:
    records, owners = {NL: "NL", NL6: "NL"}, {NL: "Example Telecom", NL6: "Example Telecom"}
    if layout == "nested":
        write_countries(geo / "country.mmdb", records)
        write_owners(geo / "asn.mmdb", owners, "DBIP-ASN-Lite (compat=GeoLite2-ASN)")
    else:
        write_flat_countries(geo / "country.mmdb", records)
        write_owners(geo / "asn.mmdb", owners, "asn ipvAll")
    lookup = Lookup(geo)
    assert lookup.place(network) == Place("NL", "", "Example Telecom")
    assert lookup.problems == ()


def test_the_layout_is_told_by_the_metadata_not_by_the_name(geo: Path) -> None:
    write_owners(geo / "country.mmdb", {NL: "Example Telecom"})
    write_flat_countries(geo / "asn.mmdb", {NL: "NL"})
    assert Lookup(geo).place(NL) == Place("NL", "", "Example Telecom")


def test_a_city_database_tells_the_largest_region_and_no_city(geo: Path) -> None:
    write_cities(geo / "city.mmdb", {NL: ("GB", ("ENG", "WSM")), "198.51.100.0/24": ("NL", ())})
    lookup = Lookup(geo)
    assert lookup.place(NL) == Place("GB", "ENG", "")
    assert lookup.place("198.51.100.0/24") == Place("NL", "", "")


def test_the_country_database_answers_where_the_city_database_does_not(geo: Path) -> None:
    write_cities(geo / "city.mmdb", {NL: ("NL", ("GR",))})
    write_countries(geo / "country.mmdb", {NL: "DE", "198.51.100.0/24": "BE"})
    lookup = Lookup(geo)
    assert lookup.place(NL) == Place("NL", "GR", "")
    assert lookup.place("198.51.100.0/24") == Place("BE", "", "")


def test_an_unknown_network_has_no_place(geo: Path) -> None:
    write_countries(geo / "country.mmdb", {NL: "NL"})
    lookup = Lookup(geo)
    assert lookup.place("192.0.2.0/24") == NOWHERE
    assert lookup.place("") == NOWHERE


def test_an_ipv6_network_has_no_place_in_an_ipv4_database(geo: Path) -> None:
    write_book(geo / "country.mmdb", "country ipv4", {NL: {"country_code": "NL"}}, ip_version=4)
    lookup = Lookup(geo)
    assert lookup.place(NL) == Place("NL", "", "")
    assert lookup.place(NL6) == NOWHERE


@pytest.mark.parametrize("code", ["-", "ZZ", "A1", "Netherlands", "", 7, None, {"x": "NL"}])
def test_what_is_no_country_code_is_left_out(geo: Path, code: object) -> None:
    records = {NL: {"country_code": "" if code is None else code}, NL6: {"country_code": "NL"}}
    write_book(geo / "country.mmdb", "country ipvAll", records)
    assert Lookup(geo).place(NL) == NOWHERE


def test_the_name_of_an_organisation_is_bounded_and_printable(geo: Path) -> None:
    write_owners(geo / "asn.mmdb", {NL: "Example\n\x1b[31m Telecom " + "x" * 500})
    owner = Lookup(geo).place(NL).owner
    assert owner.isprintable()
    assert owner.startswith("Example[31m Telecom x")
    assert len(owner) <= 80


def test_a_record_of_another_shape_than_its_type_promises_is_an_unknown_place(geo: Path) -> None:
    records = {NL: {"country": "NL"}, NL6: {"country": {"iso_code": "NL"}}}
    write_book(geo / "country.mmdb", "Odd-Country", records)
    lookup = Lookup(geo)
    assert lookup.place(NL) == NOWHERE
    assert lookup.place(NL6) == Place("NL", "", "")


def test_the_cut_address_answers_what_the_network_of_a_full_one_does(geo: Path) -> None:
    """Truncation comes first: a database that says one thing of a /24 says it of all within."""
    networks = {f"100.{a}.{b}.0/24": code for a, b, code in [(1, 2, "NL"), (1, 3, "DE")]}
    write_flat_countries(geo / "country.mmdb", networks)
    lookup, rng = Lookup(geo), random.Random(1)
    for network, code in networks.items():
        full = ipaddress.ip_network(network)[rng.randrange(256)]
        cut = ipaddress.ip_network(f"{full}/24", strict=False)
        assert lookup.place(str(cut)).country == code


@pytest.mark.parametrize(
    "given",
    [
        "203.0.113.7",
        "203.0.113.7/32",
        "203.0.113.7/24",
        "203.0.113.0/25",
        "203.0.113.0",
        "2001:db8:1::7",
        "2001:db8:1::7/48",
        "2001:db8:1:2::/64",
        "::ffff:203.0.113.0/120",
        "not a network 203.0.113.7",
    ],
)
def test_an_address_that_is_not_cut_is_refused_and_not_repeated(geo: Path, given: str) -> None:
    write_countries(geo / "country.mmdb", {NL: "NL"})
    lookup = Lookup(geo)
    with pytest.raises(ValueError, match="cut to /24 or /48") as caught:
        lookup.place(given)
    said = "".join(traceback.format_exception_only(caught.value))
    assert given not in said
    assert caught.value.__context__ is None, "its text would repeat the address"


def test_a_folder_without_databases_answers_nothing_and_says_what_to_run(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path / "missing")
    assert lookup.place(NL) == NOWHERE
    assert lookup.credits == ()
    country, owner = lookup.problems
    assert "gateway geo get --source npm|dbip|maxmind" in country
    assert "network owners" in owner
    assert lookup.refresh() is False


def test_files_that_appear_change_and_vanish_are_seen_without_a_restart(geo: Path) -> None:
    lookup = Lookup(geo)
    assert lookup.place(NL) == NOWHERE

    write_countries(geo / "country.mmdb", {NL: "NL"})
    assert lookup.refresh() is True
    assert lookup.refresh() is False
    assert lookup.place(NL).country == "NL"

    new = write_countries(geo / "new", {NL: "DE"})
    new.replace(geo / "country.mmdb")
    assert lookup.place(NL).country == "NL", "from memory until the timer comes round"
    assert lookup.refresh() is True
    assert lookup.place(NL).country == "DE"

    (geo / "country.mmdb").unlink()
    assert lookup.refresh() is True
    assert lookup.place(NL) == NOWHERE
    assert "no country database" in lookup.problems[0]


@pytest.mark.parametrize("damage", ["empty", "half", "no database", "says nothing", "written over"])
def test_a_broken_file_keeps_the_old_one_and_is_reported_once(geo: Path, damage: str) -> None:
    path = write_countries(geo / "country.mmdb", {NL: "NL", "198.51.100.0/24": "BE"})
    lookup = Lookup(geo)
    assert lookup.place(NL).country == "NL"
    whole = path.read_bytes()
    if damage == "says nothing":
        write_book(geo / "new", "GeoLite2-Country", {NL: {"continent": {"code": "EU"}}})
        (geo / "new").replace(path)
    elif damage == "written over":
        # `cp` cuts the file to nothing and fills it again: the same inode, still open here.
        with path.open("r+b") as file:
            file.truncate(0)
            file.write(whole[:100])
    else:
        parts = {"empty": b"", "half": whole[: len(whole) // 2], "no database": b"x" * 5_000}
        (geo / "new").write_bytes(parts[damage])
        (geo / "new").replace(path)

    assert lookup.refresh() is True
    assert lookup.refresh() is False, "it is not tried again until it changes"
    assert lookup.place(NL).country == "NL"
    assert lookup.place("198.51.100.0/24").country == "BE", "asked now for the first time"
    told = [line for line in lookup.problems if "country.mmdb" in line]
    assert len(told) == 1
    assert "the one opened before stays in use" in told[0]
    assert str(geo) not in told[0]

    write_countries(geo / "country.mmdb", {NL: "FR"})
    assert lookup.refresh() is True
    assert lookup.place(NL).country == "FR"
    assert not [line for line in lookup.problems if "country.mmdb" in line]


def test_a_file_that_was_never_whole_is_left_out(geo: Path) -> None:
    (geo / "country.mmdb").write_bytes(b"half a download")
    lookup = Lookup(geo)
    assert lookup.place(NL) == NOWHERE
    assert "it is left out" in lookup.problems[0]


def test_a_file_that_may_not_be_read_is_said_to_be_so(geo: Path) -> None:
    (geo / "country.mmdb").mkdir()
    assert "it cannot be read (Is a directory)" in Lookup(geo).problems[0]


def test_no_damaged_file_ends_the_process(geo: Path) -> None:
    """Random bytes changed: refused when opened or unknown when asked, never anything worse."""
    networks = {f"{10 + n}.1.{n}.0/24": code for n, code in enumerate(["NL", "DE", "FR"] * 4)}
    whole = write_cities(geo / "made", {n: (c, ("GR",)) for n, c in networks.items()}).read_bytes()
    rng = random.Random(7)
    lookup = Lookup(geo)
    for turn in range(150):
        damaged = bytearray(whole)
        for _ in range(rng.choice((1, 3, 20))):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        (geo / "city.mmdb").write_bytes(damaged)
        os.utime(geo / "city.mmdb", ns=(turn, turn))
        lookup.refresh()
        for network in networks:
            country = lookup.place(network).country
            assert country == "" or (len(country) == 2 and country.isalpha())


def test_the_licence_is_credited_by_the_line_beside_the_file_or_by_its_type(geo: Path) -> None:
    write_cities(geo / "city.mmdb", {NL: ("NL", ())})
    write_owners(geo / "asn.mmdb", {NL: "X"}, "DBIP-ASN-Lite (compat=GeoLite2-ASN)")
    write_flat_countries(geo / "country.mmdb", {NL: "NL"})
    lookup = Lookup(geo)
    maxmind, dbip = lookup.credits
    assert "GeoLite Data created by MaxMind, available from https://www.maxmind.com" in maxmind
    assert dbip == "IP Geolocation by DB-IP (https://db-ip.com)"

    (geo / "country.credit").write_text("Data by Somebody (https://example.org)\n", "utf-8")
    assert lookup.refresh() is True
    assert lookup.credits == (maxmind, "Data by Somebody (https://example.org)", dbip)


def test_a_closed_lookup_knows_no_places(geo: Path) -> None:
    write_countries(geo / "country.mmdb", {NL: "NL"})
    lookup = Lookup(geo)
    lookup.close()
    assert lookup.place(NL) == NOWHERE


def test_the_answers_kept_are_bounded(geo: Path) -> None:
    write_countries(geo / "country.mmdb", {"100.0.0.0/8": "NL"})
    lookup = Lookup(geo, cache=64)
    for n in range(1_000):
        assert lookup.place(f"100.{n // 256}.{n % 256}.0/24").country == "NL"
        lookup.device(f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0")
    assert len(lookup._shelf.answers) <= 64
    assert len(lookup._devices) <= 64


def test_what_is_asked_for_often_stays_known() -> None:
    recent: Recent[int, str] = Recent(10)
    recent.put(0, "often")
    for n in range(1, 100):
        recent.put(n, "once")
        assert recent.get(0) == "often"
        assert len(recent) <= 10
    assert recent.get(1) is None


def test_an_answer_of_a_replaced_database_does_not_enter_the_new_memory(geo: Path) -> None:
    """A thread that began before `refresh` ends after it: its answer goes where it began."""
    write_countries(geo / "country.mmdb", {NL: "NL"})
    lookup = Lookup(geo)
    before = lookup._shelf
    shutil.copy(write_countries(geo / "new", {NL: "DE"}), geo / "country.mmdb")
    lookup.refresh()
    before.answers.put(NL, before.books[0].answer(ipaddress.ip_address("203.0.113.0")))
    assert lookup.place(NL).country == "DE"
