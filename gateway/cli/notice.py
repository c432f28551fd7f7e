"""`gateway notice`: what the banners of a site said, version by version, and pictures of them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway import config as configuration
from gateway import shots
from gateway.cli.reading import Published, read_out
from gateway.cli.start import DEFAULT, ConfigPath, sites_named, told, with_database
from gateway.config import Config
from gateway.errors import GatewayError
from gateway.rules.difference import described, differences
from gateway.rules.records import Notice
from gateway.rules.renewal import outdated
from gateway.rules.site import Site
from gateway.stores.base import Publication
from gateway.stores.sqlite.consents import SqliteConsents
from gateway.stores.sqlite.database import Database
from gateway.stores.sqlite.notices import SqliteNotices
from gateway.web.embed import Embed
from gateway.web.release import script_digest, tags

app = typer.Typer(help="What the banners of a site said, by version.", no_args_is_help=True)

CURRENT = "current"
HOST = "http://127.0.0.1:8000"
_DIGITS = 12
_WIDTH = 80

SiteName = Annotated[str | None, typer.Option("--site", help="Only this site.")]
_ID = "The first digits of its id, or `current`."


@dataclass(frozen=True, slots=True)
class _Version:
    site: Site
    notice: Notice
    current: bool

    @property
    def content(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.notice.content)
        return said

    @property
    def short(self) -> str:
        return self.notice.id[:_DIGITS]

    @property
    def since(self) -> str:
        return _local(self.notice.first_published, self.site)


@app.command("list")
@told
def notice_list(config: ConfigPath = DEFAULT, site: SiteName = None) -> None:
    """List every version, oldest first, with how many choices name it."""
    loaded = configuration.load(config)

    async def show(database: Database) -> None:
        for one in sites_named(loaded, site):
            named = await SqliteConsents(database).named(one.id)
            typer.echo(f"{one.id}, times in {one.time_zone}")
            notices = SqliteNotices(database)
            listed = await notices.listed(one.id)
            if not listed:
                typer.echo("  no notice yet: the gateway publishes one when it starts")
                continue
            typer.echo(f"  {'id':{_DIGITS}}  {'first published':16}  {'choices':>9}  languages")
            for item in listed:
                version = await _version(notices, one, item)
                languages = ", ".join(version.content["languages"])
                end = f"{languages}  <- current" if item.current else languages
                typer.echo(f"  {version.short}  {version.since}  {named.get(item.id, 0):>9}  {end}")

    with_database(loaded, show)


@app.command("show")
@told
def notice_show(
    wanted: Annotated[str, typer.Argument(metavar="ID", help=_ID)] = CURRENT,
    config: ConfigPath = DEFAULT,
    site: SiteName = None,
    language: Annotated[
        str | None, typer.Option(help="Read it in this language of the notice.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="The very bytes that were hashed, with no newline behind them:"
            " `gateway notice show ID --json | sha256sum` answers the id.",
        ),
    ] = False,
) -> None:
    """Show one version as a person reads it."""
    [version] = _found(configuration.load(config), site, [wanted])
    if as_json:
        typer.echo(version.notice.content, nl=False)
        return
    offered = version.content["languages"]
    if language is not None and language not in offered:
        raise GatewayError(
            f"the notice was not shown in {language!r}", hint=f"choose from {', '.join(offered)}"
        )
    published = Published(version.notice.id, version.since, version.site.time_zone, version.current)
    for line in read_out(published, version.content, language or offered[0]):
        _say(line)


@app.command("tag")
@told
def notice_tag(
    site: Annotated[str, typer.Argument(metavar="SITE", help="The id of the site.")],
    host: Annotated[str, typer.Option(help="The gateway's address, https://...")] = HOST,
    config: ConfigPath = DEFAULT,
) -> None:
    """Print the line for a site's pages."""
    [one] = sites_named(configuration.load(config), site)
    for heading, line in tags(one.id, host):
        typer.echo(f"{heading}\n  {line}\n")


@app.command("diff")
@told
def notice_diff(
    old: Annotated[str, typer.Argument(help=_ID)],
    new: Annotated[str, typer.Argument(help=_ID)] = CURRENT,
    config: ConfigPath = DEFAULT,
    site: SiteName = None,
) -> None:
    """Tell what changed from one version to another, and what is asked again because of it."""
    before, after = _found(configuration.load(config), site, [old, new])
    if before.site.id != after.site.id:
        raise GatewayError(
            f"{before.short} is a notice of {before.site.id} and {after.short} of {after.site.id}",
            hint="compare two of one site: see `gateway notice list`",
        )
    _say(f"{before.site.id}: {before.short} ({before.since}) -> {after.short} ({after.since})")
    changes = differences(before.content, after.content)
    if not changes:
        _say("They are the same notice.")
        return
    for heading, lines in described(changes):
        _say(f"\n{heading}")
        for line in lines:
            _say(f"  {line}")
    again = outdated(before.content, after.content)
    if again:
        _say(f"\nAsked again of who consented under the first: {', '.join(sorted(again))}.")
    else:
        _say("\nNothing is asked again: consent under the first covers all of the second.")


@app.command("shoot")
@told
def notice_shoot(
    wanted: Annotated[str, typer.Argument(metavar="ID", help=_ID)] = CURRENT,
    config: ConfigPath = DEFAULT,
    site: SiteName = None,
    out: Annotated[
        Path | None, typer.Option(help="Put them here, and not in notices/ID of the data folder.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Replace the pictures there are.")] = False,
    chromium: Annotated[
        str | None, typer.Option(envvar="GATEWAY_CHROMIUM", help="The Chromium to take them with.")
    ] = None,
) -> None:
    """Take pictures of a version, on a phone and on a desktop, in each language, with Chromium.

    Without ID and --site: of what each site shows now. Pictures that were taken stay as they are.
    """
    loaded = configuration.load(config)
    everywhere = wanted == CURRENT and site is None
    names = [one.id for one in loaded.sites] if everywhere else [site]
    if out is not None and len(names) > 1:
        raise GatewayError(
            f"{out} can hold the pictures of one site, not of {len(names)}", hint="add --site"
        )
    for version in [one for name in names for one in _found(loaded, name, [wanted])]:
        folder = out or loaded.data / "notices" / version.notice.id
        _shoot(version, folder, chromium, again)


def _shoot(version: _Version, folder: Path, chromium: str | None, again: bool) -> None:
    subject = shots.Subject(
        site=version.site.id,
        notice=version.notice.id,
        languages=tuple(version.content["languages"]),
        files=Embed.of(version.site, version.notice).addresses(),
    )
    there = None if again else shots.kept(subject, folder)
    if there is None and version.content["script"] != script_digest():
        # A picture of old texts in new code would show what no visitor ever saw.
        raise GatewayError(
            f"notice {version.short} of {version.site.id} was shown by other code than is here",
            hint="take pictures when you publish: start the gateway, then `gateway notice shoot`",
        )
    done = there or shots.shoot(subject, folder, shots.find(chromium))
    what = "were taken before" if there else "taken"
    typer.echo(
        f"{version.site.id}: {done.pictures} pictures of {version.short} {what},"
        f" {done.taken}, {done.browser}\n  {folder}"
    )


def _found(loaded: Config, site: str | None, wanted: Sequence[str]) -> list[_Version]:
    """The versions meant by the first digits of their ids, or by `current`."""
    sites = sites_named(loaded, site)
    found: list[_Version] = []

    async def look(database: Database) -> None:
        notices = SqliteNotices(database)
        listed = [(one, item) for one in sites for item in await notices.listed(one.id)]
        for text in wanted:
            found.append(await _version(notices, *_match(text, listed)))

    with_database(loaded, look)
    return found


async def _version(notices: SqliteNotices, site: Site, item: Publication) -> _Version:
    notice = await notices.get(site.id, item.id)
    assert notice is not None  # noqa: S101 - listed above, and the table lets none go
    return _Version(site, notice, item.current)


def _match(text: str, listed: Sequence[tuple[Site, Publication]]) -> tuple[Site, Publication]:
    if not listed:
        raise GatewayError(
            "there is no notice yet", hint="start the gateway once: it publishes that of each site"
        )
    digits = text.strip().lower()
    fitting = [
        (site, item)
        for site, item in listed
        if (item.current if digits == CURRENT else digits and item.id.startswith(digits))
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise GatewayError(f"there is no notice {text!r}", hint="see `gateway notice list`")
    which = ", ".join(f"{item.id[:_DIGITS]} of {site.id}" for site, item in fitting)
    raise GatewayError(
        f"{text!r} can mean {which}",
        hint="add --site" if digits == CURRENT else "give more digits, or add --site",
    )


def _local(seconds: int, site: Site) -> str:
    return datetime.fromtimestamp(seconds, site.zone).strftime("%Y-%m-%d %H:%M")


def _say(line: str) -> None:
    head = "\n" if line.startswith("\n") else ""
    text = line.removeprefix("\n")
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    typer.echo(
        head
        + textwrap.fill(
            text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )
