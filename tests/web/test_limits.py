"""Too many requests: who is told to wait, who is not, and that nobody's choice is harder for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.config import Config
from gateway.rules.bucket import Allowance, Rate
from gateway.web.app import Gateway
from gateway.web.limits import Limits
from tests.handing import THERE, siblings
from tests.preferring import OWN, post, ticks
from tests.visiting import HEADERS, ORIGIN, PEER, choose, count, current_notice

ELSEWHERE = "198.51.100.7"
FEW = Allowance(network=Rate(per_second=0.5, burst=4), site=Rate(per_second=0.5, burst=10))
MANY = Allowance(network=Rate(1000, 1000), site=Rate(1000, 1000))

Act = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


class Clock:
    """Stands still until it is told to go on, whatever the tests beside this one do."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def gateway(config: Config) -> AsyncIterator[Gateway]:
    """One that takes four choices of a network at once and ten of a site, on a clock that stands
    still; its two sites hand choices over to each other."""
    made = Gateway(siblings(replace(config, choices=FEW, events=MANY)))
    made.limits.clock = Clock()
    async with made.running():
        yield made


def visitor(gateway: Gateway, address: str = PEER) -> httpx.AsyncClient:
    """Somebody with cookies of their own, at this address."""
    transport = httpx.ASGITransport(gateway.asgi, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


async def answers(act: Act, client: httpx.AsyncClient, times: int = 20) -> list[int]:
    return [(await act(client)).status_code for _ in range(times)]


async def withdraw(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/demo/withdraw", headers=HEADERS)


async def is_shown(client: httpx.AsyncClient, site: str = "demo") -> httpx.Response:
    body = {"notice": await current_notice(client, site), "language": "nl"}
    return await client.post(f"/{site}/shown", json=body, headers=HEADERS)


async def look(client: httpx.AsyncClient) -> httpx.Response:
    return await client.get("/demo/receipts/K7QM-2XWP-9TRD")


async def hand_over(client: httpx.AsyncClient) -> httpx.Response:
    body = {"to": "veldkamp", "refused": {"until": 2**33}}
    return await client.post("/demo/handover", json=body, headers=HEADERS)


async def take_over(client: httpx.AsyncClient) -> httpx.Response:
    body = {"code": "x" * 24, "language": "nl"}
    return await client.post("/veldkamp/handover/redeem", json=body, headers=THERE)


async def end_by_receipt(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/demo/receipts/K7QM-2XWP-9TRD", data={"action": "withdraw"})


ACTS: dict[str, Act] = {
    "accept": lambda client: choose(client, "accept"),
    "reject": lambda client: choose(client, "reject"),
    "save": lambda client: choose(client, "save", choices={"analytics": True}),
    "withdraw": withdraw,
    "accept on the page": lambda client: post(client, "accept"),
    "reject on the page": lambda client: post(client, "reject"),
    "withdraw on the page": lambda client: post(client, "withdraw"),
    "withdraw by a receipt": end_by_receipt,
    "hand over": hand_over,
    "take over": take_over,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_no_choice_is_harder_than_another(gateway: Gateway, act: Act) -> None:
    """A yes, a no, a withdrawal: as many of each pass before the first has to wait (P7)."""
    async with visitor(gateway) as client:
        passed = [status != 429 for status in await answers(act, client)]
    assert passed == [True] * 4 + [False] * 16


async def test_a_no_waits_no_longer_than_a_yes_that_came_before_it(gateway: Gateway) -> None:
    """They take from one bucket: no flood of one kind closes the door to the other alone."""
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client)
        waits = {name: (await act(client)).headers["retry-after"] for name, act in ACTS.items()}
    assert set(waits.values()) == {"2"}


async def test_who_comes_too_often_is_told_how_long_to_wait_in_words_the_page_can_read(
    gateway: Gateway,
) -> None:
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client, 4)
        before = await count(gateway, "consents")
        refused = await choose(client, "reject")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "2"
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert refused.headers["access-control-allow-credentials"] == "true"
    assert refused.json()["detail"] == (
        "There were too many requests just now, and nothing was stored of this one. "
        "Send it again in 2 s."
    )
    assert "set-cookie" not in refused.headers
    assert await count(gateway, "consents") == before


async def test_who_waits_that_long_is_served(gateway: Gateway) -> None:
    clock = gateway.limits.clock
    assert isinstance(clock, Clock)
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client)
        clock.now += 1.9
        assert (await choose(client, "reject")).status_code == 429
        clock.now += 0.1
        assert (await choose(client, "reject")).status_code == 201


async def test_a_network_that_floods_keeps_nobody_else_from_choosing(gateway: Gateway) -> None:
    async with visitor(gateway) as flood, visitor(gateway, ELSEWHERE) as somebody:
        await answers(ACTS["accept"], flood, 100)
        assert await answers(ACTS["reject"], somebody, 4) == [201] * 4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("203.0.113.77", "203.0.113.200", True, id="one /24"),
        pytest.param("203.0.113.77", "203.0.114.77", False, id="two /24s"),
        pytest.param("2001:db8:1:1::1", "2001:db8:1:ffff::2", True, id="one /48"),
        pytest.param("2001:db8:1::1", "2001:db8:2::1", False, id="two /48s"),
        pytest.param("203.0.113.77", "::ffff:203.0.113.9", True, id="IPv4 in IPv6"),
    ],
)
async def test_a_network_is_what_is_left_of_an_address(
    gateway: Gateway, one: str, other: str, same: bool
) -> None:
    async with visitor(gateway, one) as first, visitor(gateway, other) as second:
        await answers(ACTS["accept"], first)
        assert ((await choose(second)).status_code == 429) is same


async def test_networks_together_meet_the_limit_of_the_site_and_other_sites_go_on(
    gateway: Gateway,
) -> None:
    statuses = []
    for number in range(5):
        async with visitor(gateway, f"198.51.{number}.1") as client:
            statuses += await answers(ACTS["accept"], client, 4)
    assert statuses == [201] * 10 + [429] * 10
    async with visitor(gateway, "192.0.2.1") as client:
        body = {"notice": await current_notice(client, "veldkamp"), "action": "reject"}
        answer = await client.post("/veldkamp/consent", json=body, headers=THERE)
        assert answer.status_code == 201


async def test_a_program_on_this_machine_meets_the_limit_of_the_site_only(
    gateway: Gateway,
) -> None:
    async with visitor(gateway, "127.0.0.1") as program:
        assert await answers(ACTS["accept"], program) == [201] * 10 + [429] * 10


async def test_behind_a_proxy_each_visitor_counts_for_the_network_they_came_from(
    gateway: Gateway,
) -> None:
    async with visitor(gateway, "127.0.0.1") as proxy:
        for address, passing in ((PEER, 4), (ELSEWHERE, 4)):
            headers = {**HEADERS, "x-forwarded-for": address}
            statuses = [(await choose(proxy, headers=headers)).status_code for _ in range(9)]
            assert statuses.count(201) == passing


async def test_another_websites_page_uses_up_nothing(gateway: Gateway) -> None:
    """Else it could, by the browsers of its visitors, keep their whole office from choosing."""
    foreign = {**HEADERS, "origin": "https://evil.example"}
    async with visitor(gateway) as client:
        for path in ("consent", "withdraw", "handover", "shown", "preferences"):
            for _ in range(10):
                answer = await client.post(f"/demo/{path}", json={}, headers=foreign)
                assert answer.status_code == 403
        assert (await choose(client, "reject")).status_code == 201


async def test_asking_whether_one_may_write_is_never_too_much(gateway: Gateway) -> None:
    """A browser tells its page nothing of a question that failed, not even to wait."""
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client)
        asked = [await client.options("/demo/consent", headers=HEADERS) for _ in range(20)]
    assert {answer.status_code for answer in asked} == {204}


async def test_banners_that_are_shown_use_up_no_choice(config: Config) -> None:
    made = Gateway(replace(config, choices=FEW, events=FEW))
    made.limits.clock = Clock()
    async with made.running(), visitor(made) as client:
        assert await answers(is_shown, client, 6) == [204] * 4 + [429] * 2
        assert (await is_shown(client)).headers["access-control-allow-origin"] == ORIGIN
        assert await answers(ACTS["reject"], client, 4) == [201] * 4


async def test_guessing_codes_of_receipts_comes_to_an_end_and_uses_up_no_choice(
    gateway: Gateway,
) -> None:
    async with visitor(gateway) as client:
        assert await answers(look, client, 6) == [404] * 4 + [429] * 2
        assert await answers(ACTS["reject"], client, 4) == [201] * 4


async def test_a_receipt_cannot_be_guessed_by_posting_either(gateway: Gateway) -> None:
    async with visitor(gateway) as client:
        path = urlsplit((await choose(client)).json()["receipt"]).path
        assert await answers(end_by_receipt, client, 3) == [404] * 3
        right = await client.post(path, data={"action": "withdraw"}, headers=OWN)
        assert right.status_code == 429


async def test_the_preference_page_keeps_the_ticks_of_who_has_to_wait(gateway: Gateway) -> None:
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client, 4)
        page = await post(client, "save", "marketing")
    assert (page.status_code, page.headers["retry-after"]) == (429, "2")
    assert ticks(page) == {"analytics": False, "marketing": True}
    assert "is nog niet bewaard" in page.text


async def test_a_key_press_on_the_preference_page_that_chose_nothing_is_no_choice(
    gateway: Gateway,
) -> None:
    async with visitor(gateway) as client:
        await answers(ACTS["accept"], client)
        assert (await post(client, "stay")).status_code == 200


async def test_no_network_is_told_whatever_is_asked(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    async with visitor(gateway) as client, visitor(gateway, "127.0.0.1") as monitor:
        await answers(ACTS["accept"], client)
        told = [(await act(client)).text for act in ACTS.values()]
        told.append((await monitor.get("/metrics")).text)
    assert not [text for text in (*told, caplog.text) if "203.0.113" in text]


async def test_a_limit_of_zero_is_none(config: Config) -> None:
    none = Allowance(network=Rate(0, 1), site=Rate(0, 1))
    made = Gateway(replace(config, choices=none))
    made.limits.clock = Clock()
    async with made.running(), visitor(made) as client:
        assert set(await answers(ACTS["reject"], client)) == {201}


def test_events_choices_and_codes_have_a_bucket_each() -> None:
    limits = Limits(FEW, FEW)
    for ask in (limits.event, limits.choice, limits.code):
        waits = [ask("demo", "203.0.113.0/24", 0.0) for _ in range(6)]
        assert waits == [0, 0, 0, 0, 2, 2]


def test_workers_together_let_no_more_pass_than_is_allowed() -> None:
    limits = [Limits(FEW, FEW, workers=4) for _ in range(4)]
    passed = [one.choice("demo", "203.0.113.0/24", 0.0) for one in limits for _ in range(9)]
    assert passed.count(0) == FEW.network.burst
    assert max(passed) == 8  # a quarter of the rate: four times as long
