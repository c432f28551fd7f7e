"""`/{site}/preferences`: the whole notice and every choice as a plain form, without a script.

Its choices are those of the banner: the same records, cookie and receipt. The cookie is that of
the gateway's own host or, where the gateway is part of it, of the site's domain; a site on any
other domain never sees it, and the page says so.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args
from urllib.parse import urlencode

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import BusyError, ChoiceError
from gateway.rules import consent
from gateway.rules.moment import local_day
from gateway.rules.notice import purposes_asked
from gateway.rules.receipt import shown
from gateway.rules.records import ConsentState
from gateway.rules.site import Site
from gateway.rules.token import Refusal
from gateway.web.choice import Choices
from gateway.web.form import fields
from gateway.web.guard import check_own_write
from gateway.web.pages import HEADERS
from gateway.web.preferencepage import Remembered, back_to, day_of, preferred, told
from gateway.web.problem import Problem, TooMany, busy, unknown_site
from gateway.web.refusal import refusal_here
from gateway.web.reply import Reply, onward
from gateway.web.wire import COOKIE, Head, head

_HEADERS: Mapping[str, str] = {
    **HEADERS,
    "vary": "accept-language, cookie, sec-gpc",
    "x-robots-tag": "noindex, nofollow",
}
_BOX = "purpose-"
"""How the names of the boxes begin; the rest is the id of the purpose."""
_STAY = "stay"
"""The action of a key press that chose nothing: the page as it was."""
_SAID = ("saved", "changed")
"""The texts a redirect may ask the page to open with."""

# A notice in all languages is 100 kB of JSON, and each showing needs it.
_content = lru_cache(maxsize=64)(json.loads)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The route and what it needs; `renewed` says, for each site, which purposes a consent under
    an earlier notice covers no more (R18)."""

    choices: Choices
    renewed: Mapping[str, Mapping[str, frozenset[str]]]
    templates: Environment

    def routes(self) -> list[Route]:
        """`/{site}/preferences`."""
        return [Route("/{site}/preferences", self.about_choice, methods=["GET", "POST"])]

    async def about_choice(self, request: Request) -> Response:
        """The page; or, posted to, what was chosen on it."""
        site = self.choices.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        asked = head(request.scope, self.choices.trusted)
        if request.method == "POST":
            return await self._choose(request, site, asked)
        remembered = await self._remembered(site, asked, int(time.time()))
        said = request.query_params.get("said", "")
        if said not in _SAID or (said == "saved" and remembered is None):
            said = ""  # a browser that takes no cookies has kept nothing
        return self._page(request, site, asked, remembered, said)

    async def _choose(self, request: Request, site: Site, asked: Head) -> Response:
        check_own_write(asked)
        form = await fields(request)
        said, now = "saved", int(time.time())
        if form.get("action") == _STAY:
            remembered = await self._remembered(site, asked, now)
            return self._page(request, site, asked, remembered, "", form)
        try:
            self.choices.limits.check_choice(site.id, asked)
            answer = await self._act(site, asked, form, now)
        except TooMany as problem:
            return await self._later(request, site, asked, form, problem)
        except BusyError as problem:
            return await self._later(request, site, asked, form, busy(problem.retry_after))
        except ChoiceError as problem:
            if problem.status != 409:
                raise
            # Read under a notice that is gone: the new one, with nothing of the old ticked.
            said, answer = "changed", Response()
        query = {"language": form.get("language", ""), "from": form.get("from", ""), "said": said}
        kept = urlencode({key: value for key, value in query.items() if value})
        return onward(answer, f"/{site.id}/preferences?{kept}#said", _HEADERS)

    async def _later(
        self, request: Request, site: Site, asked: Head, form: Mapping[str, str], why: Problem
    ) -> Response:
        """The page as the visitor left it, ticks and all: nothing could be stored just now."""
        remembered = await self._remembered(site, asked, int(time.time()))
        response = self._page(request, site, asked, remembered, "failed", form)
        response.status_code = why.status
        response.headers.update(why.headers)
        return response

    async def _act(self, site: Site, asked: Head, form: Mapping[str, str], now: int) -> Response:
        action = form.get("action", "")
        standing = await self.choices.standing(site, asked, None, now)
        if action == "withdraw":
            return await self._withdraw(site, asked, standing, now)
        if action not in get_args(consent.Action):
            raise Problem(400, "The form says nothing to do. Go back and press one of its buttons.")
        notice = await self.choices.shown(site, form.get("notice", ""), now)
        wanted = dict.fromkeys(purposes_asked(notice), action == "accept")
        if action == "save":
            wanted |= dict.fromkeys(_ticked(form), True)
        answer = consent.Answer(
            notice=notice.id,
            choices=wanted,
            action=action,  # type: ignore[arg-type]  # one of them, see above
            language=form.get("language", ""),
            layer="preferences",
            method="page",
        )
        return await self.choices.record(site, asked, answer, standing, now)

    async def _withdraw(
        self, site: Site, asked: Head, standing: consent.Standing | None, now: int
    ) -> Response:
        if await self._no(site, asked, now):
            return Response()  # from a window in which the yes was still shown
        if standing is None:
            # Whatever is known of a consent, who withdraws is not asked again at once (R16).
            reply = Reply(site, asked, self.choices.tokens, self.choices.recorder)
            until = consent.after_months(now, site.validity_months)
            return reply.no(200, "withdrawn", self.choices.current[site.id].id, now, until)
        return await self.choices.end(site, asked, standing, "page", now)

    async def _no(self, site: Site, asked: Head, now: int) -> Refusal | None:
        text = asked.cookies.get(COOKIE, "")
        return await refusal_here(self.choices.notices, site.id, text, now)

    async def _remembered(self, site: Site, asked: Head, now: int) -> Remembered | None:
        """The choice this browser carries, as the log knows it now: it may have ended elsewhere."""
        if no := await self._no(site, asked, now):
            return Remembered(day_of(no.date), local_day(no.until, site.zone))
        standing = await self.choices.standing(site, asked, None, now)
        if (
            standing is None
            or standing.valid_until <= now
            or standing.state is ConsentState.EXPIRED
        ):
            return None
        records = await self.choices.consents.history(site.id, standing.consent_id)
        # What time did to it is no choice of the visitor.
        chosen = [one.choice for one in records if one.choice.method != "timer"]
        date = local_day(chosen[-1].time, site.zone) if chosen else None
        until = local_day(standing.valid_until, site.zone)
        if not standing.stands:
            return Remembered(date, until)
        asked_again = self.renewed[site.id].get(standing.notice, frozenset())
        allowed = {key for key, yes in standing.choices.items() if yes} - asked_again
        code = shown(self.choices.recorder.code(site.id, standing.consent_id))
        return Remembered(date, until, frozenset(allowed), code)

    def _page(
        self,
        request: Request,
        site: Site,
        asked: Head,
        remembered: Remembered | None,
        said: str,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        notice = self.choices.current[site.id]
        content: Mapping[str, Any] = _content(notice.content)
        language = preferred(request, form or request.query_params, content["languages"])
        back = back_to(request, form or request.query_params, site.origins)
        reply = Reply(site, asked, self.choices.tokens, self.choices.recorder)
        ticked: Collection[str] = remembered.allowed if remembered else ()
        if form is not None and form.get("notice") == notice.id:  # ticked on what is shown again
            ticked = _ticked(form)
        html = self.templates.get_template("preferences/preferences.html").render(
            site=site,
            notice=notice.id,
            said=said,
            gpc=asked.gpc and remembered is None,
            remembered=remembered,
            beyond=[one.partition("://")[2] for one in site.origins if not reply.reaches(one)],
            back=back,
            elsewhere=back if back != site.origins[0] else "",
            **told(content, language, back, remembered, ticked),
        )
        headers = {**_HEADERS, "content-language": language}
        return Response(html, 200, headers, "text/html; charset=utf-8")


def _ticked(form: Mapping[str, str]) -> Collection[str]:
    return {key.removeprefix(_BOX) for key in form if key.startswith(_BOX)}
