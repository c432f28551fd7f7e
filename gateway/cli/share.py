"""`gateway share`: links that show the figures of one site to somebody without an account."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.errors import GatewayError
from gateway.sharing import USUAL_DAYS, Sharing
from gateway.stores.base import Share
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.shares import SqliteShares

app = typer.Typer(help="Links to figures for somebody without an account.", no_args_is_help=True)


@app.command("add")
@told
def add(
    site: Annotated[str, typer.Option(help="The site whose figures it shows.")],
    name: Annotated[str, typer.Option(help="What it is for, as you will find it again.")],
    config: ConfigPath = DEFAULT,
    days: Annotated[int, typer.Option(help="For how many days it is open: 1 to 366.")] = USUAL_DAYS,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The address alone is enough.")
    ] = False,
    base: Annotated[str | None, typer.Option(help="Address of the gateway.")] = None,
) -> None:
    """Make a link to the figures of a site. Its password is asked for; it is shown this once."""
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)
    password = None if no_password else _password()

    async def make(database: Database) -> None:
        now = int(time.time())
        sharing = Sharing(SqliteShares(database))
        made, key = await sharing.share(chosen.id, name, "", password, days, now)
        said = "its address alone opens it" if password is None else "it asks for the password"
        typer.echo(f"{made.name} shows figures of {chosen.id} until {_day(made.expires)}; {said}.")
        typer.echo("Its address, which is kept nowhere and not shown again:")
        start = base or f"http://{loaded.host}:{loaded.port}"
        typer.echo(f"{start.rstrip('/')}/shared/{key}")

    with_database(loaded, make)


@app.command("list")
@told
def list_(config: ConfigPath = DEFAULT) -> None:
    """The links of all sites, also those that were over in the last 30 days."""
    loaded = configuration.load(config)

    async def show(database: Database) -> None:
        for line in _lines(await SqliteShares(database).listed(), int(time.time())):
            typer.echo(line)

    with_database(loaded, show)


@app.command("end")
@told
def end(
    share: Annotated[int, typer.Argument(metavar="ID", help="As `share list` shows it.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """End a link. It opens nothing from now on."""
    loaded = configuration.load(config)

    async def stop(database: Database) -> None:
        if not await SqliteShares(database).end(share, int(time.time())):
            raise GatewayError(
                f"there is no open link {share}", hint="see `gateway share list` for the numbers"
            )
        typer.echo(f"Link {share} opens nothing any more.")

    with_database(loaded, stop)


def _password() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _lines(listed: Sequence[Share], now: int) -> Iterator[str]:
    if not listed:
        yield "There are no links. Make one with: gateway share add --site SITE --name NAME"
    for one in listed:
        by = f" by {one.maker}" if one.maker else ""
        said = [str(one.id), one.site, one.name, f"made {_day(one.created)}{by}"]
        said.append("without password" if one.password is None else "with password")
        said.append(f"until {_day(one.expires)}" if one.is_open(now) else _over(one))
        yield "  ".join(said)


def _over(one: Share) -> str:
    return f"over {_day(one.expires)}" if one.ended is None else f"ended {_day(one.ended)}"


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
