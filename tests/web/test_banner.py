"""The embed and the notices over HTTP."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import brotli
import httpx
import pytest
from msgspec import structs

from gateway.config import Config
from gateway.rules.canonical import canonical
from gateway.web.app import Gateway
from gateway.web.release import release
from tests.visiting import HEADERS, ORIGIN, choose, count, current_notice, rows

_HEAD = "(function($G,$S,$I){"


def _settings(script: str) -> dict[str, Any]:
    tail = script[script.rindex("})(") + 3 :]
    said: dict[str, Any]
    said, _ = json.JSONDecoder().raw_decode(tail)
    return said


async def test_the_embed_is_one_script_without_a_cookie(client: httpx.AsyncClient) -> None:
    """P8: asking for the banner leaves nothing."""
    answer = await client.get("/demo/banner.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "set-cookie" not in answer.headers
    assert answer.text.startswith(_HEAD)


async def test_the_texts_are_cut_from_the_notice_they_name(client: httpx.AsyncClient) -> None:
    """P6: the content, hashed, is the id every choice points at; what is shown is in it."""
    told = (await client.get("/demo/texts/nl/all.json")).json()
    kept = (await client.get(f"/demo/notices/{told['notice']}")).json()["content"]
    digest = hashlib.sha256(canonical(kept).encode()).hexdigest()
    assert digest == told["notice"] == await current_notice(client)
    texts = kept["texts"]["nl"]
    assert told["words"]["why"] == texts["why"]
    assert told["words"]["who"] == texts["who"].replace("{controllers}.", "Noorderlicht Werk B.V.")
    declared = {one["id"]: one["texts"]["nl"] for one in kept["purposes"]}
    assert {one["id"]: one["description"] for one in told["purposes"]} == {
        name: one["description"] for name, one in declared.items()
    }


async def test_no_text_is_in_the_embed(client: httpx.AsyncClient) -> None:
    """A visitor loads one language, whatever a site speaks."""
    script = (await client.get("/demo/banner.js")).text
    notice = (await client.get(f"/demo/notices/{await current_notice(client)}")).json()["content"]
    for language in ("nl", "en"):
        for text in notice["texts"][language].values():
            assert len(text) < 12 or text not in script


async def test_the_notice_names_the_code_that_showed_it(client: httpx.AsyncClient) -> None:
    """R25: the list of files has the digest in the notice, and each file has that in the list."""
    text = (await client.get("/demo/banner.js")).text
    settings = _settings(text)
    base = f"/demo/banner/{settings['release']}"
    listed = await client.get(f"{base}/release.json")
    notice = (await client.get(f"/demo/notices/{await current_notice(client)}")).json()["content"]
    assert hashlib.sha256(listed.content).hexdigest() == notice["script"]
    core = text.removeprefix(_HEAD)
    served = {"banner.js": core[: core.rindex("\n})(")]}
    files = listed.json()["files"]
    for name in files.keys() - {"banner.js", "pinned.js"}:
        served[name] = (await client.get(f"{base}/{name}")).text
    digests = {name: hashlib.sha256(code.encode()).hexdigest() for name, code in served.items()}
    assert {**digests, "pinned.js": files["pinned.js"]} == files


async def test_the_address_of_a_release_names_all_that_is_served_under_it() -> None:
    """Browsers and pages that pinned it keep the bytes for good: other bytes, another address."""
    code = release()
    text = json.dumps(code.served(), sort_keys=True)
    assert code.name == hashlib.sha256(text.encode()).hexdigest()[:8]
    assert re.fullmatch("[0-9a-f]{8}", code.name)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_the_embed_comes_compressed(encoding: str, client: httpx.AsyncClient) -> None:
    plain = (await client.get("/demo/banner.js", headers={"accept-encoding": "identity"})).content
    request = client.build_request("GET", "/demo/banner.js", headers={"accept-encoding": encoding})
    answer = await client.send(request, stream=True)
    packed = b"".join([part async for part in answer.aiter_raw()])
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[encoding]
    assert answer.headers["content-encoding"] == encoding
    assert unpack(packed) == plain
    assert len(packed) < len(plain) / 2


ENCODINGS = [
    ("br;q=0, gzip", "gzip"), ("br; q=0.0,gzip;q=0", None), ("gzip;q=0", None), ("*", "br"),
    ("*;q=0", None), ("br;q=0, *", "gzip"), ("gzip, br", "br"), ("gzip, BR;q=0.1", "br"),
    ("identity", None), ("", None), ("brotli, xgzip", None), ("br;q=x, gzip", "gzip"),
]  # fmt: skip


@pytest.mark.parametrize(("accepted", "encoding"), ENCODINGS)
async def test_the_embed_comes_in_no_encoding_that_is_not_accepted(
    accepted: str, encoding: str | None, client: httpx.AsyncClient
) -> None:
    request = client.build_request("GET", "/demo/banner.js", headers={"accept-encoding": accepted})
    answer = await client.send(request, stream=True)
    assert answer.headers.get("content-encoding") == encoding
    await answer.aclose()


async def test_a_browser_that_has_the_embed_is_told_so(client: httpx.AsyncClient) -> None:
    etag = (await client.get("/demo/banner.js")).headers["etag"]
    answer = await client.get("/demo/banner.js", headers={"if-none-match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_notices_are_listed_with_their_first_publication(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/demo/notices")).json()["notices"]
    assert [set(notice) for notice in listed] == [{"id", "first_published", "current"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed[0]["first_published"])
    assert listed[0]["current"] is True


async def test_the_hash_of_the_very_script_that_is_served_is_published(
    client: httpx.AsyncClient,
) -> None:
    """R25: whoever kept a copy of banner.js can tell when it was served, and with what notice."""
    script = (await client.get("/demo/banner.js")).content
    notice = (await client.get(f"/demo/notices/{await current_notice(client)}")).json()
    assert [one["script"] for one in notice["served"]] == [hashlib.sha256(script).hexdigest()]
    since, published = (
        datetime.fromisoformat(one)
        for one in (notice["served"][0]["since"], notice["first_published"])
    )
    # The script is kept as soon as the notice stands; a second may end between the two.
    assert timedelta(0) <= since - published <= timedelta(seconds=10)


async def test_a_notice_of_another_site_is_not_shown(client: httpx.AsyncClient) -> None:
    notice = await current_notice(client, "demo")
    assert (await client.get(f"/veldkamp/notices/{notice}")).status_code == 404
    assert (await client.get("/demo/notices/nonsense")).status_code == 404


async def test_showing_the_banner_is_counted_without_knowing_to_whom(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """R27: a count by day, notice and language, and nothing else anywhere."""
    body = {"notice": await current_notice(client), "language": "en"}
    for _ in range(3):
        answer = await client.post("/demo/shown", json=body, headers=HEADERS)
        assert answer.status_code == 204
        assert "set-cookie" not in answer.headers
    assert await rows(gateway, "SELECT outcome, language, count FROM consent_counts") == [
        ("shown", "en", 3)
    ]
    for table in ("consents", "standing", "events"):
        assert await count(gateway, table) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{}", 400),
        (b'{"notice": "0", "language": "nl"}', 400),
        (b'{"notice": "CURRENT", "language": "xx"}', 400),
        (b'{"notice": "' + b"0" * 2000 + b'"}', 413),
    ],
)
async def test_only_a_showing_of_the_current_notice_is_counted(
    body: bytes, status: int, client: httpx.AsyncClient, gateway: Gateway
) -> None:
    body = body.replace(b"CURRENT", (await current_notice(client)).encode())
    answer = await client.post("/demo/shown", content=body, headers=HEADERS)
    assert answer.status_code == status
    assert await count(gateway, "consent_counts") == 0


async def test_another_website_cannot_count_showings(client: httpx.AsyncClient) -> None:
    body = {"notice": await current_notice(client), "language": "nl"}
    answer = await client.post("/demo/shown", json=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_an_unknown_site_has_no_banner_and_no_notices(client: httpx.AsyncClient) -> None:
    for path in ("banner.js", "notices", "notices/x"):
        assert (await client.get(f"/nosuch/{path}", headers={"origin": ORIGIN})).status_code == 404


async def test_a_page_that_was_open_over_a_change_still_counts(
    gateway: Gateway, config: Config
) -> None:
    """R27: its choice is taken for a day, so its showing is too."""
    before = gateway.notices["demo"].id
    site = structs.replace(config.sites[0], validity_months=3)
    changed = Gateway(replace(config, sites=(site, *config.sites[1:])))
    async with changed.running():
        transport = httpx.ASGITransport(changed.asgi)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as visitor:
            assert await current_notice(visitor) != before
            body = {"notice": before, "language": "nl"}
            answer = await visitor.post("/demo/shown", json=body, headers=HEADERS)
            assert answer.status_code == 204
            said = await choose(visitor, notice=before)
            assert said.status_code == 201
