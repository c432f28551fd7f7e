"""Addresses and headers of mail: nothing that is put into them can begin another line."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 254
"""An address a mail server takes (RFC 5321, 4.5.3.1.3, less its brackets)."""

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(rf"(?=.{{1,64}}@){_LOCAL}@{_LABEL}(?:\.{_LABEL})*")


def is_mailbox(text: str) -> bool:
    """Whether it is a bare address, `anna@example.nl`: no name beside it, no quotes, no line end.
    A domain with other letters is written as it is in DNS: `xn--...`."""
    return len(text) <= LONGEST and _MAILBOX.fullmatch(text) is not None


def domain_of(mailbox: str) -> str:
    """What comes after the @."""
    return mailbox.rpartition("@")[2]


def one_line(text: str) -> str:
    """Without line ends, and without signs that are not seen or turn the text around them: names
    come from files, and paths and hosts from visitors."""
    seen = (" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join("".join(seen).split())
