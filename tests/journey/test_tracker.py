"""What the tracker sends from a real page, and what it never sends (P1, P2, P8)."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Request, Route

from tests.journey.person import Person
from tests.serving import Served

pytestmark = pytest.mark.browser

_PAGE = """<!doctype html><html lang="nl"><head><title>Proef</title>{head}
<script src="/demo/banner.js" async></script></head>
<body style="height: 4000px"><h1>Proef</h1>
<a id="out" href="https://ander.example/pad?geheim=1" target="_blank">Elders</a>
<a id="file" href="/brochure.pdf?geheim=1" download>Brochure</a>
<a id="icon" href="https://icoon.example/pad" target="_blank">
  <svg><rect id="shape" width="40" height="40"/><use href="#shape"/></svg></a>
<a id="mail" href="mailto:jan@mail.example">Schrijf</a>
<a id="inside" href="#geheim">Verderop</a>
<my-link></my-link>
<form id="form" method="post" action="/weg?geheim=1" target="sink">
  <input name="elements" value="geheim"><input name="method" value="geheim">
  <input type="file" name="id" multiple><button>Stuur</button>
</form>
<input id="alone" type="file">
<dialog open><form method="dialog"><button id="shut">Sluit</button></form></dialog>
<iframe name="sink"></iframe>
<footer><button data-gw-action="open">Cookies</button></footer></body></html>"""

_WEB_COMPONENT = """() => customElements.define("my-link", class extends HTMLElement {
    connectedCallback() {
        this.attachShadow({ mode: "open" }).innerHTML =
            '<a href="https://derde.example/pad?geheim=1" target="_blank"><b>Derde</b></a>';
    }
})"""


class Reader(Person):
    """A visitor of a page made for the test, served under the demo's own address."""

    head = ""

    async def tracked(self, path: str = "/proef") -> None:
        """Open the page. What it leads to answers nothing, so that the page stays."""
        await self.context.route("**/*.example/**", lambda route: route.fulfill(status=204))
        await self.context.route("**/weg**", lambda route: route.fulfill(status=204))
        await self.context.route("**/proef**", self._page)
        await self.read(path)

    async def _page(self, route: Route) -> None:
        text = _PAGE.replace("{head}", self.head)
        await route.fulfill(body=text, content_type="text/html; charset=utf-8")

    async def events(self, *wanted: str) -> list[dict[str, Any]]:
        """All that went to the gateway, once there is one of each kind that is waited for."""
        for _ in range(40):
            sent = [_said(one) for one in self.requests if one.url.endswith("/event")]
            if set(wanted) <= {str(event["kind"]) for event in sent}:
                break
            await asyncio.sleep(0.05)
        return sent

    async def kinds(self, *wanted: str) -> list[str]:
        """The kinds of it, in the order they were sent."""
        return [str(event["kind"]) for event in await self.events(*wanted)]


def _said(request: Request) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(request.post_data or "{}")
    return said


async def _reader(served: Served, chromium: Browser, head: str = "") -> Reader:
    reader = await Reader.arrive(chromium, served.base)
    assert isinstance(reader, Reader)
    reader.head = head
    return reader


async def _accepted(served: Served, chromium: Browser, path: str = "/proef") -> Reader:
    reader = await _reader(served, chromium)
    await reader.tracked(path)
    await reader.press("accept")
    await reader.events("pageview")
    return reader


def _file(extension: str) -> FilePayload:
    types = {"pdf": "application/pdf", "png": "image/png", "txt": "text/plain", "csv": "text/csv"}
    return FilePayload(name=f"geheim.{extension}", mimeType=types[extension], buffer=b"geheim")


async def _do_everything(reader: Reader) -> None:
    page = reader.page
    await page.evaluate(_WEB_COMPONENT)
    await page.mouse.wheel(0, 1_500)
    # What looks at clicks comes with the first sign of a hand: nobody clicks without moving there.
    for step in range(3):
        await page.mouse.move(300, 300 + step)
    await asyncio.sleep(0.3)
    for link in ("#out", "#file", "#icon use", "#mail", "#inside", "my-link b", "#shut"):
        await page.locator(link).click()
    await page.set_input_files("[name=id]", [_file("pdf"), _file("txt"), _file("png")])
    await page.locator("#form button").click()
    await page.set_input_files("#alone", [_file("csv")])
    await page.evaluate("window.gateway.track('apply', { position: 'monteur' })")
    await page.evaluate("window.gateway.missing()")
    await page.evaluate("history.pushState(null, '', '/proef/2')")
    await asyncio.sleep(1.2)
    await page.goto("about:blank")


async def test_before_a_choice_and_after_a_refusal_nothing_is_sent(
    served: Served, chromium: Browser
) -> None:
    reader = await _reader(served, chromium, '<meta name="gateway:status" content="404">')
    await reader.tracked()
    await _do_everything(reader)
    await reader.tracked()
    await reader.press("reject")
    await _do_everything(reader)
    assert await reader.kinds() == []


async def test_what_is_done_on_a_page_is_sent_as_kind_and_count(
    served: Served, chromium: Browser
) -> None:
    reader = await _accepted(served, chromium, "/proef?geheim=1#geheim")
    await _do_everything(reader)
    sent = await reader.events("engagement", "upload", "event", "missing", "download")
    told = [{k: v for k, v in one.items() if k in _TOLD and v} for one in sent]
    outside = [one for one in told if one["kind"] not in ("pageview", "engagement")]
    assert outside == [
        {"kind": "outbound", "target": "https://ander.example"},
        {"kind": "download", "target": f"{served.base}/brochure.pdf"},
        {"kind": "outbound", "target": "https://icoon.example"},
        {"kind": "outbound", "target": "https://derde.example"},
        {"kind": "form"},
        {"kind": "upload", "type": "document", "count": 2},
        {"kind": "upload", "type": "image", "count": 1},
        {"kind": "upload", "type": "spreadsheet", "count": 1},
        {"kind": "event", "name": "apply", "props": {"position": "monteur"}},
        {"kind": "missing"},
    ]
    # Of the address the query is the gateway's to cut; of everything else nothing ever left.
    for one in sent:
        rest = {k: v for k, v in one.items() if k not in ("url", "token")}
        assert "geheim" not in json.dumps(rest)
        assert "#" not in one["url"]
    acts = [(str(e["kind"]), e["url"].split("?")[0].removeprefix(served.base)) for e in sent]
    # What a page sends while it goes, the browser's tools may see or not.
    last = ("engagement", "/proef/2")
    expected = [act for act in acts if act != last] + [last]
    assert sorted(await _kept(served, len(expected))) == sorted(expected)


_TOLD = ("kind", "target", "type", "count", "name", "props")


async def _kept(served: Served, expected: int) -> list[tuple[str, str]]:
    """Kinds and paths of the rows, once there are as many as expected or they are overdue."""
    return [(kind, path) for kind, path, *_ in await _rows(served, expected)]


async def _spent(served: Served) -> tuple[int, int]:
    """Seconds and depth of the one page that was read. From the rows: the browser's tools do not
    see what a page sends while it goes."""
    view, (kind, path, seconds, scroll) = await _rows(served, 2)
    assert (view[:2], kind, path) == (("pageview", "/proef"), "engagement", "/proef")
    return seconds, scroll


async def _rows(served: Served, expected: int) -> list[tuple[str, str, int, int]]:
    for _ in range(40):
        with closing(sqlite3.connect(served.data / "gateway.sqlite")) as db:
            rows = db.execute(
                "SELECT k.text, p.text, seconds, scroll FROM events e"
                " JOIN words k ON k.id = kind JOIN words p ON p.id = path ORDER BY e.id"
            ).fetchall()
            words = [row[0] for row in db.execute("SELECT text FROM words")]
        if len(rows) >= expected:
            break
        await asyncio.sleep(0.1)
    assert not [word for word in words if "geheim" in word]
    return rows


async def test_a_closing_tab_still_tells_how_long_and_how_far_it_was_read(
    served: Served, chromium: Browser
) -> None:
    reader = await _accepted(served, chromium)
    await reader.page.mouse.wheel(0, 1_300)
    await asyncio.sleep(2.2)
    await reader.page.close(run_before_unload=True)
    seconds, scroll = await _spent(served)
    assert seconds in (2, 3, 4)
    assert 45 <= scroll <= 60  # 800 of the 4,000 pixels, and 1,300 further down


async def test_time_and_depth_before_the_choice_never_count(
    served: Served, chromium: Browser
) -> None:
    reader = await _reader(served, chromium)
    await reader.tracked()
    await reader.page.mouse.wheel(0, 3_000)
    await asyncio.sleep(2)
    await reader.page.evaluate("scrollTo(0, 0)")
    await reader.press("accept")
    await reader.page.mouse.move(200, 200)
    await asyncio.sleep(1.1)
    await reader.page.goto("about:blank")
    seconds, scroll = await _spent(served)
    assert seconds in (1, 2)
    assert scroll < 30


async def test_a_withdrawal_ends_everything_in_the_page_it_is_made_on(
    served: Served, chromium: Browser
) -> None:
    reader = await _accepted(served, chromium)
    await asyncio.sleep(1.2)
    await reader.page.evaluate("window.gateway.withdraw()")
    await reader.settle()
    before = await reader.kinds()
    await _do_everything(reader)
    assert before == await reader.kinds() == ["pageview"]


async def test_routes_of_a_page_that_never_loads_anew_are_counted_once(
    served: Served, chromium: Browser
) -> None:
    reader = await _accepted(served, chromium)
    await reader.page.evaluate(
        """() => {
            history.pushState(null, "", "/proef/2");
            history.replaceState(null, "", "/proef/2?page=3");
            location.hash = "/jobs";
        }"""
    )
    await reader.page.go_back()
    await reader.page.go_back()
    await reader.settle()
    views = [e["url"] for e in await reader.events() if e["kind"] == "pageview"]
    assert views == [f"{served.base}/proef", f"{served.base}/proef/2", f"{served.base}/proef"]


async def test_a_page_that_does_not_exist_is_told_by_itself(
    served: Served, chromium: Browser
) -> None:
    reader = await _reader(served, chromium, '<meta name="gateway:status" content="404">')
    await reader.tracked("/proef/weg")
    await reader.press("accept")
    assert await reader.kinds("missing") == ["pageview", "missing"]
    kept = [("pageview", "/proef/weg"), ("missing", "/proef/weg")]
    assert await _kept(served, 2) == kept


async def test_fragments_are_routes_where_the_site_says_so(
    served: Served, chromium: Browser
) -> None:
    served.stop()
    file = served.config.parent / "sites" / "demo.toml"
    said = file.read_text("utf-8")
    file.write_text(said + "\n[tracker]\nhash = true\ndownloads = []\noutbound = false\n", "utf-8")
    served.start()
    reader = await _accepted(served, chromium, "/proef/#/")
    for fragment in ("/jobs?token=geheim", "/jobs", "geheim"):
        await reader.page.evaluate("(fragment) => (location.hash = fragment)", fragment)
    for link in ("#out", "#file"):
        await reader.page.locator(link).click()
    await reader.settle()
    sent = await reader.events()
    assert [(e["kind"], e["url"].removeprefix(served.base)) for e in sent] == [
        ("pageview", "/proef/"),
        ("pageview", "/proef/jobs"),
        ("pageview", "/proef/"),
    ]
    assert "geheim" not in json.dumps(sent)
