"""`gateway serve` and `gateway check`."""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, told, with_database
from gateway.config import Config
from gateway.lookup import Lookup
from gateway.rules.publishing import publish_all
from gateway.stores.sqlite.database import Database
from gateway.web import serving
from gateway.web.app import Gateway
from gateway.web.release import script_digest
from gateway.web.workers import Place, Workers, place

_MOST_WORKERS = 32


@told
def serve(
    config: ConfigPath = DEFAULT,
    host: Annotated[str | None, typer.Option(help="Listen here instead.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen on this port instead.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Show the demo site at /.")] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=_MOST_WORKERS, help="Processes, one for each core at most.")
    ] = 1,
) -> None:
    """Run the gateway until it is told to stop."""
    ours = place(os.environ)
    _begin_log(ours)
    loaded = configuration.load(config)
    address = loaded.host if host is None else host, loaded.port if port is None else port
    if ours is not None:
        gateway = Gateway(loaded, show_demo=demo)
        listener = serving.given(ours.listener)
        serving.run(gateway.asgi, gateway.intake, listener, parent=ours.parent)
    elif workers == 1:
        gateway = Gateway(loaded, show_demo=demo)
        serving.run(gateway.asgi, gateway.intake, serving.listen(*address))
    else:
        _start_workers(loaded, address, workers)


def _start_workers(loaded: Config, address: tuple[str, int], count: int) -> None:
    """Do once what each worker would do or say beside the others, and start them."""

    async def nothing(_: Database) -> None:
        """The schema is up to date as soon as the database is open."""

    _refuse_to_publish_what_breaks_rules(loaded)
    with serving.listen(*address) as listener:
        with_database(loaded, nothing)
        # As this one was started: with another path of modules a worker could find other code.
        Workers(count, listener, (sys.executable, *sys.orig_argv[1:])).run()


def _refuse_to_publish_what_breaks_rules(loaded: Config) -> None:
    publish_all(loaded.sites, loaded.texts, script_digest(), int(time.time()))


def _begin_log(ours: Place | None) -> None:
    who = "" if ours is None else f"worker {ours.number} "
    logging.basicConfig(
        level=logging.INFO, format=f"%(asctime)s {who}%(levelname)s %(name)s: %(message)s"
    )


@told
def check(config: ConfigPath = DEFAULT) -> None:
    """Check the configuration without starting, and say what would be served."""
    loaded = configuration.load(config)
    _refuse_to_publish_what_breaks_rules(loaded)
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
