"""Hands one message to a mail server: bounded in time, certificates checked, and told in words an
operator can act on. What a server says is not repeated but for its codes: it may hold an address.

The message goes out once at most. `leaving` is asked right before its content is sent: until then
any failure can be tried again, and after it only a server that clearly said no.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from gateway.errors import GatewayError
from gateway.rules.mailbox import domain_of

LONGEST = 90.0
"""Seconds for one attempt, however slowly a server answers."""
_TIMEOUT = 20.0
"""Seconds without an answer to one command."""
_BYE = 2.0
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")  # RFC 3463


class Server(Protocol):
    """A mail server, as whom mail is given to it, and where the links in it lead: `[mail]` of the
    configuration. The password is read when it is needed, which may raise GatewayError."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> Literal["none", "starttls", "tls"]: ...
    @property
    def sender(self) -> str: ...
    @property
    def public_url(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt. `later`: it can be tried again. `never`: the server will not take
    it. `unsure`: it may have taken it."""

    kind: Literal["sent", "later", "never", "unsure"]
    words: str
    hint: str = ""


_UNSURE = Outcome(
    "unsure",
    "no answer after it was handed over",
    "ask the recipients; `gateway mail send` sends it again",
)


async def _at_once() -> bool:
    return True


async def post(
    server: Server,
    to: Sequence[str],
    content: bytes,
    leaving: Callable[[], Awaitable[bool]] = _at_once,
) -> Outcome:
    """Hand a message over. Raises nothing that a server or a network can cause."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=_TIMEOUT,
        use_tls=server.tls == "tls",
        start_tls=False,
        # Not the name of this machine, which is nobody's concern and may take a look-up to find.
        local_hostname=domain_of(server.sender),
    )
    handed = False
    try:
        async with asyncio.timeout(LONGEST):
            problem = await _greet(client, server)
            if problem is not None:
                return problem
            refused = await _address(client, server.sender, to)
            if len(refused) == len(to):
                return _all_refused(refused)
            if not await leaving():
                return Outcome("later", "another process has it")
            handed = True
            await client.data(content)
    except SMTPDataError as refusal:
        # Also after it was handed over: this is a clear no.
        hint = "see the log of the mail server"
        return _refusal(refusal, "the server refused the message", hint)
    except (SMTPException, OSError, TimeoutError, GatewayError) as trouble:
        return _UNSURE if handed else _told(trouble, server)
    except Exception as trouble:
        # Raised on, it would be taken for one before it was handed over.
        if not handed:
            raise
        return Outcome("unsure", f"{_UNSURE.words}: {type(trouble).__name__}", _UNSURE.hint)
    finally:
        await _leave(client)
    words = "sent"
    if refused:
        words += f"; {len(refused)} of {len(to)} recipients refused {_code(refused[0])}"
    return Outcome("sent", words, "check `to` under [[reports]]" if refused else "")


async def _greet(client: SMTP, server: Server) -> Outcome | None:
    """Up to where the server knows who we are."""
    await client.connect()
    await client.ehlo()
    if server.tls == "starttls":
        if not client.supports_extension("starttls"):
            hint = 'ask its operator; under [mail], `tls = "tls"` is for port 465'
            return Outcome("later", "the server offers no STARTTLS", hint)
        await client.starttls()
        await client.ehlo()
    if server.user:
        if not client.supports_extension("auth"):
            hint = "leave out user and password_file under [mail], or correct tls and port"
            return Outcome("later", "the server lets nobody sign in here", hint)
        await client.login(server.user, server.password)
    return None


async def _address(client: SMTP, sender: str, to: Sequence[str]) -> list[SMTPRecipientRefused]:
    """From whom and to whom; who was refused."""
    refused = []
    await client.mail(sender)
    for one in to:
        try:
            await client.rcpt(one)
        except SMTPRecipientRefused as refusal:
            refused.append(refusal)
    return refused


async def _leave(client: SMTP) -> None:
    """What was taken is taken, whatever comes of the goodbye."""
    with suppress(SMTPException, OSError, TimeoutError):
        if client.is_connected:
            await client.quit(timeout=_BYE)
    client.close()


def _all_refused(refused: Sequence[SMTPRecipientRefused]) -> Outcome:
    # One that is only asked to wait may be let in later: grey-listing does so.
    first = min(refused, key=lambda one: one.code)
    return _refusal(first, "the server refused every recipient", "check `to` under [[reports]]")


def _refusal(problem: SMTPResponseException, words: str, hint: str) -> Outcome:
    kind: Literal["later", "never"] = "never" if problem.code >= 500 else "later"
    return Outcome(kind, f"{words} {_code(problem)}", hint)


def _code(problem: SMTPResponseException) -> str:
    enhanced = _ENHANCED.match(problem.message)
    return f"({problem.code} {enhanced[1]})" if enhanced else f"({problem.code})"


def _told(trouble: BaseException, server: Server) -> Outcome:
    at = f"{server.host}:{server.port}"
    match trouble:
        case GatewayError():
            return Outcome("later", trouble.message, trouble.hint)
        case SMTPAuthenticationError():
            words = f"the server refused user and password {_code(trouble)}"
            return Outcome("later", words, "correct user and password_file under [mail]")
        case SMTPSenderRefused():
            return _refusal(trouble, "the server refused the sender", "correct sender under [mail]")
        case SMTPResponseException():
            # Nothing of the message was said yet: another time it may be let in.
            return Outcome("later", f"{at} refused {_code(trouble)}", "see the log of the server")
    return _unreached(_cause(trouble), at)


def _unreached(cause: BaseException, at: str) -> Outcome:
    hint = "correct host, port and tls under [mail], or start the mail server"
    match cause:
        case ConnectionRefusedError():
            words = f"nobody answers at {at}"
        case socket.gaierror():
            words = f"the host of {at} is not found"
        case ssl.SSLCertVerificationError():
            words = f"the certificate of {at} is refused: {cause.verify_message}"
            hint = (
                "host under [mail] must be the name in the certificate; name an authority of your "
                "own with SSL_CERT_FILE"
            )
        case ssl.SSLError():
            words = f"no secure connection with {at}"
            hint = 'under [mail], `tls = "tls"` is for port 465, "starttls" for 587'
        case TimeoutError():
            words = f"{at} did not answer in time"
        case _:
            words = f"the connection with {at} failed ({type(cause).__name__})"
    return Outcome("later", words, hint)


def _cause(trouble: BaseException) -> BaseException:
    """What the library wrapped."""
    while isinstance(trouble, SMTPException) and trouble.__cause__ is not None:
        trouble = trouble.__cause__
    return trouble
