"""P5: whoever kept a signed head finds that the log was cut off or written anew, though the chain
itself adds up again."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gateway import upkeep
from gateway.config import Config
from gateway.errors import LedgerError
from gateway.rules.canonical import digest
from gateway.rules.seal import Seal
from gateway.web.app import Gateway
from tests.serving import Served
from tests.visiting import browser, choose, rows

NOW = 1_790_000_000
PRIVACY = Path(__file__).parent.parent.parent / "docs" / "privacy.md"


async def _choices(client: httpx.AsyncClient, n: int) -> None:
    for turn in range(n):
        client.cookies.clear()
        await choose(client, "accept" if turn % 2 else "reject")


async def _verify(gateway: Gateway) -> upkeep.Verified:
    signed = upkeep.Signed(await gateway.heads.all("demo"), gateway.seal.public)
    return await upkeep.verify("demo", gateway.consents, gateway.published, signed)


def _cut_off(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM standing WHERE seq > 4")
    db.execute("DELETE FROM consents WHERE seq > 4")


def _written_anew(db: sqlite3.Connection) -> None:
    """One refusal from before, with every digest after it made to fit: the chain adds up."""
    names = [row[1] for row in db.execute("PRAGMA table_info(consents)")]
    previous = "0" * 64
    for row in db.execute("SELECT * FROM consents ORDER BY seq").fetchall():
        record = dict(zip(names, row, strict=True))
        record["choices"] = json.loads(record["choices"])
        record["previous"] = previous
        if record["seq"] == 1:
            record["language"] = "en"
        public = {k: v for k, v in record.items() if k not in ("digest", "consent_id", "salt")}
        previous = digest(public)
        db.execute(
            "UPDATE consents SET language = ?, previous = ?, digest = ? WHERE seq = ?",
            (record["language"], record["previous"], previous, record["seq"]),
        )


@pytest.mark.parametrize("damage", [_cut_off, _written_anew])
async def test_a_log_that_adds_up_again_is_found_by_its_signed_head(
    damage: Callable[[sqlite3.Connection], None], gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 6)
    await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    assert (await _verify(gateway)).records == 6
    with closing(sqlite3.connect(gateway.database.path)) as db:
        for trigger in ("consents_stay", "consents_never_change"):
            db.execute(f"DROP TRIGGER {trigger}")
        damage(db)
        db.commit()
    await upkeep.verify("demo", gateway.consents, gateway.published)  # the chain alone is content
    with pytest.raises(LedgerError, match="signed head"):
        await _verify(gateway)


async def test_a_head_signed_by_somebody_else_does_not_hold(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 2)
    await upkeep.seal("demo", gateway.heads, Seal([bytes(32)]), NOW)
    with pytest.raises(LedgerError, match="signed by a key that is not known"):
        await _verify(gateway)


async def test_a_head_that_says_it_is_signed_by_a_key_of_ours_must_be(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 2)
    head = await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    assert head is not None
    for changed in (replace(head, digest=head.digest[::-1]), replace(head, time=NOW + 1)):
        signed = upkeep.Signed([changed], gateway.seal.public)
        with pytest.raises(LedgerError, match="signature of its head does not hold") as broken:
            await upkeep.verify("demo", gateway.consents, gateway.published, signed)
        assert broken.value.seq == 2


async def test_a_head_of_another_site_says_nothing_of_this_one(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 2)
    head = gateway.seal.sign("veldkamp", 2, "0" * 64, NOW)
    signed = upkeep.Signed([head], gateway.seal.public)
    with pytest.raises(LedgerError, match="log of another site"):
        await upkeep.verify("demo", gateway.consents, gateway.published, signed)


async def test_the_first_record_that_a_signed_head_counts_and_is_gone_is_named(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 6)
    await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    with closing(sqlite3.connect(gateway.database.path)) as db:
        db.execute("DROP TRIGGER consents_stay")
        _cut_off(db)
        db.commit()
    with pytest.raises(LedgerError, match="a signed head counts 6 records") as broken:
        await _verify(gateway)
    assert broken.value.seq == 5


async def test_a_head_is_kept_when_the_log_has_grown_and_not_otherwise(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    assert await upkeep.seal("demo", gateway.heads, gateway.seal, NOW) is None
    await _choices(client, 2)
    first = await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    assert first is not None
    assert first.records == 2
    assert await upkeep.seal("demo", gateway.heads, gateway.seal, NOW + 60) is None
    await _choices(client, 1)
    assert await upkeep.seal("demo", gateway.heads, gateway.seal, NOW + 120) is not None
    assert [head.records for head in await gateway.heads.all("demo")] == [2, 3]
    assert (await _verify(gateway)).heads == 2


@pytest.mark.parametrize(
    "statement",
    ["UPDATE heads SET time = 0", "DELETE FROM heads", "REPLACE INTO heads SELECT * FROM heads"],
)
async def test_the_database_itself_refuses_to_change_a_head(
    statement: str, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 1)
    await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="signed head"):
        async with gateway.database.writing() as db:
            await db.execute(statement)


async def test_blanking_somebody_changes_no_head(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await _choices(client, 4)
    await upkeep.seal("demo", gateway.heads, gateway.seal, NOW)
    site = gateway.sites["demo"]
    await upkeep.purge(site, gateway.retention, NOW + 4000 * 86_400)
    assert await rows(gateway, "SELECT count(consent_id) FROM consents") == [(0,)]
    assert (await _verify(gateway)).heads == 1


async def test_the_published_heads_are_those_that_are_kept(client: httpx.AsyncClient) -> None:
    assert (await client.get("/demo/log")).json()["head"] is None
    await _choices(client, 3)
    said = (await client.get("/demo/log")).json()
    assert said["head"] == said["heads"][0]
    assert said["head"]["records"] == 3
    assert [key["key"] for key in said["keys"]] == [said["head"]["key"]]
    await _choices(client, 1)
    again = (await client.get("/demo/log")).json()
    assert [head["records"] for head in again["heads"]] in ([3], [4, 3])  # a head a second
    assert (await client.get("/nosuch/log")).status_code == 404


async def test_the_timer_signs_by_itself(config: Config) -> None:
    first = Gateway(config)
    transport = httpx.ASGITransport(first.asgi)
    async with (
        first.running(),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        await _choices(client, 2)
    second = Gateway(replace(config))
    async with second.running():
        for _ in range(200):
            if await second.heads.all("demo"):
                break
            await _moment()
        assert (await _verify(second)).heads == 1


async def _moment() -> None:
    await asyncio.sleep(0.05)


async def test_the_script_of_the_docs_checks_a_real_head(tmp_path: Path) -> None:
    """With the public key and a public library, without a line of ours; and it can fail."""
    script = PRIVACY.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    with Served(tmp_path) as served:
        async with browser(served.base) as client:
            await choose(client, headers={"origin": served.base})
        script = script.replace("http://127.0.0.1:8000", served.base)
        assert len(script.splitlines()) <= 30
        alone = {"PATH": "", "PYTHONPATH": ""}
        for text, code in (
            (script, 0),
            (script.replace('head = said["head"]', 'head = {**said["head"], "records": 2}'), 1),
        ):
            done = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", text],
                capture_output=True,
                cwd=tmp_path,
                env=alone,
                check=False,
            )
            assert done.returncode == code, done.stderr
