"""`gateway user`: staff who may see the figures."""

from __future__ import annotations

import os
import time
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.access import Access
from gateway.cli.start import DEFAULT, ConfigPath, told, with_database
from gateway.errors import GatewayError
from gateway.stores.base import Role
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.staff import SqliteStaff

app = typer.Typer(help="Staff who may see the figures.", no_args_is_help=True)


@app.command("add")
@told
def user_add(
    name: str,
    config: ConfigPath = DEFAULT,
    role: Annotated[str, typer.Option(help="marketing, officer or admin.")] = "marketing",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Only links from `user link` let them in.")
    ] = False,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing when the name is taken.")
    ] = False,
) -> None:
    """Add a member of staff. The password is asked for, or read from GATEWAY_PASSWORD."""
    loaded = configuration.load(config)
    if role not in ("marketing", "officer", "admin"):
        raise GatewayError(f"there is no role {role!r}", hint="use marketing, officer or admin")

    async def add(database: Database) -> None:
        staff = SqliteStaff(database)
        if if_missing and await staff.user(name):
            return
        await Access(staff).add_user(name, _password(no_password), _role(role), int(time.time()))
        typer.echo(f"{name} can sign in as {role}.")

    with_database(loaded, add)


@app.command("link")
@told
def user_link(
    name: str,
    config: ConfigPath = DEFAULT,
    base: Annotated[str | None, typer.Option(help="Address of the gateway.")] = None,
) -> None:
    """Print a link that signs a user in, once and within an hour."""
    loaded = configuration.load(config)

    async def make(database: Database) -> None:
        staff = SqliteStaff(database)
        user = await staff.user(name)
        if user is None:
            raise GatewayError(f"there is no user {name!r}", hint="see `gateway user add --help`")
        key = await Access(staff).link(user, int(time.time()))
        start = base or f"http://{loaded.host}:{loaded.port}"
        typer.echo(f"{start.rstrip('/')}/login/link?key={key}")

    with_database(loaded, make)


def _password(none: bool) -> str | None:
    if none:
        return None
    given = os.environ.get("GATEWAY_PASSWORD")
    return given or str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _role(word: str) -> Role:
    roles: dict[str, Role] = {"marketing": "marketing", "officer": "officer", "admin": "admin"}
    return roles[word]
