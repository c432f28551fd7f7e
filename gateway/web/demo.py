"""The demo site: pages of an invented staffing company on which every function can be tried.

Owns nothing but pages. It keeps nothing of what a visitor sends, and never repeats the Host
header: which site is shown follows from comparing it with the configured origins.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import jinja2
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from gateway.web.problem import Problem

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")

PATHS: Mapping[str, Mapping[Language, str]] = {
    "home": {"nl": "/", "en": "/en/"},
    "jobs": {"nl": "/vacatures", "en": "/en/jobs"},
    "apply": {"nl": "/solliciteren", "en": "/en/apply"},
    "about": {"nl": "/over-ons", "en": "/en/about"},
    "privacy": {"nl": "/privacy", "en": "/en/privacy"},
    "brochure": {"nl": "/brochure.pdf", "en": "/en/brochure.pdf"},
    "third_party": {"nl": "/demo/third-party", "en": "/en/demo/third-party"},
}

FORM_LIMIT = 5 * 1024 * 1024
"""Bytes an application may weigh, form fields and file together."""

DRAIN_LIMIT = 4 * FORM_LIMIT
"""Bytes read off a body that is too large before we hang up. A browser that is still sending
when the connection closes shows "connection reset" and never the reason."""

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost"})
LOOPBACK_SOURCES = "http://127.0.0.1:* http://localhost:*"

COMMON_HEADERS = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
PAGE_HEADERS = COMMON_HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'; frame-src {LOOPBACK_SOURCES}; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Two sites answer on the same paths; which one depends on the name it was asked by.
    "Vary": "Host",
}
FILM_HEADERS = COMMON_HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {LOOPBACK_SOURCES}"
    ),
}

# Browsers that hold back cookies of third parties (Chromium 156: all but this kind) take a
# partitioned one, which needs None and Secure; both loopback names count as secure. The path keeps
# it off the demo's own pages.
_FILM_COOKIE = (
    "third_party=1; Path={path}; Max-Age=2592000; HttpOnly; Secure; SameSite=None; Partitioned"
)

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site the demo can be dressed as. `names` is by language, the first one the fallback."""

    id: str
    origins: tuple[str, ...]
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """The name in that language, else the first there is, else the id."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)


@dataclass(frozen=True, slots=True)
class Face:
    """The site a request asked for: what to call it and where its third party lives."""

    site: DemoSite
    brand: int
    other_origin: str | None


def routes(sites: Sequence[DemoSite], environment: jinja2.Environment) -> list[Route]:
    """Every page of the demo in both languages, shown as the first site unless another matches.

    `environment` autoescapes, loads from `gateway/web/templates` and knows `asset(path)`.
    """
    if not sites:
        raise ValueError("the demo needs at least one site")
    demo = _Demo(tuple(sites), environment)
    made: list[Route] = []
    for language in LANGUAGES:
        paths = _paths(language)
        made += [
            Route(paths["home"], demo.page(language, "home")),
            Route(paths["jobs"], demo.page(language, "jobs")),
            Route(paths["jobs"] + "/{slug}", demo.vacancy(language)),
            Route(paths["apply"], demo.page(language, "apply")),
            Route(paths["apply"], demo.receive(language), methods=["POST"]),
            Route(paths["about"], demo.page(language, "about")),
            Route(paths["privacy"], demo.page(language, "privacy")),
            Route(paths["brochure"], _brochure(language)),
            Route(paths["third_party"], demo.film(language)),
        ]
    return made


def loopback_sibling(own: str, origins: Sequence[str]) -> str | None:
    """The known loopback origin with another host than `own`, on the same port if there is one.

    127.0.0.1 and localhost are two sites to a browser, so an embed from the other one is a true
    third party that needs no network.
    """
    mine = urlsplit(own)
    others = [
        origin
        for origin in origins
        if (parts := urlsplit(origin)).scheme == "http"
        and parts.hostname in LOOPBACK_HOSTS
        and parts.hostname != mine.hostname
    ]
    same_port = [origin for origin in others if urlsplit(origin).port == mine.port]
    return next(iter(same_port or others), None)


class _Demo:
    """The pages with what they need: the sites, their words and the templates."""

    def __init__(self, sites: tuple[DemoSite, ...], environment: jinja2.Environment) -> None:
        self._environment = environment
        known = [origin for site in sites for origin in site.origins]
        self._faces = {
            origin.lower(): Face(site, brand, loopback_sibling(origin, known))
            for brand, site in enumerate(sites)
            for origin in site.origins
        }
        first = sites[0]
        own = first.origins[0] if first.origins else ""
        self._fallback = Face(first, 0, loopback_sibling(own, known))
        self._words = {
            (site.id, language): _words(language, site.name(language))
            for site in sites
            for language in LANGUAGES
        }

    def page(self, language: Language, page: str) -> Endpoint:
        """A page without parameters. The form opens with the vacancy it was reached from."""

        async def endpoint(request: Request) -> Response:
            chosen = request.query_params.get("job", "") if page == "apply" else ""
            return self._render(request, language, page, chosen=chosen)

        return endpoint

    def vacancy(self, language: Language) -> Endpoint:
        """One vacancy, or a 404 page that leads back to the list."""

        async def endpoint(request: Request) -> Response:
            slug = request.path_params["slug"]
            for job in self._words[self._face(request).site.id, language]["vacancies"]:
                if job["slug"] == slug:
                    return self._render(request, language, "vacancy", job=job)
            return self._render(request, language, "missing", status=404)

        return endpoint

    def receive(self, language: Language) -> Endpoint:
        """Read an application to its end, keep nothing of it, and say thanks."""

        async def endpoint(request: Request) -> Response:
            try:
                fits = await _swallow(request)
            except ClientDisconnect:
                return Response(status_code=400)  # Nobody is left to read it.
            words = self._words[self._face(request).site.id, language]["apply"]
            if not fits:
                return Problem(413, words["too_large"]).response()
            return self._render(request, language, "thanks")

        return endpoint

    def film(self, language: Language) -> Endpoint:
        """What the third party serves. It sets a cookie, so that one sees what was held back."""

        async def endpoint(request: Request) -> Response:
            words = self._words[self._fallback.site.id, language]["third_party"]
            template = self._environment.get_template("demo/third_party.html")
            known = "third_party" in request.cookies
            body = template.render(language=language, words=words, known=known)
            reply = HTMLResponse(body, headers=FILM_HEADERS)
            reply.headers["Set-Cookie"] = _FILM_COOKIE.format(path=PATHS["third_party"][language])
            return reply

        return endpoint

    def _face(self, request: Request) -> Face:
        asked = f"{request.scope['scheme']}://{request.headers.get('host', '')}".lower()
        return self._faces.get(asked, self._fallback)

    def _render(
        self,
        request: Request,
        language: Language,
        page: str,
        *,
        job: Mapping[str, Any] | None = None,
        chosen: str = "",
        status: int = 200,
    ) -> Response:
        face = self._face(request)
        other: Language = "en" if language == "nl" else "nl"
        body = self._environment.get_template(f"demo/{page}.html").render(
            face=face,
            name=face.site.name(language),
            language=language,
            other=other,
            page=page,
            t=self._words[face.site.id, language],
            paths=_paths(language),
            job=job,
            chosen=chosen,
            twin=self._twin(face, other, page, job),
        )
        return HTMLResponse(body, status_code=status, headers=PAGE_HEADERS)

    def _twin(self, face: Face, other: Language, page: str, job: Mapping[str, Any] | None) -> str:
        """Where the same page stands in the other language."""
        if job is None:
            return PATHS[{"thanks": "apply", "missing": "jobs"}.get(page, page)][other]
        vacancies = self._words[face.site.id, other]["vacancies"]
        slug = next(twin["slug"] for twin in vacancies if twin["key"] == job["key"])
        return f"{PATHS['jobs'][other]}/{slug}"


async def _swallow(request: Request) -> bool:
    """Read the body and let go of every byte; False if it weighs more than `FORM_LIMIT`."""
    weight = 0
    async for chunk in request.stream():
        weight += len(chunk)
        if weight > DRAIN_LIMIT:
            break
    return weight <= FORM_LIMIT


def _brochure(language: Language) -> Endpoint:
    file = Path(__file__).parent / "assets" / "demo" / f"brochure-{language}.pdf"
    name = {"nl": "brochure.pdf", "en": "brochure-en.pdf"}[language]

    async def endpoint(_: Request) -> Response:
        return FileResponse(
            file, media_type="application/pdf", filename=name, headers=COMMON_HEADERS
        )

    return endpoint


def _paths(language: Language) -> dict[str, str]:
    return {page: path[language] for page, path in PATHS.items()}


def _words(language: Language, company: str) -> dict[str, Any]:
    """The texts of a language. A name may hold a quote, so it goes in as a quoted string would."""
    file = Path(__file__).parent / "templates" / "demo" / f"{language}.toml"
    name = json.dumps(company, ensure_ascii=False)[1:-1]
    return tomllib.loads(file.read_text(encoding="utf-8").replace("{company}", name))
