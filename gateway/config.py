"""Reading `gateway.toml`, `sites/*.toml` and `texts/*.toml`: every mistake names file, key, value
and what was wanted. Only the roots (`cli`, `web/app`) use this module."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, TypeVar, get_args
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta, Struct

from gateway.errors import MISSING, ConfigError
from gateway.rules.notice import WORDS
from gateway.rules.site import Basis, Site

RESERVED = frozenset(
    ("api", "assets", "dashboard", "en", "healthz", "login", "logout", "metrics")
    + ("officer", "over-ons", "preview", "privacy", "readyz", "solliciteren", "vacatures")
)
"""First path segments the gateway uses itself; no site can have one as its id."""

_ORIGIN = re.compile(r"(https?)://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")


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


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that was configured, checked."""

    host: str
    port: int
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    metrics: bool
    data: Path
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
    main = _read(path, Main)
    folder = path.parent
    files = sorted((folder / "sites").glob("*.toml"))
    if not files:
        raise ConfigError(str(folder / "sites"), "*.toml", MISSING, "one file for each site")
    texts = {file.stem: _texts(file) for file in sorted((folder / "texts").glob("*.toml"))}
    sites: dict[str, Site] = {}
    for file in files:
        site = _read(file, Site)
        if site.id in sites:
            raise ConfigError(str(file), "id", site.id, "an id no other site has")
        _check_site(str(file), site, texts)
        sites[site.id] = site
    data = os.environ.get("GATEWAY_DATA") or folder / main.storage.data
    return Config(
        host=main.server.host,
        port=main.server.port,
        trusted_proxies=tuple(
            _network(path, place, text) for place, text in enumerate(main.server.trusted_proxies)
        ),
        metrics=main.server.metrics,
        data=Path(data).resolve(),
        sites=tuple(sites.values()),
        texts=texts,
    )


T = TypeVar("T", bound=Struct)


def _read(path: Path, shape: type[T]) -> T:
    raw = _toml(path)
    try:
        return msgspec.convert(raw, shape, strict=True)
    except msgspec.ValidationError as problem:
        raise _config_error(path, raw, str(problem)) from None


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise ConfigError(str(path), "the file", MISSING, f"a file ({problem.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ConfigError(str(path), "the file", "unreadable", f"TOML: {problem}") from None


def _config_error(path: Path, raw: object, message: str) -> ConfigError:
    """Turn "Expected `int`, got `str` - at `$.server.port`" into file, key, value and wish."""
    wanted, _, place = message.partition(" - at ")
    if place.startswith("`key` in"):
        wanted += " for each key in it"
        place = place.removeprefix("`key` in")
    steps: list[str | int] = [
        int(index) if index else name
        for index, name in re.findall(r"\[(\d+)\]|([A-Za-z_][\w-]*)", place)
    ]
    named = re.search(r"(?:missing required|unknown) field `([^`]+)`", wanted)
    if named:
        steps.append(named[1])
    value: object = raw
    for step in steps:
        try:
            value = value[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            value = MISSING
            break
    key = re.sub(r"\.\[", "[", ".".join(f"[{s}]" if isinstance(s, int) else s for s in steps))
    if wanted.startswith("Invalid enum value"):
        wanted = f"one of {', '.join(get_args(Basis))}"
    if "missing required" in wanted:
        wanted = "a value: it is required"
    elif "unknown field" in wanted:
        wanted = "no such key: check the spelling"
    return ConfigError(str(path), key or "the file", value, wanted.removeprefix("Expected "))


def _texts(path: Path) -> dict[str, str]:
    banner = _toml(path).get("banner")
    if not isinstance(banner, dict):
        raise ConfigError(str(path), "banner", MISSING, "a table of texts")
    for key in sorted(WORDS - banner.keys()):
        raise ConfigError(str(path), f"banner.{key}", MISSING, "a text the banner shows")
    for key, text in banner.items():
        if key not in WORDS:
            raise ConfigError(str(path), f"banner.{key}", text, "no such key: check the spelling")
        if not isinstance(text, str) or not text.strip():
            raise ConfigError(str(path), f"banner.{key}", text, "a text")
    return banner


def _network(path: Path, place: int, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        wanted = "an address or a network such as 10.0.0.0/8"
        raise ConfigError(str(path), f"server.trusted_proxies[{place}]", text, wanted) from None


def _check_site(file: str, site: Site, texts: Mapping[str, object]) -> None:
    if site.id in RESERVED:
        raise ConfigError(file, "id", site.id, "a word the gateway does not use in its own paths")
    if site.time_zone not in available_timezones():
        raise ConfigError(file, "time_zone", site.time_zone, "a name such as Europe/Amsterdam")
    for index, origin in enumerate(site.origins):
        if not _is_origin(origin):
            raise ConfigError(file, f"origins[{index}]", origin, "https://host, without a path")
    hosts = [f".{origin.partition('://')[2].partition(':')[0]}" for origin in site.origins]
    if site.cookie_domain and not any(h.endswith(f".{site.cookie_domain}") for h in hosts):
        # Else no cookie is ever set with it, and no message says so.
        wanted = "the domain of an origin, such as example.nl"
        raise ConfigError(file, "cookie_domain", site.cookie_domain, wanted)
    if not re.fullmatch(r"(https?:/)?/\S*", site.privacy_url):
        raise ConfigError(file, "privacy_url", site.privacy_url, "a path or an http(s) address")
    for language in site.languages:
        if language not in texts:
            wanted = f"a language with a file texts/{language}.toml"
            raise ConfigError(file, "languages", language, wanted)
        if language not in site.names:
            raise ConfigError(file, f"names.{language}", MISSING, "the site's name")
    _check_purposes(file, site)


def _check_purposes(file: str, site: Site) -> None:
    ids = [purpose.id for purpose in site.purposes]
    if len(set(ids)) != len(ids):
        raise ConfigError(file, "purposes", ids, "each id once")
    for index, purpose in enumerate(site.purposes):
        key = f"purposes[{index}]"
        for language in site.languages:
            text = purpose.texts.get(language)
            if text is None:
                raise ConfigError(file, f"{key}.texts.{language}", MISSING, "name and description")
            if purpose.basis != "consent" and not text.reason:
                wanted = "why this needs no consent (R14)"
                raise ConfigError(file, f"{key}.texts.{language}.reason", "", wanted)
            for number, cookie in enumerate(purpose.cookies):
                if language not in cookie.texts:
                    place = f"{key}.cookies[{number}].texts.{language}"
                    raise ConfigError(file, place, MISSING, "what the cookie is for")
    measured = [purpose for purpose in site.purposes if purpose.id == "analytics"]
    if not measured:
        raise ConfigError(file, "purposes", ids, "a purpose with the id analytics")
    if measured[0].basis != "consent":
        # The gate measures with consent only; another basis would be a promise it does not keep.
        raise ConfigError(file, "purposes.analytics.basis", measured[0].basis, "consent")
    if measured[0].retention_days != site.retention.events_days:
        # What the banner says is what the timer does (P10).
        wanted = (
            f"the same as retention_days of the purpose analytics, {measured[0].retention_days}"
        )
        raise ConfigError(file, "retention.events_days", site.retention.events_days, wanted)


def _is_origin(text: str) -> bool:
    """Whether a browser can send it: one that differs by a character is never let in."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    scheme, port = found[1], found[2]
    if port is None:
        return True
    standard = {"http": 80, "https": 443}[scheme]
    return port == str(int(port)) and 0 < int(port) <= 65_535 and int(port) != standard
