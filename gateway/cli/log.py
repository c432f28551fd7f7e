"""`gateway verify` and `gateway export`: custody of the consent log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway import config as configuration
from gateway import keys, upkeep
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.errors import ConfigError, GatewayError
from gateway.recorder import Recorder
from gateway.rules.moment import iso
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.heads import SqliteHeads
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.upkeep import export as writing
from gateway.upkeep.offline import verify_file
from gateway.upkeep.trust import Trust, trust, verify_receipt

_STEP = 10_000
"""Records between two reports of progress."""


@told
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="An exported log. It is checked without database or configuration.",
            exists=True, dir_okay=False, show_default=False,
        ),
    ] = None,
    config: ConfigPath = DEFAULT,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key that counts, or a file saved from /{site}/log."),
    ] = None,
    head: Annotated[
        Path | None,
        typer.Option(help="A head that was saved from /{site}/log: the log must agree with it."),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            help="A receipt's file. Alone it is checked by itself; with FILE or --site the log must"
            " agree with it too."
        ),
    ] = None,
) -> None:  # fmt: skip
    """Walk the consent log and name the first record that does not add up."""
    known = trust(key or (), head)
    if receipt is not None:
        public = known.public or _own_keys(config)
        known = known.also(verify_receipt(receipt, public))
        typer.echo(f"{receipt.name}: the receipt holds")
    if file is not None:
        _verify_export(file, known)
    elif receipt is None or site is not None:
        _verify_database(config, site, known)


@told
def export(
    file: Annotated[Path, typer.Argument(help="The file to write.", show_default=False)],
    site: Annotated[str, typer.Option(help="The site.")],
    config: ConfigPath = DEFAULT,
    public: Annotated[
        bool, typer.Option("--public", help="Leave consent ids and salts out, for a regulator.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file when it exists.")
    ] = False,
) -> None:  # fmt: skip
    """Write a site's whole consent log to a file that can be checked without the gateway."""
    loaded = configuration.load(config)
    [chosen] = sites_named(loaded, site)
    seal = keys.load(loaded.data).seal

    async def write(database: Database) -> None:
        heads = SqliteHeads(database)
        source = writing.Source(SqliteConsents(database), SqliteNotices(database), heads)
        size = await _size(heads, chosen.id)
        with _progress(chosen.id) as show:
            done = await writing.export(
                chosen.id, source, seal, int(time.time()), file,
                personal=not public, replace=force, progress=lambda count: show(count, size),
            )  # fmt: skip
        typer.echo(f"{_said(done)}; all of it is in {file}")

    with_database(loaded, write)


def _verify_database(config: Path, site: str | None, known: Trust) -> None:
    loaded = configuration.load(config)
    configured = [one.id for one in loaded.sites]
    if known.heads and site is None and len(configured) > 1:
        raise GatewayError("a saved head is of one site", hint="say which one with --site")
    secret = keys.load(loaded.data)
    public = known.public or secret.seal.public
    recorder = Recorder(secret.visitor)

    async def walk(database: Database) -> None:
        heads = SqliteHeads(database)
        # A site whose file is gone still has a log somebody may have to answer for.
        names = await SqliteNotices(database).sites()
        chosen = [name for name in dict.fromkeys([*configured, *names]) if site in (None, name)]
        if not chosen:
            raise GatewayError(
                f"there is no site {site!r}", hint="see `gateway check` for the names"
            )
        for name in chosen:
            signed = upkeep.Signed([*await heads.all(name), *known.heads_of(name)], public)
            typer.echo(_said(await _walked(name, database, signed)))
            await upkeep.verify_receipts(name, SqliteConsents(database), recorder)

    with_database(loaded, walk)


def _verify_export(file: Path, known: Trust) -> None:
    with _progress(file.name) as show:
        log, done = verify_file(file, known, show)
    made = f"exported {iso(log.time)}"
    typer.echo(f"{_said(done)}; {made}{'' if log.personal else ', without personal parts'}")
    if known.public is None:
        typer.secho(
            "note: the keys it was checked with come from the file itself, so it may be whole and"
            " still be somebody else's. Give a key you have from the gateway with --key.",
            fg="yellow", err=True,
        )  # fmt: skip


def _own_keys(config: Path) -> Mapping[str, bytes]:
    try:
        return keys.load(configuration.load(config).data).seal.public
    except ConfigError as problem:
        raise GatewayError(
            f"no key is given, and there is no gateway here to take it from: {problem.message}",
            hint="give a public key with --key",
        ) from problem


def _said(done: upkeep.Verified) -> str:
    return (
        f"{done.site}: {done.records} records, {done.notices} notices and {done.heads} signed "
        f"heads add up; head {done.head[:16]}"
    )


async def _walked(site: str, database: Database, signed: upkeep.Signed) -> upkeep.Verified:
    consents, notices = SqliteConsents(database), SqliteNotices(database)
    size = await _size(SqliteHeads(database), site)
    with _progress(site) as show:
        return await upkeep.verify(site, consents, notices, signed, lambda count: show(count, size))


async def _size(heads: SqliteHeads, site: str) -> int:
    """Records of a log when its head was signed last: near enough to say how far we are."""
    newest = await heads.newest(site, 1)
    return newest[0].records if newest else 0


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int], None]]:
    """A line on a terminal that says how far we are, and is wiped in the end."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    began = time.monotonic()

    def show(done: int, total: int) -> None:
        if done and done % _STEP == 0:
            pace = done / max(time.monotonic() - began, 0.001)
            share = f" of {total} ({min(done / total, 1):.0%})" if total else ""
            typer.echo(f"\r{name}: {done}{share}, {pace:.0f} a second\033[K", nl=False, err=True)

    try:
        yield show
    finally:
        typer.echo("\r\033[K", nl=False, err=True)
