"""The lists of what is known of referrers, campaigns and robots, and that each says where it is
from."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from gateway.rules.channels import referrer_of
from gateway.sources import FOLDER, known_sources, robots

FILES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
# What Apache-2.0 may be given out together with, without more than this to say.
FREE = {"CC0-1.0", "Unlicense", "MIT", "Apache-2.0"}


def lists(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from lists(value, f"{above}{key}.")
        elif isinstance(value, list):
            yield f"{above}{key}", value


LISTS = [(f"{file}.{key}", words) for file, told in FILES.items() for key, words in lists(told)]
CHANNELS = FILES["channels"]


@pytest.mark.parametrize("file", ["bots", "channels", "spam"])
def test_every_list_says_where_it_is_from_under_which_licence_and_how_it_is_renewed(
    file: str,
) -> None:
    about = FILES[file]["about"]
    assert set(about) == {"source", "version", "date", "licence", "renew"}
    assert all(text.strip() for text in about.values())
    assert date.fromisoformat(about["date"]) > date(2026, 1, 1)
    assert about["licence"] in FREE


def test_every_file_was_looked_at() -> None:
    assert sorted(FILES) == ["bots", "channels", "spam"]


@pytest.mark.parametrize(("where", "words"), LISTS, ids=[where for where, _ in LISTS])
def test_every_list_is_in_small_letters_in_the_order_of_the_alphabet(
    where: str, words: list[str]
) -> None:
    assert words
    assert words == sorted(set(words)), where
    assert words == [word.lower() for word in words]


def test_nothing_is_said_of_a_host_or_a_word_twice() -> None:
    for part in (CHANNELS["media"], CHANNELS["sources"], FILES["bots"]["bots"]):
        counted = Counter(word for _, words in lists(part) for word in words)
        assert [word for word, times in counted.items() if times > 1] == []


def test_names_are_in_the_order_of_the_alphabet_and_stand_for_one_channel() -> None:
    names = [name for sources in CHANNELS["sources"].values() for name in sources]
    assert len(names) == len({name.lower() for name in names})
    for sources in CHANNELS["sources"].values():
        assert list(sources) == sorted(sources, key=str.lower)


def test_every_host_is_written_as_a_referrer_is_cut() -> None:
    """Else it would never be found."""
    host = re.compile(r"(?:[a-z0-9-]+\.)+(?:[a-z]+|\*)|[a-z]+\.|[a-z][a-z _-]*")
    words = [word for _, words in lists(CHANNELS["sources"]) for word in words]
    assert [word for word in words if not host.fullmatch(word)] == []
    for entry in (*words, *FILES["spam"]["spam"]["hosts"]):
        if "." in entry.strip("."):
            example = entry.replace("*", "nl")
            assert referrer_of(f"https://www.{example}/x", known_sources()).host == example


def test_every_host_is_of_the_channel_it_stands_under() -> None:
    known = known_sources()
    for channel, sources in CHANNELS["sources"].items():
        for entry in (entry for entries in sources.values() for entry in entries):
            if "." in entry:
                example = f"{entry}nl" if entry.endswith(".") else entry.replace("*", "nl")
                assert referrer_of(f"https://{example}/", known).channel == channel, entry


def test_no_source_is_taken_for_spam() -> None:
    known = known_sources()
    for _, words in lists(CHANNELS["sources"]):
        for entry in (entry.replace("*", "com") for entry in words):
            assert not referrer_of(f"https://{entry}/", known).is_spam


@pytest.mark.parametrize(
    ("host", "is_spam"),
    [
        ("semalt.com", True), ("www.semalt.com", True), ("a.b.darodar.com", True),
        ("buttons-for-website.com", True), ("notsemalt.com", False), ("semalt.com.nl", False),
        ("com", False), ("nieuws.nl", False),
    ],
)  # fmt: skip
def test_hosts_that_advertise_themselves_are_known(host: str, is_spam: bool) -> None:
    assert referrer_of(f"https://{host}/a?b=c", known_sources()).is_spam is is_spam


def test_robots_are_known_by_words_long_enough_to_mean_something() -> None:
    assert min(map(len, robots())) >= 3
