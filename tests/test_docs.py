"""The documentation, held against the code: what is there is named, what is named is there."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
import typer.main
from msgspec import Struct, inspect
from starlette.routing import Mount, Route

from gateway import config as configuration
from gateway.cli import app
from gateway.config import RESERVED, Config, Limits, Mail, Main, Server, Storage
from gateway.errors import ChoiceError, ConfigError, NoticeError
from gateway.rules import goal, google, look, tracker
from gateway.rules import site as shapes
from gateway.rules.lint import findings
from gateway.rules.records import Drop
from gateway.web.app import Gateway
from tests.test_layout import COMMITTED, ROOT
from tests.visiting import choose

PAGES = {name: path for name, path in COMMITTED.items() if name.endswith(".md")}
EMBEDDING = (ROOT / "docs/embedding.md").read_text("utf-8")
CONFIGURATION = (ROOT / "docs/configuration.md").read_text("utf-8")
ADDRESSES = (ROOT / "docs/addresses.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
BOTH = EMBEDDING + ADDRESSES + CONFIGURATION + OPERATIONS

# Heading in docs/configuration.md -> the struct whose keys stand under it.
TABLES: Mapping[str, type[Struct]] = {
    "`[server]`": Server,
    "`[storage]`": Storage,
    "`[limits]`": Limits,
    "`[mail]`": Mail,
    "Top of the file": shapes.Site,
    "`[[controllers]]`": shapes.Controller,
    "`[authority]`": shapes.Authority,
    "`[[purposes]]`": shapes.Purpose,
    "`[purposes.texts.en]`": shapes.PurposeText,
    "`[[purposes.recipients]]`": shapes.Recipient,
    "`[[purposes.cookies]]`": shapes.Cookie,
    "`[[webhooks]]`": shapes.Webhook,
    "`[[reports]]`": shapes.Report,
    "`[[goals]]`": goal.Goal,
    "`[[funnels]]`": goal.Funnel,
    "`[retention]`": shapes.Retention,
    "`[look]`": look.Look,
    "`[look.light]`": look.Colours,
    "`[tracker]`": tracker.Tracker,
    "`[google]`": google.Google,
    "`[google.types]`": google.Types,
}
NESTED_DEFAULT = "the defaults below"


def section(page: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", page, re.M | re.S)
    assert found, f"there is no heading {heading!r}"
    return found[1]


def rows(text: str) -> dict[str, tuple[str, ...]]:
    """First cell, without its backticks -> the other cells of every row of the tables."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {first.strip("`"): tuple(rest) for first, *rest in cells}


def fences(page: str, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)\n *```$", page, re.M | re.S)


def table_after(page: str, head: str) -> dict[str, tuple[str, ...]]:
    """The rows of the one table that starts with this head."""
    _, found, rest = page.partition(f"| {head}")
    assert found, f"there is no table {head!r}"
    lines = rest.split("\n\n")[0].splitlines()[2:]
    return rows("\n".join(lines))


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_in_its_table_with_its_default_and_its_limits(heading: str) -> None:
    told = rows(section(CONFIGURATION, heading))
    del told["Key"]
    shape = inspect.type_info(TABLES[heading])
    assert isinstance(shape, inspect.StructType)
    assert list(told) == [field.name for field in shape.fields]
    for field in shape.fields:
        kind, default, meaning = told[field.name]
        assert default.strip("`") == _default(field), field.name
        if isinstance(field.type, inspect.IntType):
            assert kind == "number"
            assert f"{field.type.ge:_} to {field.type.le:_}".replace("_", ",") in meaning or (
                f"{field.type.ge} to {field.type.le}" in meaning
            ), field.name
        for bound in _lengths(field.type):
            assert str(bound) in meaning, field.name


def _default(field: inspect.Field) -> str:
    if field.required:
        return "required"
    if field.default_factory is dict:
        return "{}"
    value = field.default
    if isinstance(value, Struct):
        return NESTED_DEFAULT
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def _lengths(kind: inspect.Type) -> Iterator[int]:
    """Bounds on lists: those on texts are told once, as "name" and "text"."""
    if isinstance(kind, inspect.VarTupleType):
        yield from (bound for bound in (kind.min_length, kind.max_length) if bound is not None)


def test_no_struct_of_the_configuration_is_without_a_table() -> None:
    declared = {
        made
        for module in (configuration, shapes, look, tracker, google)
        for made in vars(module).values()
        if isinstance(made, type) and issubclass(made, Struct) and made is not Struct
    }
    assert declared == {*TABLES.values(), Main}
    top = section(CONFIGURATION, "gateway.toml")
    assert all(f"`{field}`" in top for field in Main.__struct_fields__)


def test_the_words_no_site_can_be_called_are_those_of_the_code() -> None:
    [line] = [line for line in CONFIGURATION.splitlines() if line.startswith("No site can have")]
    assert set(re.findall(r"`([^`]+)`", line)) == RESERVED | {"id"}


def test_every_legal_basis_is_named() -> None:
    _, _, meaning = rows(section(CONFIGURATION, "`[[purposes]]`"))["basis"]
    assert all(f"`{basis}`" in meaning for basis in get_args(shapes.Basis))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_text_is_in_its_table_with_what_is_filled_in(language: str) -> None:
    texts = tomllib.loads((ROOT / f"config/texts/{language}.toml").read_text("utf-8"))["banner"]
    told = rows(section(CONFIGURATION, "texts/*.toml"))
    del told["Key"]
    assert list(told) == list(texts)
    for key, (_, filled) in told.items():
        assert set(re.findall(r"{\w+}", filled)) == set(re.findall(r"{\w+}", texts[key])), key


def test_the_examples_run(tmp_path: Path) -> None:
    main, site, goals = fences(CONFIGURATION, "toml")
    assert msgspec.convert(tomllib.loads(main), Main) == Main()
    (tmp_path / "sites").mkdir()
    shutil.copytree(ROOT / "config/texts", tmp_path / "texts")
    (tmp_path / "gateway.toml").write_text(main, "utf-8")
    (tmp_path / "sites/shop.toml").write_text(f"{site}\n{goals}", "utf-8")
    loaded = configuration.load(tmp_path / "gateway.toml")
    [made] = loaded.sites
    assert findings(made, loaded.texts) == []
    shape = inspect.type_info(type(made))
    assert isinstance(shape, inspect.StructType)
    assert set(tomllib.loads(site)) == {field.name for field in shape.fields if field.required}


_HOOK = """[[webhooks]]
name = "film"
url = "{}"
purposes = ["{}"]

[[purposes]]"""

_REPORT = """[[reports]]
to = ["anna@example.nl"]
every = "week"
language = "nl"

[[purposes]]"""
_MAIL = """[mail]
host = "mail.example.nl"
sender = "cijfers@example.nl"
public_url = "https://consent.example.nl"
password = "geheim"

[server]"""

# What is changed in the shipped files -> the message that is quoted.
MISTAKES = (
    ("sites/demo.toml", "threshold = 5 ", "treshold = 5 "),
    ("gateway.toml", "port = 8000", 'port = "8000"'),
    ("gateway.toml", '"::1/128"', '"nginx"'),
    ("sites/demo.toml", 'time_zone = "Europe/Amsterdam"\n', ""),
    ("sites/demo.toml", 'id = "demo"', 'id = "privacy"'),
    ("sites/demo.toml", '["http://127.0.0.1:8000"]', '["https://www.example.nl/"]'),
    ("sites/demo.toml", "threshold = 5 ", 'cookie_domain = "example.nl"\nthreshold = 5 '),
    ("sites/demo.toml", '["nl", "en"]', '["nl", "xx"]'),
    ("sites/demo.toml", "validity_months = 6 ", "validity_months = 14 "),
    ("sites/demo.toml", "events_days = 395", "events_days = 300"),
    ("sites/demo.toml", "reason = ", "# reason = "),
    ("sites/demo.toml", 'basis = "consent"', 'basis = "permission"'),
    ("sites/demo.toml", 'country = "NL"', 'country = "Nederland"'),
    ("sites/demo.toml", 'nl = "Bewaart uw keuze.", ', ""),
    ("sites/demo.toml", 'id = "analytics"', 'id = "analytics"\nchecked = true'),
    ("sites/demo.toml", "[[purposes]]", _HOOK.format("http://example.org/hook", "marketing")),
    ("sites/demo.toml", "[[purposes]]", _HOOK.format("https://example.org/hook", "sales")),
    ("sites/demo.toml", "lifetime_days = 183", 'lifetime_days = 183\ndomain = "example.nl"'),
    ("sites/demo.toml", "lifetime_days = 183", 'lifetime_days = 183\nkind = "flash"'),
    ("sites/demo.toml", 'name = "gw_consent"', 'name = "PHPSESSID, cart"'),
    (
        "sites/demo.toml",
        "lifetime_days = 30",
        'lifetime_days = 30\nkind = "local"\nhttp_only = true',
    ),
    ("sites/demo.toml", "[[purposes]]", _REPORT),
    ("gateway.toml", "[server]", _MAIL),
    ("sites/veldkamp.toml", 'id = "veldkamp"', 'id = "demo"'),
    (
        "sites/demo.toml",
        '["http://127.0.0.1:8000"]',
        '["https://werk.veldkamp.example"]\ncookie_domain = "veldkamp.example"',
    ),
)


def test_every_message_that_is_quoted_is_what_the_gateway_says(config_folder: Path) -> None:
    quoted = [
        line
        for fence in fences(CONFIGURATION, "text")
        for line in fence.splitlines()
        if line.startswith("config/")
    ]
    said = []
    for name, right, wrong in MISTAKES:
        file = config_folder / name
        good = file.read_text("utf-8")
        assert right in good, (name, right)
        file.write_text(good.replace(right, wrong, 1), "utf-8")
        with pytest.raises(ConfigError) as raised:
            configuration.load(config_folder / "gateway.toml")
        said.append(raised.value.message.replace(f"{config_folder}/", "config/"))
        file.write_text(good, "utf-8")
    assert said == quoted


def test_every_reason_to_drop_is_told_and_no_other() -> None:
    assert set(table_after(ADDRESSES, "Reason |")) == {drop.value for drop in Drop}


def test_every_status_of_a_problem_is_told_and_no_other() -> None:
    raised = {str(ChoiceError("", hint="").status)}
    for path in sorted((ROOT / "gateway/web").glob("*.py")):
        code = path.read_text("utf-8")
        raised |= set(re.findall(r"(?:Problem\(\s*|\bstatus=)(\d{3})\b", code))
    assert set(table_after(ADDRESSES, "Status |")) == raised
    used = {n for line in re.findall(r"Errors: ([\d, ]+)", ADDRESSES) for n in line.split(", ")}
    assert used <= raised


def test_every_route_is_named_and_no_other(config: Config) -> None:
    there = {("POST", "/{site}/event"), ("OPTIONS", "/{site}/event")}  # in front of the router
    for route in Gateway(config)._routes(config, show_demo=False):
        if isinstance(route, Mount):
            there.add(("GET", route.path))
        else:
            assert isinstance(route, Route)
            there |= {(method, route.path) for method in (route.methods or set()) - {"HEAD"}}
    named = set(re.findall(r"`(GET|POST) (/[^`\s]*)`", BOTH))
    asked = re.findall(r"`(/[^`\s]*)`", section(ADDRESSES, "`OPTIONS`"))
    named |= {("OPTIONS", path) for path in asked}
    assert named == there


def test_every_command_is_told_with_its_options_and_no_other() -> None:
    told = rows(section(CONFIGURATION, "Commands"))
    del told["Command"]
    assert sorted(told) == sorted(name for name, _ in _commands())
    for name, command in _commands():
        options = {
            option
            for one in command.params
            for option in one.opts
            if option.startswith("--") and option not in ("--config", "--help")
        }
        assert set(re.findall(r"--[a-z-]+", told[name][1])) == options, name


def _commands() -> Iterator[tuple[str, Any]]:
    """ "gateway user add NAME" and the command, for every leaf of the tree."""
    groups: list[tuple[str, Any]] = [("gateway", typer.main.get_command(app))]
    for name, command in groups:
        below = getattr(command, "commands", None)
        if below is None:
            words = [
                str(one.metavar or one.name).upper()
                for one in command.params
                if one.param_type_name == "argument"
            ]
            yield " ".join([name, *words]), command
        else:
            groups += [(f"{name} {key}", one) for key, one in below.items()]


def test_every_variable_of_the_environment_is_told() -> None:
    sources = [*(ROOT / "gateway").rglob("*.py"), ROOT / "scripts/run"]
    code = "".join(path.read_text("utf-8") for path in sources)
    read = re.findall(r"""(?:environ\.get\(|environ\[|envvar=)["'](\w+)""", code)
    read += re.findall(r"\$\{([A-Z_]+):-", code)
    told = rows(section(CONFIGURATION, "Environment"))
    assert set(read) <= set(told)
    assert {name for name in told if name.startswith("GATEWAY_")} <= set(read)


def test_the_hooks_that_are_told_are_those_of_the_banner() -> None:
    banner = ROOT / "static/banner"
    types = (banner / "gateway.d.ts").read_text("utf-8")
    offered = types.partition("export interface Gateway {")[2].partition("\n}")[0]
    calls = set(re.findall(r"^  (?:readonly )?(\w+)[(:]", offered, re.M))
    told = " ".join(table_after(EMBEDDING, "Call |"))
    assert set(re.findall(r"gateway\.(\w+)", told)) == calls
    main = (banner / "src/main.ts").read_text("utf-8")
    named = main.partition("const acts = [")[2].partition("]")[0]
    made = set(re.findall(r'"(\w+)"', named)) | set(
        re.findall(r"^    (\w+)[:(]", main[main.index("const acts") :], re.M)
    )
    assert made == calls
    source = (banner / "src/choosing/main.ts").read_text("utf-8")
    acts = set(re.findall(r'action [!=]== "(\w+)"', source)) | {"open", "settings"}
    assert set(table_after(EMBEDDING, "`data-gw-action` |")) == acts
    style = (banner / "src/base.css").read_text("utf-8")
    assert set(re.findall(r"(--gw-[\w-]+)", EMBEDDING)) == set(re.findall(r"(--gw-[\w-]+):", style))


def test_the_quoted_refusal_of_a_notice_is_what_is_said(config_folder: Path) -> None:
    file = config_folder / "texts" / "nl.toml"
    text = file.read_text("utf-8").replace(
        "cookies om deze", "cookies voor een optimale ervaring om deze"
    )
    file.write_text(text, "utf-8")
    with pytest.raises(NoticeError) as refused:
        Gateway(configuration.load(config_folder / "gateway.toml"))
    [quoted] = [one for one in fences(CONFIGURATION, "text") if one.startswith("the notice of")]
    assert refused.value.message == quoted


def test_every_demand_of_the_regulators_names_tests_that_are_there() -> None:
    told = table_after((ROOT / "docs/privacy.md").read_text("utf-8"), "| Demand |")
    assert list(told) == [f"R{number}" for number in range(1, 31)]
    sources = [*(ROOT / "tests").rglob("test_*.py")]
    there = {
        name
        for path in sources
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
    }
    for demand, (_, shown, *_) in told.items():
        named = set(re.findall(r"`(test_\w+)`", shown))
        assert named, demand
        assert named <= there, demand


async def test_an_answer_has_the_fields_that_are_told(client: httpx.AsyncClient) -> None:
    told = [json.loads(fence) for fence in fences(ADDRESSES, "json")]
    answers = [list(one) for one in told if "receipt" in one]
    given = (await choose(client)).json()
    assert answers == [list(given), list((await client.get("/demo/consent")).json())]
    assert all(set(one) >= {"type", "title", "status"} for one in told if "detail" in one)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", PAGES[name].read_text("utf-8"), flags=re.M | re.S)
    targets = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = PAGES[name].parent / path if path else PAGES[name]
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in _anchors(file.read_text("utf-8")), target


def _anchors(text: str) -> set[str]:
    """The anchors a code host gives headings."""
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
