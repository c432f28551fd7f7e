"""Withdrawing by the code of a receipt: from any device, at once, and by nobody else's page."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.rules.receipt import read
from gateway.web.accesslog import AccessLog
from gateway.web.app import Gateway
from gateway.web.wire import Networks
from tests.serving import Served
from tests.visiting import HEADERS, ORIGIN, browser, choose, count, rows, view

PAGE = {"accept": "text/html"}
WITHDRAW = {"action": "withdraw"}
PRIVACY = Path(__file__).parent.parent.parent / "docs" / "privacy.md"


def script() -> str:
    blocks = PRIVACY.read_text("utf-8").split("```python\n")[1:]
    [told] = [text for block in blocks if "receipt" in (text := block.partition("```")[0])]
    assert len(told.splitlines()) <= 30
    return told


async def given(client: httpx.AsyncClient) -> tuple[str, str]:
    """The path of the receipt of a new consent, and its token."""
    said = (await choose(client)).json()
    return urlsplit(said["receipt"]).path, said["token"]


async def test_one_button_on_another_device_ends_the_consent_everywhere(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path, token = await given(client)
    client.cookies.clear()
    headers = PAGE | {"origin": ORIGIN}
    answer = await client.post(f"{path}?language=en", data=WITHDRAW, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?language=en")
    assert "set-cookie" not in answer.headers  # this device chose nothing
    page = await client.get(answer.headers["location"], headers=PAGE)
    assert "You withdrew your consent of " in page.text
    assert 'value="withdraw"' not in page.text
    assert (await view(client, token=token)).json()["dropped"] == {"withdrawn": 1}
    log = await rows(gateway, "SELECT state, action, method FROM consents ORDER BY seq")
    assert log[1:] == [("withdrawn", "withdraw", "page")]


async def test_a_second_withdrawal_changes_nothing(
    gateway: Gateway, client: httpx.AsyncClient, monitor: httpx.AsyncClient
) -> None:
    path, _ = await given(client)
    client.cookies.clear()
    answers = [await client.post(path, data=WITHDRAW) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    said = answers[0].json()
    assert said["state"] == "withdrawn"
    assert said["choices"] == {"analytics": False, "marketing": False}
    assert urlsplit(said["receipt"]).path == path
    assert said["consent_id"] is said["token"] is None
    assert await count(gateway, "consents") == 2
    metrics = (await monitor.get("/metrics")).text
    assert 'gateway_consents_total{outcome="withdrawn",site="demo"} 1.0' in metrics


async def test_a_program_may_send_json(client: httpx.AsyncClient) -> None:
    path, _ = await given(client)
    assert (await client.post(path, json=WITHDRAW)).json()["state"] == "withdrawn"


async def test_in_the_browser_that_chose_the_cookie_says_withdrawn_too(
    client: httpx.AsyncClient,
) -> None:
    """R20: else its next page would go on with what the cookie allows."""
    path, token = await given(client)
    assert client.cookies["gw_consent"] == token
    answer = await client.post(path, data=WITHDRAW, headers=PAGE | {"origin": ORIGIN})
    assert answer.status_code == 303
    assert client.cookies["gw_consent"] != token
    assert "." not in client.cookies["gw_consent"]  # and no identifier is left
    stands = await client.get("/demo/consent", headers=HEADERS)
    assert stands.json()["state"] == "withdrawn"


async def test_the_cookie_of_another_consent_is_left_alone(client: httpx.AsyncClient) -> None:
    path, _ = await given(client)
    client.cookies.clear()
    _, mine = await given(client)
    assert "set-cookie" not in (await client.post(path, data=WITHDRAW)).headers
    assert client.cookies["gw_consent"] == mine
    assert (await view(client)).json()["kept"] == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": ORIGIN}, 200),
        ({}, 200),
    ],
)
async def test_only_our_own_page_and_programs_may_withdraw(
    sent: dict[str, str], status: int, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path, _ = await given(client)
    client.cookies.clear()
    assert (await client.post(path, data=WITHDRAW, headers=sent)).status_code == status
    assert await count(gateway, "consents") == (2 if status == 200 else 1)
    assert (await client.post("/demo/receipts", data={"code": "x"}, headers=sent)).status_code == (
        404 if status == 200 else 403
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"action=accept", 400),
        (b'{"action": 1}', 400),
        (b"{" * 4_000, 400),
        (b"\xff", 400),
        (b"&".join(b"a=1" for _ in range(30)), 400),
        (b"action=withdraw&x=" + b"y" * 5_000, 413),
    ],
)
async def test_any_other_body_withdraws_nothing(
    body: bytes, status: int, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path, _ = await given(client)
    assert (await client.post(path, content=body)).status_code == status
    assert await count(gateway, "consents") == 1


async def test_a_code_that_shows_nothing_withdraws_nothing(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    path, _ = await given(client)
    elsewhere = path.replace("/demo/", "/veldkamp/")
    for wrong in (elsewhere, "/demo/receipts/K7QM-2XWP-9TRD", "/demo/receipts/nonsense"):
        assert (await client.post(wrong, data=WITHDRAW)).status_code == 404
    assert await count(gateway, "consents") == 1


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/demo/receipts", "- GET /demo/receipts "),
        ("/demo/receipts/K7QM-2XWP-9TRD", "- GET /demo/receipts/* "),
        ("/demo/receipts/K7QM 2XWP 9TRD", "- GET /demo/receipts/* "),
        ("/demo/receipts/a/K7QM2XWP9TRD", "- GET /demo/receipts/* "),
        ("/demo/receiptsK7QM2XWP9TRD", "- GET /demo/receipts/* "),
        ("//demo/receipts/K7QM2XWP9TRD", "- GET /receipts/* "),
        ("/demo/%72eceipts/K7QM2XWP9TRD", "203.0.113.0/24 GET /demo/receipts/* "),
        ("/demo/receipt/k7qm-2xwp-9trd", "203.0.113.0/24 GET /demo/receipt/* "),
        ("/demo/K7QM 2XWP 9TRD", "203.0.113.0/24 GET /demo/* "),
        ("/demo/K7QM2XWP9TRD", "203.0.113.0/24 GET /demo/* "),
        ("/demo/K7QM_2XWP_9TRD", "203.0.113.0/24 GET /demo/* "),
        ("/solliciteren", "203.0.113.0/24 GET /solliciteren "),
        ("/assets/../demo/receipts/K7QM-2XWP-9TRD", "- GET /assets/../demo/receipts/* "),
        ("/assets/receipts/receipts.css", "203.0.113.0/24 GET /assets/receipts/receipts.css "),
    ],
)
async def test_the_code_stands_in_no_line_of_the_access_log(
    path: str, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def nothing(*_: object) -> None: ...

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "client": ("203.0.113.9", 1),
    }
    with caplog.at_level(logging.INFO, "gateway.access"):
        await AccessLog(nothing, trusted=Networks([]))(scope, nothing, nothing)  # type: ignore[arg-type]
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith(logged)
    assert "2XWP" not in line.upper()


async def test_the_code_is_in_no_log_and_no_file_and_the_docs_script_checks_the_receipt(
    tmp_path: Path,
) -> None:
    with Served(tmp_path) as served:
        async with browser(served.base) as client:
            said = (await choose(client, headers={"origin": served.base})).json()
            path = urlsplit(said["receipt"]).path
            shown = path.rpartition("/")[2]
            code = read(shown)
            assert code is not None
            for accept in ("text/html", "application/json"):
                assert (await client.get(path, headers={"accept": accept})).status_code == 200
            await client.post(path, data=WITHDRAW)
            await client.post("/demo/receipts", data={"code": shown})
            await client.get(f"/veldkamp/receipts/{shown}")
            await client.get(f"/demo/receipt/{shown}")
            file = tmp_path / "receipt-demo.json"
            file.write_bytes((await client.get(f"{path}?format=json")).content)
        text = script()
        assert len(text.splitlines()) <= 30
        run = [sys.executable, "-c", text, str(file), f"{served.base}/demo/log"]
        alone = {"PATH": "", "PYTHONPATH": ""}
        for damage, expected in ((b"", 0), (b'"accept"', 1)):
            file.write_bytes(file.read_bytes().replace(damage or b"\0", b'"reject"'))
            done = await asyncio.to_thread(
                subprocess.run, run, capture_output=True, cwd=tmp_path, env=alone, check=False
            )
            assert done.returncode == expected, done.stderr
        file.unlink()
        found = await asyncio.to_thread(_searched, tmp_path, (code, shown))
        assert found == set()
        assert b"/demo/receipts/* 200" in served.log.read_bytes()


def _searched(folder: Path, codes: tuple[str, ...]) -> set[str]:
    """The files in which one of the codes stands."""
    written = [one for one in folder.rglob("*") if one.is_file()]
    assert {"gateway.log", "gateway.sqlite"} <= {one.name for one in written}
    marks = {mark for one in codes for mark in (one.encode(), one.lower().encode())}
    return {one.name for one in written for mark in marks if mark in one.read_bytes()}
