"""`/{site}/handover`: a choice goes along to a sibling site, by a code on the link that is taken.

The code travels in the fragment, which reaches no server, works once, and for a minute. The page it
arrives at takes it only from a sibling's page: else anybody could link somebody into a consent.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import BusyError, ChoiceError
from gateway.recorder import Recorder
from gateway.rules import handover
from gateway.rules.consent import Standing, own_choices, still_holds
from gateway.rules.records import STANDING, Notice, Token
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.base import ConsentStore, NoticeStore
from gateway.stores.base.handovers import Handed, Handover, HandoverStore
from gateway.web.body import decode
from gateway.web.guard import check_page_write, check_site_write, cors, preflight
from gateway.web.limits import Limits
from gateway.web.problem import Problem, bad_body, unknown_site
from gateway.web.refusal import refusal_here
from gateway.web.register import Register
from gateway.web.reply import Reply
from gateway.web.wire import COOKIE, Head, Networks, head

_LARGEST_BODY = 8 * 1024
_CODE_BYTES = 18  # 24 characters: nobody guesses 144 bits within a minute


class _Refused(Struct, frozen=True):
    until: Annotated[int, Meta(ge=0, le=2**40)]


class _IssueBody(Struct, frozen=True):
    to: Annotated[str, Meta(max_length=40)]
    token: Annotated[str, Meta(max_length=4096)] | None = None
    refused: _Refused | None = None


class _RedeemBody(Struct, frozen=True):
    code: Annotated[str, Meta(min_length=22, max_length=64)]
    language: Annotated[str, Meta(max_length=20)] = ""


@dataclass(frozen=True, slots=True)
class Handovers:
    """The two routes and what they need. `siblings` are those of each site, by id."""

    sites: Mapping[str, Site]
    siblings: Mapping[str, frozenset[str]]
    tokens: TokenSigner
    recorder: Recorder
    consents: ConsentStore
    notices: NoticeStore
    current: Mapping[str, Notice]
    handovers: HandoverStore
    register: Register
    limits: Limits
    trusted: Networks

    def routes(self) -> list[Route]:
        """`/{site}/handover` and `/{site}/handover/redeem`."""
        return [
            Route("/{site}/handover", self.about_issue, methods=["POST", "OPTIONS"]),
            Route("/{site}/handover/redeem", self.about_redemption, methods=["POST", "OPTIONS"]),
        ]

    async def about_issue(self, request: Request) -> Response:
        """Give a code out, or ask whether one may."""
        return await (self.allow if request.method == "OPTIONS" else self.issue)(request)

    async def about_redemption(self, request: Request) -> Response:
        """Redeem a code, or ask whether one may."""
        return await (self.allow if request.method == "OPTIONS" else self.redeem)(request)

    async def allow(self, request: Request) -> Response:
        """Answer a browser that asks whether a site's page may write here."""
        site, asked = self._site(request)
        return Response(status_code=204, headers=dict(preflight(asked, site.origins)))

    async def issue(self, request: Request) -> Response:
        """A code for the choice that stands on this page."""
        site, asked = self._site(request)
        check_page_write(asked, site.origins)
        self.limits.check_choice(site.id, asked)
        body = await decode(request, _IssueBody, _LARGEST_BODY)
        if body.to not in self.siblings.get(site.id, ()):
            raise Problem(
                403, "This site hands no choice over to that one. Both must name each other."
            )
        now = int(time.time())
        seq, until = await self._source(site, body, now)
        code = secrets.token_urlsafe(_CODE_BYTES)
        kept = Handover(
            digest=handover.digest_of(code),
            site=site.id,
            target=body.to,
            seq=seq,
            valid_until=until,
            expires=now + handover.LIFETIME,
        )
        if not await self.handovers.keep(kept, now, handover.MOST):
            raise BusyError("too many choices are being handed over", retry_after=handover.LIFETIME)
        return Response(
            msgspec.json.encode({"code": code, "expires_in": handover.LIFETIME}),
            201,
            {"cache-control": "no-store", **cors(asked, site.origins)},
            "application/json",
        )

    async def redeem(self, request: Request) -> Response:
        """Take a choice over, once; answered like one that was made here."""
        site, asked = self._site(request)
        check_site_write(asked, site.origins)
        self.limits.check_choice(site.id, asked)
        body = await decode(request, _RedeemBody, _LARGEST_BODY)
        language = body.language or site.languages[0]
        now = int(time.time())
        if await self._chosen(site, asked, now):
            raise ChoiceError(
                "a choice was made on this site already, and it wins",
                hint="go by the choice that stands",
                status=409,
            )
        handed = await self.handovers.redeem(handover.digest_of(body.code), site.id, now)
        # Siblings may have parted since the code was given out.
        if handed is None or handed.site not in self.siblings.get(site.id, ()):
            raise _gone()
        reply = Reply(site, asked, self.tokens, self.recorder)
        if handed.standing is None:
            answer = await self._refuse(site, reply, handed, language, now)
        elif handed.site == site.id:
            answer = await self._same(site, reply, handed.standing.consent_id, now)
        else:
            answer = await self._other(site, reply, handed.standing, language, now)
        return _told(answer, site, asked)

    async def _source(self, site: Site, body: _IssueBody, now: int) -> tuple[int | None, int]:
        """The record that stands, if any, and when the choice ends. Raises Problem and
        ChoiceError."""
        if (body.token is None) == (body.refused is None):
            raise bad_body("it needs either `token` or `refused`")
        if body.refused is not None:
            months = site.validity_months
            end = handover.end_of_refusal(body.refused.until, months=months, now=now)
            if end is not None:
                return None, end
        token = self.tokens.read(body.token or "", site.id, now)
        if isinstance(token, Token):
            standing = await self.consents.standing(site.id, token.consent_id)
            if standing and standing.stands and standing.valid_until > now:
                return standing.seq, standing.valid_until
        raise ChoiceError(
            "no choice stands that could be handed over",
            hint="ask on the other site",
            status=409,
        )

    async def _same(self, site: Site, reply: Reply, consent_id: str, now: int) -> Response:
        """Between two domains of one site: the same consent goes on, and nothing is recorded."""
        records = await self.consents.history(site.id, consent_id)
        if not records or records[-1].choice.state not in STANDING:  # ended a moment ago
            raise _gone()
        left = still_holds(records[-1].choice.choices, own_choices(records))
        # The cookie lasts from now on: counted from the choice it would outlive it.
        choice = replace(records[-1].choice, choices=left, time=now)
        return reply.given(201, replace(records[-1], choice=choice), consent_id)

    async def _other(
        self, site: Site, reply: Reply, given: Standing, language: str, now: int
    ) -> Response:
        """Another site records a consent of its own, with an id that says nothing of the first."""
        old = await self.notices.get(given.site, given.notice)
        records = await self.consents.history(given.site, given.consent_id)
        new_id = secrets.token_hex(16)
        choice = old and handover.take_over(
            given,
            own_choices(records),
            old,
            self.current[site.id],
            new_id=new_id,
            language=language,
            jurisdiction=site.jurisdiction,
            months=site.validity_months,
            now=now,
        )
        record = await self.register.put(site, choice, reply.asked, known=False) if choice else None
        if record is None:
            raise _gone()
        return reply.given(201, record, new_id)

    async def _refuse(
        self, site: Site, reply: Reply, handed: Handed, language: str, now: int
    ) -> Response:
        choice = handover.take_over_refusal(
            handed.valid_until,
            self.current[site.id],
            language=language,
            jurisdiction=site.jurisdiction,
            months=site.validity_months,
            now=now,
        )
        if handed.site != site.id:  # of the same site it is in the log already
            await self.register.put(site, choice, reply.asked, known=False)
        return reply.no(201, "refused", choice.notice, now, choice.valid_until)

    async def _chosen(self, site: Site, asked: Head, now: int) -> bool:
        """Whether the cookie that came along tells of a choice on this very site."""
        text = asked.cookies.get(COOKIE, "")
        if await refusal_here(self.notices, site.id, text, now):
            return True
        token = self.tokens.read(text, site.id, now)
        if not isinstance(token, Token):
            return False
        standing = await self.consents.standing(site.id, token.consent_id)
        return standing is not None and standing.stands

    def _site(self, request: Request) -> tuple[Site, Head]:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site, head(request.scope, self.trusted)


def _told(answer: Response, site: Site, asked: Head) -> Response:
    """The answer with the page's own cookies in its body: it writes them where the gateway's does
    not reach it, on another domain, and carries no code to make them."""
    [*_, sent] = answer.headers.getlist("set-cookie")
    kept, *attributes = sent.split("; ")
    [age] = [one for one in attributes if one.startswith("Max-Age=")]
    page = urlsplit(asked.origin or f"{asked.scheme}://{asked.host}")
    rest = "; Path=/; SameSite=Lax" + ("; Secure" if page.scheme == "https" else "")
    said = msgspec.json.decode(answer.body, type=dict[str, object])
    said["cookies"] = [f"{kept}; {age}{rest}"]
    if (domain := site.cookie_domain) and f".{page.hostname}".endswith(f".{domain}"):
        # One of the page's host alone would be read first.
        ended = f"{COOKIE}=; Max-Age=0{rest}"
        said["cookies"] = [ended, f"{kept}; {age}{rest}; Domain={domain}"]
    answer.body = msgspec.json.encode(said)
    answer.headers["content-length"] = str(len(answer.body))
    return answer


def _gone() -> Problem:
    return Problem(410, "This code is unknown, was used or is too old. Ask for a choice as always.")
