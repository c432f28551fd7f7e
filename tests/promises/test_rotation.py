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


def test_a_kind_of_key_there_is_not_is_told(tmp_path: Path) -> None:
    assert "use heads or tokens" in Served(tmp_path).fail("key", "rotate", "doors")
