"""What the preference page does not take for a choice, and what it says instead."""

from __future__ import annotations

import base64
import json
import time

import httpx
import msgspec
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.web.app import Gateway
from tests.preferring import DUTCH, PATH, post, serving, ticks
from tests.visiting import ORIGIN, choose, count, current_notice, rows


@pytest.mark.parametrize(
    "cookie",
    [
        "nonsense",
        "a.b",
        "eyJzdGF0ZSI6InJlZnVzZWQifQ",
        msgspec.json.encode({"state": "refused", "notice": "NOTICE", "until": 10**17}).decode(),
        msgspec.json.encode({"state": "refused", "notice": "0" * 64, "until": 2**31}).decode(),
    ],
)
async def test_a_cookie_that_is_none_of_ours_is_no_choice(
    cookie: str, client: httpx.AsyncClient
) -> None:
    if cookie.startswith("{"):
        said = cookie.replace("NOTICE", await current_notice(client))
        cookie = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    page = await client.get(
        f"{PATH}?said=saved", headers={**DUTCH, "cookie": f"gw_consent={cookie}"}
    )
    assert "U hebt nog niets gekozen." in page.text
    assert "bewaard. U kunt" not in page.text  # nor is it said that one was kept


async def test_the_no_of_another_site_on_this_gateway_is_not_this_sites(
    client: httpx.AsyncClient,
) -> None:
    await post(client, "reject")
    page = await client.get("/veldkamp/preferences", headers=DUTCH)
    assert "U hebt nog niets gekozen." in page.text


async def test_a_no_without_a_date_still_says_until_when(client: httpx.AsyncClient) -> None:
    no = {"state": "refused", "notice": await current_notice(client), "date": "x"}
    said = json.dumps({**no, "until": int(time.time()) + 9 * 86_400})
    cookie = base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")
    page = await client.get(PATH, headers={**DUTCH, "cookie": f"gw_consent={cookie}"})
    assert "<p>Uw keuze geldt tot " in page.text


async def test_a_purpose_that_is_asked_again_is_not_ticked(
    config: Config, client: httpx.AsyncClient
) -> None:
    """R18: the timer may not have said so in the log yet."""
    token = (await choose(client)).json()["token"]
    changed = [structs.replace(one, revision=2) if one.id == "analytics" else one
               for one in config.sites[0].purposes]  # fmt: skip
    site = structs.replace(config.sites[0], purposes=tuple(changed))
    async with serving(config, site, "127.0.0.1:8000") as (_, later):
        page = await later.get(PATH, headers={**DUTCH, "cookie": f"gw_consent={token}"})
    assert ticks(page) == {"analytics": False, "marketing": True}


async def test_a_notice_that_was_replaced_counts_for_a_day_and_then_shows_the_new_one(
    config: Config, client: httpx.AsyncClient
) -> None:
    old = await current_notice(client)
    site = structs.replace(config.sites[0], validity_months=7)
    async with serving(config, site, "127.0.0.1:8000") as (later, visitor):
        answer = await post(visitor, "save", "analytics", notice=old)
        assert answer.headers["location"].endswith("said=saved#said")
        visitor.cookies.clear()
        async with later.database.writing() as db:
            await db.execute("DROP TRIGGER publications_never_change")
            await db.execute("UPDATE publications SET published = 0")
        answer = await post(visitor, "save", "analytics", notice=old)
        assert answer.headers["location"] == f"{PATH}?language=nl&said=changed#said"
        assert "set-cookie" not in answer.headers
        page = await visitor.get(answer.headers["location"], headers=DUTCH)
        assert "Deze uitleg is zojuist gewijzigd." in page.text
        assert ticks(page) == {"analytics": False, "marketing": False}
        assert later.notices["demo"].id in page.text
        assert await count(later, "consents") == 1


async def test_what_cannot_be_stored_now_is_still_ticked(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    await gateway._choice_buffer.drain()  # as when the database is locked or the queue is full
    answer = await post(client, "save", "marketing")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "set-cookie" not in answer.headers
    assert "Uw keuze is nog niet bewaard" in answer.text
    assert ticks(answer) == {"analytics": False, "marketing": True}


async def test_a_key_press_that_chose_nothing_shows_the_page_as_it_was(
    gateway: Gateway, client: httpx.AsyncClient
) -> None:
    answer = await post(client, "stay", "marketing")
    assert (answer.status_code, ticks(answer)) == (200, {"analytics": False, "marketing": True})
    assert "set-cookie" not in answer.headers
    # What was ticked beside another text is not ticked beside this one.
    answer = await post(client, "stay", "marketing", notice="0" * 64)
    assert ticks(answer) == {"analytics": False, "marketing": False}
    assert await count(gateway, "consents") == 0


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"action": "maybe"}, 400),
        ({"action": ""}, 400),
        ({"notice": ""}, 400),
        ({"notice": "0" * 64}, 400),
        ({"language": "fr"}, 400),
        ({"purpose-profiling": "on", "action": "save"}, 400),
        ({"purpose-necessary": "on", "action": "save"}, 400),
        ({"padding": "x" * 5_000}, 413),
        ({f"f{number}": "" for number in range(50)}, 400),
    ],
)
async def test_a_form_that_is_not_ours_is_not_recorded(
    form: dict[str, str], status: int, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    answer = await post(client, **{"action": "accept", **form})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in answer.headers
    assert await count(gateway, "consents") == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": ORIGIN}, 303),
        ({}, 303),
    ],
)
async def test_only_our_own_page_may_post(
    sent: dict[str, str], status: int, gateway: Gateway, client: httpx.AsyncClient
) -> None:
    form = {"notice": await current_notice(client), "language": "nl", "action": "accept"}
    assert (await client.post(PATH, data=form, headers=sent)).status_code == status
    assert await count(gateway, "consents") == (status == 303)


async def test_an_unknown_site_is_404_and_other_methods_405(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nobody/preferences")).status_code == 404
    assert (await client.post("/nobody/preferences", data={})).status_code == 404
    allowed = (await client.put(PATH)).headers["allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "POST"}


async def test_a_site_with_as_many_purposes_as_there_can_be(config: Config) -> None:
    [first] = [one for one in config.sites[0].purposes if one.id == "analytics"]
    more = [
        structs.replace(
            first,
            id=f"{'p' * 37}-{number:02}",
            texts={
                language: structs.replace(text, name=f"{text.name} {number}")
                for language, text in first.texts.items()
            },
        )
        for number in range(29)
    ]
    site = structs.replace(config.sites[0], purposes=(first, *more))
    async with serving(config, site, "127.0.0.1:8000") as (gateway, client):
        answer = await post(client, "save", *[one.id for one in site.purposes])
        assert answer.status_code == 303
        assert len(json.loads((await rows(gateway, "SELECT choices FROM consents"))[0][0])) == 30


async def test_the_access_log_does_not_tie_a_choice_to_a_network(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """P7: with its second, a network would tell who refused."""
    with caplog.at_level("INFO", "gateway.access"):
        await post(client, "reject")
        await client.get(PATH)
    lines = [one.getMessage() for one in caplog.records if PATH in one.getMessage()]
    assert len(lines) == 2
    assert all(line.startswith("- ") for line in lines)
