"""`gateway mail`: the summaries that go out, to see and to send by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Annotated, Any

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.config import Config, Mail
from gateway.errors import GatewayError
from gateway.figures import Reader
from gateway.lookup import Lookup
from gateway.mail.composing import Envelope, html, message, plain
from gateway.mail.sending import post
from gateway.mail.summary import Sources, Summary
from gateway.rules.mailbox import is_mailbox
from gateway.rules.moment import iso, local_day
from gateway.rules.site import Every, ReportLanguage, Site
from gateway.rules.summary import over
from gateway.stores.base import Sending
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.figures import SqliteFigures
from gateway.stores.sqlite.reports import SqliteReports

app = typer.Typer(help="Summaries of the figures, by mail.", no_args_is_help=True)

_HEAD = ("site", "every", "from", "language", "status", "attempts", "next try", "answer")
_NOWHERE = "https://HOST"

SiteName = Annotated[str, typer.Option(help="The site.")]
Period = Annotated[Every, typer.Option(help="The last week or month that is over.")]
Language = Annotated[ReportLanguage, typer.Option(help="Of the mail.")]


@app.command("show")
@told
def mail_show(
    site: SiteName,
    config: ConfigPath = DEFAULT,
    every: Period = "week",
    language: Language = "nl",
    as_html: Annotated[bool, typer.Option("--html", help="The part in HTML.")] = False,
) -> None:
    """Print the summary of the last week or month, and send nothing."""
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)

    async def show(summary: Summary, envelope: Envelope) -> None:
        made = html if as_html else plain
        typer.echo(made(summary, language, envelope), nl=False)

    _with_summary(loaded, chosen, every, show)


@app.command("send")
@told
def mail_send(
    site: SiteName,
    to: Annotated[str, typer.Option(help="Whom to send it to.")],
    config: ConfigPath = DEFAULT,
    every: Period = "week",
    language: Language = "nl",
) -> None:
    """Send the summary of the last week or month now, whether or not it was sent before."""
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)
    server = _server(loaded, config)
    if not is_mailbox(to):
        raise GatewayError(f"{to!r} is no e-mail address", hint="write it as anna@example.nl")

    async def send(summary: Summary, envelope: Envelope) -> None:
        made = message(summary, language, [to], envelope, int(time.time()))
        outcome = await post(server, [to], made.as_bytes())
        if outcome.kind != "sent":
            raise GatewayError(f"not sent: {outcome.words}", hint=outcome.hint)
        typer.echo(f"{server.host} took it: {made['Subject']}")

    _with_summary(loaded, chosen, every, send)


@app.command("list")
@told
def mail_list(
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the latest.")] = 20,
) -> None:
    """Show which summaries were sent, and which were not. By hand sent ones are not among them."""
    loaded = configuration.load(config)
    if site is not None:
        sites_named(loaded, site)

    async def show(database: Database) -> None:
        found = await SqliteReports(database).listed(site, limit)
        if not found:
            typer.echo("No summary has been due yet.")
            return
        for line in _lines([_HEAD, *(_cells(one) for one in found)]):
            typer.echo(line)

    with_database(loaded, show)


def _server(loaded: Config, config: object) -> Mail:
    if loaded.mail is None:
        raise GatewayError(
            "there is no mail server to send it with", hint=f"write [mail] into {config}"
        )
    return loaded.mail


def _with_summary(
    loaded: Config,
    site: Site,
    every: Every,
    work: Callable[[Summary, Envelope], Coroutine[Any, Any, None]],
) -> None:
    """The summary of the last period that is over, given to `work`."""

    async def run(database: Database) -> None:
        now = int(time.time())
        span = over(every, local_day(now, site.zone))
        figures = Reader(SqliteFigures(database))
        summary = await Sources(figures, SqliteConsents(database)).read(site, every, span, now)
        sender = loaded.mail.sender if loaded.mail else ""
        url = loaded.mail.public_url if loaded.mail else _NOWHERE
        await work(summary, Envelope(sender, url, _credits(loaded)))

    with_database(loaded, run)


def _credits(loaded: Config) -> tuple[str, ...]:
    lookup = Lookup(loaded.geo)
    try:
        return lookup.credits
    finally:
        lookup.close()


def _cells(one: Sending) -> tuple[str, ...]:
    return (
        one.issue.site,
        one.issue.every,
        one.issue.start.isoformat(),
        one.issue.language,
        one.status,
        str(one.attempts),
        "-" if one.next_try is None else iso(one.next_try),
        one.answer or "-",
    )


def _lines(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
