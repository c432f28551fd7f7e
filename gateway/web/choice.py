"""The visitor's choice over HTTP: give it, see it, withdraw it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.buffer import Buffer
from gateway.errors import BusyError, ChoiceError
from gateway.metrics import Metrics
from gateway.rules import consent
from gateway.rules.moment import iso, local_day
from gateway.rules.notice import GRACE_SECONDS
from gateway.rules.records import Choice, ConsentRecord, ConsentState, Drop, Notice, Token
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner, refusal, refused
from gateway.rules.visitor import visitor_of
from gateway.stores.base import Append, ConsentStore, NoticeStore
from gateway.web.body import decode
from gateway.web.guard import check_site_write, cors, preflight
from gateway.web.problem import Problem, busy, unknown_site
from gateway.web.wire import COOKIE, Head, Networks, head

_LARGEST_BODY = 16 * 1024
_Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class _ChoiceBody(Struct, frozen=True):
    notice: _Digest
    action: consent.Action
    choices: Annotated[dict[str, bool], Meta(max_length=50)] = {}
    language: Annotated[str, Meta(max_length=20)] = ""
    layer: consent.Layer = "api"
    token: Annotated[str, Meta(max_length=4096)] | None = None


class _WithdrawBody(Struct, frozen=True):
    token: Annotated[str, Meta(max_length=4096)] | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The three routes and what they need."""

    sites: Mapping[str, Site]
    tokens: TokenSigner
    visitor_key: bytes
    consents: ConsentStore
    notices: NoticeStore
    buffer: Buffer[Append, ConsentRecord]
    metrics: Metrics
    trusted: Networks

    def routes(self) -> list[Route]:
        """`/{site}/consent` and `/{site}/withdraw`."""
        return [
            Route("/{site}/consent", self.show, methods=["GET"]),
            Route("/{site}/consent", self.choose, methods=["POST"]),
            Route("/{site}/withdraw", self.withdraw, methods=["POST"]),
            Route("/{site}/consent", self.allow, methods=["OPTIONS"]),
            Route("/{site}/withdraw", self.allow, methods=["OPTIONS"]),
        ]

    async def allow(self, request: Request) -> Response:
        """Answer a browser that asks whether a site's page may write here."""
        site, asked = self._site(request)
        return Response(status_code=204, headers=dict(preflight(asked, site.origins)))

    async def show(self, request: Request) -> Response:
        """What stands: given, refused, withdrawn, expired or none."""
        site, asked = self._site(request)
        now = int(time.time())
        text = asked.authorization or asked.cookies.get(COOKIE, "")
        nothing = {"consent_id": None, "notice": None, "choices": _none(site), "valid_until": None}
        said = refused(text, now)
        if said is not None:
            return self._answer(200, {**nothing, **said}, site, asked)
        token = self.tokens.read(text, site.id, now) if text else Drop.NO_CONSENT
        if isinstance(token, Drop):
            if asked.authorization and token in (Drop.FORGED_TOKEN, Drop.FOREIGN_TOKEN):
                raise _forged()
            state = "expired" if token is Drop.EXPIRED else "none"
            return self._answer(200, {"state": state, **nothing}, site, asked)
        standing = await self.consents.standing(site.id, token.consent_id)
        if standing is None:  # erased: nothing is known of it any more
            return self._answer(200, {"state": "none", **nothing}, site, asked)
        return self._answer(
            200,
            {
                "state": standing.state.value,
                "consent_id": standing.consent_id,
                "notice": standing.notice,
                "choices": standing.choices,
                "valid_until": iso(standing.valid_until),
            },
            site,
            asked,
        )

    async def choose(self, request: Request) -> Response:
        """Record a choice against the notice that was shown; answered after the commit."""
        site, asked = self._site(request)
        check_site_write(asked, site.origins)
        body = await decode(request, _ChoiceBody, _LARGEST_BODY)
        now = int(time.time())
        standing = await self._standing(site, asked, body.token, now)
        answer = consent.Answer(
            notice=body.notice,
            choices=body.choices,
            action=body.action,
            language=body.language or site.languages[0],
            layer=body.layer,
            method="button" if asked.origin else "api",
        )
        choice = consent.choose(
            answer,
            await self._shown(site, body.notice, now),
            standing,
            new_id=secrets.token_hex(16),
            jurisdiction=site.jurisdiction,
            months=site.validity_months,
            now=now,
        )
        record = await self._append(site, choice)
        # A withdrawal by "reject all" is answered as what the visitor said: refused.
        state = "given" if choice.state is ConsentState.GIVEN else "refused"
        return self._chosen(201, state, record, site, asked)

    async def withdraw(self, request: Request) -> Response:
        """End the consent that came with the request; once ended it stays so (R20, R23)."""
        site, asked = self._site(request)
        check_site_write(asked, site.origins)
        body = await decode(request, _WithdrawBody, _LARGEST_BODY, empty=_WithdrawBody())
        now = int(time.time())
        text = body.token or asked.authorization
        if text and self.tokens.read(text, site.id, now) in (
            Drop.FORGED_TOKEN,
            Drop.FOREIGN_TOKEN,
        ):
            raise _forged()
        standing = await self._standing(site, asked, body.token, now)
        if standing is None or standing.state is not ConsentState.GIVEN:
            state = standing.state.value if standing else "none"
            return self._answer(200, _state(state, _none(site), None), site, asked)
        choice = consent.withdraw(
            standing,
            method="button" if asked.origin else "api",
            jurisdiction=site.jurisdiction,
            months=site.validity_months,
            now=now,
        )
        return self._chosen(200, "withdrawn", await self._append(site, choice), site, asked)

    def _site(self, request: Request) -> tuple[Site, Head]:
        site = self.sites.get(request.path_params["site"])
        if site is None:
            raise unknown_site()
        return site, head(request.scope, self.trusted)

    async def _standing(
        self, site: Site, asked: Head, token: str | None, now: int
    ) -> consent.Standing | None:
        text = token or asked.authorization or asked.cookies.get(COOKIE)
        read = self.tokens.read(text, site.id, now) if text else None
        if not isinstance(read, Token):
            return None
        return await self.consents.standing(site.id, read.consent_id)

    async def _shown(self, site: Site, notice: str, now: int) -> Notice:
        stored = await self.notices.get(site.id, notice)
        if stored is None:
            raise ChoiceError(
                "this notice was never published for this site",
                hint=f"take the current one from /{site.id}/notices",
            )
        until = await self.notices.served_until(site.id, notice)
        if until is not None and now - until > GRACE_SECONDS:
            raise ChoiceError(
                "this notice was replaced by a newer one",
                hint="load the page again and choose on what it says now",
                status=409,
            )
        return stored

    async def _append(self, site: Site, choice: Choice) -> ConsentRecord:
        visitor = (
            visitor_of(self.visitor_key, site.id, choice.consent_id) if choice.consent_id else None
        )
        day = local_day(choice.time, site.zone).toordinal()
        item = Append(choice=choice, visitor=visitor, day=day, salt=secrets.token_hex(16))
        try:
            [record] = await self.buffer.put([item])
        except BusyError as problem:
            raise busy(problem.retry_after) from None
        self.metrics.consent(site.id, consent.outcome(choice))
        return record

    def _chosen(
        self, status: int, state: str, record: ConsentRecord, site: Site, asked: Head
    ) -> Response:
        choice = record.choice
        if choice.state is ConsentState.GIVEN and choice.consent_id is not None:
            token = self.tokens.sign(
                Token(
                    site=site.id,
                    consent_id=choice.consent_id,
                    seq=record.seq,
                    choices=choice.choices,
                    notice=choice.notice,
                    valid_until=choice.valid_until,
                )
            )
            said = _state(state, choice.choices, choice.valid_until, choice.consent_id, token)
            cookie = token
        else:
            said = _state(state, choice.choices, choice.valid_until)
            cookie = refusal(state, choice.notice, choice.time, choice.valid_until)
        response = self._answer(status, said, site, asked)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=choice.valid_until - choice.time,
            domain=_cookie_domain(site, asked),
            secure=asked.scheme == "https",
            samesite="lax",
        )
        return response

    def _answer(self, status: int, said: Mapping[str, object], site: Site, asked: Head) -> Response:
        return Response(
            msgspec.json.encode(said),
            status,
            {"cache-control": "no-store", **cors(asked, site.origins)},
            "application/json",
        )


def _state(
    state: str,
    choices: Mapping[str, bool],
    valid_until: int | None,
    consent_id: str | None = None,
    token: str | None = None,
) -> Mapping[str, object]:
    return {
        "state": state,
        "consent_id": consent_id,
        "token": token,
        "choices": choices,
        "valid_until": None if valid_until is None else iso(valid_until),
        "receipt": None,
    }


def _none(site: Site) -> Mapping[str, bool]:
    return dict.fromkeys(site.asked, False)


def _cookie_domain(site: Site, asked: Head) -> str | None:
    """The site's domain where this host is part of it, so that the page can read the cookie."""
    host = asked.host.partition(":")[0]
    domain = site.cookie_domain
    return domain if domain and (host == domain or host.endswith("." + domain)) else None


def _forged() -> Problem:
    return Problem(
        401, "This consent token was not made here for this site. Choose again in the banner."
    )
