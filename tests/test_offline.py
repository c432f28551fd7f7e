"""Reading an exported log: what is wrong with a file is told, whoever sealed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import upkeep
from gateway.errors import GatewayError, LedgerError
from gateway.rules.canonical import canonical
from gateway.rules.seal import Seal
from gateway.upkeep.export import Source, export
from gateway.upkeep.lines import ExportError
from gateway.upkeep.offline import verify_file
from gateway.upkeep.trust import Trust, trust
from gateway.web.app import Gateway
from tests.logs import KEY, TRUST, exported, made, opened
from tests.rules.building import NOON
from tests.visiting import choose

Lines = list[dict[str, Any]]
RECORDS = 25
BEFORE = 6  # a header, two notices and three heads
STRANGER = Seal([bytes(32)])


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with a log of 25 records."""
    await made(tmp_path / "gateway.sqlite", RECORDS, sealed_every=10)
    return tmp_path / "gateway.sqlite"


@pytest.fixture
async def file(path: Path) -> Path:
    """Its export."""
    await exported(path)
    return path.with_suffix(".jsonl")


def mend(file: Path, change: Callable[[Lines], object]) -> None:
    """Change an export and seal it anew: what our own key signs must be checked no less."""
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    change(lines)
    content = "".join(canonical(line) + "\n" for line in lines[:-1]).encode()
    stamp = KEY.stamp(lines[0].get("site", ""), hashlib.sha256(content).hexdigest())
    end = {"kind": "seal", "sha256": stamp.sha256, "key": stamp.key, "signature": stamp.signature}
    file.write_bytes(content + canonical(end).encode() + b"\n")


def test_a_file_that_was_sealed_again_as_it_is_holds(file: Path) -> None:
    before = file.read_bytes()
    mend(file, len)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[0].update(version=2), "of version 2"),
        (lambda lines: lines[0].update(format="x"), "no export of a consent log, but 'x'"),
        (lambda lines: lines[0].update(more=1), "unknown field `more`"),
        (lambda lines: lines[0].pop("site"), "missing required field `site`"),
        (lambda lines: lines[0]["keys"][0].update(key="x"), "'x' is not the one of that name"),
        (lambda lines: lines[0]["keys"][0].update(public_key="x"), "line 1 of the export"),
        (lambda lines: lines[1].update(more=1), "line 2 of the export: it cannot be read"),
        (lambda lines: lines.insert(2, lines[1]), "line 3 of the export: the notice was there"),
        (lambda lines: lines.pop(1), "line 3 of the export: it cannot be read"),
        (lambda lines: lines[4].pop("time"), "line 5 of the export: it cannot be read"),
        (lambda lines: lines.insert(-1, lines[-2]), "line 32 of the export: it cannot be read"),
        (lambda lines: lines[0].update(records=24, heads=2) or lines.pop(5), "line 30"),
    ],
)
def test_a_line_that_is_no_record_is_named(
    file: Path, change: Callable[[Lines], object], message: str
) -> None:
    mend(file, change)
    with pytest.raises(ExportError, match=message) as broken:
        verify_file(file, TRUST)
    assert "compare it with another copy" in broken.value.hint


@pytest.mark.parametrize(
    ("change", "seq", "message"),
    [
        (lambda lines: lines[BEFORE + 6].update(more=1), 7, "unknown field `more`"),
        (lambda lines: lines[BEFORE + 6].update({"\x1b[2J": 1}), 7, r"`\\x1b\[2J`"),
        (lambda lines: lines[BEFORE + 6].pop("method"), 7, "missing required field `method`"),
        (lambda lines: lines[BEFORE + 6].update(time="1"), 7, "Expected `int`, got `str`"),
        (lambda lines: lines[BEFORE + 6].update(state="?"), 7, "Invalid enum value"),
        (lambda lines: lines[BEFORE + 6].update(site="other"), 7, "of another site than the file"),
        (lambda lines: lines[0].update(site="other"), 1, "of another site than the file"),
        (lambda lines: lines[BEFORE + 6].update(person=None), 7, "does not match its digest"),
        (lambda lines: lines[BEFORE + 6].pop("salt"), 7, "personal part does not match"),
        (lambda lines: lines.pop(BEFORE + 6), 7, "record 7 is missing; record 8 stands"),
        (lambda lines: lines.pop(-2), RECORDS, "it cannot be read"),
        (lambda lines: lines[0].update(records=RECORDS - 1), RECORDS, "a signed head counts 25"),
        (lambda lines: lines[2].update(first_published=NOON + 99_999), 11, "older than the notice"),
        (lambda lines: lines[2].update(content="{}"), 11, "the notice it names was changed"),
        (lambda lines: lines[3].update(time=NOON), 10, "signature of its head does not hold"),
        (lambda lines: lines[3].update(key="\x1b"), 10, r"a key that is not known, '\\x1b'"),
        (lambda lines: (lines[0].update(notices=1), lines.pop(2)), 11, "it names is missing"),
    ],
)  # fmt: skip
def test_a_record_that_is_wrong_is_named(
    file: Path, change: Callable[[Lines], object], seq: int, message: str
) -> None:
    mend(file, change)
    with pytest.raises(LedgerError, match=message) as broken:
        verify_file(file, TRUST)
    assert (broken.value.seq, "database" in broken.value.hint) == (seq, False)


async def test_a_notice_that_no_record_names_is_checked_too(path: Path) -> None:
    path.with_name("short").mkdir()
    await made(path.with_name("short") / "gateway.sqlite", 5, sealed_every=10)
    await exported(path.with_name("short") / "gateway.sqlite")
    file = path.with_name("short") / "gateway.jsonl"
    mend(file, lambda lines: lines[2].update(content="{}"))
    with pytest.raises(ExportError, match="was changed"):
        verify_file(file, TRUST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: b"", "line 1 of the export: the file ends before it"),
        (lambda _: b"PK\x03\x04", "line 1 of the export: it is cut off"),
        (lambda _: b"\xff\n", "line 1 of the export: it cannot be read"),
        (lambda text: text[:-1], "line 32 of the export: it is cut off"),
        (lambda text: text + b"\n", "line 33 of the export: it comes after the end"),
        (lambda text: text[:-2] + b" }\n", "line 32 of the export: it is not as it was written"),
        (lambda text: text.replace(b'":', b'" :', 1), "changed after it was sealed"),
        (lambda text: text.replace(b'"sha256":"', b'"sha256":"0'), "changed after it was sealed"),
        (lambda text: text.replace(b'"personal":true', b'"personal":false'), "changed after it"),
    ],
)
def test_a_file_that_is_not_as_it_was_sealed_is_found(
    file: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ExportError, match=message):
        verify_file(file, TRUST)


@pytest.mark.parametrize(
    ("records", "message"),
    [(5, "a key that is not known"), (0, "the seal of the file does not hold")],
)
async def test_a_log_that_a_stranger_made_up_holds_by_the_strangers_key_alone(
    tmp_path: Path, records: int, message: str
) -> None:
    """Hence the note that the keys come from the file itself."""
    path, file = tmp_path / "gateway.sqlite", tmp_path / "log.jsonl"
    await made(path, records, sealed_every=10)
    async with opened(path) as source:
        await export("demo", source, STRANGER, NOON, file)
    assert verify_file(file)[1].records == records
    with pytest.raises(GatewayError, match=message):
        verify_file(file, TRUST)


async def test_a_log_is_checked_with_keys_that_came_before(path: Path) -> None:
    """After a rotation old heads hold by the old key, and the file is sealed by the new one."""
    rotated, file = Seal([bytes(range(32)), bytes(32)]), path.with_name("log.jsonl")
    async with opened(path) as source:
        await export("demo", source, rotated, NOON, file)
    assert verify_file(file)[1].heads == 3
    assert verify_file(file, Trust(rotated.public))[1].heads == 3
    with pytest.raises(GatewayError):
        verify_file(file, TRUST)


async def test_a_saved_head_finds_that_a_log_was_cut_off_and_all_heads_after(path: Path) -> None:
    """Whoever runs the gateway can sign a shorter log, but not take back what was published."""
    async with opened(path) as source:
        head = await upkeep.seal("demo", source.heads, KEY, NOON)
        assert head is not None
    await made(path.with_name("short.sqlite"), RECORDS - 2, sealed_every=10)
    await exported(path.with_name("short.sqlite"))
    file = path.with_name("short.jsonl")
    assert verify_file(file, TRUST)[1].records == RECORDS - 2
    with pytest.raises(LedgerError, match="a signed head counts 25 records") as broken:
        verify_file(file, Trust(KEY.public, [head]))
    assert broken.value.seq == RECORDS - 1


async def test_an_answer_of_the_gateway_can_be_saved_and_held_against_an_export(
    gateway: Gateway, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    for _ in range(3):
        await choose(client)
    saved, file = tmp_path / "log.json", tmp_path / "log.jsonl"
    saved.write_bytes((await client.get("/demo/log")).content)
    source = Source(gateway.consents, gateway.published, gateway.heads)
    await export("demo", source, gateway.seal, NOON, file)
    known = trust([str(saved)], saved)
    assert known.public == gateway.seal.public
    assert verify_file(file, known)[1].heads == 2  # the one that was saved counts too
    alone = tmp_path / "head.json"
    alone.write_text(json.dumps(json.loads(saved.read_bytes())["head"]))
    [public] = gateway.seal.public.values()
    assert verify_file(file, trust([public.hex().upper()], alone))[1].heads == 2


def test_a_saved_head_of_another_site_is_refused(file: Path) -> None:
    head = KEY.sign("other", 3, "0" * 64, NOON)
    with pytest.raises(GatewayError, match="of site 'other', the log of 'demo'"):
        verify_file(file, Trust(KEY.public, [head]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "there is no head in"),
        (b"[]", "there is no head in"),
        (b'{"records": 5}', "there is no head in"),
        (b'{"site": "demo", "heads": [], "keys": []}', "no head was signed yet"),
    ],
)
def test_what_is_no_saved_head_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "head.json"
    file.write_bytes(content)
    with pytest.raises(GatewayError, match=message):
        trust([], file)


@pytest.mark.parametrize("given", ["nosuch.json", "00" * 31, "", "."])
def test_what_is_no_key_is_told(given: str) -> None:
    with pytest.raises(GatewayError, match="cannot be read"):
        trust([given], None)


def test_a_file_without_keys_is_told(file: Path) -> None:
    with pytest.raises(GatewayError, match="there is no public key in"):
        trust([str(file)], None)
