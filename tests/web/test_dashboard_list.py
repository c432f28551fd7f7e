"""Full lists of the dashboard, and its figures as files."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from gateway.web import csvfile
from gateway.web.app import Gateway
from gateway.web.filtering import dimensions_of
from gateway.web.fulllist import PAGE
from tests.dashboards import answered, figure, panel, signed_in, visit, visited

LIST, FILE = "/dashboard/demo/list", "/dashboard/demo/csv"


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


def _rows(answer: httpx.Response) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", [LIST, FILE])
async def test_nobody_sees_them_without_signing_in(path: str, client: httpx.AsyncClient) -> None:
    answer = await client.get(path, params={"dimension": "page"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


async def test_a_panel_opens_to_all_its_values(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    for n in range(11):
        await visit(gateway, 5 + n, f"/vacatures/{chr(97 + n)}")
    page = (await staff.get("/dashboard/demo?period=7d&filter=page:contains:vac")).text
    hrefs = re.findall(r'href="(/dashboard/demo/list[^"]+dimension=page[^"]*)"', page)
    full = (await staff.get(html.unescape(hrefs[0]))).text
    rows = panel(full, "page")
    assert list(rows.values()) == list(range(15, 4, -1))
    assert re.findall(r'data-filter="([^"]+)"', full) == ["Pagina bevat “vac”"]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ["/c", "/a", "/b"]),
        ("sort=visitors&order=asc", ["/b", "/a", "/c"]),
        ("sort=label", ["/a", "/b", "/c"]),
        ("sort=label&order=desc", ["/c", "/b", "/a"]),
        ("sort=views", ["/b", "/c", "/a"]),
        ("sort=shoe-size&order=up", ["/c", "/a", "/b"]),
    ],
)
async def test_a_list_is_sorted_by_any_column(
    query: str, order: list[str], staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    view = {"kind": "pageview"}
    await visit(gateway, 6, "/a")
    await visit(gateway, 5, "/b", more=[view, view])
    await visit(gateway, 7, "/c")
    page = (await staff.get(f"{LIST}?dimension=page&{query}")).text
    assert list(panel(page, "page")) == order


async def test_a_column_is_sorted_by_its_link(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visit(gateway, 6, "/a")
    await visit(gateway, 7, "/b")
    page = (await staff.get(f"{LIST}?dimension=page&period=7d")).text
    assert re.findall(r'aria-sort="(\w+)"><a [^>]*data-sort="(\w+)"', page) == [
        ("descending", "visitors")
    ]
    [href] = re.findall(r'<a href="([^"]+)" data-sort="visitors"', page)
    turned = (await staff.get(html.unescape(href))).text
    assert list(panel(turned, "page")) == ["/a", "/b"]
    assert 'aria-sort="ascending"' in turned


async def test_a_long_list_has_pages(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    gateway.sites["demo"] = replace(gateway.sites["demo"], threshold=1)
    for n in range(PAGE + 3):
        await visited(gateway, 0, 1, path=f"/{n:03}")
    address = f"{LIST}?dimension=page&sort=label&language=en"
    first = (await staff.get(address)).text
    assert f"1 to {PAGE} of {PAGE + 3}" in first
    assert 'rel="prev"' not in first
    [href] = re.findall(r'<a href="([^"]+)" rel="next"', first)
    second = (await staff.get(html.unescape(href))).text
    assert list(panel(second, "page")) == [f"/{PAGE + n:03}" for n in range(3)]
    assert 'rel="next"' not in second
    for page in ("0", "-1", "x", "99999999"):
        assert (await staff.get(f"{address}&page={page}")).status_code == 200
    beyond = (await staff.get(f"{address}&page=9")).text
    assert f"{PAGE + 1} to {PAGE + 3} of {PAGE + 3}" in beyond


@pytest.mark.parametrize("dimension", ["", "visitor", "property:salary", "time"])
async def test_a_list_that_does_not_exist_is_told_on_a_page(
    dimension: str, staff: httpx.AsyncClient
) -> None:
    answer = await staff.get(LIST, params={"dimension": dimension})
    assert answer.status_code == 404
    assert "text/html" in answer.headers["content-type"]
    assert (await staff.get("/dashboard/nosuch/list?dimension=page")).status_code == 404
    assert (await staff.get("/dashboard/nosuch/csv?dimension=page")).status_code == 404


async def test_a_file_has_the_figures_of_the_page(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 6, "/vacatures", more=[{"kind": "pageview"}])
    await visit(gateway, 8, "/over-ons")
    await visit(gateway, 2, "/geheim")
    await visit(gateway, 3, "/stil")
    page = (await staff.get("/dashboard/demo?period=7d")).text
    answer = await staff.get(f"{FILE}?dimension=page&period=7d&language=en")
    rows = _rows(answer)
    assert {row["page"]: int(row["visitors"]) for row in rows} == panel(page, "pages")
    assert rows[1] == {
        **{"page": "/vacatures", "label": "/vacatures", "visitors": "6", "visits": "6"},
        **{"views": "12", "views_per_visit": "2.0", "bounce_rate": "0.0", "visit_duration": "0"},
        **{"time_on_page": "0", "scroll_depth": ""},
    }
    assert rows[-1]["label"] == "Other"
    assert "geheim" not in answer.text


async def test_a_file_says_what_it_is(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visit(gateway, 6)
    answer = await staff.get(
        f"{FILE}?dimension=property:kind&from=2026-01-01&to=2026-01-31&language=en"
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="demo-property-kind-2026-01-01-2026-01-31.csv"'
    )
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbf")


async def test_the_chart_is_a_file_too(staff: httpx.AsyncClient, gateway: Gateway) -> None:
    await visited(gateway, 2, 6)
    await visited(gateway, 1, 3)
    rows = _rows(await staff.get(f"{FILE}?dimension=time&period=7d&by=day"))
    assert [row["visitors"] for row in rows] == ["", "", "", "", "6", "", ""]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows[0]["day"])
    hours = _rows(await staff.get(f"{FILE}?dimension=time&period=today"))
    assert len(hours) == 24


async def test_a_file_of_consent_has_what_the_page_has(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await answered(gateway, 10, shown=40, accepted=10, refused=10, partly=2)
    for tab in ("day", "notice", "language", "device"):
        rows = _rows(await staff.get(f"{FILE}?dimension=consent_{tab}"))
        [row] = [row for row in rows if row["shown"]]
        assert (row["shown"], row["accepted"], row["partly"]) == ("40", "10", "")
        assert float(row["acceptance"]) == 0.5


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("dimension=visitor", 404),
        ("dimension=consent_name", 404),
        ("dimension=page&filter=shoe-size:is:44", 400),
        ("dimension=time&from=x&to=y", 400),
    ],
)
async def test_there_is_no_file_of_what_was_not_asked_for(
    query: str, status: int, staff: httpx.AsyncClient
) -> None:
    answer = await staff.get(f"{FILE}?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_in_a_file_is_a_formula() -> None:
    cells = ["=1+1", "+31 6", "-2", "@SUM(A1)", "\tx", "\rx", "gewoon", "a=b"]
    text = csvfile.written(["page"], [[cell] for cell in cells]).decode("utf-8-sig")
    found = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert found == ["'=1+1", "'+31 6", "'-2", "'@SUM(A1)", "'\tx", "'\rx", "gewoon", "a=b"]


async def test_an_event_named_like_a_formula_is_text(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    more = [{"kind": "event", "name": '=HYPERLINK("x";"y")'}]
    await visit(gateway, 6, more=more)
    [row] = _rows(await staff.get(f"{FILE}?dimension=event"))
    assert row["event"] == row["label"] == '\'=HYPERLINK("x";"y")'
    assert row["times"] == "6"


async def test_no_page_and_no_file_shows_a_group_below_the_threshold(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: two people did one thing of everything there is, beside many who did others."""
    rare: list[dict[str, Any]] = [
        {"kind": "event", "name": "Zeldzaam", "props": {"kind": "zeldzaam"}},
        {"kind": "download", "target": "https://files.example/zeldzaam.pdf"},
        {"kind": "outbound", "target": "https://zeldzaam.example/"},
        {"kind": "form"},
        {"kind": "missing"},
    ]
    usual = [{"kind": "event", "name": "Gebeld", "props": {"kind": "vast"}}]
    await visit(gateway, 12, "/vacatures", more=usual)
    source = "https://zeldzaam.example/"
    await visit(gateway, 2, "/zeldzaam?utm_campaign=zeldzaam", more=rare, referrer=source)
    await visited(gateway, 3, 4, path="/zeldzaam-ook")
    known = dimensions_of(gateway.sites["demo"])
    pages = {
        *(f"/dashboard/demo?period={period}" for period in ("today", "7d", "28d", "12mo")),
        *("/dashboard/demo?filter=page:is:/zeldzaam", "/dashboard/demo?filter=event:is:Zeldzaam"),
        *(f"/dashboard/demo?filter={one}:is_not:/vacatures" for one in ("page", "entry_page")),
        *(f"{LIST}?dimension={one}" for one in known),
        *(f"{FILE}?dimension={one}" for one in (*known, "time", "consent_day")),
        *(f"{FILE}?dimension=time&by={unit}&period=91d" for unit in ("day", "week", "month")),
    }
    for address in sorted(pages):
        answer = await staff.get(address)
        assert answer.status_code == 200, address
        # The page says again what it was asked, nothing else.
        if "eldzaam" not in address:
            assert "zeldzaam" not in answer.text.lower(), address
        counts = re.findall(r'data-(?:visitors|visits)="(\d+)"', answer.text)
        counts += re.findall(r'data-figure="visi\w+s" data-value="(\d+)"', answer.text)
        counts += re.findall(r'"visitors": ?(\d+)', answer.text)
        if "csv" in address:
            counts = [row.get("visitors") or "5" for row in _rows(answer)]
        assert all(int(count) >= 5 for count in counts), address


async def test_a_list_of_what_is_hidden_says_so(staff: httpx.AsyncClient) -> None:
    page = (await staff.get(f"{LIST}?dimension=event&language=en")).text
    assert "data-empty" in page
    assert figure((await staff.get("/dashboard/demo")).text, "visitors") == ""
