"""An exported log: what is in it, and that it can be checked with a public key and nothing else."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.errors import LedgerError
from gateway.rules.canonical import canonical
from gateway.rules.ledger import link
from gateway.stores.sqlite.rows import row_of
from gateway.upkeep import Verified
from gateway.upkeep.export import export
from gateway.upkeep.lines import ExportError
from gateway.upkeep.offline import verify_file
from tests.logs import KEY, TRUST, exported, made, opened, verified
from tests.rules.building import NOON, a_choice

RECORDS = 25


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database with a log of 25 records, of which 20 are signed, closed."""
    await made(tmp_path / "gateway.sqlite", RECORDS, sealed_every=10)
    return tmp_path / "gateway.sqlite"


@pytest.fixture
async def file(path: Path) -> Path:
    """Its export."""
    await exported(path)
    return path.with_suffix(".jsonl")


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def test_an_export_holds_what_the_database_does(file: Path) -> None:
    log, found = verify_file(file, TRUST)
    assert (log.site, log.time, log.personal) == ("demo", NOON, True)
    assert found == Verified("demo", RECORDS, 2, 3, lines_of(file)[-2]["digest"])


async def test_exporting_signs_the_log_to_its_end(path: Path) -> None:
    assert (await verified(path)).heads == 2
    await exported(path)
    assert (await verified(path)).heads == 3


async def test_an_empty_log_is_exported_too(tmp_path: Path) -> None:
    await made(tmp_path / "gateway.sqlite", 0, sealed_every=10)
    await exported(tmp_path / "gateway.sqlite")
    _, found = verify_file(tmp_path / "gateway.jsonl", TRUST)
    assert (found.records, found.heads) == (0, 0)


def test_anybody_can_check_an_export_without_our_code(file: Path) -> None:
    """As `upkeep.lines` describes it, with a public library alone."""
    content = file.read_bytes()
    header, *middle, seal = lines_of(file)
    assert hashlib.sha256(content[: content.rindex(b"\n", 0, -1) + 1]).hexdigest() == seal["sha256"]
    said = {k: seal[k] for k in ("key", "sha256")}
    said |= {"purpose": "export of a consent log", "site": header["site"]}
    public = next(key["public_key"] for key in header["keys"] if key["key"] == seal["key"])
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
        bytes.fromhex(seal["signature"]), _plain(said)
    )
    previous = "0" * 64
    for record in (line for line in middle if line["kind"] == "record"):
        own = {"kind", "digest", "consent_id", "salt"}
        public_part = {k: v for k, v in record.items() if k not in own}
        assert public_part["previous"] == previous
        previous = hashlib.sha256(_plain(public_part)).hexdigest()
        assert record["digest"] == previous
        if record["person"]:
            personal = {k: record[k] for k in ("consent_id", "salt")}
            assert record["person"] == hashlib.sha256(_plain(personal)).hexdigest()
    for notice in (line for line in middle if line["kind"] == "notice"):
        assert notice["id"] == hashlib.sha256(notice["content"].encode()).hexdigest()


def _plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def test_every_line_is_in_canonical_form(file: Path) -> None:
    for line in file.read_text("utf-8").splitlines():
        assert canonical(json.loads(line)) == line


async def test_a_regulator_can_check_it_without_knowing_anybody(path: Path) -> None:
    content = await exported(path, personal=False)
    assert b"consent_id" not in content
    assert b'"salt' not in content
    assert b"consent 1" not in content
    log, found = verify_file(path.with_suffix(".jsonl"), TRUST)
    assert not log.personal
    assert found.records == RECORDS


async def test_what_was_erased_is_not_exported_and_breaks_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE consents SET consent_id = NULL, salt = NULL WHERE seq = 4")
        db.execute("DELETE FROM standing WHERE seq = 4")
        db.commit()
    content = await exported(path)
    assert b'"consent 3"' not in content
    assert b'"consent 4"' in content
    assert verify_file(path.with_suffix(".jsonl"), TRUST)[1].records == RECORDS


async def test_what_is_chosen_meanwhile_waits_for_the_next_export(tmp_path: Path) -> None:
    """The header says how many records there are, so it must be known from the start."""
    path, file, records = tmp_path / "gateway.sqlite", tmp_path / "log.jsonl", 2_005
    await made(path, records, sealed_every=1_000)

    def choose(count: int) -> None:
        if count == 10:
            with closing(sqlite3.connect(path)) as db:
                [(seq, digest)] = db.execute("SELECT max(seq), digest FROM consents")
                row = row_of(link(digest, seq + 1, a_choice(None, time=NOON + 60), "salt"))
                db.execute(f"INSERT INTO consents VALUES ({','.join('?' * len(row))})", row)
                db.commit()

    async with opened(path) as source:
        await export("demo", source, KEY, NOON, file, progress=choose)
        assert verify_file(file, TRUST)[1].records == records
        await export("demo", source, KEY, NOON, file, replace=True)
        assert verify_file(file, TRUST)[1].records == records + 1


async def test_a_file_is_for_its_owner_only_and_never_overwritten_unasked(path: Path) -> None:
    file = path.with_name("log.jsonl")
    file.write_text("mine")
    file.chmod(0o644)
    async with opened(path) as source:
        with pytest.raises(ExportError, match="exists already"):
            await export("demo", source, KEY, NOON, file)
        assert file.read_text() == "mine"
        await export("demo", source, KEY, NOON, file, replace=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert verify_file(file, TRUST)[1].records == RECORDS


async def test_a_file_that_was_made_meanwhile_is_not_overwritten(path: Path) -> None:
    file = path.with_name("log.jsonl")
    async with opened(path) as source:
        with pytest.raises(ExportError, match="exists already"):
            await export("demo", source, KEY, NOON, file, progress=lambda _: file.touch())
    assert file.read_bytes() == b""
    assert not list(path.parent.glob("*.new"))


@pytest.mark.parametrize("name", ["folder", "nosuch/log.jsonl"])
async def test_what_is_no_file_to_write_is_refused(path: Path, name: str) -> None:
    (path.parent / "folder").mkdir()
    async with opened(path) as source:
        with pytest.raises(ExportError) as refused:
            await export("demo", source, KEY, NOON, path.parent / name, replace=True)
    assert name in refused.value.message


async def test_a_log_that_does_not_add_up_is_not_exported(path: Path) -> None:
    """A file with our seal on it must not say that it does."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER consents_never_change")
        db.execute("UPDATE consents SET language = 'en' WHERE seq = 7")
        db.commit()
    with pytest.raises(LedgerError) as broken:
        await exported(path)
    assert broken.value.seq == 7
    assert {file.name for file in path.parent.iterdir()} == {"gateway.sqlite"}


async def test_a_log_that_ends_before_its_signed_head_is_not_exported(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER consents_stay")
        db.execute("DELETE FROM consents WHERE seq > 15")
        db.commit()
    with pytest.raises(LedgerError, match="a signed head counts 20 records") as broken:
        await exported(path)
    assert broken.value.seq == 16


async def test_a_log_with_a_notice_that_was_changed_is_not_exported(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TRIGGER notices_never_change")
        db.execute("UPDATE notices SET content = content || ' '")
        db.commit()
    with pytest.raises(ExportError, match="was changed since it was published"):
        await exported(path)
