"""`gateway key`: the keys the gateway signs with, and those of programs that ask for figures."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import keys
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.errors import GatewayError
from gateway.rules.apikey import BYTES, digest_of_key, key_of
from gateway.rules.figures.calendar import day_of
from gateway.stores.base.apikeys import ApiKey
from gateway.stores.sqlite.apikeys import SqliteApiKeys
from gateway.stores.sqlite.database import Database

app = typer.Typer(
    help="The keys the gateway signs with, and those of programs.", no_args_is_help=True
)

_ROTATE = {"heads": keys.rotate_seals, "tokens": keys.rotate_tokens}
_LONGEST_NAME = 80


@app.command("rotate")
@told
def rotate(
    what: Annotated[str, typer.Argument(help="heads (of the consent log) or tokens.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """Make a new signing key. What older ones signed still holds."""
    loaded = configuration.load(config)
    if what not in _ROTATE:
        raise GatewayError(f"there are no keys of {what!r}", hint="use heads or tokens")
    _ROTATE[what](loaded.data)
    typer.echo(
        f"A new key will sign {what} from the next start on. Running workers know it within ten"
        " seconds: restart them after that, one by one."
    )
    if what == "heads":
        typer.echo("Its public half then stands at /SITE/log, beside those of older keys.")


@app.command("add")
@told
def add(
    site: Annotated[list[str], typer.Option(help="A site it may ask about; several times.")],
    name: Annotated[str, typer.Option(help="What it is for, as you will find it again.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """Make a key for a program that asks for figures. It is shown this once."""
    loaded = configuration.load(config)
    chosen = [one.id for asked in site for one in sites_named(loaded, asked)]
    # Numbers are ids: a name that is one would be taken back in place of another key.
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable() or name.isdecimal():
        raise GatewayError(
            "this name cannot be used",
            hint=f"choose one of 1 to {_LONGEST_NAME} characters that is not a number",
        )
    key = key_of(secrets.token_bytes(BYTES))

    async def keep(database: Database) -> None:
        await SqliteApiKeys(database).add(name, digest_of_key(key), chosen, int(time.time()))

    with_database(loaded, keep)
    typer.echo(f"{name} may ask for figures of {', '.join(sorted(set(chosen)))}. Its key, which")
    typer.echo("is kept nowhere and not shown again:")
    typer.echo(key)


@app.command("list")
@told
def list_(config: ConfigPath = DEFAULT) -> None:
    """The keys of programs, and when each was used last."""
    loaded = configuration.load(config)

    async def show(database: Database) -> None:
        for line in _lines(await SqliteApiKeys(database).listed()):
            typer.echo(line)

    with_database(loaded, show)


@app.command("remove")
@told
def remove(
    key: Annotated[str, typer.Argument(metavar="NAME-OR-ID", help="As `key list` shows it.")],
    config: ConfigPath = DEFAULT,
) -> None:
    """Take a key of a program back. It opens nothing from now on."""
    loaded = configuration.load(config)

    async def take_back(database: Database) -> None:
        store = SqliteApiKeys(database)
        named = [one for one in await store.listed() if key in (one.name, str(one.id))]
        holding = [one for one in named if one.revoked is None]
        if not holding or not await store.revoke(holding[0].id, int(time.time())):
            raise GatewayError(
                f"there is no key {key!r}", hint="see `gateway key list` for names and numbers"
            )
        typer.echo(f"{holding[0].name} opens nothing any more.")

    with_database(loaded, take_back)


def _lines(listed: Sequence[ApiKey]) -> Iterator[str]:
    if not listed:
        yield "There are no keys. Make one with: gateway key add --site SITE --name NAME"
    for one in listed:
        made = f"made {_day(one.created)}"
        used = "never used" if one.last_used is None else f"last used {day_of(one.last_used)}"
        said = [str(one.id), one.name, ", ".join(sorted(one.sites)), made, used]
        if one.revoked is not None:
            said.append(f"removed {_day(one.revoked)}")
        yield "  ".join(said)


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
