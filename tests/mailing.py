"""A mail server that takes what it is given, and a site with figures to mail."""

from __future__ import annotations

import asyncio
import email
import logging
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from html import unescape
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.figures import Reader
from gateway.mail import Mailer, Postbox
from gateway.mail.summary import Sources
from gateway.rules.records import Place, Source
from gateway.rules.site import Site
from gateway.stores.base import Sending, Shown
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.notices import SqliteNotices
from tests.rules.building import NOON, a_choice, a_notice, a_site
from tests.serving import _free_port
from tests.stores.conftest import Stores, a_view, appended, over

PATIENTLY = 60.0
"""Seconds: tests run on slow machines too."""
PASSWORD = "zeer-geheim-2027"
FRIDAY = date(2027, 1, 15)  # of NOON
MONDAY = int(datetime(2027, 1, 18, 7, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp())
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


class _Ending(Controller):
    """Ends its connections when it stops, which the library leaves to the garbage collector: a
    client that has said its last word may not be gone yet."""

    def __init__(self, *given: Any, **how: Any) -> None:
        self.sessions: list[SMTP] = []
        super().__init__(*given, **how)

    def factory(self) -> SMTP:
        session: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self.sessions.append(session)
        return session

    async def hang_up(self) -> None:
        for one in self.sessions:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        await asyncio.sleep(0.01)

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self.hang_up(), self.loop).result(PATIENTLY)
        super().stop(no_assert)


@dataclass
class MailServer:
    """A real SMTP server. `refuse` has recipients and what they are answered, `answer` what the
    content is answered; it waits `ponder` seconds with that."""

    port: int = field(default_factory=_free_port)
    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    ponder: float = 0
    contents: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    asked: Event = field(default_factory=Event)
    arrived: Event = field(default_factory=Event)
    _running: _Ending | None = None

    def start(self, pem: Path | None = None, *, tls: bool = False, **more: Any) -> MailServer:
        """With a certificate it speaks STARTTLS, or with `tls` from the first byte."""
        context = None
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
        how: dict[str, Any] = {"ssl_context" if tls else "tls_context": context, **more}
        self._running = _Ending(
            self, hostname="127.0.0.1", port=self.port, server_hostname="mail", **how
        )
        self._running.start()
        return self

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        del server, session, options
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        del server, session
        self.asked.set()
        await asyncio.sleep(self.ponder)
        if self.answer.startswith("250"):
            self.contents.append(envelope.original_content or b"")
            self.envelopes.append(envelope)
            self.arrived.set()
        return self.answer

    @property
    def messages(self) -> list[EmailMessage]:
        """What it took."""
        return [email.message_from_bytes(one, policy=default) for one in self.contents]


def knows(password: str) -> Any:
    """Lets `cijfers` in with this password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        del server, session, envelope, mechanism
        right = (data.login, data.password) == (b"cijfers", password.encode())
        return AuthResult(success=right, handled=False)

    return check


@dataclass
class Account:
    """`[mail]`, as it was checked."""

    port: int
    host: str = "127.0.0.1"
    tls: Literal["none", "starttls", "tls"] = "none"
    sender: str = "cijfers@demo.example"
    public_url: str = "https://consent.demo.example"
    user: str = ""
    password: str = PASSWORD


REPORT = {"to": ["anna@demo.example"], "every": "week", "language": "nl"}


def a_reporting_site(*reports: dict[str, Any], **changes: Any) -> Site:
    names = {"nl": "Demo & Zonen", "en": "Demo & Sons"}
    return a_site(names=names, reports=list(reports or (REPORT,)), **changes)


@dataclass
class Office:
    """What one worker has to mail summaries with, under a clock that is set by hand."""

    database: Database
    account: Account
    site: Site = field(default_factory=a_reporting_site)
    now: int = MONDAY

    def __post_init__(self) -> None:
        self.stores: Stores = over(self.database)
        self.sources = Sources(Reader(self.stores.figures), self.stores.consents)
        self.mailer = self.another()

    def another(self) -> Mailer:
        """The mailer of another worker."""
        postbox = Postbox(self.account, lambda: ("Places by Example",))
        sites = {self.site.id: self.site}
        return Mailer(self.stores.reports, sites, self.sources, postbox, lambda: self.now)

    async def sendings(self) -> Sequence[Sending]:
        return await self.stores.reports.listed(None, 10)

    async def outcomes(self) -> list[tuple[str, str, int]]:
        return [(one.status, one.answer, one.attempts) for one in await self.sendings()]


def text_of(html: str) -> str:
    """What a reader sees."""
    body = html.partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{body}")).split())


def parts(message: EmailMessage) -> tuple[str, str]:
    """The plain one and the one in HTML."""
    plain, html = message.iter_parts()
    kinds = (plain.get_content_type(), html.get_content_type())
    assert kinds == ("text/plain", "text/html")
    return plain.get_content(), html.get_content()


@asynccontextmanager
async def an_office(folder: Path, port: int) -> AsyncIterator[Office]:
    """With two weeks of figures."""
    database = Database(folder / "gateway.sqlite")
    await database.open()
    await SqliteNotices(database).publish(a_notice(), NOON)
    made = Office(database, Account(port))
    await fill(made.stores)
    yield made
    await made.mailer.close()
    await database.close()


RARE = "/zeldzaam"
ODD = "/<script>alert(1)</script>&\u202e"


async def fill(stores: Stores) -> None:
    """Two weeks: ten visitors in the first and twelve in the second, two of them on a rare page
    that nobody else saw, from a rare country and by a rare way."""
    who = [f"c{number}" for number in range(24)]
    await stores.consents.append([appended(a_choice(one), day=FRIDAY.toordinal()) for one in who])
    refused = [appended(a_choice(None), day=FRIDAY.toordinal()) for _ in range(8)]
    await stores.consents.append(refused)
    shown = Shown("demo", FRIDAY.toordinal(), a_choice().notice, "nl", "phone")
    await stores.consents.count_shown([shown] * 40)
    week = 7 * 24 * 60
    minute = NOON // 60
    events = [a_view(one, minute=minute - week) for one in who[:10]]
    events += [a_view(one, minute=minute, path="/vacatures") for one in who[10:22]]
    events += [a_view(one, minute=minute + 4, path=ODD) for one in who[10:19]]
    rare = {"source": Source("zeldzaam.example", "referral"), "place": Place("LI", "", "")}
    events += [a_view(one, minute=minute, path=RARE, **rare) for one in who[22:]]
    await stores.events.insert(events, NOON)
    while await stores.figures.advance(1_000):
        pass
