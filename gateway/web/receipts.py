"""`/{site}/receipts`: the visitor's own proof of a choice, found by its code, on any device.

Whoever knows the code can see the consent and end it. So the code stands in no log, no error and
no file: the receipt itself names only its digest.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.recorder import Recorder
from gateway.rules import consent, proof
from gateway.rules.document import Addresses, document
from gateway.rules.moment import iso
from gateway.rules.receipt import digest_of, read, shown
from gateway.rules.records import ConsentState, Notice, Token
from gateway.rules.seal import Seal
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.base import ConsentStore, NoticeStore
from gateway.web.accept import wants_page
from gateway.web.form import fields
from gateway.web.guard import check_own_write
from gateway.web.limits import Limits
from gateway.web.pages import Pages, spoken
from gateway.web.preferencepage import preferred
from gateway.web.problem import Problem, unknown_site
from gateway.web.receiptpage import Seen, ours, told
from gateway.web.register import Register
from gateway.web.reply import Reply
from gateway.web.wire import COOKIE, Head, Networks, head

_NAMED = re.compile(r"[a-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9a-f:.]{2,45}\](:\d{1,5})?")
_HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",  # the address of a receipt is a key to it
    "vary": "accept, accept-language",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
# A malformed code is looked up too, as one that nobody has: both noes take as long.
_NOBODYS = digest_of("")


@dataclass(frozen=True, slots=True)
class Receipts:
    """The two routes and what they need."""

    sites: Mapping[str, Site]
    tokens: TokenSigner
    recorder: Recorder
    consents: ConsentStore
    notices: NoticeStore
    seal: Seal
    register: Register
    pages: Pages
    limits: Limits
    trusted: Networks

    def routes(self) -> list[Route]:
        """`/{site}/receipts` and `/{site}/receipts/{id}`."""
        return [
            # One route for all its methods, so that a 405 names every one of them.
            Route("/{site}/receipts", self.about_codes, methods=["GET", "POST"]),
            Route("/{site}/receipts/{id}", self.about_one, methods=["GET", "POST"]),
        ]

    async def about_codes(self, request: Request) -> Response:
        """The form for a code, and the way from it to the receipt."""
        site, asked = self._site(request)
        if request.method != "POST":
            return self._form(request, site, missing=False)
        check_own_write(asked)
        code = read((await fields(request)).get("code", ""))
        if code is None:
            return self._form(request, site, missing=True)
        return _see_other(request, f"/{site.id}/receipts/{shown(code)}")

    async def about_one(self, request: Request) -> Response:
        """A receipt as a page or as JSON; or, posted to, the end of its consent."""
        site, asked = self._site(request)
        if request.method == "POST":
            check_own_write(asked)
            self.limits.check_choice(site.id, asked)
            if (await fields(request)).get("action") != "withdraw":
                raise Problem(400, "The only action on a receipt is `withdraw`.")
        else:
            self.limits.check_code(site.id, asked)
        code = read(request.path_params["id"])
        seen = await self._seen(site, code)
        if code is None or seen is None:
            return self._unknown(request, site)
        if request.method == "POST":
            return await self._withdraw(request, site, asked, code, seen)
        made = _receipt(site, asked, code, seen, self.seal)
        if "format" in request.query_params or not wants_page(request):
            return _json(request, site, made)
        return self._page(request, site, code, seen, made)

    async def _seen(self, site: Site, code: str | None) -> Seen | None:
        found = await self.consents.by_receipt(site.id, digest_of(code) if code else _NOBODYS)
        if found is None:
            return None
        records = await self.consents.history(site.id, found.consent_id)
        if not records:  # erased a moment ago
            return None
        notice = await self.notices.get(site.id, records[-1].choice.notice)
        return Seen(found, records, _content(notice)) if notice else None

    async def _withdraw(
        self, request: Request, site: Site, asked: Head, code: str, seen: Seen
    ) -> Response:
        now = int(time.time())
        standing = seen.standing
        state, until = standing.state, standing.valid_until
        if standing.stands and until > now:
            choice = consent.withdraw(
                standing,
                method="page",
                jurisdiction=site.jurisdiction,
                months=site.validity_months,
                now=now,
            )
            made = await self.register.put(site, choice, asked, known=True)
            if made is None:  # erased this very moment
                return self._unknown(request, site)
            state, until = made.choice.state, made.choice.valid_until
        elif standing.stands:  # the timer will say so in the log within a minute
            state = ConsentState.EXPIRED
        reply = Reply(site, asked, self.tokens, self.recorder)
        if self._carries(site, asked, standing.consent_id, now):
            # The choice was made in this very browser: its page must not go on with it (R20).
            ended = standing.consent_id
            answer = reply.no(200, state, standing.notice, now, until, ended=ended)
        else:
            answer = reply.state(
                200,
                state,
                notice=standing.notice,
                valid_until=iso(until),
                receipt=reply.receipt(standing.consent_id),
            )
        answer.headers.update(_HEADERS)
        if not wants_page(request):
            return answer
        response = _see_other(request, f"/{site.id}/receipts/{shown(code)}")
        for cookie in answer.headers.getlist("set-cookie"):
            response.headers.append("set-cookie", cookie)
        return response

    def _carries(self, site: Site, asked: Head, consent_id: str, now: int) -> bool:
        token = self.tokens.read(asked.cookies.get(COOKIE, ""), site.id, now)
        return isinstance(token, Token) and token.consent_id == consent_id

    def _site(self, request: Request) -> tuple[Site, Head]:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site, head(request.scope, self.trusted)

    def _unknown(self, request: Request, site: Site) -> Response:
        """One answer for a code that was never given out, was erased, or is no code at all."""
        if wants_page(request):
            return self._form(request, site, missing=True)
        raise Problem(
            404,
            "There is no receipt with this code. Check the code; the receipt of a consent that "
            "was erased is gone too.",
            headers=_HEADERS,
        )

    def _form(self, request: Request, site: Site, *, missing: bool) -> Response:
        offered = _offered(site.languages)
        language = _asked(request) or preferred(request, {}, offered)
        return self._render(
            "receipts/form.html",
            language,
            offered,
            404 if missing else 200,
            site=site,
            name=site.names.get(language) or site.names[site.languages[0]],
            missing=missing,
        )

    def _page(
        self, request: Request, site: Site, code: str, seen: Seen, made: Mapping[str, Any]
    ) -> Response:
        offered = _offered(seen.content["languages"])
        # In the language of the record, whatever the browser's is.
        read_in = ours(seen.records[-1].choice.language)
        language = _asked(request) or read_in or preferred(request, {}, offered)
        return self._render(
            "receipts/receipt.html",
            language,
            offered,
            200,
            site=site,
            code=shown(code),
            problems=proof.check(made, self.seal.public),
            key=made["signature"]["key"],
            statement=urljoin(site.origins[0], str(seen.content["privacy_url"])),
            **told(seen, language, site.zone, int(time.time())),
        )

    def _render(
        self, template: str, language: str, offered: Sequence[str], status: int, **context: object
    ) -> Response:
        response = self.pages.to_visitor(template, language, offered, status=status, **context)
        response.headers.update(_HEADERS)
        return response


def _asked(request: Request) -> str:
    """The language the address asks for, if we have it."""
    asked = request.query_params.get("language", "")
    return asked if asked in spoken() else ""


def _offered(languages: Sequence[str]) -> Sequence[str]:
    """Those of a site that our pages have; English for one that they have none of."""
    return [*dict.fromkeys(filter(None, map(ours, languages)))] or ["en"]


def _receipt(site: Site, asked: Head, code: str, seen: Seen, key: Seal) -> dict[str, object]:
    if not _NAMED.fullmatch(asked.host):
        raise Problem(400, "The Host header of this request names no host.")  # it would be signed
    base = f"{asked.scheme}://{asked.host}/{site.id}"
    at = Addresses(
        notice=f"{base}/notices/{seen.records[-1].choice.notice}",
        statement=urljoin(site.origins[0], str(seen.content["privacy_url"])),
        receipts=f"{base}/receipts",
        log=f"{base}/log",
    )
    made = document(seen.records, seen.content, at)
    return proof.receipt(digest_of(code), made, seen.records, key, at.log)


def _content(notice: Notice) -> Mapping[str, Any]:
    content: dict[str, Any] = json.loads(notice.content)
    return content


def _json(request: Request, site: Site, made: Mapping[str, object]) -> Response:
    headers = dict(_HEADERS)
    if request.query_params.get("format") == "json":
        headers["content-disposition"] = f'attachment; filename="receipt-{site.id}.json"'
    text = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return Response(text, 200, headers, "application/json")


def _see_other(request: Request, path: str) -> Response:
    language = _asked(request)
    onward = f"{path}?language={language}" if language else path
    return RedirectResponse(onward, 303, _HEADERS)
