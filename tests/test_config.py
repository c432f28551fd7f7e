"""Every mistake in the configuration is told with file, key, value and what was wanted."""

from __future__ import annotations

import re
import shutil
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway import config as configuration
from gateway.config import RESERVED, Config
from gateway.errors import ConfigError

MAIN, DUTCH = "gateway.toml", "texts/nl.toml"
DEMO, VELDKAMP = "sites/demo.toml", "sites/veldkamp.toml"


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Put `new` in the place of what the pattern `old` finds first."""
    path = folder / file
    text, times = re.subn(old, lambda _: new, path.read_text("utf-8"), count=1, flags=re.M)
    assert times == 1, f"{old} is not in {file}"
    path.write_text(text, "utf-8")


def refused(folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as refusal:
        configuration.load(folder / MAIN)
    return refusal.value


def test_the_shipped_configuration_loads(config: Config, config_folder: Path) -> None:
    assert [site.id for site in config.sites] == ["demo", "veldkamp"]
    assert (config.host, config.port, config.metrics) == ("127.0.0.1", 8000, True)
    assert config.trusted_proxies == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert config.data == config_folder.parent / "data"
    assert config.database == config.data / "gateway.sqlite"
    assert config.geo == config.data / "geo"
    assert {"nl", "en"} <= set(config.texts)
    assert all(set(site.languages) <= set(config.texts) for site in config.sites)


def test_what_the_shipped_file_says_is_the_default(config: Config, config_folder: Path) -> None:
    (config_folder / MAIN).write_text("")
    assert configuration.load(config_folder / MAIN) == config


_OTHER_BASIS = 'basis = "vital_interests"'
_TEXTS = "purposes[0].texts.en"
_COOKIE = "purposes[0].cookies[0]"
_COUNTRY = "purposes[2].recipients[0].country"
_MISTAKES = [
    # file, what is written over it, key, value, wanted
    (MAIN, "port = 8000", 'port = "8000"', "server.port", "'8000'", "`int`"),
    (MAIN, "port = 8000", "port = 70000", "server.port", "70000", "<= 65535"),
    (MAIN, "port = 8000", "port = -1", "server.port", "-1", ">= 0"),
    (MAIN, "metrics = true", "metrics = 1", "server.metrics", "1", "`bool`"),
    (MAIN, "host =", "hots =", "server.hots", "'127.0.0.1'", "check the spelling"),
    (MAIN, r"\[storage\]", "[store]", "store", "{'data'", "check the spelling"),
    (MAIN, '"127.0.0.0/8"', '"127.0.0.0/99"', "server.trusted_proxies[0]", "99", "such as"),
    (MAIN, '"127.0.0.0/8"', "7", "server.trusted_proxies[0]", "7", "`str`"),
    (MAIN, r"\[server\]", "[server", "the file", "unreadable", "TOML"),
    (MAIN, r"(?<=_site = )20_000", "-1", "limits.events_per_site", "-1", ">= 0"),
    (MAIN, r"(?<=_site = )20_000", "1.5", "limits.events_per_site", "1.5", "`int`"),
    (MAIN, r"(?<=_burst = )40_000", "0", "limits.events_per_site_burst", "0", ">= 1"),
    (MAIN, r"(?<=_burst = )40_000", "10_000_000", "limits.events_per_site_burst", "0", "<= 10000"),
    (MAIN, "^choices_per_site =", "choices_a_site =", "limits.choices_a_site", "2000", "spelling"),
    (DEMO, '^id = "demo"', "", "id", "is missing", "required"),
    (DEMO, '^id = "demo"', 'id = "Demo"', "id", "'Demo'", "matching regex"),
    (DEMO, '^id = "demo"', 'id = "demo\\n"', "id", r"'demo\n'", "matching regex"),
    (DEMO, '^id = "demo"', 'id = "../x"', "id", "'../x'", "matching regex"),
    (DEMO, '^id = "demo"', 'id = "api"', "id", "'api'", "does not use in its own paths"),
    (VELDKAMP, '^id = "veldkamp"', 'id = "demo"', "id", "'demo'", "no other site has"),
    (DEMO, r"^origins = \[.*\]", "origins = []", "origins", "[]", "length >= 1"),
    (DEMO, '"http://127.0.0.1:8000"', '"127.0.0.1:8000"', "origins[0]", "8000'", "https://host"),
    (DEMO, '^time_zone = ".*"', 'time_zone = "Amsterdam"', "time_zone", "'Amsterdam'", "Europe/"),
    (DEMO, '^jurisdiction = "NL"', 'jurisdiction = "nl"', "jurisdiction", "'nl'", "regex"),
    (DEMO, '^privacy_url = ".*"', 'privacy_url = "javascript:x"', "privacy_url", "jav", "a path"),
    (DEMO, "^validity_months = 6", "validity_months = 24", "validity_months", "24", "<= 13"),
    (DEMO, "^threshold = 5", "threshold = 0", "threshold", "0", ">= 1"),
    (DEMO, "^threshold = 5", "thresold = 5", "thresold", "5", "check the spelling"),
    (DEMO, r"^languages = .*", 'languages = ["nl", "xx"]', "languages", "'xx'", "xx.toml"),
    (DEMO, r"^\[names\]\nnl = .*", "[names]", "names.nl", "is missing", "the site's name"),
    (DEMO, r"^\[names\]\nnl = .*", "[names]\nnl = 7", "names", "'nl': 7", "`str`"),
    (DEMO, r"^\[names\]\nnl = ", "[names]\nNL = ", "names", "'NL': ", "for each key in it"),
    (DEMO, r"^events_days = 395", "events_days = 9999", "retention.events_days", "9999", "<= 760"),
    (DEMO, r"^events_days = 395", "events_days = 30", "retention.events_days", "30", "the same as"),
    (DEMO, '^contact = ".*"', "", "controllers[0].contact", "is missing", "required"),
    (DEMO, '^id = "marketing"', 'id = "analytics"', "purposes", "'analytics'", "each id once"),
    (DEMO, '^id = "analytics"', 'id = "measuring"', "purposes", "'measuring'", "the id analytics"),
    (DEMO, '^basis = "consent"', _OTHER_BASIS, "purposes[1].texts.nl.reason", "''", "R14"),
    (DEMO, '^basis = "consent"', 'basis = "because"', "purposes[1].basis", "'because'", "one of"),
    (DEMO, r"^\[purposes.texts.en\]", "[purposes.texts.fy]", _TEXTS, "missing", "name"),
    (DEMO, r", en = \"Keeps.*\" }", " }", f"{_COOKIE}.texts.en", "missing", "is for"),
    (DEMO, "^lifetime_days = 183", "lifetime_days = -1", f"{_COOKIE}.lifetime_days", "-1", ">= 0"),
    (DEMO, '^country = "NL"', 'country = "Nederland"', _COUNTRY, "Ned", "regex"),
    (DEMO, "^steps = .*", 'steps = ["vacature", "win"]', "funnels[0].steps", "'win'", "of goals"),
    (DUTCH, r"^accept = .*", "accept = 7", "banner.accept", "7", "a text"),
    (DUTCH, r"^accept = .*", 'accept = " "', "banner.accept", "' '", "a text"),
    (DUTCH, r"^accept = .*", "", "banner.accept", "is missing", "a text the banner shows"),
    (DUTCH, r"^accept = ", 'acept = "x"\naccept = ', "banner.acept", "'x'", "check the spelling"),
    (DUTCH, r"^\[banner\]", "banner = 3\n[other]", "banner", "missing", "a table of texts"),
    (DUTCH, r"^\[banner\]", "[banner", "the file", "unreadable", "TOML"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "value", "wanted"),
    _MISTAKES,
    ids=[f"{key} {number}" for number, (_, _, _, key, _, _) in enumerate(_MISTAKES)],
)
def test_a_mistake_names_file_key_value_and_what_was_wanted(
    config_folder: Path, file: str, old: str, new: str, key: str, value: str, wanted: str
) -> None:
    change(config_folder, file, old, new)
    problem = refused(config_folder)
    assert problem.file == str(config_folder / file)
    assert problem.key == key
    assert value in problem.message
    assert wanted in problem.wanted
    assert problem.message.startswith(f"{problem.file}: {key} is ")
    assert problem.message.endswith(f"; wanted {problem.wanted}")
    assert problem.hint == f"edit {key} in {problem.file}"


def test_measuring_on_another_basis_than_consent_is_refused(config_folder: Path) -> None:
    for text in ("nl", "en"):
        heading = rf'(id = "analytics"\n(?:.*\n)*?\[purposes\.texts\.{text}\]\n)'
        path = config_folder / DEMO
        path.write_text(re.sub(heading, r'\1reason = "Mag."\n', path.read_text("utf-8"), count=1))
    change(config_folder, DEMO, '^basis = "consent"', 'basis = "legitimate_interests"')
    problem = refused(config_folder)
    assert problem.key == "purposes.analytics.basis"
    assert (problem.value, problem.wanted) == ("legitimate_interests", "consent")


@pytest.mark.parametrize(
    "origin",
    [
        "site.nl", "//site.nl", "https://", "https://site.nl/", "https://site.nl/pad",
        "https://site.nl?x", "https://site.nl#x", "https://jan@site.nl", "https://Site.nl",
        "HTTPS://site.nl", "ftp://site.nl", "https://site.nl:", "https://site.nl:x",
        "https://site.nl:443", "http://site.nl:80", "https://site.nl:70000", "https://site.nl:0",
        "https://site.nl:0443", "https://*.site.nl", "*", "null", "https://a b.nl", "https://.nl",
        "https://münchen.de", "https://[::1", " https://site.nl", "https://site.nl\\n",
        "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_an_origin_no_browser_sends_is_refused(config_folder: Path, origin: str) -> None:
    """It would be there for nothing: the page it was meant for is told `wrong origin`."""
    change(config_folder, DEMO, r"^origins = \[.*\]", f'origins = ["https://ok.nl", "{origin}"]')
    assert refused(config_folder).key == "origins[1]"


@pytest.mark.parametrize(
    "origin",
    [
        "https://site.nl", "https://www.site.nl:8443", "http://localhost:8000", "http://[::1]:8000",
        "http://127.0.0.1", "https://xn--mnchen-3ya.de", "http://site.nl:443", "https://my_site.nl",
    ],
)  # fmt: skip
def test_an_origin_as_a_browser_sends_it_is_taken(config_folder: Path, origin: str) -> None:
    change(config_folder, DEMO, r"^origins = \[.*\]", f'origins = ["{origin}"]')
    assert configuration.load(config_folder / MAIN).sites[0].origins == (origin,)


@pytest.mark.parametrize(
    ("domain", "taken"),
    [
        ("site.nl", True), ("www.site.nl", True), ("", True), ("shop.site.nl", False),
        ("ite.nl", False), (".site.nl", False), ("https://site.nl", False), ("other.nl", False),
        ("site.nl; Path=/", False), ("Site.nl", False), ("nl", False),
    ],
)  # fmt: skip
def test_a_cookie_domain_is_that_of_an_origin(
    config_folder: Path, domain: str, taken: bool
) -> None:
    change(
        config_folder, DEMO, r"^origins = \[.*\]",
        f'origins = ["https://www.site.nl:8443"]\ncookie_domain = "{domain}"',
    )  # fmt: skip
    if taken:
        assert configuration.load(config_folder / MAIN).sites[0].cookie_domain == domain
    else:
        assert refused(config_folder).key == "cookie_domain"


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        ("https://www.site.nl", False), ("https://site.nl:8443", False),
        ("https://werk.site.nl", False), ("https://website.nl", True), ("https://site.com", True),
    ],
)  # fmt: skip
def test_no_cookie_reaches_the_pages_of_another_site(
    config_folder: Path, other: str, taken: bool
) -> None:
    """Both call theirs `gw_consent`: a choice here would end or replace the one there."""
    change(
        config_folder, VELDKAMP, r"^origins = \[[^\]]*\]",
        'origins = ["https://jobs.site.nl"]\ncookie_domain = "site.nl"',
    )  # fmt: skip
    change(config_folder, DEMO, r"^origins = \[.*\]", f'origins = ["https://ok.nl", "{other}"]')
    if taken:
        assert configuration.load(config_folder / MAIN).sites[1].cookie_domain == "site.nl"
        return
    problem = refused(config_folder)
    assert (problem.file, problem.key) == (str(config_folder / VELDKAMP), "cookie_domain")
    assert problem.wanted == (
        f"no domain that {other} of 'demo' is part of: leave it out, or make them one site"
    )


def test_sites_with_domains_under_one_another_are_refused(config_folder: Path) -> None:
    for file, domain in ((DEMO, "site.nl"), (VELDKAMP, "jobs.site.nl")):
        change(
            config_folder, file, r"^origins = \[[^\]]*\]",
            f'origins = ["https://www.{domain}"]\ncookie_domain = "{domain}"',
        )  # fmt: skip
    assert "https://www.jobs.site.nl of 'veldkamp'" in refused(config_folder).wanted


@pytest.mark.parametrize(
    "name", ["PHPSESSID, cart", "cart session", "a;b", "a=b", "a\\tb", "a\\u0001"]
)
def test_a_cookie_has_one_name_that_can_be_said(config_folder: Path, name: str) -> None:
    change(config_folder, DEMO, '^name = "gw_consent"', f'name = "{name}"')
    problem = refused(config_folder)
    assert problem.key == "purposes[0].cookies[0].name"
    assert "each cookie apart" in problem.wanted
    change(config_folder, DEMO, "^lifetime_days = 183", 'lifetime_days = 183\nkind = "local"')
    configuration.load(config_folder / MAIN)  # entries of a storage can be called anything


def test_a_language_of_which_nothing_is_known_is_refused(config_folder: Path) -> None:
    """Limburgish: no dates, no lists. Its visitors would be answered with a fault."""
    shutil.copy(config_folder / DUTCH, config_folder / "texts/li.toml")
    configuration.load(config_folder / MAIN)  # nobody speaks it
    change(config_folder, DEMO, r"^languages = .*", 'languages = ["nl", "li"]')
    problem = refused(config_folder)
    assert (problem.key, problem.value) == ("languages", "li")
    assert "leave it out" in problem.wanted


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_site_cannot_have_a_path_of_the_gateway_as_its_id(config_folder: Path, word: str) -> None:
    change(config_folder, DEMO, '^id = "demo"', f'id = "{word}"')
    assert refused(config_folder).value == word


@pytest.mark.parametrize(
    ("file", "named"), [(MAIN, "the file"), ("sites", "*.toml")], ids=["main file", "sites"]
)
def test_a_missing_file_is_named(config_folder: Path, file: str, named: str) -> None:
    (config_folder / file).rename(config_folder / "elsewhere")
    problem = refused(config_folder)
    assert (problem.file, problem.key) == (str(config_folder / file), named)
    assert "is missing" in problem.message


@pytest.mark.parametrize("file", [MAIN, DEMO, DUTCH])
def test_a_file_that_is_no_text_is_named(config_folder: Path, file: str) -> None:
    (config_folder / file).write_bytes(b"\xff\xfe")
    assert refused(config_folder).file == str(config_folder / file)


def test_a_folder_in_the_place_of_a_file_is_named(config_folder: Path) -> None:
    (config_folder / DEMO).unlink()
    (config_folder / DEMO).mkdir()
    assert "Is a directory" in refused(config_folder).wanted


def test_data_lie_where_the_environment_says(
    config_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "elsewhere"))
    assert configuration.load(config_folder / MAIN).data == tmp_path / "elsewhere"
    monkeypatch.setenv("GATEWAY_DATA", "")
    assert configuration.load(config_folder / MAIN).data == tmp_path / "data"


def test_data_lie_relative_to_the_file_and_not_to_where_one_stands(
    config_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    change(config_folder, MAIN, 'data = ".*"', 'data = "here"')
    assert configuration.load(config_folder / MAIN).data == config_folder / "here"
    change(config_folder, MAIN, 'data = ".*"', f'data = "{tmp_path}/there"')
    assert configuration.load(config_folder / MAIN).data == tmp_path / "there"
