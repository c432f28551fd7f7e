"""`gateway serve` and `gateway check`."""

from __future__ import annotations

import logging
import time
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, told
from gateway.lookup import Lookup
from gateway.rules.publishing import publish_all
from gateway.web import serving
from gateway.web.app import Gateway
from gateway.web.release import script_digest


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


@told
def check(config: ConfigPath = DEFAULT) -> None:
    """Check the configuration without starting, and say what would be served."""
    loaded = configuration.load(config)
    publish_all(loaded.sites, loaded.texts, script_digest(), int(time.time()))
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
