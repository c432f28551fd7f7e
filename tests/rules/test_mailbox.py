"""Addresses that are put into headers of mail, and lines that stay lines."""

from __future__ import annotations

import pytest

from gateway.rules.mailbox import LONGEST, domain_of, is_mailbox, one_line


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.nl",
        "anna.de.vries+cijfers@mail.example.co.uk",
        "o'brien@example.ie",
        "a@localhost",
        "x@xn--brse-5qa.example",
    ],
)
def test_addresses_people_have_are_taken(text: str) -> None:
    assert is_mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "anna", "@example.nl", "anna@", "anna@@example.nl", "anna@example..nl",
        "anna@-example.nl", "anna@example.nl.", ".anna@example.nl", "an na@example.nl",
        "Anna <anna@example.nl>", "anna@example.nl, bob@example.nl", '"anna"@example.nl',
        "anna@example.nl\n", "anna@example.nl\r\nBcc: bob@example.nl", "anna\n@example.nl",
        "anna@exämple.nl", "anna@[127.0.0.1]", f"{'a' * 65}@example.nl",
        "anna@" + ".".join(["a" * 60] * 5),
    ],
)  # fmt: skip
def test_what_is_more_or_less_than_an_address_is_refused(text: str) -> None:
    """Most of all what would begin another header, or another recipient."""
    assert not is_mailbox(text)


def test_no_address_is_longer_than_servers_take() -> None:
    labels = ".".join(["a" * 61] * 4)
    assert not is_mailbox(f"{'a' * (LONGEST - len(labels))}@{labels}")


def test_the_domain_is_what_comes_after_the_sign() -> None:
    assert domain_of("anna@mail.example.nl") == "mail.example.nl"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Veldkamp Groep", "Veldkamp Groep"),
        ("Veldkamp\r\nBcc: bob@example.nl", "Veldkamp Bcc: bob@example.nl"),
        (" a\t b\u2028c\u00a0d ", "a b c d"),
        ("/ab\u202ecod.exe\u200b\x00", "/ab cod.exe"),
        ("Bewindvoering – één", "Bewindvoering – één"),
    ],
)
def test_a_name_or_a_path_stays_on_its_line_and_runs_its_way(text: str, line: str) -> None:
    assert one_line(text) == line
