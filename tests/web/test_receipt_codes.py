"""The code of a receipt: found however it is typed, and nothing told of any other."""

from __future__ import annotations

import time

import httpx
import pytest

from gateway import upkeep
from gateway.web.app import Gateway
from tests.visiting import ORIGIN
from tests.web.test_receipts import DAY, DUTCH, given


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_every_code_that_shows_nothing_is_answered_alike(
    accept: str, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    other = await given(client, site="veldkamp")
    erased = await given(client)
    later = int(time.time()) + 4_000 * DAY
    await upkeep.purge(gateway.sites["demo"], gateway.retention, later)
    codes = ["K7QM-2XWP-9TRD", "nonsense", "%00", "a" * 900, other.rpartition("/")[2]]
    answers = [
        await client.get(f"/demo/receipts/{code}", headers={"accept": accept})
        for code in [*codes, erased.rpartition("/")[2]]
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"].partition(";")[0] == (
        "application/problem+json" if accept == "application/json" else "text/html"
    )
    assert (await client.get("/nosuch/receipts/K7QM-2XWP-9TRD")).status_code == 404


async def test_a_code_is_found_however_it_is_typed(client: httpx.AsyncClient) -> None:
    path = await given(client)
    code = path.rpartition("/")[2]
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert (await client.get(f"/demo/receipts/{typed}")).status_code == 200


async def test_the_form_leads_to_the_receipt(client: httpx.AsyncClient) -> None:
    path = await given(client)
    form = await client.get("/demo/receipts", headers=DUTCH)
    assert form.status_code == 200
    assert "Bewijs van uw keuze opzoeken" in form.text
    assert 'role="alert"' not in form.text
    typed = path.rpartition("/")[2].replace("-", " ").lower()
    sent = {"code": typed}
    answer = await client.post("/demo/receipts?language=en", data=sent, headers={"origin": ORIGIN})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?language=en")
    page = await client.get(answer.headers["location"], headers=DUTCH)
    assert "You gave consent on " in page.text


@pytest.mark.parametrize("typed", ["", "nonsense", "<script>alert(1)</script>"])
async def test_what_is_no_code_is_asked_for_again(typed: str, client: httpx.AsyncClient) -> None:
    headers = DUTCH | {"origin": ORIGIN}
    answer = await client.post("/demo/receipts", data={"code": typed}, headers=headers)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text
    assert "nonsense" not in answer.text
