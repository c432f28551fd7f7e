"""`gateway demo`: the demo site's made-up visitors."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import rehearsal
from gateway.aggregate import catch_up
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told
from gateway.errors import GatewayError
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.web.app import Gateway

app = typer.Typer(help="The demo site's made-up visitors.", no_args_is_help=True)


@app.command("fill")
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
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)
    gateway = Gateway(loaded)

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
