"""The visitor's choice over HTTP: give it, see it, withdraw it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import ChoiceError
from gateway.recorder import Recorder
from gateway.rules import consent
from gateway.rules.moment import iso
from gateway.rules.records import ConsentState, Drop, Notice, Token
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner
from gateway.stores.base import ConsentStore, NoticeStore
from gateway.web.body import decode
from gateway.web.earlier import takes_choices
from gateway.web.guard import check_site_write, preflight
from gateway.web.limits import Limits
from gateway.web.problem import Problem, unknown_site
from gateway.web.refusal import refusal_here
from gateway.web.register import Register
from gateway.web.reply import Reply
from gateway.web.wire import COOKIE, Head, Networks, head

_LARGEST_BODY = 16 * 1024
_Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class _ChoiceBody(Struct, frozen=True):
    notice: _Digest
    action: consent.Action
    choices: Annotated[dict[str, bool], Meta(max_length=50)] = {}
    language: Annotated[str, Meta(max_length=20)] = ""
    layer: consent.Layer = "api"
    asked: Annotated[list[str], Meta(min_length=1, max_length=50)] | None = None
    signal: Literal["gpc"] | None = None
    token: Annotated[str, Meta(max_length=4096)] | None = None


class _WithdrawBody(Struct, frozen=True):
    token: Annotated[str, Meta(max_length=4096)] | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The three routes and what they need."""

    sites: Mapping[str, Site]
    tokens: TokenSigner
    recorder: Recorder
    consents: ConsentStore
    notices: NoticeStore
    current: Mapping[str, Notice]
    register: Register
    limits: Limits
    trusted: Networks

    def routes(self) -> list[Route]:
        """`/{site}/consent` and `/{site}/withdraw`."""
        return [
            # One route for all its methods, so that a 405 names every one of them.
            Route("/{site}/consent", self.about_consent, methods=["GET", "POST", "OPTIONS"]),
            Route("/{site}/withdraw", self.about_withdrawal, methods=["POST", "OPTIONS"]),
        ]

    async def about_consent(self, request: Request) -> Response:
        """See, give, or ask whether one may."""
        answers = {"POST": self.choose, "OPTIONS": self.allow}
        return await answers.get(request.method, self.show)(request)

    async def about_withdrawal(self, request: Request) -> Response:
        """Withdraw, or ask whether one may."""
        return await (self.allow if request.method == "OPTIONS" else self.withdraw)(request)

    async def allow(self, request: Request) -> Response:
        """Answer a browser that asks whether a site's page may write here."""
        site, asked = self._site(request)
        return Response(status_code=204, headers=dict(preflight(asked, site.origins)))

    async def show(self, request: Request) -> Response:
        """What stands: given, refused, withdrawn, expired or none."""
        site, asked = self._site(request)
        reply = Reply(site, asked, self.tokens, self.recorder)
        now = int(time.time())
        text = asked.authorization or asked.cookies.get(COOKIE, "")
        if no := await refusal_here(self.notices, site.id, text, now):
            return reply.state(200, no.state, notice=no.notice)
        token = self.tokens.read(text, site.id, now) if text else Drop.NO_CONSENT
        if isinstance(token, Drop):
            if asked.authorization and token in (Drop.FORGED_TOKEN, Drop.FOREIGN_TOKEN):
                raise _forged()
            return reply.state(200, "expired" if token is Drop.EXPIRED else "none")
        standing = await self.consents.standing(site.id, token.consent_id)
        if standing is None:  # erased: nothing is known of it any more
            return reply.state(200, "none")
        return reply.state(
            200,
            standing.state.value,
            consent_id=standing.consent_id,
            notice=standing.notice,
            choices=standing.choices,
            valid_until=iso(standing.valid_until),
            receipt=reply.receipt(standing.consent_id),
        )

    async def choose(self, request: Request) -> Response:
        """Record a choice against the notice that was shown; answered after the commit."""
        site, asked = self._site(request)
        check_site_write(asked, site.origins)
        self.limits.check_choice(site.id, asked)
        body = await decode(request, _ChoiceBody, _LARGEST_BODY)
        now = int(time.time())
        standing = await self.standing(site, asked, body.token, now)
        if body.signal:
            _check_signal(body, asked, standing)
        answer = consent.Answer(
            notice=body.notice,
            choices=body.choices,
            action=body.action,
            language=body.language or site.languages[0],
            layer=body.layer,
            method=body.signal or ("button" if asked.origin else "api"),
            asked=None if body.asked is None else frozenset(body.asked),
        )
        return await self.record(site, asked, answer, standing, now)

    async def record(
        self,
        site: Site,
        asked: Head,
        answer: consent.Answer,
        standing: consent.Standing | None,
        now: int,
    ) -> Response:
        """Record an answer, whichever page it came from. Raises ChoiceError and BusyError."""
        choice = consent.choose(
            answer,
            await self.shown(site, answer.notice, now),
            standing,
            new_id=secrets.token_hex(16),
            jurisdiction=site.jurisdiction,
            months=site.validity_months,
            now=now,
            records=(
                await self.consents.history(site.id, standing.consent_id)
                if standing and answer.asked is not None
                else ()
            ),
        )
        known = standing is not None and choice.consent_id == standing.consent_id
        # An answer to a part of the purposes goes by the record the others are taken from.
        after = standing.seq if standing and answer.asked is not None else None
        record = await self.register.put(site, choice, asked, known=known, after=after)
        if record is None and after is not None:
            raise _overtaken()
        reply = Reply(site, asked, self.tokens, self.recorder)
        if choice.state is ConsentState.GIVEN and record and record.choice.consent_id:
            return reply.given(201, record, record.choice.consent_id)
        # A withdrawal by "reject all" is answered as what the visitor said: refused.
        ended = choice.consent_id if record else None
        return reply.no(201, "refused", choice.notice, now, choice.valid_until, ended=ended)

    async def withdraw(self, request: Request) -> Response:
        """End the consent that came with the request; once ended it stays so (R20, R23)."""
        site, asked = self._site(request)
        check_site_write(asked, site.origins)
        self.limits.check_choice(site.id, asked)
        body = await decode(request, _WithdrawBody, _LARGEST_BODY, empty=_WithdrawBody())
        now = int(time.time())
        text = body.token or asked.authorization
        if text and self.tokens.read(text, site.id, now) in (
            Drop.FORGED_TOKEN,
            Drop.FOREIGN_TOKEN,
        ):
            raise _forged()
        standing = await self.standing(site, asked, body.token, now)
        return await self.end(site, asked, standing, "button" if asked.origin else "api", now)

    async def end(
        self,
        site: Site,
        asked: Head,
        standing: consent.Standing | None,
        method: consent.Method,
        now: int,
    ) -> Response:
        """End a consent, whichever page asks for it. Raises BusyError."""
        reply = Reply(site, asked, self.tokens, self.recorder)
        none = (self.current[site.id].id, now, consent.after_months(now, site.validity_months))
        if standing is None:  # expired or erased: there is nothing left to end
            return reply.nothing(*none)
        ended = standing.consent_id
        if standing.stands:
            choice = consent.withdraw(
                standing,
                method=method,
                jurisdiction=site.jurisdiction,
                months=site.validity_months,
                now=now,
            )
            if await self.register.put(site, choice, asked, known=True) is None:
                return reply.nothing(*none)  # erased this very moment
            until = choice.valid_until
            return reply.no(200, "withdrawn", choice.notice, now, until, ended=ended)
        return reply.no(200, "withdrawn", standing.notice, now, standing.valid_until, ended=ended)

    def _site(self, request: Request) -> tuple[Site, Head]:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site, head(request.scope, self.trusted)

    async def standing(
        self, site: Site, asked: Head, token: str | None, now: int
    ) -> consent.Standing | None:
        """What the log says of the consent that came along, if one did."""
        text = token or asked.authorization or asked.cookies.get(COOKIE)
        read = self.tokens.read(text, site.id, now) if text else None
        if not isinstance(read, Token):
            return None
        return await self.consents.standing(site.id, read.consent_id)

    async def shown(self, site: Site, notice: str, now: int) -> Notice:
        """The notice somebody read, if it still takes choices. Raises ChoiceError."""
        current = self.current[site.id]
        if notice == current.id:
            return current
        stored = await self.notices.get(site.id, notice)
        if stored is None:
            raise ChoiceError(
                "this notice was never published for this site",
                hint=f"take the current one from /{site.id}/notices",
            )
        if not await takes_choices(self.notices, site.id, notice, now):
            raise ChoiceError(
                "this notice was replaced by a newer one",
                hint="load the page again and choose on what it says now",
                status=409,
            )
        return stored


def _check_signal(body: _ChoiceBody, asked: Head, standing: consent.Standing | None) -> None:
    """Global Privacy Control is a refusal, said by the browser itself; a choice the visitor made
    wins over it (R29). Raises ChoiceError."""
    if not asked.gpc or body.action != "reject":
        raise ChoiceError(
            "the signal is a refusal that comes with the header Sec-GPC: 1",
            hint="leave out `signal` when the visitor chose",
        )
    if standing and standing.stands:
        raise ChoiceError(
            "the visitor chose otherwise, and an explicit choice wins",
            hint="go by the choice that stands",
            status=409,
        )


def _overtaken() -> ChoiceError:
    return ChoiceError(
        "the consent was changed while this was being answered",
        hint="ask for every purpose again",
        status=409,
    )


def _forged() -> Problem:
    return Problem(
        401, "This consent token was not made here for this site. Choose again in the banner."
    )
