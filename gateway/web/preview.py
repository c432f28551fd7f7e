"""What visitors will see, for who answers for it: the banner in every layout, language and state.

The frames run the code that is served on the texts that are published, and act on nothing. Their
policy gives each an origin of its own: no cookie, no storage, and the gateway refuses as foreign
whatever it might send. Nothing is sent, for the frame's script answers first: `stage.js`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import msgspec
from babel import Locale
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.rules.lint import findings
from gateway.rules.look import pairs
from gateway.rules.records import Notice
from gateway.rules.site import Site
from gateway.stores.base import User
from gateway.web import frames
from gateway.web.embed import Embed, Packed, settings
from gateway.web.frames import one_of, states
from gateway.web.pages import HEADERS, Pages, language_of, words
from gateway.web.release import CORE, integrity, release
from gateway.web.signin import SignIn
from gateway.web.wire import Networks, head

ROLES = ("officer", "admin")

_POLICY = HEADERS["content-security-policy"]
_FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts; "
    "require-trusted-types-for 'script'; trusted-types gateway"
)


class Loaded(NamedTuple):
    """What a visit loads: the files, their sizes compressed and together in bytes."""

    visit: str
    files: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`/preview/{site}` and the page in its frames. `notices` and `embeds` are by site, and are
    filled when the notices are published; `texts` is what they are made of."""

    sites: Mapping[str, Site]
    notices: Mapping[str, Notice]
    embeds: Mapping[str, Embed]
    texts: Mapping[str, Mapping[str, str]]
    signin: SignIn
    pages: Pages
    trusted: Networks

    def routes(self) -> list[Route]:
        """The officer's preview."""
        return [
            Route("/preview/{site}", self.overview, methods=["GET"]),
            Route("/preview/{site}/page", self.page, methods=["GET"]),
        ]

    async def overview(self, request: Request) -> Response:
        """Frames of what was selected, and what of a banner can be said in figures."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None or user.role not in ROLES:
            return self._no(request, user)
        said = words(language_of(request))["preview"]
        selects = frames.selects(request.query_params, site, said)
        shown = frames.frames(site, selects, language_of(request))
        asked = head(request.scope, self.trusted)
        answer = self.pages.render(
            request,
            "preview/overview.html",
            user=user,
            site=site,
            name=site.names.get(language_of(request), site.names[site.languages[0]]),
            selects=selects,
            asked_language=request.query_params.get("language", ""),
            frames=shown[: frames.MOST],
            left_out=max(0, len(shown) - frames.MOST),
            most=frames.MOST,
            printed=request.query_params.get("print") == "1",
            shortcuts=frames.shortcuts(site, said, language_of(request)),
            pairs=_contrasts(site, said),
            found=findings(site, self.texts),
            notice=self.notices[site.id],
            loaded=_weights(self.embeds[site.id], site.languages[0]),
            lines=_lines(f"{asked.scheme}://{asked.host}/{site.id}"),
        )
        answer.headers["content-security-policy"] = f"{_POLICY}; frame-src 'self'"
        return answer

    async def page(self, request: Request) -> Response:
        """A page with the banner in one state, on which nothing that is pressed is recorded."""
        user = await self.signin.user(request)
        if user is None:
            return self.signin.ask(request)
        site = self.sites.get(request.path_params["site"])
        if site is None or user.role not in ROLES:
            return self._no(request, user)
        query, notice = request.query_params, self.notices[site.id]
        language = one_of(site.languages, query.get("spoken"))
        state, scheme = one_of(states(site), query.get("state")), query.get("scheme", "light")
        layout: Any = one_of(frames.LAYOUTS, query.get("layout", site.look.layout))
        shown = msgspec.structs.replace(
            site, look=msgspec.structs.replace(site.look, layout=layout), google=None
        )
        core = release().served()[CORE]
        answer = self.pages.render(
            request,
            "preview/page.html",
            site=site,
            spoken=language,
            direction=Locale.parse(language).text_direction,
            scheme=one_of(frames.SCHEMES, scheme),
            state=state,
            held=site.asked[-1] if state == "placeholder" else "",
            banner=json.loads(notice.content)["texts"][language],
            script=f"/{site.id}/banner/{release().name}/{CORE}",
            integrity=integrity(core),
            stage={
                "settings": settings(shown, notice, {}, {}),
                "cookie": frames.remembered(site, notice.id, state, int(time.time())),
                "scheme": one_of(frames.SCHEMES, scheme),
                "opens": state in ("preferences", "chosen"),
            },
        )
        answer.headers["content-security-policy"] = _FRAME_POLICY
        return answer

    def _no(self, request: Request, user: User) -> Response:
        why, status = ("not_found", 404) if user.role in ROLES else ("forbidden", 403)
        t = words(language_of(request))["errors"]
        return self.pages.render(
            request,
            "staff/message.html",
            status=status,
            user=user,
            title=t[f"{why}_title"],
            text=t[why],
            link={"href": "/dashboard", "label": t["to_sites"]},
        )


def _contrasts(site: Site, said: Mapping[str, str]) -> list[Mapping[str, object]]:
    return [
        {
            "scheme": said[f"scheme_{pair.mode}"],
            "front": said[f"colour_{pair.front}"],
            "back": said[f"back_{pair.back}"],
            "colours": pair.colours,
            "ratio": math.floor(pair.ratio * 10) / 10,  # 4.46 is not the 4.5 it needs
            "wanted": pair.wanted,
            "is_pale": pair.is_pale,
        }
        for pair in pairs(site.look)
    ]


def _lines(address: str) -> Mapping[str, str]:
    """The lines a page may hold, any one of them."""
    code = release()
    pinned = f"{address}/banner/{code.name}/{CORE}"
    digest = integrity(code.served()[CORE])
    return {
        "classic": f'<script src="{address}/banner.js" async></script>',
        "module": f'<script type="module" src="{address}/banner.mjs"></script>',
        "pinned": f'<script src="{pinned}" integrity="{digest}" crossorigin async></script>',
        "noscript": f'<noscript><a href="{address}/preferences">Cookies</a></noscript>',
    }


@cache
def _size(file: str) -> int:
    return len(Packed.of(release().files[file]).brotlied)


def _weights(embed: Embed, language: str) -> list[Loaded]:
    def text(part: str) -> tuple[str, int]:
        packed = embed.texts.part(language, part)
        return f"texts/{language}/{part}.json", len(packed.brotlied) if packed else 0

    def code(name: str) -> tuple[str, int]:
        return f"{name}.js", _size(f"{name}.js")

    core = (CORE, len(embed.script.brotlied))
    visits = {
        "new": (core, code("choosing"), text("first"), code("material")),
        "returning": (core, text("corner")),
        "preferences": (code("preferences"), text("all")),
        "held": (code("blocked"), code("placeholder"), text("held")),
    }
    return [Loaded(name, files, sum(size for _, size in files)) for name, files in visits.items()]
