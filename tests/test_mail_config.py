"""`[mail]` and `[[reports]]`: every mistake is told, and no password is told with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from gateway import config as configuration
from gateway.config.mail import read_password
from gateway.errors import ConfigError, GatewayError
from gateway.mail.wording import Wording, words
from gateway.rules.figures.panel import NOTHING, Figures
from gateway.rules.summary import measures
from gateway.web.labels import label_of
from gateway.web.measures import compared
from tests.test_layout import ROOT

MAIL = """
[mail]
host = "mail.example.nl"
sender = "cijfers@example.nl"
public_url = "https://consent.example.nl"
"""
USER = 'user = "cijfers"\npassword_file = "mail.secret"\n'
REPORT = """
[[reports]]
to = ["anna@example.nl", "bob@example.nl"]
every = "week"
language = "nl"
"""


def write(folder: Path, mail: str = MAIL, report: str = "") -> Path:
    secret = folder / "mail.secret"
    secret.write_text("geheim\n", "utf-8")
    secret.chmod(0o600)
    for name, more in (("gateway.toml", mail), ("sites/demo.toml", report)):
        file = folder / name
        file.write_text(file.read_text("utf-8") + more, "utf-8")
    return folder / "gateway.toml"


@pytest.mark.parametrize(
    ("more", "port"), [("", 587), ('tls = "tls"', 465), ('tls = "none"', 25), ("port = 2525", 2525)]
)
def test_the_port_is_the_usual_one(more: str, port: int, config_folder: Path) -> None:
    loaded = configuration.load(write(config_folder, MAIL + more, REPORT))
    assert loaded.mail is not None
    assert (loaded.mail.port, loaded.mail.password) == (port, "")
    assert loaded.sites[0].reports[0].to == ("anna@example.nl", "bob@example.nl")


def test_the_password_is_read_anew_each_time_and_in_no_value(config_folder: Path) -> None:
    loaded = configuration.load(write(config_folder, MAIL + USER))
    assert loaded.mail is not None
    assert loaded.mail.password == "geheim"
    assert "geheim" not in repr(loaded)
    (config_folder / "mail.secret").write_text("nieuwer", "utf-8")
    assert loaded.mail.password == "nieuwer"


MISTAKES = [
    (MAIL.replace("mail.example.nl", "mail.example.nl:25"), "", "mail.host", "without a port"),
    (MAIL.replace("cijfers@", "Cijfers <x>@"), "", "mail.sender", "an e-mail address"),
    (MAIL.replace("cijfers@example.nl", "a@b.nl\\r\\nBcc: c@d.nl"), "", "mail.sender", "address"),
    (MAIL.replace("https://", ""), "", "mail.public_url", "https://consent.example.nl"),
    (MAIL.replace('.nl"\n', '.nl?x=1"\n'), "", "mail.", "wanted"),
    (MAIL + 'tls = "ssl"', "", "mail.tls", "one of none, starttls, tls"),
    (MAIL + 'user = "x"', "", "mail.password_file", "both user and password_file"),
    (MAIL + 'password_file = "mail.secret"', "", "mail.user", "both user and password_file"),
    (MAIL + USER.replace("cijfers", "a\\nb"), "", "mail.user", "on one line"),
    (MAIL + USER + 'tls = "none"', "", "mail.tls", "does not travel in the clear"),
    (MAIL + USER.replace("mail.secret", "none"), "", "mail.password_file", "cannot be read"),
    (MAIL + 'password = "geheim"', "", "mail.password", "password_file"),
    ("", REPORT, "reports", "[mail] in gateway.toml"),
    (MAIL, REPORT.replace("bob@example.nl", "bob"), "reports[0].to[1]", "anna@example.nl"),
    (MAIL, REPORT.replace("bob", "ANNA"), "reports[0].to", "each address once"),
    (MAIL, REPORT.replace("week", "day"), "reports[0].every", "one of week, month"),
    (MAIL, REPORT.replace('"nl"', '"de"'), "reports[0].language", "one of nl, en"),
    (MAIL, REPORT + REPORT, "reports[1].every", "put all into its `to`"),
]


@pytest.mark.parametrize(("mail", "report", "key", "wanted"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_told_with_key_and_what_was_wanted(
    mail: str, report: str, key: str, wanted: str, config_folder: Path
) -> None:
    with pytest.raises(ConfigError) as raised:
        configuration.load(write(config_folder, mail, report))
    assert raised.value.key.startswith(key)
    assert wanted in raised.value.message
    assert "geheim" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"geheim", 0o644, "others can read"),
        (b"geheim", 0o640, "others can read"),
        (b"", 0o600, "one line of 1 to"),
        (b"two\nlines", 0o600, "one line of 1 to"),
        (b"x" * 1_001, 0o600, "one line of 1 to"),
        (b"\xff\xfe", 0o600, "is no text"),
    ],
)
def test_a_password_file_that_is_no_secret_or_no_password_is_refused(
    content: bytes, mode: int, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(GatewayError, match=said) as raised:
        read_password(file)
    assert "geheim" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize("content", [b"geheim", b"geheim\n", b"geheim\r\n"])
def test_an_end_of_line_is_no_part_of_a_password(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    file.chmod(0o400)
    assert read_password(file) == "geheim"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_word_is_the_same_in_a_mail_as_on_the_dashboard(language: str) -> None:
    path = ROOT / "gateway/web/texts" / f"{language}.toml"
    page: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    mail = words(language)
    for table, there in (
        *((one, page[one]) for one in ("figures", "panels", "labels", "consent")),
        ("mail", page["compare"]),
    ):
        both = mail[table].keys() & there.keys()
        assert len(both) >= 2, table
        assert {key: mail[table][key] for key in both} == {key: there[key] for key in both}


_BEFORE = Figures(visitors=100, visits=200, views=300, acts=0, bounces=90, minutes=300)
_AFTER = [
    Figures(visitors=1_105, visits=1_500, views=4_321, acts=9, bounces=130, minutes=4_321),
    Figures(visitors=99, visits=200, views=300, acts=0, bounces=91, minutes=251),
    Figures(visitors=30, visits=31, views=32, acts=0, bounces=2, minutes=0),
    NOTHING,
]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("figures", _AFTER)
def test_a_figure_is_written_as_on_the_dashboard(figures: Figures, language: str) -> None:
    wording = Wording(language)
    for mine, page in zip(
        measures(figures, _BEFORE), compared(figures, _BEFORE, language), strict=True
    ):
        assert mine.name == page.name
        if page.value is not None:
            assert wording.value(mine) == page.text
        if page.change is not None:
            assert wording.change(mine) == page.change.by
        assert (mine.value is None, mine.change is None) == (
            page.value is None,
            page.change is None,
        )


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_value_is_called_as_on_the_dashboard(language: str) -> None:
    channels = tuple(words(language)["labels"].keys() - {"unknown", "direct"})
    for dimension, values in (
        ("channel", ("", "direct", *channels)),
        ("referrer", ("", "nieuws.nl")),
        ("country", ("", "NL", "XX")),
        ("page", ("/", "/vacatures")),
    ):
        for value in values:
            assert Wording(language).label(dimension, value) == label_of(dimension, value, language)


def test_every_channel_there_is_has_a_word() -> None:
    path = ROOT / "gateway/sources/channels.toml"
    told: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    known = {"direct", "referral", "campaign", *told["sources"], *told["media"], *told["clicks"]}
    assert known <= words("nl")["labels"].keys()
