"""Choices that cannot be recorded, and pages that may not record any."""

from __future__ import annotations

import httpx
import pytest

from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, choose, count, current_notice

BAD = {
    "no json": ("content", b"<html>", 400),
    "not an object": ("json", [1], 400),
    "no notice": ("json", {"action": "accept"}, 400),
    "not a digest": ("json", {"notice": "x", "action": "accept", "choices": {}}, 400),
    "unknown notice": (
        "json",
        {"notice": "0" * 64, "action": "accept", "choices": {"analytics": True}},
        400,
    ),
    "unknown action": ("json", {"notice": "N", "action": "maybe", "choices": {}}, 400),
    "choice that is no boolean": (
        "json",
        {"notice": "N", "action": "save", "choices": {"analytics": "yes"}},
        400,
    ),
    "purpose nobody asked for": (
        "json",
        {"notice": "N", "action": "save", "choices": {"profiling": True}},
        400,
    ),
    "necessary is not a choice": (
        "json",
        {"notice": "N", "action": "save", "choices": {"necessary": False}},
        400,
    ),
    "language it was not shown in": (
        "json",
        {"notice": "N", "action": "save", "choices": {}, "language": "fr"},
        400,
    ),
    "accept that refuses": (
        "json",
        {"notice": "N", "action": "accept", "choices": {"analytics": False}},
        400,
    ),
    "reject that accepts": (
        "json",
        {"notice": "N", "action": "reject", "choices": {"analytics": True}},
        400,
    ),
    "too large": ("content", b'{"notice": "' + b"0" * 20_000 + b'"}', 413),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_choice_is_refused_with_a_problem_and_not_recorded(
    name: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    kind, body, status = BAD[name]
    if isinstance(body, dict) and body.get("notice") == "N":
        body = {**body, "notice": await current_notice(client)}
    send = {"content": body} if kind == "content" else {"json": body}
    answer = await client.post("/demo/consent", headers=HEADERS, **send)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["detail"]) > 20
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "set-cookie" not in answer.headers
    assert await count(gateway, "consents") == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
async def test_another_website_cannot_choose_for_a_visitor(
    headers: dict[str, str], client: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await choose(client, headers=headers)
    assert answer.status_code == 403
    assert (await client.post("/demo/withdraw", headers=headers)).status_code == 403
    assert await count(gateway, "consents") == 0


async def test_an_unknown_site_is_not_found(client: httpx.AsyncClient) -> None:
    for method, path in (("GET", "consent"), ("POST", "consent"), ("POST", "withdraw")):
        answer = await client.request(method, f"/nosuch/{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_of_the_site_may_read_the_answer_and_no_other(
    client: httpx.AsyncClient,
) -> None:
    mine = await client.options("/demo/consent", headers={"origin": ORIGIN})
    assert mine.status_code == 204
    assert mine.headers["access-control-allow-origin"] == ORIGIN
    assert mine.headers["access-control-allow-credentials"] == "true"
    other = await client.get("/demo/consent", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
