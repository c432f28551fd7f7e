"""What somebody with a link sees: the figures of one site, and nothing else."""

from __future__ import annotations

import csv
import html
import io
import logging
import re
import time

import httpx
import pytest

from gateway.sharing import DAY_SECONDS, MOST_WRONG, Sharing
from gateway.stores.base import Share
from gateway.web.app import Gateway
from tests.dashboards import figure, panel, visit, visited
from tests.visiting import ORIGIN

OWN = {"origin": ORIGIN}
PASSWORD = "twaalf rozen"
NOWHERE = "/shared/" + "x" * 43


async def shared(
    gateway: Gateway, password: str | None = None, *, ago: int = 0, site: str = "demo"
) -> tuple[str, Share]:
    """A link of 30 days that was made some days ago: its path, and what is kept of it."""
    made = int(time.time()) - ago * DAY_SECONDS
    share, key = await Sharing(gateway.shares).share(
        site, "Bureau Zuid", "anna", password, 30, made
    )
    return f"/shared/{key}", share


async def enter(client: httpx.AsyncClient, path: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post(path, data={"password": password}, headers=OWN)


def private(answer: httpx.Response) -> bool:
    """Whether no other page hears of the address and nobody keeps what stands there."""
    names = ("referrer-policy", "cache-control", "x-robots-tag")
    said = [answer.headers.get(name) for name in names]
    return said == ["no-referrer", "no-store", "noindex, nofollow"]


async def test_a_link_shows_the_figures_without_signing_in(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, "/vacatures")
    path, _ = await shared(gateway)
    answer = await client.get(f"{path}?language=en")
    assert answer.status_code == 200
    assert private(answer)
    assert figure(answer.text, "visitors") == "6"
    assert panel(answer.text, "pages") == {"/vacatures": 6}
    assert re.search(r"data-shared>Shared by anna until \d+ \w+ \d{4}", answer.text)


async def test_it_leads_to_nothing_but_itself(client: httpx.AsyncClient, gateway: Gateway) -> None:
    """No other site, no sign-out, no other page of staff, and not what the link is for."""
    await visit(gateway, 6)
    path, _ = await shared(gateway)
    listed = f"{path}/list?dimension=page"
    for address in (f"{path}?language=en", f"{listed}&language=en"):
        page = (await client.get(address)).text
        leads = re.findall(r'(?:href|action)="([^"#]+)', page)
        assert leads
        own = (path, "?", "/assets/")
        assert [html.unescape(one) for one in leads if not one.startswith(own)] == []
        assert "Bureau Zuid" not in page
        assert 'method="post"' not in page
        assert "veldkamp" not in page.lower()


async def test_periods_filters_lists_and_files_work(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, "/vacatures")
    await visit(gateway, 7, "/contact")
    await visited(gateway, 3, 8, path="/vroeger")
    path, _ = await shared(gateway)
    page = (await client.get(f"{path}?period=7d&filter=page:is:/contact&language=en")).text
    assert figure(page, "visitors") == "7"
    form = {"filter_dimension": "page", "filter_operation": "is", "filter_value": "/vacatures"}
    added = await client.get(path, params={"period": "today", **form})
    assert added.status_code == 303
    assert added.headers["location"].startswith(f"{path}?")
    assert private(added)
    assert figure((await client.get(added.headers["location"])).text, "visitors") == "6"
    [href] = re.findall(r'href="([^"]+/list\?[^"]+dimension=page[^"]*)"', page)
    full = await client.get(html.unescape(href))
    assert private(full)
    assert panel(full.text, "page") == {"/contact": 7}
    file = await client.get(f"{path}/csv?dimension=page&period=7d")
    assert private(file)
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert {row["page"]: row["visitors"] for row in rows} == {
        **{"/vroeger": "8", "/contact": "7", "/vacatures": "6"},
    }


async def test_no_group_below_the_threshold_is_shown(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: whoever has the link."""
    await visit(gateway, 12, "/vacatures")
    await visit(gateway, 2, "/zeldzaam")
    path, _ = await shared(gateway)
    for below in ("", "/list?dimension=page", "/csv?dimension=page", "?period=today"):
        answer = await client.get(f"{path}{below}")
        assert answer.status_code == 200
        assert "zeldzaam" not in answer.text
        counts = re.findall(r'data-(?:visitors|visits)="(\d+)"', answer.text)
        assert all(int(one) >= 5 for one in counts)
    hidden = (await client.get(f"{path}?filter=page:is:/zeldzaam")).text
    assert figure(hidden, "visitors") == ""


@pytest.mark.parametrize("below", ["", "/list?dimension=page", "/csv?dimension=page"])
async def test_every_key_that_opens_nothing_gets_the_same_page(
    below: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    ended, share = await shared(gateway)
    await gateway.shares.end(share.id, int(time.time()))
    over, _ = await shared(gateway, ago=30)
    locked, _ = await shared(gateway, PASSWORD, ago=30)
    gone, _ = await shared(gateway, site="gone")
    answers = [
        await client.get(path + below)
        for path in (ended, over, locked, gone, NOWHERE, "/shared/x", "/shared/é")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert all(private(answer) for answer in answers)
    assert "/dashboard" not in answers[0].text


async def test_a_link_with_a_password_shows_nothing_without_it(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6)
    path, _ = await shared(gateway, PASSWORD)
    form = await client.get(f"{path}?period=7d")
    assert form.status_code == 200
    assert private(form)
    assert 'name="password"' in form.text
    assert "data-figure" not in form.text
    assert gateway.sites["demo"].names["nl"] not in form.text
    for below in ("/list?dimension=page", "/csv?dimension=page"):
        answer = await client.get(path + below)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{path}?dimension=page"


async def test_the_right_password_shows_what_was_asked_for(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6)
    path, share = await shared(gateway, PASSWORD)
    answer = await enter(client, f"{path}?period=7d")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?period=7d")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", f"Path={path};"))
    assert "Secure" not in cookie
    assert figure((await client.get(f"{path}?period=7d")).text, "visitors") == "6"
    assert (await client.get(f"{path}/csv?dimension=page")).status_code == 200
    await gateway.shares.end(share.id, int(time.time()))
    assert (await client.get(path)).status_code == 404


async def test_over_https_the_pass_is_for_https_only(
    monitor: httpx.AsyncClient, gateway: Gateway
) -> None:
    path, _ = await shared(gateway, PASSWORD)
    headers = {"origin": ORIGIN.replace("http:", "https:"), "x-forwarded-proto": "https"}
    answer = await monitor.post(path, data={"password": PASSWORD}, headers=headers)
    assert "Secure" in answer.headers["set-cookie"]


async def test_the_pass_of_one_link_does_not_open_another(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    first, _ = await shared(gateway, PASSWORD)
    second, _ = await shared(gateway, PASSWORD)
    given = (await enter(client, first)).cookies["gw_share"]
    answer = await client.get(second, headers={"cookie": f"gw_share={given}"})
    assert 'name="password"' in answer.text


@pytest.mark.parametrize("password", ["", "twaalf", "x" * 3000])
async def test_a_wrong_password_is_told(
    password: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    path, _ = await shared(gateway, PASSWORD)
    answer = await enter(client, path, password)
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers
    assert (await enter(client, NOWHERE)).status_code == 404


async def test_too_many_wrong_passwords_have_to_wait(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    path, _ = await shared(gateway, PASSWORD)
    for _ in range(MOST_WRONG):
        assert (await enter(client, path, "wrong")).status_code == 403
    answer = await enter(client, path)
    assert answer.status_code == 429
    assert 850 < int(answer.headers["retry-after"]) <= 900
    assert "set-cookie" not in answer.headers
    assert "15 min" in answer.text
    assert private(answer)


async def test_a_password_where_none_is_needed_is_not_looked_at(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    path, _ = await shared(gateway)
    answer = await enter(client, path)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "null"}, 303),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
    ids=str,
)
async def test_only_the_form_itself_sends_a_password(
    headers: dict[str, str], status: int, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """A page without a referrer sends `Origin: null`, also to itself."""
    path, _ = await shared(gateway, PASSWORD)
    answer = await client.post(path, data={"password": PASSWORD}, headers=headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 303)
    assert private(answer)


async def test_what_cannot_be_asked_for_is_told(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    path, _ = await shared(gateway)
    for below, status in (
        ("/list?dimension=visitor", 404),
        ("/csv?dimension=visitor", 404),
        ("/csv?dimension=page&filter=shoe-size:is:44", 400),
        ("/links", 404),
    ):
        assert (await client.get(path + below)).status_code == status, below
    assert (await client.post(path, content=b"\xff", headers=OWN)).status_code == 303
    locked, _ = await shared(gateway, PASSWORD)
    assert (await client.post(locked, content=b"\xff\xfe", headers=OWN)).status_code == 400
    assert (await enter(client, locked, "x" * 9000)).status_code == 413


async def test_no_log_has_the_key(
    client: httpx.AsyncClient, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    path, _ = await shared(gateway, PASSWORD)
    key = path.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG):
        await enter(client, path)
        for address in (path, f"{path}/csv?dimension=page", f"/Shared/{key}/", f"//shared/{key}"):
            await client.get(address)
        for mistyped in (f"/share/{key}", f"/demo/shared/{key}", f"/{key}", f"/demo/{key}/event"):
            await client.get(mistyped)
        await client.get(f"/shared%2F{key}")
    lines = [one.getMessage() for one in caplog.records if one.name.startswith("gateway")]
    assert any("GET /shared/* 200" in line for line in lines)
    assert len(lines) >= 9
    assert [line for line in lines if key[:20] in line or key[-20:] in line] == []
