"""Filters of the dashboard: in the address, as chips, by a click and by hand."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from gateway.rules.figures.filters import EVERYTHING, Both, Filter
from gateway.web.app import Gateway
from gateway.web.filtering import (
    LONGEST,
    FilterError,
    condition_of,
    filter_by_hand,
    filter_in,
    filters_in,
    text_of,
)
from gateway.web.labels import label_of, value_of
from tests.dashboards import figure, panel, signed_in, visit

KNOWN = ("page", "country", "referrer", "property:kind")


@pytest.fixture
async def staff(client: httpx.AsyncClient, gateway: Gateway) -> httpx.AsyncClient:
    return await signed_in(client, gateway)


@pytest.mark.parametrize(
    "text",
    [
        "page:is:/vacatures",
        "page:is_not:/a:b:c",
        "page:contains:kok",
        "country:contains_not:N",
        "referrer:is:",
        "property:kind:is:vast: 36 uur",
    ],
)
def test_a_filter_is_written_as_it_is_read(text: str) -> None:
    assert text_of(filter_in(text, KNOWN)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "dimension"),
        ("visitor:is:1", "dimension"),
        ("property:salary:is:1", "dimension"),
        ("page:matches:.*", "operation"),
        ("page", "operation"),
        ("page:contains:", "value"),
        (f"page:is:/{'a' * LONGEST}", "long"),
    ],
)
def test_what_is_no_filter_is_told_apart(text: str, reason: str) -> None:
    with pytest.raises(FilterError) as told:
        filter_in(text, KNOWN)
    assert told.value.reason == reason


def test_a_filter_counts_once_and_four_are_the_most() -> None:
    four = [f"page:is:/{n}" for n in range(4)]
    assert len(filters_in([*four, four[0]], KNOWN)) == 4
    with pytest.raises(FilterError, match="many"):
        filters_in([*four, "page:is:/5"], KNOWN)


def test_all_filters_hold_together() -> None:
    one, other = (filter_in(text, KNOWN) for text in ("page:is:/", "country:is:NL"))
    assert condition_of(()) == EVERYTHING
    assert condition_of((one, other)) == Both((one, other))


@pytest.mark.parametrize(
    ("dimension", "typed", "language", "value"),
    [
        ("country", "nederland", "nl", "NL"),
        ("country", "Netherlands", "en", "NL"),
        ("country", "NL", "en", "NL"),
        ("region", "Groningen", "nl", "NL-GR"),
        ("channel", "Zoekmachine", "nl", "search"),
        ("language", "German", "en", "de"),
        ("page", "/Vacatures", "nl", "/Vacatures"),
    ],
)
def test_a_value_may_be_typed_as_the_page_writes_it(
    dimension: str, typed: str, language: str, value: str
) -> None:
    assert value_of(dimension, typed, language) == value
    found = filter_by_hand(dimension, "is", f" {typed} ", (dimension,), language)
    assert found == Filter("is", dimension, (value,))


def test_values_have_names_people_read() -> None:
    named = {
        ("country", "NL"): "Nederland",
        ("region", "NL-GR"): "Groningen",
        ("region", "FR-75"): "Frankrijk (75)",
        ("region", "NL"): "Nederland, regio onbekend",
        ("region", ""): "Onbekend",
        ("referrer", ""): "Direct",
        ("utm_source", ""): "Zonder",
        ("utm_source", "unknown"): "unknown",
        ("upload", "document"): "Documenten",
        ("device", "other"): "Ander apparaat",
        ("property:kind", "vast"): "vast",
    }
    assert {of: label_of(*of, "nl") for of in named} == named


async def test_a_filter_leaves_only_what_it_names(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7, "/vacatures")
    await visit(gateway, 9, "/over-ons")
    every = (await staff.get("/dashboard/demo")).text
    some = (await staff.get("/dashboard/demo?filter=page:is:/vacatures")).text
    others = (await staff.get("/dashboard/demo?filter=page:is_not:/vacatures")).text
    part = (await staff.get("/dashboard/demo?filter=page:contains:OVER")).text
    assert [figure(page, "visitors") for page in (every, some, others, part)] == [
        *("16", "7", "9", "9")
    ]
    assert panel(some, "pages") == {"/vacatures": 7}


async def test_a_click_on_a_row_adds_a_filter_and_a_chip_takes_it_out(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7, "/vacatures/kok & bakker?page=2")
    await visit(gateway, 9, "/over-ons")
    page = (await staff.get("/dashboard/demo?period=7d&language=en")).text
    [label] = [one for one in panel(page, "pages") if one.startswith("/vacatures")]
    [row] = re.findall(rf'<a class="label" href="([^"]+)"[^>]*>{re.escape(label)}<', page)
    only = (await staff.get(html.unescape(row))).text
    assert figure(only, "visitors") == "7"
    assert 'data-period="7d" aria-current="true"' in only
    [(out, chip)] = re.findall(r'<a href="([^"]+)" data-filter="([^"]+)"', only)
    assert chip == f"Page is {label}"
    assert not re.search(rf'<a class="label"[^>]*>{re.escape(label)}<', only)
    assert figure((await staff.get(html.unescape(out))).text, "visitors") == "16"


async def test_a_filter_that_is_filled_in_stands_in_the_address(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7, "/vacatures")
    answer = await staff.get(
        "/dashboard/demo",
        params={
            **{"period": "7d", "language": "nl", "filter": "page:is:/vacatures"},
            **{"filter_dimension": "device", "filter_operation": "is", "filter_value": "Computer"},
        },
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == (
        "/dashboard/demo?period=7d&language=nl&filter=page:is:/vacatures&filter=device:is:desktop"
    )
    page = (await staff.get(answer.headers["location"])).text
    assert re.findall(r'data-filter="([^"]+)"', page) == [
        *("Pagina is /vacatures", "Apparaat is Computer")
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("filter=shoe-size:is:44", "“shoe-size” kan deze site niet filteren"),
        ("filter=page:matches:.*", "“matches” is geen manier om te filteren"),
        ("filter=page:contains:", "Vul bij het filter in wat u zoekt"),
        ("filter_dimension=page&filter_operation=contains&filter_value=+", "Vul bij het filter in"),
        ("&".join(f"filter=page:is:/{n}" for n in range(5)), "Meer dan vier filters"),
        ("filter=<script>:is:x", "“&lt;script&gt;” kan deze site niet filteren"),
    ],
)
async def test_what_is_no_filter_is_told_in_a_sentence(
    query: str, sentence: str, staff: httpx.AsyncClient
) -> None:
    page = (await staff.get(f"/dashboard/demo?{query}&language=nl")).text
    [said] = re.findall(r'role="alert">([^<]+)<', page)
    assert sentence in said


async def test_with_four_filters_no_row_offers_a_fifth(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7, "/vacatures")
    four = [f"filter=page:contains:{part}" for part in ("v", "a", "c", "t")]
    page = (await staff.get(f"/dashboard/demo?{'&'.join(four)}&language=en")).text
    assert figure(page, "visitors") == "7"
    assert '<a class="label"' not in page
    assert "There are four filters" in page


async def test_a_filter_that_leaves_too_few_says_what_to_do(
    staff: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: a page two have seen looks like one that nobody has."""
    await visit(gateway, 9, "/vacatures")
    await visit(gateway, 2, "/over-ons")
    for path in ("/over-ons", "/nothing"):
        page = (await staff.get(f"/dashboard/demo?filter=page:is:{path}&language=en")).text
        assert figure(page, "visitors") == ""
        assert "Take a filter out" in page
