"""The officer's preview: who sees it, what it shows, and that its frames can do nothing."""

from __future__ import annotations

import base64
import html
import json
import re
import time
from typing import Any

import httpx
import msgspec
import pytest

from gateway.access import Access
from gateway.config import Config
from gateway.rules.site import Purpose, Site
from gateway.stores.base import Role
from gateway.stores.sqlite.staff import SqliteStaff
from gateway.web import frames
from gateway.web.app import Gateway
from gateway.web.embed import Packed
from gateway.web.frames import remembered
from gateway.web.release import integrity, release
from tests.rules.linted import DEMO
from tests.visiting import count

NOW = 1_800_000_000


async def _sign_in(client: httpx.AsyncClient, gateway: Gateway, role: Role) -> None:
    access = Access(SqliteStaff(gateway.database))
    now = int(time.time())
    user = await access.add_user("olga", None, role, now)
    await client.get(f"/login/link?key={await access.link(user, now)}")


@pytest.fixture
async def officer(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    await _sign_in(client, gateway, "officer")
    return client


def _frames(page: str) -> list[dict[str, str]]:
    """What each frame of a page asks for."""
    found = re.findall(r'<iframe src="/preview/demo/page\?([^"]+)"', page)
    return [dict(httpx.QueryParams(html.unescape(query))) for query in found]


def _stage(page: str) -> dict[str, Any]:
    [said] = re.findall(r"data-stage='([^']+)'", page)
    told: dict[str, Any] = json.loads(html.unescape(said))
    return told


@pytest.mark.parametrize("path", ["/preview/demo", "/preview/demo/page", "/preview/nosuch"])
async def test_who_is_not_signed_in_is_asked_to(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=/preview/")


@pytest.mark.parametrize("path", ["/preview/demo", "/preview/demo/page", "/preview/nosuch"])
async def test_it_is_not_for_marketing(
    path: str, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await _sign_in(client, gateway, "marketing")
    answer = await client.get(path)
    assert answer.status_code == 403
    assert "<iframe" not in answer.text


@pytest.mark.parametrize("path", ["/preview/nosuch", "/preview/nosuch/page"])
async def test_a_site_that_does_not_exist_is_told_on_a_page(
    path: str, officer: httpx.AsyncClient
) -> None:
    answer = await officer.get(path)
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]


async def test_an_administrator_sees_it_too(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await _sign_in(client, gateway, "admin")
    assert (await client.get("/preview/demo")).status_code == 200


async def test_at_first_it_shows_every_moment_on_both_screens_as_the_site_has_it(
    officer: httpx.AsyncClient,
) -> None:
    shown = _frames((await officer.get("/preview/demo")).text)
    assert [one["state"] for one in shown] == [*frames.STATES, *frames.STATES]
    assert {(one["layout"], one["spoken"], one["scheme"]) for one in shown} == {
        ("bar", "nl", "light")
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("layout=all&state=first&width=phone", 3),
        ("layout=corner&spoken=all&state=first&width=phone", 2),
        ("scheme=all&state=first", 4),
        ("state=placeholder&width=desktop", 1),
        ("layout=all&spoken=all&state=all&scheme=all&width=all", frames.MOST),
        ("layout=x&spoken=xx&state=%22&scheme=&width=none", 12),
    ],
)
async def test_what_is_selected_is_shown(
    query: str, expected: int, officer: httpx.AsyncClient
) -> None:
    page = (await officer.get(f"/preview/demo?{query}")).text
    assert len(_frames(page)) == expected
    assert ('class="problem"' in page) == (expected == frames.MOST)
    for value in httpx.QueryParams(query).values():
        if expected < frames.MOST and value in ("corner", "placeholder", "phone", "desktop"):
            assert re.search(rf'<option value="{value}" selected>', page)


async def test_every_frame_of_every_moment_is_a_page(officer: httpx.AsyncClient) -> None:
    page = (await officer.get("/preview/demo?width=phone&spoken=all&scheme=all")).text
    for one in _frames(page):
        answer = await officer.get("/preview/demo/page", params=one)
        assert answer.status_code == 200
        assert f'<html lang="{one["spoken"]}" dir="ltr" data-scheme="{one["scheme"]}">' in (
            answer.text
        )


async def test_a_frame_has_the_code_that_is_served_and_the_settings_of_its_layout(
    officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    page = (await officer.get("/preview/demo/page?layout=corner")).text
    [(address, digest)] = re.findall(r'<script src="([^"]+)" integrity="([^"]+)"', page)
    served = await officer.get(address)
    assert served.status_code == 200
    assert integrity(served.text) == digest
    said = _stage(page)["settings"]
    assert said == (await officer.get("/demo/banner.json")).json() | {"layout": "corner"}
    assert gateway.notices["demo"].id.startswith(said["notice"])
    assert said["release"] == release().name


async def test_a_frame_has_no_origin_no_cookie_and_no_way_out(officer: httpx.AsyncClient) -> None:
    """Its policy sandboxes it wherever it is opened, so the browser itself keeps nothing."""
    answer = await officer.get("/preview/demo/page")
    said = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["content-security-policy"].split(";")
    )
    assert said["sandbox"] == "allow-scripts"
    assert said["default-src"] == said["form-action"] == said["base-uri"] == "'none'"
    assert said["script-src"] == said["connect-src"] == said["frame-ancestors"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers
    overview = await officer.get("/preview/demo")
    assert re.findall(r"<iframe [^>]*?(sandbox=\S+)", overview.text)[0] == 'sandbox="allow-scripts"'


@pytest.mark.parametrize("path", ["/demo/consent", "/demo/withdraw", "/demo/shown"])
async def test_what_a_frame_would_send_is_refused_as_foreign(
    path: str, officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    """The origin of a sandboxed page is `null`."""
    answer = await officer.post(path, json={}, headers={"origin": "null"})
    assert answer.status_code == 403
    assert await count(gateway, "consents") == 0


async def test_the_pages_obey_their_own_policy(officer: httpx.AsyncClient) -> None:
    for path in ("/preview/demo", "/preview/demo/page?state=placeholder"):
        answer = await officer.get(path)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"\sstyle=|\son\w+=|<script>|<style", answer.text)
        assert "no-store" in answer.headers["cache-control"]


async def test_to_print_every_frame_is_loaded_at_once(officer: httpx.AsyncClient) -> None:
    assert 'loading="lazy"' in (await officer.get("/preview/demo")).text
    page = (await officer.get("/preview/demo?print=1&language=en")).text
    assert 'loading="lazy"' not in page
    assert 'class="preview printed"' in page


async def test_every_pair_of_colours_is_told_with_its_contrast(officer: httpx.AsyncClient) -> None:
    page = (await officer.get("/preview/demo?language=en")).text
    ratios = [float(one) for one in re.findall(r'data-contrast="([\d.]+)"', page)]
    assert len(ratios) == 18
    assert min(ratios) >= 3
    assert "data-pale" not in page
    assert re.search(r"Text on the banner</th>.*?<code>#1a1d21</code>", page, re.S)
    assert "The notice keeps every rule" in page


async def test_the_bytes_of_a_visit_are_those_of_what_is_served(
    officer: httpx.AsyncClient,
) -> None:
    page = (await officer.get("/preview/demo")).text
    told = dict(re.findall(r'data-visit="(\w+)" data-bytes="(\d+)"', page))
    assert list(told) == ["new", "returning", "preferences", "held"]
    sizes = []
    for path in ("banner.js", "texts/nl/corner.json"):
        answer = await officer.get(f"/demo/{path}", headers={"accept-encoding": "identity"})
        sizes.append(len(Packed.of(answer.text).brotlied))
    assert int(told["returning"]) == sum(sizes)
    assert int(told["new"]) > int(told["returning"])


async def test_the_lines_for_a_page_name_this_address_and_what_is_served(
    officer: httpx.AsyncClient,
) -> None:
    page = html.unescape((await officer.get("/preview/demo")).text)
    base = str(officer.base_url).rstrip("/")
    assert f'<script src="{base}/demo/banner.js" async></script>' in page
    assert f'<script type="module" src="{base}/demo/banner.mjs"></script>' in page
    assert f'<noscript><a href="{base}/demo/preferences">' in page
    [(path, digest)] = re.findall(
        rf'<script src="{base}(/demo/banner/\w+/banner\.js)" integrity="([^"]+)" crossorigin', page
    )
    assert integrity((await officer.get(path)).text) == digest


async def test_the_published_notice_is_one_click_away(
    officer: httpx.AsyncClient, gateway: Gateway
) -> None:
    page = (await officer.get("/preview/demo")).text
    [address] = re.findall(r'href="(/demo/notices/\w+)"', page)
    assert (await officer.get(address)).json()["id"] == gateway.notices["demo"].id


def _cookie(site: Site, state: str) -> dict[str, Any]:
    payload = remembered(site, "notice", state, NOW).partition(".")[0]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return said


def test_each_moment_is_that_of_a_visitor_who_chose_so() -> None:
    assert [remembered(DEMO, "n", state, NOW) for state in ("first", "preferences")] == ["", ""]
    assert _cookie(DEMO, "chosen")["choices"] == {"analytics": True, "marketing": False}
    assert _cookie(DEMO, "again")["choices"] == {"analytics": True}
    refused = _cookie(DEMO, "placeholder")
    assert refused["state"] == "refused"
    assert "." not in remembered(DEMO, "n", "placeholder", NOW)
    assert NOW < refused["until"] <= NOW + 190 * 86_400


def test_who_is_asked_again_for_the_only_purpose_has_none_left() -> None:
    purposes: tuple[Purpose, ...] = DEMO.purposes[:2]
    assert _cookie(msgspec.structs.replace(DEMO, purposes=purposes), "again")["choices"] == {}


def test_a_site_that_asks_for_nothing_has_two_moments() -> None:
    site = msgspec.structs.replace(DEMO, purposes=DEMO.purposes[:1])
    assert frames.states(site) == frames.UNASKED
    assert _cookie(site, "buttons")["choices"] == {}


async def test_all_sites_have_one(officer: httpx.AsyncClient, config: Config) -> None:
    for site in config.sites:
        assert (await officer.get(f"/preview/{site.id}")).status_code == 200
