"""`[mail]` of `gateway.toml`: the mail server that takes summaries, and from whom they are."""

from __future__ import annotations

import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from gateway.errors import ConfigError, GatewayError
from gateway.rules.mailbox import is_mailbox, one_line
from gateway.rules.site import Site

Tls = Literal["none", "starttls", "tls"]

PORTS = {"none": 25, "starttls": 587, "tls": 465}

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
)
_HERE = ("127.0.0.1", "localhost", "::1")
_MOST = 1_000


class Mail(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `user` nobody signs in. `port` 0 is the usual one of `tls`, once it is checked."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    sender: str
    public_url: Annotated[str, Meta(max_length=500)]
    tls: Tls = "starttls"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 0
    user: Annotated[str, Meta(max_length=254)] = ""
    password_file: Annotated[str, Meta(max_length=1_000)] = ""

    @property
    def password(self) -> str:
        """Read anew each time, so that a new one needs no restart. Raises GatewayError."""
        return read_password(Path(self.password_file)) if self.user else ""


def checked_mail(path: Path, mail: Mail | None) -> Mail | None:
    """With its port, and the password's file as it can be opened. Raises ConfigError at the first
    mistake."""
    if mail is None:
        return None
    file = str(path)
    if not _HOST.fullmatch(mail.host):
        raise ConfigError(file, "mail.host", mail.host, "a host name or an address, without a port")
    if not is_mailbox(mail.sender):
        wanted = "an e-mail address such as statistics@example.nl"
        raise ConfigError(file, "mail.sender", mail.sender, wanted)
    if not _URL.fullmatch(mail.public_url):
        wanted = "the address of this gateway, such as https://consent.example.nl"
        raise ConfigError(file, "mail.public_url", mail.public_url, wanted)
    if one_line(mail.user) != mail.user:
        raise ConfigError(file, "mail.user", mail.user, "a name on one line")
    if bool(mail.user) != bool(mail.password_file):
        key = "password_file" if mail.user else "user"
        raise ConfigError(file, f"mail.{key}", "", "both user and password_file, or neither")
    if mail.user and mail.tls == "none" and mail.host not in _HERE:
        wanted = "starttls or tls: a password does not travel in the clear"
        raise ConfigError(file, "mail.tls", mail.tls, wanted)
    mail = replace(mail, port=mail.port or PORTS[mail.tls])
    if not mail.user:
        return mail
    found = (path.parent / mail.password_file).absolute()
    try:
        read_password(found)
    except GatewayError as problem:
        wanted = f"a file with the password: {problem.message}; {problem.hint}"
        raise ConfigError(file, "mail.password_file", mail.password_file, wanted) from None
    return replace(mail, password_file=str(found))


def check_reports(file: str, site: Site, mail: Mail | None) -> None:
    """That there is somebody to send a site's reports to, and something to send them with. Raises
    ConfigError."""
    if site.reports and mail is None:
        asked = [report.every for report in site.reports]
        raise ConfigError(file, "reports", asked, "[mail] in gateway.toml, to send them with")
    seen: list[tuple[str, str]] = []
    for index, report in enumerate(site.reports):
        for number, to in enumerate(report.to):
            if not is_mailbox(to):
                wanted = "an e-mail address such as anna@example.nl"
                raise ConfigError(file, f"reports[{index}].to[{number}]", to, wanted)
        if _repeated(report.to):
            raise ConfigError(file, f"reports[{index}].to", list(report.to), "each address once")
        if (report.every, report.language) in seen:
            wanted = (
                f"one report every {report.every} in {report.language!r}: put all into its `to`"
            )
            raise ConfigError(file, f"reports[{index}].every", report.every, wanted)
        seen.append((report.every, report.language))


def read_password(path: Path) -> str:
    """The one line of a file. Raises GatewayError, without a word of what is in it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise GatewayError(f"others can read {path} (mode {mode:o})", hint=f"chmod 600 {path}")
        with path.open(encoding="utf-8") as opened:
            text = opened.read(_MOST + 1).removesuffix("\n").removesuffix("\r")
    except OSError as problem:
        raise GatewayError(
            f"{path} cannot be read ({problem.strerror})", hint="write the password into it"
        ) from None
    except UnicodeDecodeError:
        raise GatewayError(f"{path} is no text", hint="write the password into it") from None
    if not text or len(text) > _MOST or not text.isprintable():
        raise GatewayError(
            f"{path} does not hold one line of 1 to {_MOST} signs",
            hint="write the password into it",
        )
    return text


def _repeated(to: Sequence[str]) -> bool:
    return len({one.casefold() for one in to}) != len(to)
