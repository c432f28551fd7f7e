"""Exceptions as answers: every refusal is problem+json that the site's own page may read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import BusyError, ChoiceError
from gateway.rules.site import Site
from gateway.web.guard import cors
from gateway.web.problem import Problem, busy
from gateway.web.wire import Gone, Networks, head

_SENTENCES: Mapping[int, str] = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
}


@dataclass(frozen=True, slots=True)
class Faults:
    """Turns what was raised below the router into an answer."""

    sites: Mapping[str, Site]
    trusted: Networks

    def handlers(self) -> dict[type[Exception], Callable[[Request, Exception], Response]]:
        """One function for every kind of refusal."""
        return dict.fromkeys(
            (Problem, ChoiceError, BusyError, HTTPException, Gone, Exception), self.answer
        )

    def answer(self, request: Request, raised: Exception) -> Response:
        """The problem, with the headers that let the page that asked read it."""
        problem = _problem(raised)
        site = self.sites.get(request.scope.get("path_params", {}).get("site", ""))
        if site is not None:
            problem.headers.update(cors(head(request.scope, self.trusted), site.origins))
        return problem.response()


def _problem(raised: Exception) -> Problem:
    if isinstance(raised, Problem):
        return raised
    if isinstance(raised, ChoiceError):
        sentence = f"{raised.message[:1].upper()}{raised.message[1:]}: {raised.hint}."
        return Problem(raised.status, sentence)
    if isinstance(raised, BusyError):
        return busy(raised.retry_after)
    if isinstance(raised, HTTPException):
        detail = _SENTENCES.get(raised.status_code, raised.detail)
        return Problem(raised.status_code, detail, headers=raised.headers)
    if isinstance(raised, Gone):
        return Problem(400, "The connection closed before the body was complete.")
    return Problem(500, "Something went wrong here. Nothing was stored; try again later.")
