"""`gateway webhook`: who was told that a consent ended, and who was not (R22)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.errors import GatewayError
from gateway.rules.moment import iso
from gateway.stores.base import Delivery
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.deliveries import SqliteDeliveries

app = typer.Typer(help="Messages to recipients about consents that ended.", no_args_is_help=True)

_HEAD = (
    ("id", "time", "site", "hook", "state", "purposes")
    + ("status", "attempts", "answer", "next try")
)  # fmt: skip


@app.command("list")
@told
def webhook_list(
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
) -> None:
    """Show the messages, newest first, and how telling them went."""
    loaded = configuration.load(config)
    if site is not None:
        sites_named(loaded, site)

    async def show(database: Database) -> None:
        found = await SqliteDeliveries(database).listed(site, limit)
        if not found:
            typer.echo("There are no messages.")
            return
        for line in _lines([_HEAD, *(_cells(delivery) for delivery in found)]):
            typer.echo(line)

    with_database(loaded, show)


@app.command("retry")
@told
def webhook_retry(
    number: Annotated[int, typer.Argument(metavar="ID", help="Its id in `gateway webhook list`.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """Send a message again that failed."""
    loaded = configuration.load(config)

    async def again(database: Database) -> None:
        if not await SqliteDeliveries(database).retry(number, int(time.time())):
            raise GatewayError(
                f"message {number} cannot be sent again",
                hint="only one that failed can, as long as its consent is known; "
                "see `gateway webhook list`",
            )
        typer.echo(f"Message {number} is due; a running gateway sends it.")

    with_database(loaded, again)


def _cells(delivery: Delivery) -> tuple[str, ...]:
    """Never the consent id: terminals keep what they showed."""
    return (
        str(delivery.id),
        iso(delivery.created),
        delivery.site,
        delivery.hook,
        delivery.state,
        ",".join(delivery.purposes),
        delivery.status,
        str(delivery.attempts),
        delivery.answer or "-",
        "-" if delivery.next_try is None else iso(delivery.next_try),
    )


def _lines(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
