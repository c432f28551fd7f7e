"""What operators ask, and errors that belong to nobody."""

from __future__ import annotations

import logging
from dataclasses import replace

import httpx
import pytest

from gateway.config import Config
from gateway.web.app import Gateway
from tests.visiting import HEADERS, ORIGIN, PEER, choose, view


async def test_health_and_readiness_are_answered(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_metrics_are_for_trusted_networks_only(
    client: httpx.AsyncClient, monitor: httpx.AsyncClient
) -> None:
    """A count that goes up by one tells of one visitor; nor does it say when it was begun."""
    assert (await client.get("/metrics")).status_code == 403
    through = {"x-forwarded-for": "203.0.113.77"}
    assert (await monitor.get("/metrics", headers=through)).status_code == 403
    await choose(client, "reject")
    text = (await monitor.get("/metrics")).text
    assert 'gateway_consents_total{outcome="refused",site="demo"} 1.0' in text
    assert "_created" not in text


async def test_what_was_received_outlives_the_process_and_adds_up(config: Config) -> None:
    """The counts come from the book in the database, so every worker tells the same."""
    first = Gateway(config)
    async with first.running(), _from(first, PEER) as client:
        await view(client)
        await choose(client)
        await view(client)
        await view(client, headers={**HEADERS, "user-agent": "Googlebot/2.1"})
    second = Gateway(config)
    async with second.running(), _from(second, "127.0.0.1") as monitor:
        text = (await monitor.get("/metrics")).text
    assert 'gateway_events_received_total{site="demo"} 3.0' in text
    for outcome in ("kept", "no_consent", "bot"):
        assert f'gateway_events_total{{outcome="{outcome}",site="demo"}} 1.0' in text


async def test_commits_answers_and_refusals_are_measured(
    client: httpx.AsyncClient, monitor: httpx.AsyncClient
) -> None:
    await choose(client)
    await view(client)
    assert (await client.post("/demo/event", content=b"{", headers=HEADERS)).status_code == 400
    text = (await monitor.get("/metrics")).text
    for line in (
        "gateway_request_seconds_count 1.0",
        "gateway_commit_events_count 1.0",
        "gateway_commit_seconds_count 1.0",
        "gateway_queue 0.0",
    ):
        assert line in text
    [refused] = [one for one in text.splitlines() if one.startswith("gateway_refused_requests_")]
    assert refused.endswith(" 1.0")


async def test_metrics_are_told_when_the_database_is_not_there(config: Config) -> None:
    """That is when monitors need them most."""
    gateway = Gateway(config)
    async with _from(gateway, "127.0.0.1") as monitor:
        answer = await monitor.get("/metrics")
    assert answer.status_code == 200
    assert "gateway_queue" in answer.text
    assert "gateway_events_total{" not in answer.text


def _from(gateway: Gateway, peer: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(gateway.asgi, client=(peer, 4711))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


async def test_metrics_can_be_switched_off(config: Config) -> None:
    quiet = Gateway(replace(config, metrics=False))
    async with quiet.running():
        transport = httpx.ASGITransport(quiet.asgi, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            assert (await client.get("/metrics")).status_code == 404


async def test_an_address_nobody_knows_is_a_problem_with_a_sentence(
    client: httpx.AsyncClient,
) -> None:
    for path in ("/nosuch", "/demo/nosuch", "/a/b/c/d", "/assets/../secrets.json"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_without_the_demo_the_front_door_leads_to_the_dashboard(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")


async def test_the_access_log_has_cut_addresses_and_no_queries(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """P2: and a path is masked as an event's path is."""
    with caplog.at_level(logging.INFO, logger="gateway.access"):
        await choose(client)
        await view(client)
        await client.get("/mail/jan.jansen@example.nl?bsn=123456782")
    lines = caplog.text
    assert "203.0.113.0/24 GET /demo/notices 200" in lines
    # P10: what somebody looked at is kept in the database, for as long as is said, and only there.
    assert "/demo/event" not in lines
    # P7: a line with second and network would tie a refusal to where it came from.
    assert "- POST /demo/consent 201" in lines
    assert "GET /mail/(email) 404" in lines
    for secret in ("203.0.113.77", "jan.jansen", "123456782", "Firefox"):
        assert secret not in lines
