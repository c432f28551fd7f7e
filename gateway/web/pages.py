"""Rendering pages: one Jinja environment, words in the reader's language, one security policy."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from gateway.rules.speech import RIGHT_TO_LEFT, Speech
from gateway.web.numbers import percent

_HERE = Path(__file__).parent
ASSETS = _HERE / "assets"
LANGUAGES = ("nl", "en")
"""Of the pages for staff; those for visitors are in every language of `spoken`."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}


def environment() -> Environment:
    """Autoescaping templates that fail on a name nobody passed in."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.filters["fill"] = _fill
    return made


class Pages:
    """Renders staff pages in the language of the request, and visitors' in that of their site."""

    def __init__(self, templates: Environment) -> None:
        self._templates = templates
        # Kept: an overlay made for each page compiles its templates each time, 11 ms of 12.
        self._local = {language: _localised(templates, language) for language in LANGUAGES}

    def render(
        self, request: Request, template: str, *, status: int = 200, **context: object
    ) -> Response:
        """A page; numbers and dates are written as the reader's language writes them."""
        language = language_of(request)
        html = (
            self._local[language]
            .get_template(template)
            .render(
                language=language,
                t=words(language),
                languages=_choices(request, language),
                **context,
            )
        )
        return _answer(html, status, language)

    def to_visitor(
        self,
        template: str,
        language: str,
        offered: Sequence[str],
        *,
        status: int = 200,
        **context: object,
    ) -> Response:
        """A page in a language of `spoken`, which can be turned into each of `offered`."""
        html = self._templates.get_template(template).render(
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            languages=[(code, _autonym(code)) for code in dict.fromkeys((*offered, language))],
            t=words(f"visitor/{language}"),
            **context,
        )
        return _answer(html, status, language)


def _answer(html: str, status: int, language: str) -> Response:
    headers = {**HEADERS, "content-language": language}
    return Response(html, status, headers, "text/html; charset=utf-8")


def _autonym(code: str) -> str:
    name = Speech(code).name()
    return name[:1].upper() + name[1:]


def _localised(templates: Environment, language: str) -> Environment:
    local = templates.overlay()
    # Its own: overlays share one dict, in which the last language would write for all.
    local.filters = {**templates.filters, **_formats(language)}
    return local


def language_of(request: Request) -> str:
    """The language asked for in the address, else the first of the browser's that we have."""
    wanted = request.query_params.get("language", "")
    if wanted in LANGUAGES:
        return wanted
    for part in request.headers.get("accept-language", "").split(","):
        if (tag := part.strip()[:2].lower()) in LANGUAGES:
            return tag
    return LANGUAGES[0]


@cache
def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Every word of our own pages for staff in one language, or of `visitor/` and a language."""
    return tomllib.loads((_HERE / "texts" / f"{language}.toml").read_text("utf-8"))


@cache
def spoken() -> frozenset[str]:
    """The languages of the pages for visitors."""
    return frozenset(path.stem for path in (_HERE / "texts" / "visitor").glob("*.toml"))


@cache
def asset(name: str) -> str:
    """The address of a file under assets/, changing with its content so that it can be cached."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={digest}"


def _choices(request: Request, current: str) -> list[Mapping[str, object]]:
    return [
        {
            "code": code,
            "href": f"?{request.url.include_query_params(language=code).query}",
            "current": code == current,
        }
        for code in LANGUAGES
    ]


@cache
def _formats(language: str) -> Mapping[str, Callable[..., str]]:
    return {
        "number": lambda value: format_decimal(value, locale=language),
        "percent": lambda value: format_percent(value, locale=language),
        "rate": lambda value: percent(value, language),
        "day": lambda value: _day(value, language),
    }


def _day(value: date, language: str) -> str:
    return format_date(value, "d MMM y", locale=language)


def _fill(text: str, **values: object) -> str:
    return text.format(**values)
