"""`gateway notice` as an operator or a privacy officer meets it."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway import config as configuration
from gateway.cli import notice
from gateway.cli.start import with_database
from gateway.rules import notice as notices
from gateway.stores.base import Append, Publication
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.web.app import Gateway
from gateway.web.release import integrity, release
from tests.rules.building import a_choice

runner = CliRunner()


def run(folder: Path, *arguments: str, **more: str) -> Result:
    return runner.invoke(
        notice.app, [*arguments, "--config", str(folder / "gateway.toml")], env=more
    )


def publish(folder: Path) -> Sequence[Publication]:
    """Start a gateway and end it again; all versions of the demo, oldest first."""
    gateway = Gateway(configuration.load(folder / "gateway.toml"))

    async def once() -> Sequence[Publication]:
        async with gateway.running():
            return await gateway.published.listed("demo")

    return asyncio.run(once())


def edit(folder: Path, old: str, new: str, site: str = "demo") -> None:
    file = folder / "sites" / f"{site}.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def versions(config_folder: Path) -> list[str]:
    """Ids of two versions of the demo, oldest first: the second has another recipient."""
    [first] = publish(config_folder)
    edit(config_folder, "Filmhuis Voorbeeld", "Filmhuis Anders")
    edit(config_folder, "Filmpjes van anderen tonen.", "Films van anderen tonen.")
    return [first.id, *(one.id for one in publish(config_folder) if one.id != first.id)]


def choose(folder: Path, notice: str, methods: Sequence[str]) -> None:
    """Records under a notice, one for each method."""

    async def append(database: Database) -> None:
        await SqliteConsents(database).append(
            [
                Append(a_choice(f"c{n}", notice=notice, method=m), n, 1, "00" * 16)
                for n, m in enumerate(methods)
            ]
        )

    with_database(configuration.load(folder / "gateway.toml"), append)


def test_every_version_is_listed_with_the_choices_that_name_it(
    config_folder: Path, versions: list[str]
) -> None:
    """What the timer records about a choice is none."""
    choose(config_folder, versions[0], ["button", "page", "timer"])
    lines = run(config_folder, "list", "--site", "demo").output.splitlines()
    assert lines[0] == "demo, times in Europe/Amsterdam"
    said = {line.split()[0]: line for line in lines[2:]}
    assert said.keys() == {name[:12] for name in versions}
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.fullmatch(rf"  \w{{12}}  {when} +2  nl, en", said[versions[0][:12]])
    assert re.fullmatch(rf"  \w{{12}}  {when} +0  nl, en  <- current", said[versions[1][:12]])
    assert max(map(len, lines)) <= 80


def test_a_list_before_anything_was_published_says_how_that_is_done(config_folder: Path) -> None:
    done = run(config_folder, "list")
    assert done.exit_code == 0
    assert done.output.count("the gateway publishes one when it starts") == 2


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (None, ["Deze website is van Noorderlicht Werk B.V.\n", "- Meten: Tellen hoe deze site"]),
        ("en", ["[Reject all] [Accept all] [Settings]", "Purposes", "Necessary (necessary):"]),
    ],
)
def test_a_notice_is_shown_as_a_person_reads_it(
    language: str | None, said: list[str], config_folder: Path, versions: list[str]
) -> None:
    more = ["--language", language] if language else []
    output = run(config_folder, "show", versions[0][:8], *more).output
    for words in [
        *said,
        f"Notice {versions[0]}",
        "Recipients: Filmhuis Voorbeeld (NL)",
        "Cookie gw_consent, 183 days:",
        "Data is kept for 395 days",
        "legal obligation, not asked",
        "privacy@noorderlicht.example",
        "https://autoriteitpersoonsgegevens.nl",
        "valid for 6 months",
    ]:
        assert words in output
    assert "{" not in output
    assert max(map(len, output.splitlines())) <= 80


def test_kinds_of_data_session_cookies_and_countries_are_shown(config_folder: Path) -> None:
    edit(config_folder, "lifetime_days = 30", "lifetime_days = 0")
    edit(
        config_folder,
        'description = "Tellen hoe deze site wordt gebruikt."',
        'description = "Tellen hoe u hier leest."\ndata = ["Ingekort netwerkadres", "Pagina"]',
    )
    edit(config_folder, "threshold = 5 ", 'storage = ["NL", "DE"]\nthreshold = 5 ')
    publish(config_folder)
    output = run(config_folder, "show", "--site", "demo").output
    assert "Data: Ingekort netwerkadres, Pagina" in output
    assert "Cookie third_party, until the browser closes:" in output
    assert "data is stored in NL, DE." in output


def test_the_json_of_a_notice_has_its_id_as_sha_256(
    config_folder: Path, versions: list[str]
) -> None:
    for name in versions:
        done = run(config_folder, "show", name, "--json")
        assert hashlib.sha256(done.stdout_bytes).hexdigest() == name


def test_a_diff_tells_what_changed_and_what_is_asked_again(
    config_folder: Path, versions: list[str]
) -> None:
    output = run(config_folder, "diff", versions[0][:10], "current", "--site", "demo").output
    for line in (
        "Purpose marketing",
        '  recipient Filmhuis Voorbeeld removed: country "NL"',
        '  recipient Filmhuis Anders added: country "NL"',
        '  description (nl): "Filmpjes van anderen tonen." -> "Films van anderen tonen."',
        "Asked again of who consented under the first: marketing.",
    ):
        assert line in output.splitlines()


def test_a_diff_says_so_when_nothing_is_asked_again(
    config_folder: Path, versions: list[str]
) -> None:
    edit(config_folder, "Films van anderen tonen.", "Filmpjes van anderen tonen.")
    publish(config_folder)
    output = run(config_folder, "diff", versions[1], "--site", "demo").output
    assert "Nothing is asked again" in output
    same = run(config_folder, "diff", versions[0], versions[0]).output
    assert "They are the same notice." in same


def test_capitals_and_spaces_around_an_id_do_not_matter(
    config_folder: Path, versions: list[str]
) -> None:
    done = run(config_folder, "show", f" {versions[0][:12].upper()} ")
    assert f"Notice {versions[0]}" in done.output


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (("show", "current"), "'current' can mean ", "add --site"),
        (("show", "zz"), "there is no notice 'zz'", "gateway notice list"),
        (("show", ""), "there is no notice ''", "gateway notice list"),
        (("show", "current", "--site", "nosuch"), "there is no site 'nosuch'", "gateway check"),
        (("show", "--site", "demo", "--language", "de"), "not shown in 'de'", "nl, en"),
        (("shoot", "--out", "pictures"), "the pictures of one site, not of 2", "add --site"),
        (
            ("shoot", "--site", "demo", "--chromium", "/nowhere/chromium"),
            "there is no program /nowhere/chromium",
            "GATEWAY_CHROMIUM",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.usefixtures("versions")
def test_a_mistake_is_told_with_what_to_do_next(
    arguments: tuple[str, ...], said: str, hint: str, config_folder: Path
) -> None:
    done = run(config_folder, *arguments)
    assert done.exit_code == 1
    message, arrow, advice = done.output.partition("\n  -> ")
    assert said in message
    assert arrow
    assert hint in advice


def test_digits_that_begin_two_ids_are_too_few(config_folder: Path) -> None:
    """Seventeen ids: two of them begin alike."""
    for number in range(17):
        edit(config_folder, "Filmhuis Voorbeeld", f"Filmhuis Voorbeeld {number}")
        listed = publish(config_folder)
    firsts = [one.id[0] for one in listed]
    digit = next(digit for digit in firsts if firsts.count(digit) > 1)
    done = run(config_folder, "show", digit, "--site", "demo")
    assert done.exit_code == 1
    assert "give more digits" in done.output
    for one in listed:
        assert (one.id[:12] in done.output) == one.id.startswith(digit)


def test_notices_of_two_sites_are_not_compared(config_folder: Path, versions: list[str]) -> None:
    listed = run(config_folder, "list", "--site", "veldkamp").output.splitlines()
    done = run(config_folder, "diff", versions[0], listed[2].split()[0])
    assert done.exit_code == 1
    assert "is a notice of demo and" in done.output


def test_before_anything_was_published_the_way_to_publish_is_told(config_folder: Path) -> None:
    done = run(config_folder, "show")
    assert done.exit_code == 1
    assert "start the gateway once" in done.output


def test_texts_that_were_shown_by_other_code_are_not_pictured(config_folder: Path) -> None:
    """A picture of them in today's banner would show what no visitor ever saw (R25)."""
    loaded = configuration.load(config_folder / "gateway.toml")
    [demo] = [site for site in loaded.sites if site.id == "demo"]
    older = notices.publish(notices.content(demo, loaded.texts, "0" * 64), 1_700_000_000)

    async def keep(database: Database) -> None:
        await SqliteNotices(database).publish(older, 1_700_000_000)

    with_database(loaded, keep)
    done = run(config_folder, "shoot", older.id[:12])
    assert done.exit_code == 1
    assert "was shown by other code than is here" in done.output
    assert "take pictures when you publish" in done.output


@pytest.mark.usefixtures("versions")
def test_without_chromium_the_way_to_get_it_is_told(
    config_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GATEWAY_CHROMIUM", raising=False)
    done = run(config_folder, "shoot", "--site", "demo", PATH=str(tmp_path))
    assert done.exit_code == 1
    assert "apt install chromium" in done.output
    assert not (tmp_path / "data" / "notices").exists()


def test_the_lines_for_a_page_are_printed(config_folder: Path) -> None:
    """What is pinned is what is served: the digest is that of the file at that very address."""
    answer = run(config_folder, "tag", "demo", "--host", "https://c.example/").output
    assert '<script src="https://c.example/demo/banner.js" async></script>' in answer
    assert f'/demo/banner/{release().name}/banner.js" integrity="sha384-' in answer
    assert integrity(release().served()["banner.js"]) in answer
