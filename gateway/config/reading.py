"""One TOML file as a checked value: a mistake is told with file, key, value and what was wanted."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar, get_args

import msgspec
from msgspec import Struct

from gateway.config.mail import Tls
from gateway.errors import MISSING, ConfigError
from gateway.rules.lint import preticked
from gateway.rules.notice import WORDS
from gateway.rules.site import Basis, Every, Kind, ReportLanguage

_CHOICES: Mapping[str | int, tuple[str, ...]] = {
    "basis": get_args(Basis),
    "kind": get_args(Kind),
    "every": get_args(Every),
    "language": get_args(ReportLanguage),
    "tls": get_args(Tls),
}
"""What a key with a closed set of values can be."""

T = TypeVar("T", bound=Struct)


def read(path: Path, shape: type[T]) -> T:
    """A file as `shape`. Raises ConfigError."""
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
        wanted = f"one of {', '.join(_CHOICES[steps[-1]])}"
    if "missing required" in wanted:
        wanted = "a value: it is required"
    elif "unknown field" in wanted:
        wanted = "no such key: check the spelling"
        if named and "password" in named[1]:
            # What stands there may be one: terminals and logs keep what they showed.
            value, wanted = "...", "no such key: write it into a file and name that: password_file"
        if named and preticked(named[1]):
            wanted = "no such key: nothing is ticked before the visitor ticks it (R9)"
    return ConfigError(str(path), key or "the file", value, wanted.removeprefix("Expected "))


def read_texts(path: Path) -> dict[str, str]:
    """The texts of a banner in one language. Raises ConfigError."""
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
