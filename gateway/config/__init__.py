"""Reading `gateway.toml`, `sites/*.toml` and `texts/*.toml`: every mistake names file, key, value
and what was wanted. Only the roots (`cli`, `web/app`) use this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from gateway.config.checks import RESERVED, check_site, check_together
from gateway.config.limits import Limits, check_limits, workers_of_environment
from gateway.config.mail import Mail, check_reports, checked_mail
from gateway.config.reading import read, read_texts
from gateway.errors import MISSING, ConfigError
from gateway.rules.bucket import Allowance, Rate
from gateway.rules.site import Site

__all__ = ["RESERVED", "Config", "Limits", "Mail", "Main", "Server", "Storage", "load"]


class Server(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to listen, and which peers may say on whose behalf they speak."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    metrics: bool = True


class Storage(Struct, frozen=True, forbid_unknown_fields=True):
    """Where data and secrets live; relative to the configuration file."""

    data: str = "../data"


class Main(Struct, frozen=True, forbid_unknown_fields=True):
    """`gateway.toml`."""

    server: Server = Server()
    storage: Storage = Storage()
    limits: Limits = Limits()
    mail: Mail | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that was configured, checked."""

    host: str
    port: int
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    metrics: bool
    data: Path
    events: Allowance
    choices: Allowance
    queries: Rate
    workers: int
    mail: Mail | None
    sites: tuple[Site, ...]
    texts: Mapping[str, Mapping[str, str]]

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "gateway.sqlite"

    @property
    def geo(self) -> Path:
        """The folder of geo databases."""
        return self.data / "geo"


def load(path: Path) -> Config:
    """Read and check everything. Raises ConfigError at the first mistake."""
    main = read(path, Main)
    check_limits(str(path), main.limits)
    mail = checked_mail(path, main.mail)
    folder = path.parent
    files = sorted((folder / "sites").glob("*.toml"))
    if not files:
        raise ConfigError(str(folder / "sites"), "*.toml", MISSING, "one file for each site")
    texts = {file.stem: read_texts(file) for file in sorted((folder / "texts").glob("*.toml"))}
    sites: dict[str, Site] = {}
    for file in files:
        site = read(file, Site)
        if site.id in sites:
            raise ConfigError(str(file), "id", site.id, "an id no other site has")
        check_site(str(file), site, texts)
        check_reports(str(file), site, mail)
        sites[site.id] = site
    check_together(files, tuple(sites.values()))
    data = os.environ.get("GATEWAY_DATA") or folder / main.storage.data
    return Config(
        host=main.server.host,
        port=main.server.port,
        trusted_proxies=tuple(
            _network(path, place, text) for place, text in enumerate(main.server.trusted_proxies)
        ),
        metrics=main.server.metrics,
        data=Path(data).resolve(),
        events=main.limits.events,
        choices=main.limits.choices,
        queries=main.limits.queries,
        workers=workers_of_environment(),
        mail=mail,
        sites=tuple(sites.values()),
        texts=texts,
    )


def _network(path: Path, place: int, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        wanted = "an address or a network such as 10.0.0.0/8"
        raise ConfigError(str(path), f"server.trusted_proxies[{place}]", text, wanted) from None
