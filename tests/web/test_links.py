"""Where staff make links to the figures of a site, and end them."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from gateway.web.app import Gateway
from tests.dashboards import signed_in
from tests.visiting import ORIGIN, count, rows

OWN = {"origin": ORIGIN}
LINKS = "/dashboard/demo/links"
WANTED = {"name": "Bureau Zuid", "days": "30", "password": ""}


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


async def make(staff: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await staff.post(f"{LINKS}?language=en", data={**WANTED, **changes}, headers=OWN)


def address(page: str) -> str:
    [found] = re.findall(r'id="address"[^>]* value="([^"]+)"', page)
    return html.unescape(found)


async def test_nobody_makes_or_ends_links_without_signing_in(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    for answer in (
        await client.get(LINKS),
        await client.post(LINKS, data=WANTED, headers=OWN),
        await client.post(f"{LINKS}/end", data={"share": "1"}, headers=OWN),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
    assert await count(gateway, "shares") == 0


async def test_the_dashboard_leads_to_the_links(staff: httpx.AsyncClient) -> None:
    page = (await staff.get("/dashboard/demo?language=en")).text
    [href] = re.findall(r'href="([^"]+)" data-links', page)
    answer = await staff.get(html.unescape(href))
    assert answer.status_code == 200
    assert "There are no open links" in answer.text


async def test_the_address_of_a_new_link_is_shown_once(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    made = await make(staff)
    link = address(made.text)
    assert re.fullmatch(rf"{ORIGIN}/shared/[A-Za-z0-9_-]{{43}}", link)
    assert "Bureau Zuid" in made.text
    key = link.rpartition("/")[2]
    page = (await staff.get(LINKS)).text
    assert "Bureau Zuid" in page
    assert key not in page
    assert key not in repr(await rows(gateway, "SELECT * FROM shares"))


async def test_open_links_are_listed_with_who_made_them(staff: httpx.AsyncClient) -> None:
    await make(staff)
    await make(staff, name="<b>Klant</b>", password="twaalf rozen")
    page = (await staff.get(f"{LINKS}?language=en")).text
    listed = re.findall(r"<h3>(.+?)</h3>\s*<p[^>]*>(.+?)</p>", page)
    assert [name for name, _ in listed] == ["&lt;b&gt;Klant&lt;/b&gt;", "Bureau Zuid"]
    until = r"Made by anna\. Open until \d+ \w+ \d{4}, \d\d:\d\d \(Europe/Amsterdam\)\."
    for (_, about), password in zip(listed, ("Asks for a", "Without a"), strict=True):
        assert re.fullmatch(rf"{until} {password} password\.", about)


async def test_a_link_that_is_ended_is_listed_no_more(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    link = address((await make(staff)).text)
    assert (await staff.get(link)).status_code == 200
    for _ in range(2):  # twice: somebody else may just have ended it too
        answer = await staff.post(f"{LINKS}/end?language=en", data={"share": "1"}, headers=OWN)
        assert answer.headers["location"] == f"{LINKS}?language=en&ended=1"
    page = (await staff.get(answer.headers["location"])).text
    assert "data-ended" in page
    assert "data-link=" not in page
    assert (await staff.get(link)).status_code == 404
    assert await rows(gateway, "SELECT count(*) FROM shares WHERE ended IS NOT NULL") == [(1,)]


@pytest.mark.parametrize("share", ["", "x", "-1", "2", "9" * 30, "²"])
async def test_what_names_no_link_ends_none(
    share: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await make(staff)
    answer = await staff.post(f"{LINKS}/end", data={"share": share}, headers=OWN)
    assert answer.status_code == 303
    assert await rows(gateway, "SELECT ended FROM shares") == [(None,)]


async def test_the_page_of_one_site_ends_no_link_of_another(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await make(staff)
    await staff.post("/dashboard/veldkamp/links/end", data={"share": "1"}, headers=OWN)
    assert await rows(gateway, "SELECT ended FROM shares") == [(None,)]
    assert "Bureau Zuid" not in (await staff.get("/dashboard/veldkamp/links")).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "Say in 1 to 80 characters"),
        ({"name": "n" * 81}, "Say in 1 to 80 characters"),
        ({"days": "0"}, "Choose 1 to 366 days"),
        ({"days": "367"}, "Choose 1 to 366 days"),
        ({"days": "soon"}, "Choose 1 to 366 days"),
        ({"days": "9" * 400}, "Choose 1 to 366 days"),
        ({"password": "short"}, "Choose a password of 8 to 200 characters"),
    ],
    ids=str,
)
async def test_a_mistake_is_told_and_what_was_typed_stays(
    changes: dict[str, str], said: str, staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    answer = await make(staff, **changes)
    assert answer.status_code == 400
    assert said in answer.text
    typed = {**WANTED, **changes}
    assert f'name="name" type="text" maxlength="80" value="{typed["name"]}"' in answer.text
    assert f'value="{typed["days"]}"' in answer.text
    assert "short" not in answer.text.replace("shorter", "")
    assert await count(gateway, "shares") == 0


async def test_a_site_with_a_hundred_links_says_what_to_do(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    insert = (
        "INSERT INTO shares (site, name, maker, digest, created, expires)"
        " VALUES ('demo', 'n', 'anna', ?, 0, 9999999999)"
    )
    async with gateway.database.writing() as db:
        await db.executemany(insert, [(str(number),) for number in range(100)])
    answer = await make(staff)
    assert answer.status_code == 400
    assert "This site has 100 open links" in answer.text
    assert await count(gateway, "shares") == 100


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}], ids=str
)
async def test_another_website_makes_and_ends_no_links(
    headers: dict[str, str], staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await make(staff)
    for path, data in ((LINKS, WANTED), (f"{LINKS}/end", {"share": "1"})):
        assert (await staff.post(path, data=data, headers=headers)).status_code == 403
    assert await rows(gateway, "SELECT ended FROM shares") == [(None,)]


async def test_a_site_that_is_not_there_has_no_links(staff: httpx.AsyncClient) -> None:
    assert (await staff.get("/dashboard/nosuch/links")).status_code == 404
    made = await staff.post("/dashboard/nosuch/links", data=WANTED, headers=OWN)
    assert made.status_code == 404


async def test_a_form_that_is_too_large_is_refused(staff: httpx.AsyncClient) -> None:
    assert (await make(staff, name="x" * 10_000)).status_code == 413
