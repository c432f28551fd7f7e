"""The demo site, spoken to over HTTP: what it shows, and what it must not keep or repeat."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jinja2
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

import gateway.web
from gateway.web.demo import FORM_LIMIT, PATHS, DemoSite, loopback_sibling, routes

WEB = Path(gateway.web.__file__).parent if gateway.web.__file__ else Path("gateway/web")
OWN = "http://127.0.0.1:8000"
OTHER = "http://localhost:8000"
DEMO = DemoSite("demo", (OWN,), {"nl": 'Noord "en" Werk', "en": "North & Work"})
GROUP = DemoSite("group", (OTHER,), {"nl": "Groep"})

JOBS = {
    language: [
        f"{PATHS['jobs'][language]}/{job['slug']}"
        for job in tomllib.loads(
            (WEB / "templates" / "demo" / f"{language}.toml").read_text(encoding="utf-8")
        )["vacancies"]
    ]
    for language in ("nl", "en")
}
PAGES = [
    (language, path)
    for language in ("nl", "en")
    for path in (
        *(PATHS[page][language] for page in ("home", "jobs", "apply", "about", "privacy")),
        *JOBS[language],
    )
]
every_page = pytest.mark.parametrize(("language", "path"), PAGES, ids=[path for _, path in PAGES])


def client(*sites: DemoSite, base: str = OWN) -> httpx.AsyncClient:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["asset"] = lambda path: f"/assets/{path}"
    app = Starlette(routes=list(routes(sites or (DEMO, GROUP), environment)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base)


@every_page
async def test_a_page_answers_in_its_language_with_exactly_one_embed(
    language: str, path: str
) -> None:
    async with client() as visitor:
        reply = await visitor.get(path)
    assert reply.status_code == 200
    assert f'<html lang="{language}"' in reply.text
    assert reply.text.count("banner.js") == 1
    head = reply.text.partition("</head>")[0]
    assert '<script src="/demo/banner.js" async></script>' in head
    assert 'data-gw-action="open"' in reply.text
    assert "set-cookie" not in reply.headers


@every_page
async def test_a_page_names_no_address_outside_this_machine(language: str, path: str) -> None:
    async with client() as visitor:
        text = (await visitor.get(path)).text
    assert language in {"nl", "en"}
    assert set(re.findall(r"[a-z]+://[^/\"' ]+|(?<=[\"'(])//[^\"' ]+", text)) <= {OTHER}


@every_page
async def test_a_page_needs_no_inline_style_or_script(language: str, path: str) -> None:
    """Its policy forbids both, so an inline one would be dead in every browser."""
    async with client() as visitor:
        reply = await visitor.get(path)
    assert language in {"nl", "en"}
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", reply.text) == []
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "strict-origin-when-cross-origin"


@every_page
async def test_the_language_switch_leads_to_the_twin_and_back(language: str, path: str) -> None:
    async with client() as visitor:
        there = _switch((await visitor.get(path)).text)
        twin = await visitor.get(there)
    assert twin.status_code == 200
    assert f'<html lang="{language}"' not in twin.text
    assert _switch(twin.text) == path


@every_page
async def test_every_link_of_a_page_leads_somewhere(language: str, path: str) -> None:
    async with client() as visitor:
        text = (await visitor.get(path)).text
        links = set(re.findall(r'<a [^>]*href="(/[^"]*)"', text)) - {
            "/dashboard",
            f"/demo/preferences?language={language}",  # the gateway's own, for who has no scripts
        }
        assert PATHS["privacy"]["nl" if language == "nl" else "en"] in links
        for link in sorted(links):
            assert (await visitor.get(link)).status_code == 200, link
    for asset in re.findall(r'"/assets/([^"]+)"', text):
        assert (WEB / "assets" / asset).is_file(), asset


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_form_takes_a_file_and_gives_back_nothing_of_it(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a temporary file is made: the folder for them does not exist here."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    path = PATHS["apply"]["nl" if language == "nl" else "en"]
    async with client() as visitor:
        reply = await visitor.post(
            path,
            data={"name": "Wilhelmina Proef", "email": "w.proef@example.org"},
            files={"file": ("levensloop.pdf", b"%PDF-geheim" * 200_000)},
        )
    assert reply.status_code == 200
    assert f'<html lang="{language}"' in reply.text
    for told in ("Wilhelmina", "w.proef", "levensloop", "geheim"):
        assert told not in reply.text
    assert "set-cookie" not in reply.headers


async def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    async with client() as visitor:
        assert (await visitor.post("/solliciteren", content=b"x" * FORM_LIMIT)).status_code == 200
        reply = await visitor.post("/solliciteren", content=b"x" * (FORM_LIMIT + 1))
    assert reply.status_code == 413
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == 413
    assert "5 MB" in reply.json()["detail"]


async def test_a_body_without_end_is_refused_before_its_end() -> None:
    """A sender that never stops must not keep a worker reading for ever."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024 * 1024
            yield b"x" * (1024 * 1024)

    async with client() as visitor:
        reply = await visitor.post("/en/apply", content=endless())
    assert reply.status_code == 413
    assert sent <= 5 * FORM_LIMIT


async def test_a_sender_that_goes_away_is_no_error() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ClientDisconnect

    async with client() as visitor:
        assert (await visitor.post("/solliciteren", content=broken())).status_code == 400


@pytest.mark.parametrize(
    ("path", "back"), [("/vacatures/bestaat-niet", "/vacatures"), ("/en/jobs/nope", "/en/jobs")]
)
async def test_an_unknown_vacancy_is_a_404_page_with_a_way_back(path: str, back: str) -> None:
    async with client() as visitor:
        reply = await visitor.get(path)
    assert reply.status_code == 404
    assert reply.headers["content-type"].startswith("text/html")
    assert f'class="button" href="{back}"' in reply.text
    assert path not in reply.text


async def test_the_form_opens_with_the_vacancy_one_came_from_and_repeats_nothing_else() -> None:
    async with client() as visitor:
        chosen = await visitor.get("/solliciteren?job=planner")
        forged = await visitor.get('/solliciteren?job="><script>alert(1)</script>')
    assert re.findall(r'<option value="(\w*)" selected', chosen.text) == ["planner"]
    assert "alert(1)" not in forged.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example", '"><b>x', ""])
async def test_an_unknown_host_gets_the_first_site_and_is_never_repeated(host: str) -> None:
    async with client() as visitor:
        for _, path in PAGES:
            reply = await visitor.get(path, headers={"Host": host})
            assert '<script src="/demo/banner.js" async></script>' in reply.text
            assert not host or host not in reply.text
            assert "evil" not in str(reply.headers)


async def test_each_host_shows_its_own_site_with_its_name_escaped() -> None:
    async with client() as visitor:
        demo = await visitor.get("/")
        english = await visitor.get("/en/")
    async with client(base=OTHER.upper()) as visitor:
        group = await visitor.get("/en/about")
    assert "<title>Werk in het noorden · Noord &#34;en&#34; Werk</title>" in demo.text
    assert "North &amp; Work" in english.text
    assert "<title>About us · Groep</title>" in group.text
    assert '<script src="/group/banner.js" async></script>' in group.text
    assert f'data-src="{OWN}/en/demo/third-party"' in group.text


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_film_waits_for_consent_and_comes_from_another_origin(language: str) -> None:
    async with client() as visitor:
        text = (await visitor.get(PATHS["about"]["nl" if language == "nl" else "en"])).text
        film = await visitor.get(PATHS["third_party"]["nl" if language == "nl" else "en"])
        again = await visitor.get(film.url.path, headers={"Cookie": "third_party=1"})
    [frame] = re.findall(r"<iframe[^>]*>", text)
    assert 'data-consent="marketing"' in frame
    assert f'data-src="{OTHER}{film.url.path}"' in frame
    assert " src=" not in frame
    assert '<script type="text/plain" data-consent="marketing" src="/assets/demo/' in text
    assert "frame-ancestors http://127.0.0.1:* " in film.headers["content-security-policy"]
    assert film.headers["set-cookie"].startswith(f"third_party=1; Path={film.url.path};")
    assert "banner.js" not in film.text
    assert film.text != again.text


async def test_without_a_second_origin_the_about_page_says_why_there_is_no_film() -> None:
    alone = DemoSite("alone", ("https://www.example.org", OWN), {})
    async with client(alone) as visitor:
        text = (await visitor.get("/over-ons")).text
    assert "<iframe" not in text
    assert "De film staat uit" in text
    assert "· alone</title>" in text


@pytest.mark.parametrize(
    ("own", "origins", "sibling"),
    [
        (OWN, [OWN, OTHER], OTHER),
        (OTHER, [OWN, OTHER], OWN),
        (OWN, ["http://localhost:9000", OTHER], OTHER),
        (OWN, ["http://localhost:9000"], "http://localhost:9000"),
        (OWN, [OWN, "http://127.0.0.1:9000"], None),
        (OWN, ["https://localhost:8000", "http://example.org"], None),
    ],
    ids=["localhost", "address", "same port first", "any port", "same host", "not loopback"],
)
def test_the_other_origin_is_a_known_loopback_name_with_another_host(
    own: str, origins: list[str], sibling: str | None
) -> None:
    assert loopback_sibling(own, origins) == sibling


@pytest.mark.parametrize("language", ["nl", "en"])
async def test_the_brochure_is_a_small_whole_pdf(language: str) -> None:
    async with client() as visitor:
        reply = await visitor.get(PATHS["brochure"]["nl" if language == "nl" else "en"])
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.content.startswith(b"%PDF-1.")
    assert reply.content.rstrip().endswith(b"%%EOF")
    assert len(reply.content) < 60_000
    start = int(reply.content.rsplit(b"startxref", 1)[1].split()[0])
    assert reply.content[start:].startswith(b"xref")


def test_both_languages_say_the_same_things() -> None:
    dutch, english = (
        tomllib.loads((WEB / "templates" / "demo" / f"{language}.toml").read_text("utf-8"))
        for language in ("nl", "en")
    )
    assert _shape(dutch) == _shape(english)
    keys = [[job["key"] for job in words["vacancies"]] for words in (dutch, english)]
    assert keys[0] == keys[1]


def test_the_demo_refuses_to_start_without_a_site() -> None:
    with pytest.raises(ValueError, match="at least one site"):
        routes((), jinja2.Environment(autoescape=True))


def _switch(text: str) -> str:
    [path] = re.findall(r'<a class="switch" href="([^"]+)"', text)
    return str(path)


def _shape(words: object) -> object:
    if isinstance(words, dict):
        return {key: _shape(word) for key, word in words.items()}
    return [_shape(word) for word in words] if isinstance(words, list) else None
