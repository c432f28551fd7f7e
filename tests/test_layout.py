"""The architecture as a table, and the tests that keep the code to it.

Read `LAYERS` from top to bottom: what stands higher knows nothing of what stands lower.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Layer:
    """A module or folder below `gateway`, and all it may import."""

    ours: str = ""  # layers, by name
    others: str = ""  # packages from the index, and the parts of the standard library in WATCHED


RULES = "errors rules.records rules rules.figures.filters"
CUSTODY = f"{RULES} stores.base"
GATE = "holders landings pipeline lookup buffer"
BELOW_WEB = (
    f"{CUSTODY} recorder {GATE} aggregate figures upkeep access passwords sharing metrics timer"
)
# Only what starts things reads the configuration.
ROOTS = f"{BELOW_WEB} web web.embed web.release stores config keys"

# The longest name that fits a module is its layer: "rules.records" goes before "rules". The modules
# of one layer may import each other, without a circle.
LAYERS: Mapping[str, Layer] = {
    "errors": Layer(),
    "recent": Layer(),
    "rules.records": Layer("", "msgspec"),
    "rules": Layer(RULES, "msgspec itsdangerous cryptography numpy"),
    "rules.figures.filters": Layer(RULES, "numpy re2"),
    "rules.speech": Layer(RULES, "babel"),
    "rules.parts": Layer(f"{RULES} rules.speech"),
    "holders": Layer(f"{RULES} recent", "msgspec"),
    "landings": Layer(f"{RULES} recent", "msgspec"),
    "sources": Layer(RULES),
    "pipeline": Layer(f"{RULES} holders landings", "msgspec"),
    "lookup": Layer(f"{RULES} recent sources", "user_agents ua_parser geoip2 maxminddb"),
    "geo": Layer(f"{RULES} lookup"),
    "keys": Layer(RULES),
    "workershare": Layer(),
    "metrics": Layer("workershare", "prometheus_client"),
    "timer": Layer("errors"),
    "leader": Layer("errors"),
    "config": Layer(f"{RULES} rules.speech", "msgspec"),
    "stores.base": Layer(RULES),
    "stores": Layer(f"{CUSTODY} recent", "sqlite3 aiosqlite numpy msgspec"),
    "passwords": Layer("errors", "argon2"),
    "access": Layer(f"{CUSTODY} passwords"),
    "sharing": Layer(f"{CUSTODY} passwords"),
    "buffer": Layer(CUSTODY),
    "aggregate": Layer(CUSTODY),
    "naming": Layer(CUSTODY),
    "figures": Layer(f"{CUSTODY} naming", "numpy"),
    "recorder": Layer(CUSTODY),
    "upkeep": Layer(f"{CUSTODY} recorder", "msgspec"),
    "webhooks": Layer(f"{CUSTODY} metrics"),
    "mail": Layer(f"{CUSTODY} figures", "aiosmtplib jinja2 babel"),
    "bench": Layer(
        f"{ROOTS} web.app web.serving", "uvicorn uvloop starlette sqlite3 msgspec numpy duckdb"
    ),
    "shots": Layer(RULES),
    "rehearsal": Layer(f"{CUSTODY} pipeline recorder upkeep", "msgspec"),
    "web": Layer(
        f"{BELOW_WEB} recent rules.speech web.embed web.release",
        "starlette msgspec jinja2 babel prometheus_client",
    ),
    "web.release": Layer(),
    "web.embed": Layer(f"{RULES} rules.parts web.release", "brotli"),
    "web.jobs": Layer(f"{BELOW_WEB} keys webhooks mail leader"),
    "web.posting": Layer(f"{BELOW_WEB} web", "uvicorn"),
    "web.connection": Layer(f"{BELOW_WEB} web web.posting", "uvicorn"),
    "web.workers": Layer("errors"),
    "web.app": Layer(f"{ROOTS} sources web.jobs webhooks mail workershare", "starlette"),
    "web.serving": Layer("errors web web.connection web.workers", "starlette uvicorn"),
    "cli": Layer(
        f"{ROOTS} web.app web.embed web.serving web.workers rehearsal geo shots bench mail", "typer"
    ),
    "__main__": Layer("cli"),
}

# What of the standard library is a boundary too: only the layers that name it may import it.
WATCHED = {"sqlite3"}

# rules/ does no I/O, reads no clock and rolls no dice: the same arguments give the same answer.
IMPURE = """
    asyncio glob http io logging multiprocessing os pathlib random secrets shutil socket ssl
    subprocess tempfile threading time urllib.request uuid
    itsdangerous.TimestampSigner itsdangerous.TimedSerializer itsdangerous.URLSafeTimedSerializer
"""
IMPURE_CALLS = "breakpoint input now open print today utcnow"

MOST_LINES = 300
TEXTS = ("gateway/web/texts", "gateway/web/texts/visitor", "gateway/mail/texts", "config/texts")


def modules() -> dict[str, Path]:
    """Dotted name below `gateway` ("" for the package itself) -> file."""
    found = {}
    for path in sorted((ROOT / "gateway").rglob("*.py")):
        parts = path.relative_to(ROOT / "gateway").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}


def layer_of(module: str) -> str:
    fitting = [name for name in LAYERS if f"{module}.".startswith(f"{name}.")]
    return max(fitting, key=len, default="")


def imported(module: str) -> Iterator[str]:
    """Full names of all a module imports, in functions and for type checkers too."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"gateway.{module}: write imports out from `gateway`"
            base = node.module or ""
            for alias in node.names:
                below = f"{base}.{alias.name}".removeprefix("gateway.")
                is_member = base.startswith("gateway") and below not in MODULES
                yield base if is_member else f"{base}.{alias.name}"


def ours(module: str) -> set[str]:
    names = (name for name in imported(module) if name.startswith("gateway."))
    return {name.removeprefix("gateway.") for name in names}


def others(module: str) -> set[str]:
    tops = {name.partition(".")[0] for name in imported(module)} - {"gateway"}
    return {top for top in tops if top not in sys.stdlib_module_names or top in WATCHED}


@pytest.mark.parametrize("module", [name for name in MODULES if name])
def test_every_module_imports_only_what_its_layer_may(module: str) -> None:
    layer = layer_of(module)
    assert layer, f"gateway.{module} has no layer yet: give it a row in LAYERS"
    allowed = {*LAYERS[layer].ours.split(), layer}
    too_far = {name for name in ours(module) if layer_of(name) not in allowed}
    assert not too_far, f"{layer} may import {sorted(allowed)}, not {sorted(too_far)}"
    foreign = others(module) - set(LAYERS[layer].others.split())
    assert not foreign, f"{layer} may not import {sorted(foreign)}"


def test_every_layer_of_the_table_is_there() -> None:
    assert set(LAYERS) == {layer_of(module) for module in MODULES if module}


def test_the_package_itself_imports_nothing_of_ours() -> None:
    """Else `import gateway.rules` would start the whole house."""
    assert not ours("")


def test_imports_go_in_no_circle() -> None:
    graph = {module: ours(module) - {module} for module in MODULES}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("rules")])
def test_rules_do_no_io_and_read_no_clock(module: str) -> None:
    parts = (name.split(".") for name in imported(module))
    at_hand = {".".join(part[:depth]) for part in parts for depth in (1, 2)}
    assert not at_hand & set(IMPURE.split())
    calls = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    called = {node.id for node in calls if isinstance(node, ast.Name)}
    called |= {node.attr for node in calls if isinstance(node, ast.Attribute)}
    assert not called & set(IMPURE_CALLS.split())


IGNORED = [".git", *(line for line in (ROOT / ".gitignore").read_text("utf-8").split("\n") if line)]


def is_ignored(path: Path) -> bool:
    return any(
        fnmatch(path.name, pattern.strip("/"))
        and (not pattern.startswith("/") or path.parent == ROOT)
        for pattern in IGNORED
    )


def committed(folder: Path = ROOT) -> Iterator[Path]:
    """The repository's files, found without git, which refuses to read another user's clone."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not is_ignored(path):
            yield from committed(path)
        elif path.is_file() and not is_ignored(path):
            yield path


COMMITTED = {str(path.relative_to(ROOT)): path for path in committed()}


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines()


def test_no_source_file_is_over_the_limit() -> None:
    sources = [*MODULES.values(), *(ROOT / "static/banner/src").rglob("*.ts")]
    lengths = {str(path.relative_to(ROOT)): len(lines_of(path)) for path in sources}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


def test_no_committed_file_holds_a_path_of_one_machine() -> None:
    machine_path = re.compile(r"(?<![\w.-])/(?:work|root|farm|home/[\w.-]+|Users/[\w.-]+)/")
    found = [
        f"{name}:{number}"
        for name, path in COMMITTED.items()
        for number, line in enumerate(lines_of(path), 1)
        if machine_path.search(line)
    ]
    assert not found


def test_no_lock_file_names_a_registry() -> None:
    """A clone behind a mirror must install from that mirror, with the very same lock files."""
    # In npm's lock a web address is a registry only where the package itself comes from.
    hosts = {"package-lock.json": r'"resolved":\s*"https?:', ".npmrc": r"registry\s*=|://"}
    found = [
        f"{name}:{number}"
        for name, path in COMMITTED.items()
        if path.name in hosts or path.name.startswith("requirements")
        for number, line in enumerate(lines_of(path), 1)
        if re.search(hosts.get(path.name, r"://|index-url|find-links"), line)
    ]
    assert not found


def words(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """("dashboard.title", "Cijfers") for every text of a file."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from words(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(value)


@pytest.mark.parametrize("folder", TEXTS)
def test_every_language_has_every_text(folder: str) -> None:
    """A text that is missing in one language is found here, not by a visitor (R11)."""
    paths = sorted((ROOT / folder).glob("*.toml"))
    assert {"en", "nl"} <= {path.stem for path in paths}
    texts = {path.stem: dict(words(tomllib.loads(path.read_text("utf-8")))) for path in paths}
    for language, found in texts.items():
        assert found.keys() == texts["en"].keys(), language
        assert [key for key, text in found.items() if not text.strip()] == []
        for key, text in found.items():
            names = re.compile(r"{\w+}")
            assert set(names.findall(text)) == set(names.findall(texts["en"][key])), key
