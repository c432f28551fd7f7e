"""`gateway stats`: the account book, and whether it agrees with the rows that are there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json import dumps
from typing import Annotated

import typer

from gateway import config as configuration
from gateway.cli.start import DEFAULT, ConfigPath, told, with_database
from gateway.errors import GatewayError
from gateway.rules.accounts import DAY_SECONDS, KEPT, Account, account, together
from gateway.stores.sqlite.accounts import SqliteAccounts
from gateway.stores.sqlite.database import Database
from gateway.web.pages import words


@dataclass(frozen=True, slots=True)
class Sheet:
    """What became of a site's events in a period, what was ever kept, and the rows there now."""

    site: str
    period: Account
    kept_ever: int
    rows: int

    @property
    def adds_up(self) -> bool:
        """Rows may be fewer than were kept, by retention and erasure, and never more."""
        return self.rows <= self.kept_ever


@told
def stats(
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, help="Only the last days, today included; days are those of UTC."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Events received, kept and dropped by reason, and whether the rows agree with that."""
    loaded = configuration.load(config)
    since = int(time.time()) // DAY_SECONDS - days + 1 if days else 0
    sheets: list[Sheet] = []

    async def read(database: Database) -> None:
        sheets.extend(await _read(SqliteAccounts(database), since))

    with_database(loaded, read)
    # A site whose file is gone is in the book still.
    known = dict.fromkeys([*(one.id for one in loaded.sites), *(one.site for one in sheets)])
    if site is not None and site not in known:
        raise GatewayError(f"there is no site {site!r}", hint="see `gateway check` for the names")
    found = {one.site: one for one in sheets}
    chosen = [
        found.get(name, Sheet(name, account({}), 0, 0)) for name in known if site in (None, name)
    ]
    first = datetime.fromtimestamp(since * DAY_SECONDS, UTC).date().isoformat() if since else None
    typer.echo(_as_json(chosen, first) if json else "\n".join(_as_text(chosen, first)))
    if not all(one.adds_up for one in chosen):
        raise GatewayError(
            "the account book does not add up: there are more rows than were ever kept",
            hint="rows came in past the gate, or the book was changed; compare with a backup",
        )


async def _read(accounts: SqliteAccounts, since: int) -> list[Sheet]:
    # The rows first: what is kept in between makes the book larger, never too small for them.
    rows = await accounts.rows()
    period, ever = await accounts.totals(since), await accounts.totals()
    return [
        Sheet(
            site, account(period.get(site, {})), ever.get(site, {}).get(KEPT, 0), rows.get(site, 0)
        )
        for site in dict.fromkeys([*ever, *rows])
    ]


def _as_json(sheets: list[Sheet], first: str | None) -> str:
    sites = {
        one.site: {
            **_figures(one.period),
            "kept_ever": one.kept_ever,
            "rows": one.rows,
            "adds_up": one.adds_up,
        }
        for one in sheets
    }
    total = _figures(together(one.period for one in sheets))
    said = {"since": first, "total": total, "sites": sites}
    return dumps(said, indent=2, ensure_ascii=False)


def _figures(one: Account) -> Mapping[str, object]:
    return {"received": one.received, "kept": one.kept, "dropped": one.dropped}


def _as_text(sheets: list[Sheet], first: str | None) -> Iterator[str]:
    yield f"Events since {first} (UTC)" if first else "Events of all time"
    if len(sheets) > 1:
        yield f"\n{len(sheets)} sites together"
        yield from _lines(together(one.period for one in sheets))
    for one in sheets:
        yield f"\n{one.site}"
        yield from _lines(one.period)
        yield f"  {_agreement(one)}"


def _lines(one: Account) -> Iterator[str]:
    meanings = words("en")["meanings"]
    figures = {"received": one.received, KEPT: one.kept, **one.dropped}
    for outcome, n in figures.items():
        share = f"{n / one.received:7.1%}" if one.received else " " * 7
        yield f"  {outcome:<14}{n:>13,} {share}  {meanings.get(outcome, '')}".rstrip()


def _agreement(one: Sheet) -> str:
    if not one.adds_up:
        return (
            f"DOES NOT ADD UP: {one.rows:,} rows are there, but only {one.kept_ever:,} were ever"
            " kept."
        )
    gone = one.kept_ever - one.rows
    why = f"; {gone:,} were deleted by retention or erasure" if gone else ", all that were kept"
    return f"{one.rows:,} rows are there now{why}."
