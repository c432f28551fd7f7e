"""`gateway verify`: custody of the consent log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import keys, upkeep
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.rules.seal import Seal
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices


@told
def verify(
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
) -> None:
    """Walk the consent log and name the first record that does not add up."""
    loaded = configuration.load(config)
    chosen = [one.id for one in sites_named(loaded, site)]
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

    with_database(loaded, walk)


def _progress(name: str) -> Callable[[int], None]:
    def show(count: int) -> None:
        if count % 100_000 == 0 and sys.stderr.isatty():
            typer.echo(f"{name}: {count} records ...", err=True)

    return show
