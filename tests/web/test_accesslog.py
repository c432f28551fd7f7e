"""P7: what the access log says of a choice never ties it to where it came from."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from tests.visiting import HEADERS

CHOICES = ["consent", "withdraw", "shown", "preferences", "handover", "handover/redeem"]


async def logged(client: httpx.AsyncClient, path: str, caught: pytest.LogCaptureFixture) -> str:
    """The line of one request."""
    caught.clear()
    with caught.at_level(logging.INFO, "gateway.access"):
        await client.post(path, json={}, headers=HEADERS)
        await asyncio.sleep(0)
    [line] = [record.getMessage() for record in caught.records if record.name == "gateway.access"]
    return line


@pytest.mark.parametrize("end", ["", "/", "//"])
@pytest.mark.parametrize("path", CHOICES)
async def test_a_line_about_a_choice_has_no_network(
    path: str, end: str, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where the address was mistyped: a redirect tells who was on the way to it."""
    line = await logged(client, f"/demo/{path}{end}", caplog)
    assert line.startswith(f"- POST /demo/{path}")


async def test_other_lines_have_the_cut_network(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    line = await logged(client, "/demo/notices", caplog)
    assert line.startswith("203.0.113.0/24 POST /demo/notices 405 ")
