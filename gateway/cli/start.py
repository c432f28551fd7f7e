"""What every command begins with: where the configuration is, an open database, and errors told
as what happened and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from gateway import keys
from gateway.config import Config
from gateway.errors import GatewayError
from gateway.rules.site import Site
from gateway.stores.sqlite.database import Database

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


def with_database(loaded: Config, work: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Run `work` on the open database, secrets made before it where there are none."""

    async def run() -> None:
        database = Database(loaded.database)
        await database.open()
        try:
            await work(database)
        finally:
            await database.close()

    keys.load(loaded.data)
    asyncio.run(run())


def sites_named(loaded: Config, site: str | None) -> tuple[Site, ...]:
    """The site of that id, or all of them. Raises GatewayError when there is none."""
    chosen = tuple(one for one in loaded.sites if site in (None, one.id))
    if not chosen:
        raise GatewayError(f"there is no site {site!r}", hint="see `gateway check` for the names")
    return chosen
