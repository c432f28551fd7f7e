"""`gateway erase`: forgetting one person."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import keys, upkeep
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.errors import GatewayError
from gateway.recorder import Recorder
from gateway.rules.receipt import digest_of, read
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.erasure import SqliteErasure


@told
def erase(
    site: Annotated[str, typer.Option(help="The site the consent was given to.")],
    config: ConfigPath = DEFAULT,
    receipt: Annotated[str | None, typer.Option(help="The code on the receipt.")] = None,
    consent: Annotated[str | None, typer.Option(help="The consent id.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False,
) -> None:
    """Forget one person: visits, their share of every figure, and whose consent it was."""
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)
    if (receipt is None) == (consent is None):
        raise GatewayError(
            "say whose it is by one of the two: --receipt or --consent",
            hint="the code stands on the visitor's receipt, the id in their cookie gw_consent",
        )
    if not yes:
        typer.confirm("This cannot be undone. Erase everything kept about this person?", abort=True)

    async def forget(database: Database) -> None:
        found = consent or await _by_code(database, chosen.id, str(receipt))
        store = SqliteErasure(database)
        recorder = Recorder(keys.load(loaded.data).visitor)
        gone = await upkeep.erase(chosen, found, store, recorder, int(time.time()))
        if gone is None:
            raise _unknown()
        typer.echo(
            f"{chosen.id}: {gone.events} events and {gone.visits} visits are gone; "
            f"{gone.records} consent records are nobody's now, and the log still adds up."
        )

    with_database(loaded, forget)


async def _by_code(database: Database, site: str, text: str) -> str:
    code = read(text)
    standing = await SqliteConsents(database).by_receipt(site, digest_of(code)) if code else None
    if standing is None:
        raise _unknown()
    return standing.consent_id


def _unknown() -> GatewayError:
    return GatewayError(
        "nothing is known of this consent here",
        hint="check the code and the site; it may have been erased already",
    )
