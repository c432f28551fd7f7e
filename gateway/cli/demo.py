"""`gateway demo`: the demo site's made-up visitors."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import rehearsal
from gateway.aggregate import catch_up
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told
from gateway.errors import GatewayError
from gateway.rehearsal import Played
from gateway.rules.site import Site
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.web.app import Gateway

app = typer.Typer(help="The demo site's made-up visitors.", no_args_is_help=True)

_ALL = "all"
_DAY = 86_400
_MONTH = 31


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is to be made up."""

    days: int
    visitors: int
    seed: int


@app.command("fill")
@told
def demo_fill(
    config: ConfigPath = DEFAULT,
    site: Annotated[
        list[str] | None,
        typer.Option(
            help="The site to fill, several times for several, or `all`.  [default: demo]"
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days up to yesterday.")] = 27,
    visitors: Annotated[
        int, typer.Option(min=1, max=5_000, help="A day, on an average working day.")
    ] = rehearsal.VISITORS,
    seed: Annotated[int, typer.Option(help="The same seed makes up the same visitors.")] = 1,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when the site has choices already.")
    ] = False,
) -> None:
    """Play made-up visitors through the gate, so that the demo has figures to show."""
    loaded = configuration.load(config)
    chosen = {
        one.id: one
        for name in site or ["demo"]
        for one in sites_named(loaded, None if name == _ALL else name)
    }
    gateway = Gateway(loaded)

    async def fill() -> None:
        await gateway.database.open()
        try:
            empty = [
                one for one in chosen.values() if await _is_empty(gateway.consents, one, if_empty)
            ]
            for one in empty:
                typer.echo(await _fill(gateway, one, Wanted(days, visitors, seed)))
            if empty:
                await catch_up(gateway.figures)
        finally:
            await gateway.database.close()

    asyncio.run(fill())


async def _is_empty(consents: SqliteConsents, site: Site, if_empty: bool) -> bool:
    async for _ in consents.walk(site.id):
        if if_empty:
            return False
        raise GatewayError(
            f"{site.id} has choices already, and the log only grows forward",
            hint="fill an empty data folder: made-up history cannot come after real",
        )
    return True


async def _fill(gateway: Gateway, site: Site, wanted: Wanted) -> str:
    """Fill one site, and what was made up for it."""
    until = int(time.time())
    # Shown before the first of them chose.
    start = until - (wanted.days + 1) * _DAY
    notices = rehearsal.notices_over(gateway.notices[site.id], start, wanted.days)
    for notice in notices:
        await gateway.published.publish(notice, notice.first_published)
    stage = rehearsal.Stage(
        site, notices, gateway.policy(site), gateway.lookup, gateway.consents, gateway.events
    )
    with _progress(site.id, wanted.days) as told_of:
        played = await rehearsal.play(
            stage,
            days=wanted.days,
            until=until,
            visitors=wanted.visitors,
            seed=wanted.seed,
            told=told_of,
        )
    views = played.events.get("pageview", 0)
    return (
        f"{site.id}: {played.visitors:,} made-up visitors, {played.consented:,} of them allowed "
        f"measuring, {views:,} page views and {sum(played.events.values()) - views:,} other events"
    )


@contextmanager
def _progress(site: str, days: int) -> Iterator[Callable[[date, Played], None]]:
    """A bar on a terminal, a line a month elsewhere; neither is part of the answer."""
    if sys.stderr.isatty():
        with typer.progressbar(length=days, label=site, file=sys.stderr) as bar:
            yield lambda _day, _played: bar.update(1)
        return

    def line(day: date, played: Played) -> None:
        if days > _MONTH and (day + timedelta(days=1)).day == 1:
            events = sum(played.events.values())
            typer.echo(f"{site}: up to {day}, {events:,} events", err=True)

    yield line
