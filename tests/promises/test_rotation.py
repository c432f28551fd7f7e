"""Keys can be changed without breaking a promise: what older ones signed still holds."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.serving import Served
from tests.visiting import browser, choose


async def test_heads_and_tokens_outlive_their_keys(tmp_path: Path) -> None:
    served = Served(tmp_path)
    headers = {"origin": served.base, "user-agent": "Mozilla/5.0 Firefox/145.0"}
    with served:
        async with browser(served.base) as client:
            old = (await choose(client, headers=headers)).json()["token"]
            before = (await client.get("/demo/log")).json()
    assert "restart" in served.run("key", "rotate", "heads")
    served.run("key", "rotate", "tokens")
    with served:
        async with browser(served.base) as client:
            event = {"kind": "pageview", "url": served.base + "/", "token": old}
            kept = await client.post("/demo/event", json=event, headers=headers)
            assert kept.json()["kept"] == 1
            await choose(client, headers=headers)
            await asyncio.sleep(1.1)  # a head a second
            after = (await client.get("/demo/log")).json()
        assert "2 records" in served.run("verify", "--site", "demo")
    assert [key["signs"] for key in after["keys"]] == [False, True]
    first, second = after["keys"]
    assert first["key"] == before["head"]["key"] == before["keys"][0]["key"]
    assert first["since"] == before["head"]["signed"]
    assert after["head"]["key"] == second["key"]
    assert second["since"] == after["head"]["signed"]
    assert after["heads"][-1] == before["head"]


async def test_a_running_worker_takes_what_a_newer_key_signed(tmp_path: Path) -> None:
    """Else a withdrawal at the old worker would be refused as forged until it is restarted."""
    first, second = Served(tmp_path / "one"), Served(tmp_path / "two")
    second.share(first)
    with first:
        first.run("key", "rotate", "tokens")
        first.run("key", "rotate", "heads")
        with second:
            async with browser(second.base) as there, browser(first.base) as here:
                said = (await choose(there, headers={"origin": second.base})).json()
                newer = (await there.get("/demo/log")).json()["head"]
                for _ in range(100):
                    published = (await here.get("/demo/log")).json()["keys"]
                    if newer["key"] in {key["key"] for key in published}:
                        break
                    await asyncio.sleep(0.1)
                assert newer["key"] in {key["key"] for key in published}
                answer = await here.post("/demo/withdraw", json={"token": said["token"]})
                assert answer.json()["state"] == "withdrawn"


def test_a_kind_of_key_there_is_not_is_told(tmp_path: Path) -> None:
    assert "use heads or tokens" in Served(tmp_path).fail("key", "rotate", "doors")
