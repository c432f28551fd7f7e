"""What a visitor gets back: the state as JSON, and the cookie that remembers it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import msgspec
from starlette.responses import RedirectResponse, Response

from gateway.recorder import Recorder
from gateway.rules.cookies import to_clear
from gateway.rules.moment import iso
from gateway.rules.receipt import shown
from gateway.rules.records import ConsentRecord, Token
from gateway.rules.site import Site
from gateway.rules.token import TokenSigner, refusal
from gateway.web.guard import cors
from gateway.web.wire import COOKIE, Head


def onward(answer: Response, address: str, headers: Mapping[str, str]) -> Response:
    """The way on after a form (303), with the cookies of what would else be the answer."""
    response = RedirectResponse(address, 303, headers)
    for cookie in answer.headers.getlist("set-cookie"):
        response.headers.append("set-cookie", cookie)
    return response


@dataclass(frozen=True, slots=True)
class Reply:
    """Answers one request of a visitor to one site."""

    site: Site
    asked: Head
    tokens: TokenSigner
    recorder: Recorder

    def state(self, status: int, state: str, **said: object) -> Response:
        """A state without a cookie; fields that are not said are empty."""
        empty = {
            "state": state,
            "consent_id": None,
            "token": None,
            "notice": None,
            "choices": dict.fromkeys(self.site.asked, False),
            "valid_until": None,
            "receipt": None,
        }
        return self._json(status, {**empty, **said})

    def given(self, status: int, record: ConsentRecord, consent_id: str) -> Response:
        """A consent, and the signed token that carries it."""
        choice = record.choice
        code = self.recorder.code(self.site.id, consent_id)
        token = self.tokens.sign(
            Token(
                site=self.site.id,
                consent_id=consent_id,
                seq=record.seq,
                choices=choice.choices,
                notice=choice.notice,
                valid_until=choice.valid_until,
                receipt=code,
            )
        )
        response = self.state(
            status,
            "given",
            consent_id=consent_id,
            token=token,
            notice=choice.notice,
            choices=choice.choices,
            valid_until=iso(choice.valid_until),
            receipt=self._address(code),
        )
        allowed = [purpose for purpose, yes in choice.choices.items() if yes]
        self._clear(response, allowed)
        return self._remember(response, token, choice.valid_until - choice.time)

    def no(
        self,
        status: int,
        state: str,
        notice: str,
        now: int,
        until: int,
        *,
        ended: str | None = None,
    ) -> Response:
        """A refusal or withdrawal, kept as long as a yes and without an identifier (P7, R15).
        `ended` is the consent it ended: its receipt says so."""
        receipt = self.receipt(ended) if ended else None
        cookie = refusal(state, notice, now, until)
        said = {"notice": notice, "valid_until": iso(until), "receipt": receipt}
        # For a page that the gateway's own cookie does not reach: it writes this one itself.
        response = self.state(status, state, **said, cookie=cookie)
        self._clear(response, ())
        return self._remember(response, cookie, until - now)

    def nothing(self, notice: str, now: int, until: int) -> Response:
        """No consent is known: a cookie that claims one is removed. Who withdraws is not asked
        again at once all the same: the page keeps `cookie`."""
        response = self.state(200, "none", cookie=refusal("withdrawn", notice, now, until))
        response.delete_cookie(COOKIE, domain=self._domain())
        return response

    def receipt(self, consent_id: str) -> str:
        """Where the receipt of a consent is: whoever knows the address can see and withdraw it."""
        return self._address(self.recorder.code(self.site.id, consent_id))

    def reaches(self, origin: str) -> bool:
        """Whether pages of an origin can read the cookie of an answer."""
        scheme, _, rest = origin.partition("://")
        host = rest.partition(":")[0]
        if self.asked.scheme == "https" and scheme != "https":
            return False  # it is for secure pages only
        domain = self._domain()
        if domain is None:
            return host == self.asked.host.partition(":")[0]
        return host == domain or host.endswith("." + domain)

    def _address(self, code: str) -> str:
        asked = self.asked
        return f"{asked.scheme}://{asked.host}/{self.site.id}/receipts/{shown(code)}"

    def _clear(self, response: Response, allowed: Collection[str]) -> None:
        # The banner clears the others; these no script can read (R20).
        host = self.asked.host.partition(":")[0]
        for cookie in to_clear(self.site, allowed, host, self.asked.cookies):
            line = cookie.header(secure=self.asked.scheme == "https")
            response.headers.append("set-cookie", line)

    def _json(self, status: int, said: Mapping[str, object]) -> Response:
        return Response(
            msgspec.json.encode(said),
            status,
            {"cache-control": "no-store", **cors(self.asked, self.site.origins)},
            "application/json",
        )

    def _remember(self, response: Response, cookie: str, seconds: int) -> Response:
        domain = self._domain()
        if domain is not None:
            # One of this host alone, from before the site used its domain's, would be read first:
            # an old yes would outlive a new no.
            response.delete_cookie(COOKIE)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=seconds,
            domain=domain,
            secure=self.asked.scheme == "https",
            samesite="lax",
        )
        return response

    def _domain(self) -> str | None:
        """The site's domain where this host is part of it, so that the page can read the cookie."""
        host = self.asked.host.partition(":")[0]
        domain = self.site.cookie_domain
        return domain if domain and (host == domain or host.endswith("." + domain)) else None
