"""Figures for programs: who may ask, what is answered, and what never is."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from gateway.aggregate import catch_up
from gateway.rules.apikey import BYTES, digest_of_key, key_of
from gateway.rules.querynames import DIMENSIONS
from gateway.stores.sqlite.apikeys import SqliteApiKeys
from gateway.web import query as programs
from gateway.web.app import Gateway
from tests.visiting import FIREFOX, HEADERS, ORIGIN, choose, view

KEY = key_of(bytes(BYTES))
OTHER = key_of(bytes([7] * BYTES))
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)
PATH = "/api/v2/query"


@pytest.fixture
async def keys(gateway: Gateway) -> SqliteApiKeys:
    """A key for the demo site, and one for another."""
    made = SqliteApiKeys(gateway.database)
    await made.add("report", digest_of_key(KEY), ["demo"], 1)
    await made.add("other", digest_of_key(OTHER), ["veldkamp"], 1)
    return made


@pytest.fixture
def program(client: httpx.AsyncClient, keys: SqliteApiKeys) -> httpx.AsyncClient:
    """Asks with the key of the demo site."""
    del keys
    client.headers["authorization"] = f"Bearer {KEY}"
    return client


def body(**changes: Any) -> dict[str, Any]:
    return {"site_id": "demo", "metrics": ["visitors"], "date_range": "7d", **changes}


async def ask(program: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await program.post(PATH, json=body(**changes))
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def rows(program: httpx.AsyncClient, **changes: Any) -> list[list[Any]]:
    """Dimensions and metrics of each row, in one list."""
    said = await ask(program, **changes)
    return [[*row["dimensions"], *row["metrics"]] for row in said["results"]]


async def visit(
    gateway: Gateway,
    n: int,
    path: str = "/vacatures",
    *,
    agent: str = FIREFOX,
    referrer: str = "",
    then: Sequence[Mapping[str, Any]] = (),
) -> None:
    """So many visitors see a page, and do something there."""
    headers = {**HEADERS, "user-agent": agent}
    transport = httpx.ASGITransport(gateway.asgi, client=("203.0.113.77", 4711))
    for _ in range(n):
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            await choose(visitor, headers=headers)
            await view(visitor, path, headers=headers, referrer=referrer, language="nl-NL")
            for event in then:
                sent = {"url": ORIGIN + path.partition("?")[0], **event}
                done = await visitor.post("/demo/event", json=sent, headers=headers)
                assert done.json()["kept"] == 1
    await catch_up(gateway.figures)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer nonsense", f"Bearer {key_of(bytes([1] * BYTES))}", f"Basic {KEY}"],
)
async def test_without_a_key_there_are_no_figures(
    authorization: str, client: httpx.AsyncClient, keys: SqliteApiKeys
) -> None:
    del keys
    answer = await client.post(PATH, json=body(), headers={"authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "gateway key add" in answer.json()["detail"]


async def test_a_key_that_was_taken_back_opens_nothing(
    program: httpx.AsyncClient, keys: SqliteApiKeys
) -> None:
    await ask(program)
    await keys.revoke(1, 1)
    assert (await program.post(PATH, json=body())).status_code == 401


async def test_a_site_of_others_looks_like_one_that_does_not_exist(
    program: httpx.AsyncClient,
) -> None:
    others = await program.post(PATH, json=body(site_id="veldkamp"))
    nowhere = await program.post(PATH, json=body(site_id="nosuch"))
    assert (others.status_code, others.json()) == (404, nowhere.json())


async def test_the_day_on_which_a_key_was_used_is_kept_and_no_more(
    program: httpx.AsyncClient, keys: SqliteApiKeys
) -> None:
    for _ in range(2):
        await ask(program)
    report, other = await keys.listed()
    assert report.last_used == int(time.time()) // 86_400
    assert other.last_used is None


async def test_an_answer_is_not_kept_and_sets_no_cookie(program: httpx.AsyncClient) -> None:
    answer = await program.post(PATH, json=body())
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        (b"{}", "text/plain", 415, "Content-Type: application/json"),
        (b"{}", None, 415, "Content-Type: application/json"),
        (b" " * 40_000, "application/json", 413, "32768 bytes"),
        (b"{", "application/json", 400, "The body cannot be used"),
        (b"{}", "application/json; charset=utf-8", 400, "site_id"),
        (b"[" * 30_000, "application/json", 400, "The body cannot be used"),
        (b'{"filters":' + b"[" * 30_000, "application/json", 400, "nested too deeply"),
    ],
    ids=["text", "no type", "large", "broken", "empty", "deep", "deeper"],
)
async def test_a_body_that_cannot_be_read_is_told(
    content: bytes, kind: str | None, status: int, said: str, program: httpx.AsyncClient
) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = await program.post(PATH, content=content, headers=headers)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


async def test_a_question_without_an_answer_is_told_in_a_sentence(
    program: httpx.AsyncClient,
) -> None:
    answer = await program.post(PATH, json=body(date_range=["2026-11-05", "2026-11-01"]))
    assert answer.status_code == 400
    said = "`date_range` ends before it begins: write [from, to]."
    assert answer.json()["detail"] == said


async def test_filters_that_tell_too_much_apart_are_refused(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    for n in range(9):
        await visit(gateway, 1, f"/{n}")
    paths = [f"/{n}" for n in range(9)]
    both = [["is", "event:page", paths], ["is", "visit:entry_page", paths]]
    answer = await program.post(PATH, json=body(filters=both))
    assert answer.status_code == 400
    assert "combinations of values" in answer.json()["detail"]


async def test_a_key_has_so_many_questions_an_hour(
    gateway: Gateway, program: httpx.AsyncClient
) -> None:
    del gateway
    for _ in range(600):
        assert (await program.post(PATH, content=b"")).status_code == 415
    answer = await program.post(PATH, json=body())
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 6
    others = await program.post(PATH, json=body(), headers={"authorization": f"Bearer {OTHER}"})
    assert others.status_code == 404


async def test_a_network_has_so_many_bad_keys_and_good_ones_go_on(
    program: httpx.AsyncClient,
) -> None:
    bad = {"authorization": "Bearer nonsense"}
    answers = [await program.post(PATH, json=body(), headers=bad) for _ in range(21)]
    assert {answer.status_code for answer in answers[:20]} == {401}
    assert answers[20].status_code == 429
    assert int(answers[20].headers["retry-after"]) >= 1
    await ask(program)


async def test_more_questions_than_can_wait_are_sent_away(
    program: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "_MOST_WAITING", 0)
    answer = await program.post(PATH, json=body())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


async def test_every_metric_is_that_of_the_visits(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    more = [{"kind": "pageview", "url": f"{ORIGIN}/contact"}, {"kind": "event", "name": "apply"}]
    await visit(gateway, 4)
    await visit(gateway, 4, then=more)
    metrics = {
        "visitors": 8, "visits": 8, "pageviews": 12, "views_per_visit": 1.5, "bounce_rate": 50,
        "visit_duration": 0, "events": 16, "percentage": 100.0,
    }  # fmt: skip
    assert await rows(program, metrics=list(metrics)) == [list(metrics.values())]


async def test_how_pages_were_read_is_told_of_each(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    for path, seconds, scroll in (("/vacatures", 40, 80), ("/contact", 10, 100)):
        read = {"kind": "engagement", "seconds": seconds, "scroll": scroll}
        await visit(gateway, 5, path, then=[read])
    metrics = ["time_on_page", "scroll_depth"]
    each = await rows(program, metrics=metrics, dimensions=["event:page"])
    assert each == [["/vacatures", 40, 80], ["/contact", 10, 100]]
    one = [["is", "event:page", ["/contact"]]]
    assert await rows(program, metrics=metrics, filters=one) == [[10, 100]]
    none = [["is", "event:page", ["/nosuch"]]]
    assert await rows(program, metrics=metrics, filters=none) == [[None, None]]


VALUES = {
    "event:page": "/vacatures",
    "event:name": "apply",
    "event:download": "/brochure.pdf",
    "event:outbound": "elders.example",
    "event:upload": "document",
    "event:form": "/vacatures",
    "event:missing": "/vacatures",
    "visit:entry_page": "/vacatures",
    "visit:exit_page": "/vacatures",
    "visit:source": "nieuws.example",
    "visit:referrer": "nieuws.example",
    "visit:channel": "referral",
    "visit:utm_medium": "",
    "visit:utm_source": "",
    "visit:utm_campaign": "lente",
    "visit:utm_content": "",
    "visit:utm_term": "",
    "visit:device": "desktop",
    "visit:screen": "large",
    "visit:browser": "Firefox",
    "visit:browser_version": "Firefox 145",
    "visit:os": "Windows",
    "visit:language": "nl",
    "visit:country": "",
    "visit:country_name": "",
    "visit:region": "",
    "visit:region_name": "",
    "visit:owner": "",
    "visit:returning": "new",
}


async def test_every_dimension_has_the_value_of_the_visits(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(
        gateway,
        6,
        "/vacatures?utm_campaign=lente",
        referrer="https://nieuws.example/",
        then=[
            {"kind": "event", "name": "apply"},
            {"kind": "download", "target": f"{ORIGIN}/brochure.pdf"},
            {"kind": "outbound", "target": "https://elders.example/x"},
            {"kind": "upload", "type": "document", "count": 1},
            {"kind": "form"},
            {"kind": "missing"},
        ],
    )
    assert set(VALUES) == set(DIMENSIONS)
    told = {name: await rows(program, dimensions=[name]) for name in VALUES}
    assert told == {name: [[value, 6]] for name, value in VALUES.items()}


async def test_properties_are_told_apart_by_their_values(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    site = gateway.sites["demo"]
    name = site.properties[0]
    for value, n in (("one", 6), ("two", 5)):
        done = {"kind": "event", "name": "apply", "props": {name: value}}
        await visit(gateway, n, then=[done])
    assert await rows(program, dimensions=[f"event:props:{name}"]) == [["one", 6], ["two", 5]]


async def test_filters_leave_only_what_they_name(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7, "/vacatures")
    await visit(gateway, 6, "/Contact", agent=PHONE)

    async def counted(*filters: Any) -> Any:
        [[visitors]] = await rows(program, filters=list(filters))
        return visitors

    page, phone = "event:page", ["is", "visit:device", ["phone"]]
    assert await counted() == 13
    assert await counted(["is", page, ["/vacatures"]]) == 7
    assert await counted(["is_not", page, ["/vacatures"]]) == 6
    assert await counted(["is", page, ["/contact"]]) == 0
    assert await counted(["is", page, ["/contact"], {"case_sensitive": False}]) == 6
    assert await counted(["contains", page, ["act"]]) == 6
    assert await counted(["contains_not", page, ["act"]]) == 7
    assert await counted(["matches", page, ["^/v.*s$"]]) == 7
    assert await counted(["matches_not", page, ["^/v.*s$"]]) == 6
    assert await counted(phone, ["is", page, ["/vacatures"]]) == 0
    assert await counted(["or", [phone, ["is", page, ["/vacatures"]]]]) == 13
    assert await counted(["not", phone]) == 7


async def test_time_can_be_told_apart_alone_and_with_others(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    await visit(gateway, 7)
    await visit(gateway, 6, agent=PHONE)
    local = datetime.now(gateway.sites["demo"].zone)
    today, hour = f"{local:%Y-%m-%d}", f"{local:%Y-%m-%d %H}:00:00"
    assert await rows(program, dimensions=["time:day"]) == [[today, 13]]
    assert await rows(program, dimensions=["time"], date_range="day") == [[hour, 13]]
    [[week, _]] = await rows(program, dimensions=["time:week"])
    assert datetime.fromisoformat(week).weekday() == 0
    [[month, _]] = await rows(program, dimensions=["time:month"], date_range="year")
    assert month == f"{local:%Y-%m}-01"
    each = [["desktop", 7], ["phone", 6]]
    assert await rows(program, dimensions=["time:day", "visit:device"]) == [
        [today, *one] for one in each
    ]
    assert await rows(program, dimensions=["visit:device", "time:hour"]) == [
        [device, hour, n] for device, n in each
    ]
    crossed = await rows(program, dimensions=["event:page", "visit:device", "visit:country_name"])
    assert crossed == [["/vacatures", device, "", n] for device, n in each]


async def test_rows_can_be_ordered_counted_and_taken_in_pages(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    for path, n in (("/a", 7), ("/b", 5), ("/c", 6)):
        await visit(gateway, n, path)
    asked = {"dimensions": ["event:page"], "order_by": [["visitors", "asc"]]}
    said = await ask(
        program,
        **asked,
        include={"total_rows": True},
        pagination={"limit": 1, "offset": 1},
    )
    assert said["results"] == [{"metrics": [6], "dimensions": ["/c"]}]
    assert said["meta"]["total_rows"] == 3
    assert said["query"]["order_by"] == [["visitors", "asc"]]
    assert said["query"]["pagination"] == {"limit": 1, "offset": 1}


async def test_an_answer_says_what_it_is_of(program: httpx.AsyncClient) -> None:
    said = await ask(
        program,
        date_range=["2026-10-25T13:00:00+02:00", "2026-10-26"],
        dimensions=["time:day"],
        include={"time_labels": True},
    )
    assert said["query"]["date_range"] == [
        "2026-10-25T00:00:00+02:00",
        "2026-10-26T23:59:59+01:00",
    ]
    assert said["meta"]["time_labels"] == ["2026-10-25", "2026-10-26"]
    assert said["meta"]["threshold"] == 5
    assert said["meta"]["days"] == {"asked": 2, "counted": 0}
    assert any("fewer than 5 visitors" in note for note in said["meta"]["notes"])


_LOOKS: Sequence[Sequence[str]] = (
    *([], ["event:page"], ["time:day"], ["time:hour"], ["visit:device", "event:page"]),
    ["time:day", "visit:browser", "visit:entry_page"],
)


@pytest.mark.parametrize("dimensions", _LOOKS, ids=str)
async def test_four_visitors_look_like_none(
    dimensions: list[str], program: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: in every part of the answer."""
    empty = await ask(program, dimensions=dimensions)
    await visit(gateway, 4)
    assert await ask(program, dimensions=dimensions) == empty


async def test_no_answer_has_a_group_below_the_threshold(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    """P9: nor one that could be told from the others."""
    await visit(gateway, 9, "/vacatures")
    await visit(gateway, 6, "/vacatures", agent=PHONE)
    await visit(gateway, 3, "/contact", agent=PHONE)
    await visit(gateway, 7, "/contact")
    told = [await rows(program, dimensions=dimensions) for dimensions in _LOOKS]
    assert all(row[-1] >= 5 for one in told for row in one)
    # The three that saw /contact on a phone: by page, by device and by both they could be
    # subtracted from the others.
    assert await rows(program, dimensions=["visit:device"]) == [["desktop", 16], ["phone", 9]]
    assert await rows(program, dimensions=["visit:device", "event:page"]) == []


async def test_a_site_without_a_threshold_has_nothing_to_say_of_it(
    program: httpx.AsyncClient, gateway: Gateway
) -> None:
    gateway.sites["demo"] = replace(gateway.sites["demo"], threshold=1)
    await visit(gateway, 1)
    said = await ask(program, dimensions=["visit:device", "event:page"])
    assert said["results"] == [{"metrics": [1], "dimensions": ["desktop", "/vacatures"]}]
    assert said["meta"]["notes"] == []


async def test_goals_are_told_with_the_part_that_reached_them(
    gateway: Gateway, program: httpx.AsyncClient
) -> None:
    form = {"kind": "form", "url": ORIGIN + "/solliciteren"}
    await visit(gateway, 6, "/vacatures/lasser", then=[form, form])
    await visit(gateway, 9, "/over-ons")
    asked = {"metrics": ["visitors", "events", "conversion_rate"], "dimensions": ["event:goal"]}
    assert await rows(program, **asked) == [
        ["sollicitatie", 6, 12, 40.0],
        ["vacature", 6, 6, 40.0],
    ]


async def test_a_filter_by_a_goal_tells_which_part_of_each_group_reached_it(
    gateway: Gateway, program: httpx.AsyncClient
) -> None:
    await visit(gateway, 6, "/vacatures/lasser")
    await visit(gateway, 9, "/over-ons")
    asked = {
        "metrics": ["visitors", "conversion_rate", "group_conversion_rate"],
        "dimensions": ["visit:device"],
        "filters": [["is", "event:goal", ["vacature"]]],
    }
    assert await rows(program, **asked) == [["desktop", 6, 40.0, 40.0]]
    assert await rows(program, **{**asked, "dimensions": []}) == [[6, 40.0, 40.0]]


async def test_a_goal_that_few_did_not_reach_is_in_no_answer(
    gateway: Gateway, program: httpx.AsyncClient
) -> None:
    await visit(gateway, 6, "/vacatures/lasser")
    await visit(gateway, 2, "/over-ons")
    asked = {"metrics": ["visitors"], "dimensions": ["event:goal"]}
    assert await rows(program, **asked) == []
